//! The queue and the model's life: who is turned away, who is passed over, and what `/ping` says at each moment.

use std::sync::mpsc;

use axum::{Router, http::StatusCode};
use serde_json::json;
use tokio::task::{JoinSet, spawn_blocking};
use velib_forecast::{ForecastRequest, Forecaster, Persistence, invocation::encode_request};
use velib_inference::{DEFAULT_QUEUE, ModelService, router};

use crate::scene::{Answer, Scripted, gated, invoke, json_of, one_station, ping, request, serving};

/// A model that is busy with a first request, and two more of which one waits and the other could not.
async fn crowded(
    began: mpsc::Receiver<()>,
    app: &Router,
) -> (JoinSet<Answer>, JoinSet<Answer>, Answer, mpsc::Receiver<()>) {
    let ask = || {
        let app = app.clone();
        async move { invoke(&app, encode_request(&request(1))).await }
    };
    let mut first = JoinSet::new();
    first.spawn(ask());
    let began = spawn_blocking(move || began.recv().map(|()| began).unwrap()).await.unwrap();
    let mut others = JoinSet::new();
    others.spawn(ask());
    others.spawn(ask());
    let turned_away = others.join_next().await.unwrap().unwrap();
    (first, others, turned_away, began)
}

#[tokio::test]
async fn when_the_queue_is_full_a_caller_is_told_to_come_back() {
    let (model, began, gate) = gated();
    let app = serving(model, 1).await;
    let (first, waiting, (status, again, body), _began) = crowded(began, &app).await;
    assert_eq!((status, again), (StatusCode::TOO_MANY_REQUESTS, true));
    assert!(json_of(&body)["error"].as_str().unwrap().contains("try again"));

    drop(gate);
    let answered: Vec<_> = [first.join_all().await, waiting.join_all().await].concat();
    assert_eq!(answered.iter().map(|answer| answer.0).collect::<Vec<_>>(), [StatusCode::OK; 2]);
}

#[tokio::test]
async fn a_caller_that_hung_up_is_passed_over() {
    let (model, began, gate) = gated();
    let app = serving(model, 1).await;
    let (first, mut waiting, _, began) = crowded(began, &app).await;
    waiting.shutdown().await;

    drop(gate);
    first.join_all().await;
    drop(app);
    assert_eq!(began.iter().count(), 0, "only the first request reached the model");
}

#[tokio::test]
async fn ping_says_loading_until_the_model_is_there() {
    let (finish, loading) = mpsc::channel();
    let load = move || {
        loading.recv().unwrap();
        Ok::<_, String>(Box::new(Persistence) as Box<dyn Forecaster>)
    };
    let service = ModelService::start(load, DEFAULT_QUEUE);
    let app = router(service.clone());
    assert_eq!(ping(&app).await, (StatusCode::SERVICE_UNAVAILABLE, json!({"status": "loading"})));
    let (status, again, _) = invoke(&app, one_station().to_string()).await;
    assert_eq!((status, again), (StatusCode::SERVICE_UNAVAILABLE, true));

    finish.send(()).unwrap();
    service.loaded().await;
    assert_eq!(
        ping(&app).await,
        (StatusCode::OK, json!({"status": "ready", "model_version": "persistence"}))
    );
    assert_eq!(invoke(&app, one_station().to_string()).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_model_that_cannot_be_loaded_leaves_a_service_that_says_why() {
    let reason = "/opt/ml/model/manifest.json: no such file: give the model's place with --model";
    let service = ModelService::start(move || Err::<Box<dyn Forecaster>, _>(reason), DEFAULT_QUEUE);
    service.loaded().await;
    let app = router(service);
    assert_eq!(
        ping(&app).await,
        (StatusCode::SERVICE_UNAVAILABLE, json!({"status": "failed", "error": reason}))
    );
    let (status, again, body) = invoke(&app, one_station().to_string()).await;
    assert_eq!((status, again), (StatusCode::SERVICE_UNAVAILABLE, false));
    assert_eq!(json_of(&body)["error"], format!("no model: {reason}"));
}

#[tokio::test]
async fn a_model_that_panics_is_no_longer_well() {
    let app = serving(Scripted(|_: &ForecastRequest| panic!("the model breaks here on purpose")), 8).await;
    assert_eq!(ping(&app).await.0, StatusCode::OK);
    assert_eq!(invoke(&app, one_station().to_string()).await.0, StatusCode::SERVICE_UNAVAILABLE);
    let (status, body) = ping(&app).await;
    assert_eq!((status, &body["status"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("failed")));
}
