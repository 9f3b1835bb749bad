//! A world around one router: a feed and a model that can fail, a lake with a past, a clock that a test moves.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::State,
    http::{HeaderMap, Request, StatusCode, header},
    routing::get,
};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
};
use tower::ServiceExt;
use velib_api::{Api, Config, Geocoders, Limits, LogFormat, LogLines, MetricsOutput, Model, router};
use velib_domain::{
    CapacitySource, Counts, Hour, LatLon, Observation, SignedDuration, Source, Station, StationCode,
    StationId, StationStatus, SystemId, Timestamp,
};
use velib_forecast::Persistence;
use velib_inference::{DEFAULT_QUEUE, ModelService};
use velib_lake::{HourObjects, Lake};
use velib_model::Artefact;

use crate::city::{self, NOW};

const SHIPPED_MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../model/model.tar.gz");

/// What a feed answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FeedIs {
    Up,
    /// As up, and the last bike of République is gone.
    Changed,
    Down,
    /// An error page with status 200.
    Html,
}

/// One router and all that it reaches.
pub(crate) struct World {
    pub(crate) router: Router,
    pub(crate) feed: Arc<Mutex<FeedIs>>,
    feed_ready: Arc<Semaphore>,
    pub(crate) model_up: Arc<AtomicBool>,
    model_ready: Arc<Semaphore>,
    model_answered: Arc<Notify>,
    pub(crate) status_fetches: Arc<AtomicUsize>,
    pub(crate) lake: Lake,
    clock: Arc<Mutex<Timestamp>>,
}

/// An answer, as a client sees it.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[derive(Clone)]
struct FeedServer {
    base: String,
    is: Arc<Mutex<FeedIs>>,
    ready: Arc<Semaphore>,
    status_fetches: Arc<AtomicUsize>,
}

impl World {
    /// A feed, a model and a day of past.
    pub(crate) async fn new() -> Self {
        Self::with_feed(FeedIs::Up).await
    }

    pub(crate) async fn with_feed(is: FeedIs) -> Self {
        Self::with(is, |config| config).await
    }

    /// A world whose API also holds the shipped model itself.
    pub(crate) async fn with_model_in_process() -> Self {
        Self::with(FeedIs::Up, |config| Config { model_file: Some(SHIPPED_MODEL.into()), ..config }).await
    }

    /// A world whose only model is the shipped one, in the API's own process.
    pub(crate) async fn with_model_in_process_alone() -> Self {
        let alone = |config| Config { model: None, model_file: Some(SHIPPED_MODEL.into()), ..config };
        Self::with(FeedIs::Up, alone).await
    }

    /// A world whose API also holds the shipped model, where that model knows what is usual at some of the stations.
    pub(crate) async fn with_usual_week_of(stations: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("model.tar.gz");
        let shipped = Artefact::load(Path::new(SHIPPED_MODEL)).unwrap();
        Artefact { profile: city::usual_week(stations), path: file.clone(), ..shipped }.save().unwrap();
        Self::with(FeedIs::Up, |config| Config { model_file: Some(file), ..config }).await
    }

    /// A world whose API asks the model at this address.
    pub(crate) async fn with_model_at(url: String) -> Self {
        let model = Model { endpoint: "velib".to_owned(), endpoint_url: Some(url) };
        Self::with(FeedIs::Up, |config| Config { model: Some(model), ..config }).await
    }

    /// A world whose API was given a file of street tables.
    pub(crate) async fn with_streets(file: &Path) -> Self {
        Self::with(FeedIs::Up, |config| Config { streets_file: Some(file.to_owned()), ..config }).await
    }

    /// A world whose API asks geocoders at these addresses.
    pub(crate) async fn with_geocoders(is: FeedIs, geocoders: Geocoders) -> Self {
        Self::with(is, |config| Config { geocoders, ..config }).await
    }

    /// A world of which the lake holds what a test put there, and nothing else.
    pub(crate) async fn over(lake: Lake) -> Self {
        Self::build(FeedIs::Up, lake, |config| config).await
    }

    /// A world whose API also holds the shipped model, and waits for an endpoint no longer than usual.
    pub(crate) async fn with_usual_patience_for_its_endpoint() -> Self {
        let usual = |config| Config {
            model_patience: velib_api::MODEL_PATIENCE,
            model_file: Some(SHIPPED_MODEL.into()),
            ..config
        };
        Self::with(FeedIs::Up, usual).await
    }

    /// A world whose API waits hardly for an endpoint.
    pub(crate) async fn with_little_patience() -> Self {
        let patience = Duration::from_millis(50);
        Self::with(FeedIs::Up, |config| Config { model_patience: patience, ..config }).await
    }

    /// A world whose API waits for the feed no longer than usual, and knows no model.
    pub(crate) async fn with_usual_patience() -> Self {
        let usual = |config| Config { feed_patience: velib_api::FEED_PATIENCE, model: None, ..config };
        Self::with(FeedIs::Up, usual).await
    }

