//! Serves a simulated city as a GBFS feed: now at the root, the past under `/at/{time}/`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use tokio::net::TcpListener;
use velib_domain::Timestamp;

use crate::{
    City,
    discovery::{Refusal, gbfs_json, json_response, no_such_document},
    forecast_service::{self, Parameters},
    timeline::Timeline,
};

/// Documents kept ready; a document is about 0.4 MB.
const MOST_CACHED: usize = 32;

/// Serves the city until the listener fails. `clock` says what time it is for the root's documents.
pub async fn serve_simulated(
    listener: TcpListener,
    city: City,
    clock: impl Fn() -> Timestamp + Send + Sync + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, simulated_router(city, clock)).await
}

/// The routes `/gbfs.json`, `/station_information.json`, `/station_status.json`, and the same under `/at/{time}/`, with
/// a time in RFC 3339 or epoch seconds between the city's start and now; beside them `/v1/forecast`, the weather.
pub fn simulated_router(city: City, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Router {
    let (start, seed) = (city.now(), city.seed);
    let world = Mutex::new(World { timeline: Timeline::new(city), cached: HashMap::new() });
    let simulation = Arc::new(Simulation { world, start, seed, clock: Box::new(clock) });
    Router::new()
        .route("/{document}", get(document_now))
        .route("/at/{time}/{document}", get(document_then))
        .route("/v1/forecast", get(weather_now))
        .route("/at/{time}/v1/forecast", get(weather_then))
        .with_state(simulation)
}

struct Simulation {
    world: Mutex<World>,
    start: Timestamp,
    seed: u64,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
}

struct World {
    timeline: Timeline,
    cached: HashMap<(Timestamp, Feed), Bytes>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Feed {
    Information,
    Status,
}

async fn document_now(
    State(simulation): State<Arc<Simulation>>,
    Path(document): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let now = (simulation.clock)();
    answer(simulation, "", now, &document, &headers).await
}

async fn document_then(
    State(simulation): State<Arc<Simulation>>,
    Path((time, document)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let then = simulation.past_moment(&time)?;
    let base = format!("/at/{}", then.as_second());
    answer(simulation, &base, then, &document, &headers).await
}

async fn weather_now(State(simulation): State<Arc<Simulation>>, asked: Parameters) -> Response {
    forecast_service::answer(simulation.seed, (simulation.clock)(), &asked)
}

async fn weather_then(
    State(simulation): State<Arc<Simulation>>,
    Path(time): Path<String>,
    asked: Parameters,
) -> Result<Response, Refusal> {
    let then = simulation.past_moment(&time)?;
    Ok(forecast_service::answer(simulation.seed, then, &asked))
}

async fn answer(
    simulation: Arc<Simulation>,
    base: &str,
    time: Timestamp,
    document: &str,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let minute = full_minute(time);
    let feed = match document {
        "gbfs.json" => return gbfs_json(headers, base, Some(minute)),
        "station_information.json" => Feed::Information,
        "station_status.json" => Feed::Status,
        _ => return Err(no_such_document(document)),
    };
    // Living through days takes a core for a while: not on a thread that answers others.
    let body = tokio::task::spawn_blocking(move || simulation.document(minute, feed)).await;
    let failed = |_| (StatusCode::INTERNAL_SERVER_ERROR, "the simulation failed\n".to_owned());
    body.map_err(failed)?.map(json_response)
}

impl Simulation {
    /// A moment as it stands in a path, if it has passed.
    fn past_moment(&self, text: &str) -> Result<Timestamp, Refusal> {
        let then = moment(text)?;
        if then > (self.clock)() {
            let refusal = format!("{then} is in the future: ask for a moment that has passed\n");
            return Err((StatusCode::NOT_FOUND, refusal));
        }
        Ok(then)
    }

    fn document(&self, minute: Timestamp, feed: Feed) -> Result<Bytes, Refusal> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(body) = world.cached.get(&(minute, feed)) {
            return Ok(body.clone());
        }
        let city = world.timeline.at(minute).ok_or_else(|| self.before_start(minute))?;
        let body = Bytes::from(match feed {
            Feed::Information => city.station_information_json(),
            Feed::Status => city.station_status_json(),
        });
        if world.cached.len() >= MOST_CACHED {
            world.cached.clear();
        }
        world.cached.insert((minute, feed), body.clone());
        Ok(body)
    }

    fn before_start(&self, minute: Timestamp) -> Refusal {
        let start = self.start;
        (StatusCode::NOT_FOUND, format!("{minute} is before the simulated city: it starts at {start}\n"))
    }
}

/// A moment as it stands in a path.
fn moment(text: &str) -> Result<Timestamp, Refusal> {
    let epoch = text.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
    let moment = epoch.or_else(|| text.parse().ok());
    let refusal = || format!("{text:?} is not a time: write 2026-03-02T08:30:00Z or seconds since 1970\n");
    moment.ok_or_else(|| (StatusCode::BAD_REQUEST, refusal()))
}

fn full_minute(time: Timestamp) -> Timestamp {
    let second = time.as_second();
    Timestamp::from_second(second - second.rem_euclid(60)).unwrap_or(Timestamp::MIN)
}
