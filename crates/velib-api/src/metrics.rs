//! What is counted of requests, forecasts and the feed: told to Prometheus where it asks, and on Lambda, where nobody can
//! ask one instance for its numbers, as log lines that CloudWatch reads metrics from.

mod embedded;
mod log_lines;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{Method, header},
    response::{IntoResponse, Response},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, prometheus_text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use velib_domain::Timestamp;

use crate::{Api, answer::age_s};
use embedded::Line;
pub use log_lines::LogLines;

/// Where numbers go.
#[derive(Debug, Clone, Default)]
pub enum MetricsOutput {
    /// To whoever asks for `/metrics`.
    #[default]
    Scraped,
    /// Into the log, a line a request, in CloudWatch's embedded metric format.
    Logged(LogLines),
}

/// From a warm answer in memory to a feed that is waited for, in seconds.
const LATENCY_BUCKETS: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 5.0, 20.0];

/// No counts were read yet.
const NEVER: i64 = i64::MIN;

/// Everything that is counted.
pub(crate) struct Metrics {
    output: MetricsOutput,
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram>,
    forecasts: Family<ByBasis, Counter>,
    issues: Family<ByOutcome, Counter>,
    feed_age: Gauge,
    /// When the newest counts were fetched, in seconds since 1970.
    counted_at: AtomicI64,
    /// The basis of the newest forecasts used, and how often since the last line.
    unlogged: Mutex<Option<(&'static str, u64)>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByBasis {
    basis: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByOutcome {
    outcome: &'static str,
}

impl Metrics {
    pub(crate) fn new(output: MetricsOutput) -> Self {
        let mut registry = Registry::with_prefix("velib_api");
        let requests = Family::default();
        registry.register("requests", "Requests answered", requests.clone());
        let histogram: fn() -> Histogram = || Histogram::new(LATENCY_BUCKETS);
        let seconds = Family::new_with_constructor(histogram);
        registry.register("request_seconds", "Seconds until the answer's head", seconds.clone());
        let forecasts = Family::default();
        registry.register("forecasts", "Answers that used forecasts, by their basis", forecasts.clone());
        let issues = Family::default();
        registry.register("issues", "Forecasts that were to be kept in the lake", issues.clone());
        let feed_age = Gauge::default();
        registry.register(
            "feed_age_seconds",
            "Age of the newest counts; -1 before the first",
            feed_age.clone(),
        );
        Self {
            output,
            registry,
            requests,
            seconds,
            forecasts,
            issues,
            feed_age,
            counted_at: AtomicI64::new(NEVER),
            unlogged: Mutex::default(),
        }
    }

    /// Counts were fetched at this moment.
    pub(crate) fn counted_at(&self, snapshot_at: Timestamp) {
        self.counted_at.store(snapshot_at.as_second(), Ordering::Relaxed);
    }

    /// An answer uses forecasts of this basis.
    pub(crate) fn forecast_by(&self, basis: &'static str) {
        self.forecasts.get_or_create(&ByBasis { basis }).inc();
        let mut unlogged = self.unlogged.lock().unwrap_or_else(PoisonError::into_inner);
        let before = unlogged.filter(|(known, _)| *known == basis).map_or(0, |(_, times)| times);
        *unlogged = Some((basis, before + 1));
    }

    /// Whether anybody may ask for them.
    pub(crate) fn are_scraped(&self) -> bool {
        matches!(self.output, MetricsOutput::Scraped)
    }

    /// Forecasts were to be kept in the lake: what became of it.
    pub(crate) fn issue_was(&self, outcome: &'static str) {
        self.issues.get_or_create(&ByOutcome { outcome }).inc();
    }

    fn feed_age_s(&self, now: Timestamp) -> Option<i64> {
        let second = self.counted_at.load(Ordering::Relaxed);
        Some(age_s(Timestamp::from_second(second).ok().filter(|_| second != NEVER)?, now))
    }

    fn answered(&self, answered: &Answered, seconds: f64, now: Timestamp) {
        let route = Route { route: answered.route.clone() };
        self.seconds.get_or_create(&route).observe(seconds);
        if let MetricsOutput::Logged(log) = &self.output {
            let forecasts = self.unlogged.lock().unwrap_or_else(PoisonError::into_inner).take();
            let feed_age_s = self.feed_age_s(now);
            log.write(&Line { now, answered, seconds, feed_age_s, forecasts }.json());
        }
        self.requests.get_or_create(answered).inc();
    }
}

/// A request that is being answered.
pub(crate) struct Counting {
    method: String,
    route: Option<MatchedPath>,
    since: Instant,
}

impl Counting {
    pub(crate) fn of(request: &Request) -> Self {
        // Others are refused, and there is no end of them.
        let known = [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS];
        let method = known.iter().find(|known| *known == request.method());
        Self {
            method: method.map_or("other", Method::as_str).to_owned(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            since: clock(),
        }
    }

    /// Counts its answer and how long it took.
    pub(crate) fn answered(self, response: &Response, api: &Api) {
        let route = self.route.as_ref().map_or("none", MatchedPath::as_str).to_owned();
        let answered = Answered { method: self.method, route, status: response.status().as_u16() };
        api.metrics().answered(&answered, self.since.elapsed().as_secs_f64(), api.now());
    }
}

/// `GET /metrics`: everything counted, in Prometheus's text format.
pub(crate) async fn answer(State(api): State<Api>) -> impl IntoResponse {
    let metrics = api.metrics();
    metrics.feed_age.set(metrics.feed_age_s(api.now()).unwrap_or(-1));
    let mut text = String::new();
    prometheus_text::encode(&mut text, &metrics.registry).expect("nothing fails that is written to memory");
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}

#[expect(clippy::disallowed_methods, reason = "how long an answer took is what is measured here")]
fn clock() -> Instant {
    Instant::now()
}
