//! The client against a server scripted byte by byte: what HTTP lets a server do short of serving a document.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use velib_gbfs::client::{Answer, ClientConfig, FeedClient, FetchError, Validators};

/// What the server does on one connection.
#[derive(Clone, Copy)]
enum Turn {
    /// Sends these bytes and closes.
    Say(&'static str),
    /// Sends these bytes and resets the connection.
    Reset(&'static str),
    /// Sends these bytes and then nothing, keeping the connection.
    Stall(&'static str),
}

const GOOD: Turn = Turn::Say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");

struct Server {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Takes the turns one connection after another, the last one for ever.
    async fn start(turns: &'static [Turn]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut stalled = Vec::new();
            for turn in turns.iter().chain(std::iter::repeat(turns.last().unwrap())) {
                let (mut connection, _) = listener.accept().await.unwrap();
                let request = request(&mut connection).await;
                seen.lock().unwrap().push(request);
                stalled.extend(turn.take(connection).await);
            }
        });
        Self { url, requests }
    }

    fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    /// The last request, in lower case.
    fn last_request(&self) -> String {
        self.requests.lock().unwrap().last().unwrap().to_lowercase()
    }
}

async fn request(connection: &mut TcpStream) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(connection.read_u8().await.unwrap());
    }
    String::from_utf8(request).unwrap()
}

impl Turn {
    /// Gives the connection back where it stays open.
    async fn take(self, mut connection: TcpStream) -> Option<TcpStream> {
        let (Self::Say(bytes) | Self::Reset(bytes) | Self::Stall(bytes)) = self;
        connection.write_all(bytes.as_bytes()).await.unwrap();
        match self {
            Self::Say(_) => connection.shutdown().await.unwrap(),
            Self::Reset(_) => connection.set_zero_linger().unwrap(),
            Self::Stall(_) => return Some(connection),
        }
        None
    }
}

fn quick() -> ClientConfig {
    ClientConfig { first_backoff: Duration::from_millis(1), ..ClientConfig::default() }
}

fn client() -> FeedClient {
    FeedClient::new(quick()).unwrap()
}

/// The turns, then a good document, which must be reached.
async fn check_tried_again(turns: &'static [Turn]) {
    let server = Server::start(turns).await;
    assert_eq!(client().fetch(&server.url).await.unwrap(), "{}");
    assert_eq!(server.requests(), turns.len());
}

#[tokio::test]
async fn a_body_shorter_than_announced_is_asked_for_again() {
    check_tried_again(&[Turn::Say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"da"), GOOD]).await;
}

#[tokio::test]
async fn a_chunked_body_without_its_last_chunk_is_asked_for_again() {
    check_tried_again(&[Turn::Say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), GOOD])
        .await;
}

#[tokio::test]
async fn a_connection_reset_in_the_middle_of_a_body_is_made_again() {
    check_tried_again(&[
        Turn::Reset("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"da"),
        Turn::Reset(""),
        GOOD,
    ])
    .await;
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_asked_for_again() {
    check_tried_again(&[Turn::Say("SSH-2.0-OpenSSH_9.9\r\n\r\n"), GOOD]).await;
}

#[tokio::test]
async fn a_body_that_always_breaks_off_is_unreachable_and_never_half_a_document() {
    let server = Server::start(&[Turn::Say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}")]).await;
    let error = client().fetch(&server.url).await.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_body_that_stalls_is_left_at_the_total_timeout() {
    let server = Server::start(&[Turn::Stall("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"da")]).await;
    let impatient = ClientConfig { total_timeout: Duration::from_millis(80), ..quick() };
    let error = FeedClient::new(impatient).unwrap().fetch(&server.url).await.unwrap_err();
    assert!(matches!(error, FetchError::TimedOut { seconds: 0.08, .. }), "{error}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_server_that_wants_fewer_requests_is_asked_again_when_it_says() {
    check_tried_again(&[
        Turn::Say("HTTP/1.1 429 Slow Down\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"),
        Turn::Say(
            "HTTP/1.1 503 Busy\r\nRetry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\nContent-Length: 0\r\n\r\n",
        ),
        GOOD,
    ])
    .await;
}

#[tokio::test]
async fn a_wait_of_a_second_is_waited_out() {
    let server = Server::start(&[
        Turn::Say("HTTP/1.1 429 Slow Down\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"),
        GOOD,
    ])
    .await;
    let patient = client();
    let early = tokio::time::timeout(Duration::from_millis(300), patient.fetch(&server.url)).await;
    assert!(early.is_err() && server.requests() == 1, "asked again before the server said");
}

#[tokio::test]
async fn a_wait_beyond_the_total_timeout_is_not_begun() {
    let server = Server::start(&[Turn::Say(
        "HTTP/1.1 429 Slow Down\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n",
    )])
    .await;
    let error = client().fetch(&server.url).await.unwrap_err();
    assert!(matches!(error, FetchError::Status { status: 429, .. }), "{error}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_redirect_loop_is_refused_by_name() {
    let server =
        Server::start(&[Turn::Say("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")]).await;
    let error = client().fetch(&server.url).await.unwrap_err();
    assert!(matches!(error, FetchError::Redirected { .. }), "{error}");
    assert!(error.to_string().contains(&format!("a redirect loop comes back to {}", server.url)), "{error}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_document_that_did_not_change_is_not_sent_again() {
    let server = Server::start(&[
        Turn::Say(
            "HTTP/1.1 200 OK\r\nETag: W/\"v1\"\r\nLast-Modified: Wed, 30 Oct 2024 18:12:00 GMT\r\n\
             Content-Length: 2\r\nConnection: close\r\n\r\n{}",
        ),
        Turn::Say("HTTP/1.1 304 Not Modified\r\nETag: W/\"v1\"\r\nConnection: close\r\n\r\n"),
    ])
    .await;
    let client = client();
    let first = client.fetch_if_changed(&server.url, &Validators::default()).await.unwrap();
    let Answer::Fetched { body, validators } = first else { panic!("nothing is known yet: {first:?}") };
    assert_eq!(body, "{}");
    assert!(!server.last_request().contains("if-"), "{}", server.last_request());

    let second = client.fetch_if_changed(&server.url, &validators).await.unwrap();
    assert_eq!(second, Answer::NotModified);
    let asked = server.last_request();
    assert!(asked.contains("if-none-match: w/\"v1\"\r\n"), "{asked}");
    assert!(asked.contains("if-modified-since: wed, 30 oct 2024 18:12:00 gmt\r\n"), "{asked}");
}

#[tokio::test]
async fn not_modified_without_being_asked_is_no_document() {
    let server = Server::start(&[Turn::Say("HTTP/1.1 304 Not Modified\r\n\r\n")]).await;
    let error = client().fetch(&server.url).await.unwrap_err();
    assert!(matches!(error, FetchError::Status { status: 304, .. }), "{error}");
}
