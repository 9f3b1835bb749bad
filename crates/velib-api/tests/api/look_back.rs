//! The model is sent as many hours as it declares to look back, once it has declared them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::net::TcpListener;
use velib_forecast::{ForecastError, ForecastRequest, Forecaster, Horizon, Persistence, StationForecast};
use velib_inference::{DEFAULT_QUEUE, ModelService};

use crate::world::World;

/// A model that looks back so many slots, and remembers how many it was sent.
struct Remembering {
    look_back: usize,
    sent: Arc<AtomicUsize>,
}

impl Forecaster for Remembering {
    fn version(&self) -> &'static str {
        "remembering"
    }

    fn look_back(&self) -> usize {
        self.look_back
    }

    fn horizons(&self) -> &[Horizon] {
        Persistence.horizons()
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        self.sent.store(request.stations[0].bikes.len(), Ordering::SeqCst);
        Persistence.forecast(request)
    }
}

/// How many slots a model that looks back so far is sent at first, and once it has answered; and how many hours of the lake
/// are wanted then.
async fn sent(look_back: usize) -> (usize, usize, u64) {
    let sent = Arc::new(AtomicUsize::new(0));
    let model = Remembering { look_back, sent: Arc::clone(&sent) };
    let service = ModelService::start(move || Ok::<_, String>(Box::new(model) as _), DEFAULT_QUEUE);
    service.loaded().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, velib_inference::router(service)).await });
    let world = World::with_model_at(url).await;
    world.get("/v1/stations/3002/forecast").await.ok();
    let first = sent.load(Ordering::SeqCst);
    // Beyond five minutes a request waits for new counts, and for what is forecast from them.
    world.wait(301);
    let answer = world.get("/v1/stations/3002/forecast").await.ok();
    assert_eq!(answer["horizons"][0]["bikes"]["p50"], 11.0, "{answer}");
    let wanted = world.get("/v1/status").await.ok()["lake"]["hours_wanted"].as_u64().unwrap();
    (first, sent.load(Ordering::SeqCst), wanted)
}

#[tokio::test]
async fn a_model_that_looks_back_two_days_is_sent_two_days() {
    assert_eq!(sent(49).await, (25, 49, 49));
}

#[tokio::test]
async fn no_model_is_sent_less_than_a_day_or_more_than_a_week() {
    assert_eq!(sent(3).await, (25, 25, 25));
    assert_eq!(sent(1_000_000).await, (25, 169, 169));
}
