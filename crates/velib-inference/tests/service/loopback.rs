//! Over loopback, where the connection itself matters: a service told to stop answers what it has begun and takes
//! nothing new, and a caller that sends too much still reads why it is refused.

use std::num::NonZeroUsize;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::spawn_blocking,
};
use velib_forecast::{Forecaster, Persistence, invocation::encode_request};
use velib_inference::{DEFAULT_QUEUE, MOST_BYTES, ModelService, serve};

use crate::scene::{gated, request};

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_service_ends() {
    let (model, began, gate) = gated();
    let load = move || Ok::<_, String>(Box::new(model) as Box<dyn Forecaster>);
    let service = ModelService::start(load, NonZeroUsize::MIN);
    service.loaded().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve(listener, service, async move {
        let _ = stopped.await;
    }));

    let body = encode_request(&request(3));
    let mut caller = TcpStream::connect(address).await.unwrap();
    let head = format!("POST /invocations HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", body.len());
    caller.write_all(&[head.as_bytes(), &body].concat()).await.unwrap();
    let _began = spawn_blocking(move || began.recv().map(|()| began).unwrap()).await.unwrap();
    stop.send(()).unwrap();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }

    drop(gate);
    let mut answer = String::new();
    caller.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"stations\""), "{answer}");
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_caller_that_sends_too_much_reads_why_on_a_connection_that_goes_on() {
    let load = || Ok::<_, String>(Box::new(Persistence) as Box<dyn Forecaster>);
    let service = ModelService::start(load, DEFAULT_QUEUE);
    service.loaded().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut caller = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    tokio::spawn(serve(listener, service, std::future::pending()));

    let too_much = vec![b' '; 2 * MOST_BYTES];
    let head = format!("POST /invocations HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", too_much.len());
    let ping = b"GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    caller.write_all(&[head.as_bytes(), &too_much, ping].concat()).await.unwrap();
    let mut answers = String::new();
    caller.read_to_string(&mut answers).await.unwrap();
    assert!(answers.starts_with("HTTP/1.1 413") && answers.contains("HTTP/1.1 200"), "{answers}");
}
