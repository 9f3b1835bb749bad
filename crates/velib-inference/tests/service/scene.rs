//! What the tests stand on: forecasters that do as they are told, requests, and the service asked through its router.

use std::{num::NonZeroUsize, sync::mpsc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header::RETRY_AFTER},
};
use serde_json::{Value, json};
use tower::ServiceExt;
use velib_domain::{LatLon, SignedDuration, StationId};
use velib_forecast::{
    ForecastError, ForecastRequest, Forecaster, Horizon, Persistence, StationForecast, StationHistory,
};
use velib_inference::{Health, ModelService, router};

/// A forecaster that does what its test says.
pub struct Scripted<F>(pub F);

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
pub fn gated() -> (impl Forecaster, mpsc::Receiver<()>, mpsc::Sender<()>) {
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
pub type Answer = (StatusCode, bool, Vec<u8>);

pub async fn send(app: &Router, method: &str, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder().method(method).uri(path).body(body.into()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let (status, again) = (response.status(), response.headers().contains_key(RETRY_AFTER));
    (status, again, to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec())
}

pub async fn invoke(app: &Router, body: impl Into<Body>) -> Answer {
    send(app, "POST", "/invocations", body).await
}

pub async fn ping(app: &Router) -> (StatusCode, Value) {
    let (status, _, body) = send(app, "GET", "/ping", Body::empty()).await;
    (status, json_of(&body))
}

pub fn json_of(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(body)))
}

pub async fn serving(model: impl Forecaster + 'static, waiting: usize) -> Router {
    let waiting = NonZeroUsize::new(waiting).unwrap();
    let service =
        ModelService::start(move || Ok::<_, String>(Box::new(model) as Box<dyn Forecaster>), waiting);
    assert!(matches!(service.loaded().await, Health::Ready { .. }));
    router(service)
}

pub fn request(stations: usize) -> ForecastRequest {
    let history = |index: usize| StationHistory {
        station_id: StationId::new(format!("{}", 36_881_000_000 + index)),
        capacity: Some(35),
        position: LatLon { lat: 48.8 + index as f64 * 1e-4, lon: 2.3 },
        bikes: (0..24).map(|hour| (hour != 3).then_some(((index + hour) % 30) as u16)).collect(),
        docks: (0..24).map(|hour| Some((35 - (index + hour) % 30) as u16)).collect(),
        ebikes: Some(0),
        bikes_week_before: Vec::new(),
    };
    ForecastRequest {
        issued_at: "2026-11-20T14:00:00Z".parse().unwrap(),
        cadence: SignedDuration::from_hours(1),
        stations: (0..stations).map(history).collect(),
        weather: Vec::new(),
    }
}

pub fn one_station() -> Value {
    json!({
        "station_code": "16107", "historical_bikes": vec![5; 24], "hour": 15, "day_of_week": 4, "is_weekend": false,
        "capacity": 35, "latitude": 48.865, "longitude": 2.275,
    })
}