    /// A world whose API tells its numbers in a log.
    pub(crate) async fn on_lambda(log: LogLines) -> Self {
        Self::with(FeedIs::Up, |config| Config { metrics: MetricsOutput::Logged(log), ..config }).await
    }

    /// A world whose API takes no more than these.
    pub(crate) async fn with_limits(limits: Limits) -> Self {
        Self::with(FeedIs::Up, |config| Config { limits, ..config }).await
    }

    async fn with(is: FeedIs, more: impl FnOnce(Config) -> Config) -> Self {
        let lake = Lake::in_memory();
        fill(&lake, &"velib".parse().unwrap()).await;
        Self::build(is, lake, more).await
    }

    async fn build(is: FeedIs, lake: Lake, more: impl FnOnce(Config) -> Config) -> Self {
        let feed = Arc::new(Mutex::new(is));
        let status_fetches = Arc::new(AtomicUsize::new(0));
        let feed_ready = Arc::new(Semaphore::new(1));
        let feed_url =
            serve_feed(Arc::clone(&feed), Arc::clone(&feed_ready), Arc::clone(&status_fetches)).await;
        let (model_url, model_up, model_ready, model_answered) = serve_model().await;
        let clock = Arc::new(Mutex::new(NOW.parse().unwrap()));
        let model = Model { endpoint: "velib".to_owned(), endpoint_url: Some(model_url) };
        let config = more(config(&feed_url, Source::Simulated, Some(model)));
        let told = Arc::clone(&clock);
        let api = Api::over(lake.clone(), config, Arc::new(move || *told.lock().unwrap())).await.unwrap();
        Self {
            router: router(api),
            feed,
            feed_ready,
            model_up,
            model_ready,
            model_answered,
            status_fetches,
            lake,
            clock,
        }
    }

    /// Lets the lake hold the whole city as it was so many minutes before the world began.
    pub(crate) async fn lake_counted_before(&self, minutes: i64) {
        let at = NOW.parse::<Timestamp>().unwrap() - SignedDuration::from_mins(minutes);
        let (observations, stations) = city::refined(at);
        let system = "velib".parse().unwrap();
        self.lake.write_silver_hour(&system, Hour::containing(at), &observations).await.unwrap();
        self.lake.write_stations(&system, &stations).await.unwrap();
    }

    pub(crate) fn feed_is(&self, is: FeedIs) {
        *self.feed.lock().unwrap() = is;
    }

    /// Holds back every document of the feed until what is given is dropped: it accepts, and does not answer.
    pub(crate) async fn feed_hangs(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.feed_ready).acquire_owned().await.unwrap()
    }

    pub(crate) fn model_is_up(&self, up: bool) {
        self.model_up.store(up, Ordering::SeqCst);
    }

    /// Holds back every answer of the model until what is given is dropped.
    pub(crate) async fn model_starts(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.model_ready).acquire_owned().await.unwrap()
    }

    /// Until the model has answered once more.
    pub(crate) async fn model_answers(&self) {
        self.model_answered.notified().await;
    }

    pub(crate) fn wait(&self, seconds: i64) {
        *self.clock.lock().unwrap() += SignedDuration::from_secs(seconds);
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Asks again and again, at the same moment of the world, until what goes on behind the answers has shown in them.
    pub(crate) async fn until(&self, path: &str, shows: impl Fn(&Value) -> bool) -> Value {
        until(async || Some(self.get(path).await.ok()).filter(|answer| shows(answer))).await
    }

    /// Sends a form as JSON.
    pub(crate) async fn post(&self, path: &str, form: &Value) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(form.to_string().into()).unwrap()).await
    }

    /// Asks with one more header.
    pub(crate) async fn get_with(&self, path: &str, name: &str, value: &str) -> Answer {
        self.send(Request::get(path).header(name, value).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// Looks again and again, at the same moment of the world, until there is something.
pub(crate) async fn until<T>(look: impl AsyncFn() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::task::yield_now().await;
        }
    };
    let patience = std::time::Duration::from_secs(20);
    tokio::time::timeout(patience, looking).await.expect("what goes on behind the answers never showed")
}

/// The configuration of an API over a feed.
pub(crate) fn config(feed_url: &str, feed_source: Source, model: Option<Model>) -> Config {
    Config {
        lake_url: "memory:".to_owned(),
        s3_endpoint: None,
        system: "velib".parse().unwrap(),
        discovery_url: format!("{feed_url}/gbfs.json"),
        feed_source,
        // Only tests of a late feed are in a hurry.
        feed_patience: Duration::from_secs(30),
        counts_hold_for: velib_api::COUNTS_HOLD_FOR,
        model,
        // Only tests of a starting endpoint are in a hurry: on a busy machine any other may answer late.
        model_patience: Duration::from_secs(30),
        model_file: None,
        streets_file: None,
        geocoders: Geocoders { geoplateforme: None, photon: None },
        allowed_origins: vec!["https://pulse.example.org".to_owned()],
        limits: Limits::default(),
        metrics: MetricsOutput::Scraped,
        log_format: LogFormat::Text,
    }
}

/// What a router answers to a request.
pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body }
}

