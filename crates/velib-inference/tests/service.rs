//! The service through its real router: both forms, every refusal, and what `/ping` says at each moment of a model's life.

#![expect(clippy::unwrap_used, reason = "a scene that cannot be set fails its test there")]

use std::{num::NonZeroUsize, sync::mpsc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header::RETRY_AFTER},
};
use serde_json::{Value, json};
use tokio::task::{JoinSet, spawn_blocking};
use tower::ServiceExt;
use velib_domain::{LatLon, SignedDuration, StationId};
use velib_forecast::{
    ForecastError, ForecastRequest, Forecaster, Horizon, ModelAnswer, Persistence, StationForecast,
    StationHistory,
    invocation::{MOST_STATIONS, encode_request},
};
use velib_inference::{DEFAULT_QUEUE, Health, MOST_BYTES, ModelService, router};

/// A forecaster that does what its test says.
struct Scripted<F>(F);

impl<F> Forecaster for Scripted<F>
where
    F: FnMut(&ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> + Send,
{
    fn version(&self) -> &'static str {
        "scripted"
    }

    fn look_back(&self) -> usize {
        24
    }

    fn horizons(&self) -> &[Horizon] {
        const { &[Horizon::from_hours(1), Horizon::from_hours(2), Horizon::from_hours(3)] }
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        self.0(request)
    }
}

/// A forecaster that says when it begins, then waits until its gate is dropped.
fn gated() -> (impl Forecaster, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (begins, began) = mpsc::channel();
    let (gate, waits) = mpsc::channel::<()>();
    let model = Scripted(move |request: &ForecastRequest| {
        begins.send(()).expect("the test holds the other end");
        let _ = waits.recv();
        Persistence.forecast(request)
    });
    (model, began, gate)
}

/// A status, whether it says when to ask again, and a body.
type Answer = (StatusCode, bool, Vec<u8>);

async fn send(app: &Router, method: &str, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder().method(method).uri(path).body(body.into()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let (status, again) = (response.status(), response.headers().contains_key(RETRY_AFTER));
    (status, again, to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec())
}

async fn invoke(app: &Router, body: impl Into<Body>) -> Answer {
    send(app, "POST", "/invocations", body).await
}

async fn ping(app: &Router) -> (StatusCode, Value) {
    let (status, _, body) = send(app, "GET", "/ping", Body::empty()).await;
    (status, json_of(&body))
}

fn json_of(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(body)))
}

async fn serving(model: impl Forecaster + 'static, waiting: usize) -> Router {
    let waiting = NonZeroUsize::new(waiting).unwrap();
    let service =
        ModelService::start(move || Ok::<_, String>(Box::new(model) as Box<dyn Forecaster>), waiting);
    assert!(matches!(service.loaded().await, Health::Ready { .. }));
    router(service)
}

fn request(stations: usize) -> ForecastRequest {
    let history = |index: usize| StationHistory {
        station_id: StationId::new(format!("{}", 36_881_000_000 + index)),
        capacity: Some(35),
        position: LatLon { lat: 48.8 + index as f64 * 1e-4, lon: 2.3 },
        bikes: (0..24).map(|hour| (hour != 3).then_some(((index + hour) % 30) as u16)).collect(),
        docks: (0..24).map(|hour| Some((35 - (index + hour) % 30) as u16)).collect(),
        ebikes: Some(0),
    };
    ForecastRequest {
        issued_at: "2026-11-20T14:00:00Z".parse().unwrap(),
        cadence: SignedDuration::from_hours(1),
        stations: (0..stations).map(history).collect(),
    }
}

fn one_station() -> Value {
    json!({
        "station_code": "16107", "historical_bikes": vec![5; 24], "hour": 15, "day_of_week": 4, "is_weekend": false,
        "capacity": 35, "latitude": 48.865, "longitude": 2.275,
    })
}

#[tokio::test]
async fn one_station_is_answered_in_the_form_it_was_asked_in() {
    let app = serving(Persistence, 8).await;
    let (status, _, body) = invoke(&app, one_station().to_string()).await;
    let answer = json_of(&body);
    assert_eq!((status, &answer["predictions"]), (StatusCode::OK, &json!({"T+1h": 5, "T+2h": 5, "T+3h": 5})));
    assert_eq!(answer["model_version"], "persistence");
    assert!(answer["inference_time_ms"].is_number() && answer["timestamp"].is_string());
}

