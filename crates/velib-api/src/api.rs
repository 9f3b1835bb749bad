//! What every request shares: the feed, the past day, the forecasts, and the clock.

use std::{sync::Arc, time::Duration};

use tokio::sync::Mutex;
use velib_aws::{InvokeTimeouts, OpenError, SageMakerForecaster, open_lake};
use velib_domain::{SignedDuration, Source, Timestamp, calendar::paris_rfc3339};
use velib_gbfs::client::{ClientConfig, FeedClient, FetchError};
use velib_lake::Lake;
use velib_model::ModelError;

use crate::{
    Config, Model,
    answer::age_s,
    city::{City, SharedCity},
    feed::{Failure, Feed, Reading},
    forecasts::{Forecasting, Forecasts},
    history::{History, PastDay},
    models::Models,
    notice::Notice,
    problem::{Kind, Problem},
    streets::Streets,
    usable::{Estimating, StuckBikes},
    weather::{NewestWeather, Weather},
};

/// Tells the time: the machine's, or a test's.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Counts older than this get a warning.
const STALE_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// A request waits for the model, but not for an endpoint that starts from cold.
const MODEL_LIMITS: InvokeTimeouts =
    InvokeTimeouts { connect: Duration::from_secs(1), total: Duration::from_secs(5) };

/// The state behind every route; cloning shares it.
#[derive(Clone)]
pub struct Api(Arc<Shared>);

struct Shared {
    clock: Clock,
    feed: Feed,
    history: History,
    weather: Weather,
    forecasting: Forecasting,
    streets: Streets,
    estimating: Estimating,
    city: Mutex<Option<SharedCity>>,
    allowed_origins: Vec<String>,
}

/// Why the API cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum OpenApiError {
    /// The lake does not open.
    #[error(transparent)]
    Lake(#[from] OpenError),
    /// The model for this process does not load.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// There can be no feed client.
    #[error(transparent)]
    Feed(#[from] FetchError),
}

/// The newest of everything, for one request.
pub(crate) struct Present {
    pub(crate) city: SharedCity,
    pub(crate) past_day: Arc<PastDay>,
    /// Why the counts are not newer.
    pub(crate) failure: Option<Failure>,
}

impl Api {
    /// Opens the lake and sets the clients up; asks the feed and the model nothing yet.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, OpenApiError> {
        let lake = open_lake(&config.lake_url, config.s3_endpoint.as_deref()).await?;
        Self::over(lake, config, clock).await
    }

    /// As [`Api::open`], over a lake that is open already; the one of the configuration is not looked at.
    pub async fn over(lake: Lake, config: Config, clock: Clock) -> Result<Self, OpenApiError> {
        let client = FeedClient::new(feed_limits())?;
        let endpoint = match &config.model {
            Some(model) => Some(model_client(model).await),
            None => None,
        };
        let models = Models::new(endpoint, config.model_patience, config.model_file.as_deref())?;
        Ok(Self(Arc::new(Shared {
            clock,
            feed: Feed::new(client, config.discovery_url, config.feed_source),
            history: History::new(lake.clone(), config.system.clone()),
            weather: Weather::new(lake, config.system),
            forecasting: Forecasting::new(models),
            streets: Streets::open(config.streets_file.as_deref()),
            estimating: Estimating::default(),
            city: Mutex::default(),
            allowed_origins: config.allowed_origins,
        })))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    pub(crate) fn feed(&self) -> &Feed {
        &self.0.feed
    }

    pub(crate) fn streets(&self) -> &Streets {
        &self.0.streets
    }

    pub(crate) fn allowed_origins(&self) -> &[String] {
        &self.0.allowed_origins
    }

    /// The newest counts and the past day; a problem only where no count was ever read.
    pub(crate) async fn present(&self, now: Timestamp) -> Result<Present, Problem> {
        let (reading, past_day) = tokio::join!(self.0.feed.newest(now), self.past_day(now));
        let Reading { status, failure } = reading;
        let Some(live) = status else {
            let reason = failure.map_or_else(|| "it was not asked yet".to_owned(), |failure| failure.reason);
            let detail = format!("no station data from the feed {}: {reason}", self.0.feed.discovery_url());
            return Err(Problem::new(Kind::NoStationData, detail));
        };
        let mut kept = self.0.city.lock().await;
        let same = kept.clone().filter(|city| city.snapshot_at == live.snapshot.snapshot_at);
        let city =
            same.unwrap_or_else(|| Arc::new(City::join(&live, self.0.feed.source(), &past_day.stations)));
        *kept = Some(Arc::clone(&city));
        Ok(Present { city, past_day, failure })
    }

    pub(crate) async fn past_day(&self, now: Timestamp) -> Arc<PastDay> {
        self.0.history.past_day(now).await
    }

    /// The newest weather that the lake holds; no forecast uses it.
    pub(crate) async fn weather(&self, now: Timestamp) -> Arc<NewestWeather> {
        self.0.weather.newest(now).await
    }

    /// How many of the bikes counted cannot be ridden.
    pub(crate) async fn stuck_bikes(&self, present: &Present) -> Arc<StuckBikes> {
        self.0.estimating.of(&present.city, &present.past_day).await
    }

    /// Forecasts from the newest counts.
    pub(crate) async fn forecasts(&self, present: &Present, now: Timestamp) -> Arc<Forecasts> {
        self.0.forecasting.of(&present.city, &present.past_day, now).await
    }
}

impl Present {
    /// What a reader should know of the counts.
    pub(crate) fn notices(&self, now: Timestamp) -> Vec<Notice> {
        let mut notices = Vec::new();
        match self.city.source {
            Source::Simulated => {
                notices.push(Notice::info("simulated_feed", "no real bike stands behind these counts"));
            }
            Source::Replayed => {
                notices.push(Notice::info("replayed_feed", "these counts are read from stored documents"));
            }
            _ => {}
        }
        let age = age_s(self.city.snapshot_at, now);
        if let Some(failure) = &self.failure {
            let detail =
                format!("counts are {age} s old, because the feed gave none since: {}", failure.reason);
            notices.push(Notice::warning("feed_unavailable", detail));
        }
        if age > STALE_AFTER.as_secs() {
            notices.push(Notice::warning("stale_data", format!("counts are {age} s old")));
        }
        if self.city.is_frozen {
            let since = paris_rfc3339(self.city.unchanged.since);
            let detail = format!(
                "the feed answers, but no count has changed since {since}, {} s ago",
                age_s(self.city.unchanged.since, now)
            );
            notices.push(Notice::warning("frozen_feed", detail));
        }
        if let Some(reason) = &self.past_day.failure {
            notices
                .push(Notice::warning("history_unavailable", format!("the past day is unknown: {reason}")));
        }
        notices
    }
}

/// A request waits for the feed, but not for long: better an older count in time than a new one too late.
fn feed_limits() -> ClientConfig {
    ClientConfig {
        connect_timeout: Duration::from_secs(2),
        total_timeout: Duration::from_secs(4),
        tries: 2,
        first_backoff: Duration::from_millis(100),
        ..ClientConfig::default()
    }
}

async fn model_client(model: &Model) -> SageMakerForecaster {
    SageMakerForecaster::with_timeouts(&model.endpoint, model.endpoint_url.as_deref(), MODEL_LIMITS).await
}