impl Answer {
    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// The body of a problem, whose type and status are as given.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, kind: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.body));
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        let problem = self.json();
        assert_eq!((problem["status"].as_u64(), problem["type"].as_str()), (Some(status.into()), Some(kind)));
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
        problem
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The codes of an answer's notices.
pub(crate) fn notices(answer: &Value) -> Vec<&str> {
    answer["notices"].as_array().unwrap().iter().map(|notice| notice["code"].as_str().unwrap()).collect()
}

async fn serve_feed(
    is: Arc<Mutex<FeedIs>>,
    ready: Arc<Semaphore>,
    status_fetches: Arc<AtomicUsize>,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = FeedServer { base: base.clone(), is, ready, status_fetches };
    let documents = Router::new()
        .route(
            "/gbfs.json",
            get(async |State(server): State<FeedServer>| {
                drop(server.ready.acquire().await);
                server.answer(&city::discovery(&server.base))
            }),
        )
        .route(
            "/station_information.json",
            get(async |State(server): State<FeedServer>| {
                drop(server.ready.acquire().await);
                server.answer(&city::station_information())
            }),
        )
        .route(
            "/station_status.json",
            get(async |State(server): State<FeedServer>| {
                server.status_fetches.fetch_add(1, Ordering::SeqCst);
                drop(server.ready.acquire().await);
                let bike_at_republique = *server.is.lock().unwrap() != FeedIs::Changed;
                server.answer(&city::station_status(bike_at_republique))
            }),
        )
        .with_state(server);
    tokio::spawn(async { axum::serve(listener, documents).await });
    base
}

impl FeedServer {
    fn answer(&self, document: &Value) -> (StatusCode, String) {
        match *self.is.lock().unwrap() {
            FeedIs::Up | FeedIs::Changed => (StatusCode::OK, document.to_string()),
            FeedIs::Down => (StatusCode::BAD_GATEWAY, String::new()),
            FeedIs::Html => (StatusCode::OK, "<html>maintenance</html>".to_owned()),
        }
    }
}

/// The real model service with the persistence forecaster for a model, behind a switch.
async fn serve_model() -> (String, Arc<AtomicBool>, Arc<Semaphore>, Arc<Notify>) {
    let service = ModelService::start(|| Ok::<_, String>(Box::new(Persistence) as _), DEFAULT_QUEUE);
    service.loaded().await;
    let up = Arc::new(AtomicBool::new(true));
    // Whoever holds the permit holds back every answer.
    let ready = Arc::new(Semaphore::new(1));
    let answered = Arc::new(Notify::new());
    let (switch, gate, tell) = (Arc::clone(&up), Arc::clone(&ready), Arc::clone(&answered));
    let behind_switch = axum::middleware::from_fn(move |request, next: axum::middleware::Next| {
        let (up, gate, tell) = (switch.load(Ordering::SeqCst), Arc::clone(&gate), Arc::clone(&tell));
        async move {
            drop(gate.acquire().await);
            let answer = if up { Ok(next.run(request).await) } else { Err(StatusCode::SERVICE_UNAVAILABLE) };
            tell.notify_one();
            answer
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async {
        axum::serve(listener, velib_inference::router(service).layer(behind_switch)).await
    });
    (url, up, ready, answered)
}

/// A past in which Temple held as many bikes as the clock showed hours, UTC, at five past; nothing at 11:05. The lake
/// remembers Picpus's capacity.
async fn fill(lake: &Lake, system: &SystemId) {
    let now: Timestamp = NOW.parse().unwrap();
    let first = Hour::containing(now - SignedDuration::from_hours(25));
    for hour in first.until(Hour::containing(now)).filter(|hour| hour.civil().hour() != 11) {
        let at = hour.start() + SignedDuration::from_mins(5);
        let bikes = hour.civil().hour().unsigned_abs().into();
        lake.write_silver_hour(system, hour, &[counted(at, bikes)]).await.unwrap();
    }
    // Yesterday is one object by now and today is hours, and no answer tells which.
    lake.compact_day(system, first.civil().date(), HourObjects::Delete).await.unwrap();
    let picpus = Station {
        station_id: StationId::new("12002"),
        station_code: Some(StationCode::new("12002")),
        name: "Picpus".to_owned(),
        position: LatLon { lat: 48.8465, lon: 2.3990 },
        capacity: Some(28),
        arrondissement: Some(12),
        commune: None,
        first_seen: now,
        last_seen: now,
    };
    lake.write_stations(system, &[picpus]).await.unwrap();
}

/// So many bikes at Temple.
pub(crate) fn counted(snapshot_at: Timestamp, bikes: u16) -> Observation {
    Observation {
        snapshot_at,
        status: StationStatus {
            station_id: StationId::new("3002"),
            station_code: None,
            counts: Counts { bikes, docks: Some(20_u16.saturating_sub(bikes)), ..Counts::default() },
            reported_at: None,
            is_installed: Some(true),
            is_renting: Some(true),
            is_returning: Some(true),
        },
        capacity: Some(20),
        capacity_source: Some(CapacitySource::Feed),
    }
}