#[tokio::test]
async fn all_of_paris_is_one_request_far_below_the_limit() {
    let app = serving(Persistence, 8).await;
    let request = encode_request(&request(1_500));
    let asked = request.len();
    let (status, _, body) = invoke(&app, request).await;
    let answer = ModelAnswer::decode(&body).unwrap();
    println!(
        "1,500 stations: request {asked} bytes, answer {} bytes, {} ms",
        body.len(),
        answer.inference_time_ms
    );
    assert_eq!((status, answer.stations.len(), answer.stations[0].missing_slots), (StatusCode::OK, 1_500, 1));
    assert!(asked < MOST_BYTES / 4 && body.len() < MOST_BYTES / 2);
}

#[tokio::test]
async fn the_most_stations_that_may_be_asked_about_are_answered_within_the_limit() {
    let app = serving(Persistence, 8).await;
    let (status, _, body) = invoke(&app, encode_request(&request(MOST_STATIONS))).await;
    println!("{MOST_STATIONS} stations: answer {} bytes", body.len());
    assert!(status == StatusCode::OK && body.len() < MOST_BYTES);
}

#[tokio::test]
async fn the_sdks_path_is_answered_for_any_endpoint_name() {
    let app = serving(Persistence, 8).await;
    let (status, _, body) =
        send(&app, "POST", "/endpoints/velib-model/invocations", encode_request(&request(2))).await;
    assert_eq!((status, ModelAnswer::decode(&body).unwrap().stations.len()), (StatusCode::OK, 2));
}

#[tokio::test]
async fn a_bad_request_is_refused_with_the_fields_name() {
    let app = serving(Persistence, 8).await;
    let mut body = json_of(&encode_request(&request(5)));
    body["stations"][3]["bikes"][2] = json!(-1);
    let (status, again, body) = invoke(&app, body.to_string()).await;
    assert_eq!((status, again), (StatusCode::BAD_REQUEST, false));
    let error = "stations[3].bikes[2]: -1 is no count, send 0…65535 or null";
    assert_eq!(json_of(&body), json!({"error": error, "field": "stations[3].bikes[2]"}));

    let (status, _, body) = invoke(&app, "{\"stations\": [").await;
    assert_eq!((status, &json_of(&body)["field"]), (StatusCode::BAD_REQUEST, &Value::Null));
}

#[tokio::test]
async fn a_body_above_the_limit_is_too_large_and_one_at_the_limit_is_read() {
    let app = serving(Persistence, 8).await;
    let (status, _, body) = invoke(&app, vec![b' '; MOST_BYTES + 1]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(json_of(&body)["error"].as_str().unwrap().contains("send fewer stations"));
    let mut padded = one_station().to_string().into_bytes();
    padded.resize(MOST_BYTES, b' ');
    assert_eq!(invoke(&app, padded).await.0, StatusCode::OK);
}

#[tokio::test]
async fn another_path_is_told_the_right_ones() {
    let app = serving(Persistence, 8).await;
    let (status, _, body) = send(&app, "GET", "/", Body::empty()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(json_of(&body)["error"].as_str().unwrap().contains("POST /invocations"));
}

#[tokio::test]
async fn what_the_model_refuses_is_the_callers_fault_and_what_breaks_in_it_is_not() {
    let refused = async |error: fn() -> ForecastError| {
        let (status, _, body) = invoke(
            &serving(Scripted(move |_: &ForecastRequest| Err(error())), 8).await,
            encode_request(&request(1)),
        )
        .await;
        (status.as_u16(), json_of(&body)["field"].clone())
    };
    let cadence = refused(|| ForecastError::WrongCadence { expected_s: 900, given_s: 3600 }).await;
    assert_eq!(cadence, (400, json!("cadence_seconds")));
    let history =
        refused(|| ForecastError::BadHistory { station_id: StationId::new("a"), reason: "empty".to_owned() })
            .await;
    assert_eq!(history, (400, json!("stations")));
    assert_eq!(refused(|| ForecastError::Model("a NaN".to_owned())).await, (500, Value::Null));
}

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
