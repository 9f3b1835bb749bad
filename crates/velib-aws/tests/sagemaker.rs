//! The endpoint's client against the real model service on loopback, and against servers that answer as the platform
//! does when it refuses.

#![expect(clippy::unwrap_used, reason = "a scene that cannot be set fails its test there")]

use std::{
    future::Future,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, http::StatusCode};
use serde_json::json;
use tokio::net::TcpListener;
use velib_aws::{InvokeError, InvokeTimeouts, SageMakerForecaster};
use velib_domain::{LatLon, SignedDuration, StationId};
use velib_forecast::{
    CountForecast, ForecastRequest, Forecaster, ModelAnswer, Persistence, StationHistory,
    invocation::MOST_STATIONS,
};
use velib_inference::{ModelService, serve};

fn request(stations: usize) -> ForecastRequest {
    let history = |index: usize| StationHistory {
        station_id: StationId::new(format!("station-{index}")),
        capacity: Some(35),
        position: LatLon { lat: 48.85, lon: 2.35 },
        bikes: (0..24).map(|hour| Some(((index + hour) % 30) as u16)).collect(),
        docks: Vec::new(),
        ebikes: None,
        bikes_week_before: Vec::new(),
    };
    ForecastRequest {
        issued_at: "2026-11-20T14:00:00Z".parse().unwrap(),
        cadence: SignedDuration::from_hours(1),
        stations: (0..stations).map(history).collect(),
        weather: Vec::new(),
    }
}

/// Runs a server on a free port and gives its address.
async fn listening<F: Future<Output = std::io::Result<()>> + Send + 'static>(
    server: impl FnOnce(TcpListener) -> F,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(server(listener));
    address
}

/// The model service over a model that loads, or does not.
async fn model_service(model: Result<Persistence, &'static str>) -> String {
    let load = move || model.map(|model| Box::new(model) as Box<dyn Forecaster>);
    let service = ModelService::start(load, NonZeroUsize::new(4).unwrap());
    service.loaded().await;
    listening(|listener| serve(listener, service, std::future::pending())).await
}

/// A server that gives every request this answer.
async fn answering(status: u16, error_type: &'static str, body: String) -> String {
    let answer = (StatusCode::from_u16(status).unwrap(), [("x-amzn-errortype", error_type)], body);
    listening(|listener| async { axum::serve(listener, Router::new().fallback(async || answer)).await }).await
}

async fn ask(address: &str, stations: usize) -> Result<ModelAnswer, InvokeError> {
    SageMakerForecaster::new("velib", Some(address)).await.forecast(&request(stations)).await
}

#[tokio::test]
async fn all_of_paris_is_forecast_through_the_sdk_as_it_is_in_person() {
    let answer = ask(&model_service(Ok(Persistence)).await, 1_500).await.unwrap();
    let in_person = Persistence.forecast(&request(1_500)).unwrap();
    assert_eq!((answer.model_version.as_str(), answer.stations.len()), ("persistence", 1_500));
    let (far, near) =
        (answer.stations[1_499].bikes[2], CountForecast::from(&in_person[1_499].horizons[2].bikes));
    assert!((far.mean - near.mean).abs() < 1e-4 && (far.p_at_least[0] - near.p_at_least[0]).abs() < 1e-4);
}

#[tokio::test]
async fn what_the_model_service_refuses_is_passed_on_in_its_own_words() {
    let address = model_service(Ok(Persistence)).await;
    let refused = ask(&address, MOST_STATIONS + 1).await.unwrap_err();
    let reason = "stations: 3501 stations, send at most 3500".to_owned();
    assert_eq!(
        refused,
        InvokeError::Refused { endpoint: format!("velib at {address}"), status: 400, reason }
    );
}

#[tokio::test]
async fn a_model_that_failed_to_load_is_not_ready() {
    let refused = ask(&model_service(Err("/opt/ml/model is empty")).await, 1).await.unwrap_err();
    assert!(matches!(&refused, InvokeError::NotReady { .. }), "{refused:?}");
    assert!(refused.to_string().contains("/opt/ml/model is empty"), "{refused}");
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let refused = ask(&address, 1).await.unwrap_err();
    assert!(matches!(&refused, InvokeError::Unreachable { .. }), "{refused:?}");
    assert!(refused.to_string().contains(&address) && refused.to_string().contains("refused"), "{refused}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let timeouts = InvokeTimeouts { total: Duration::from_millis(100), ..InvokeTimeouts::default() };
    let client = SageMakerForecaster::with_timeouts("velib", Some(&address), timeouts).await;
    let refused = client.forecast(&request(1)).await.unwrap_err();
    assert!(matches!(&refused, InvokeError::Unreachable { .. }), "{refused:?}");
    assert!(refused.to_string().contains("timeout"), "{refused}");
}

#[tokio::test]
async fn a_full_queue_and_the_platforms_own_limit_are_both_throttling() {
    let full = answering(429, "", json!({"error": "as many requests wait as may"}).to_string()).await;
    let limited =
        answering(400, "ThrottlingException", json!({"message": "rate exceeded"}).to_string()).await;
    for (address, says) in [(full, "as many requests wait"), (limited, "rate exceeded")] {
        let refused = ask(&address, 1).await.unwrap_err();
        assert!(
            matches!(&refused, InvokeError::Throttled { reason, .. } if reason.contains(says)),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn the_containers_words_are_taken_out_of_the_platforms_wrapping() {
    let said = json!({"error": "cadence_seconds: 0 is no cadence", "field": "cadence_seconds"}).to_string();
    let wrapped = |status: u16| json!({"OriginalStatusCode": status, "OriginalMessage": said, "Message": "from primary"});
    let refused = ask(&answering(424, "ModelError", wrapped(400).to_string()).await, 1).await.unwrap_err();
    let expect = "refused with 400: cadence_seconds: 0 is no cadence";
    assert!(refused.to_string().ends_with(expect), "{refused}");
    let busy = ask(&answering(424, "ModelError", wrapped(429).to_string()).await, 1).await.unwrap_err();
    assert!(matches!(busy, InvokeError::Throttled { .. }), "{busy:?}");
    let cold = ask(&answering(429, "ModelNotReadyException", "{}".to_owned()).await, 1).await.unwrap_err();
    assert!(matches!(cold, InvokeError::NotReady { .. }), "{cold:?}");
}

#[tokio::test]
async fn an_answer_about_other_stations_or_about_none_is_bad() {
    let other = json!({"model_version": "m", "inference_time_ms": 1, "horizons_seconds": [], "stations": []});
    for body in [other.to_string(), "{}".to_owned(), "<html>".to_owned()] {
        let refused = ask(&answering(200, "", body).await, 1).await.unwrap_err();
        assert!(matches!(&refused, InvokeError::BadAnswer { .. }), "{refused:?}");
    }
}

#[tokio::test]
async fn a_failed_call_is_not_repeated() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let failing = Router::new().fallback(async move || {
        counted.fetch_add(1, Ordering::SeqCst);
        StatusCode::INTERNAL_SERVER_ERROR
    });
    let address = listening(|listener| async { axum::serve(listener, failing).await }).await;
    let refused = ask(&address, 1).await.unwrap_err();
    assert!(matches!(refused, InvokeError::Refused { status: 500, .. }), "{refused:?}");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
