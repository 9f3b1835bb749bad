//! What every request shares: the feed, the past day, the forecasts, and the clock.

use std::{sync::Arc, time::Duration};

use velib_aws::{InvokeTimeouts, OpenError, SageMakerForecaster, open_lake};
use velib_domain::{Source, Timestamp};
use velib_gbfs::client::{ClientConfig, FeedClient, FetchError};
use velib_lake::Lake;
use velib_model::ModelError;

use crate::{
    Config, Geocoders, Limits, Model,
    city::Origin,
    feed::Feed,
    forecast_log::{ForecastLog, Judged},
    forecasts::{Forecasting, Forecasts},
    geocode::{Geocoder, Geocoding, Geoplateforme, Names, Photon, web_limits},
    history::{History, PastDay},
    lang::Lang,
    live::Live,
    metrics::Metrics,
    models::Models,
    present::Present,
    problem::{Kind, Problem},
    streets::Streets,
    usable::StuckBikes,
    weather::{NewestWeather, Weather},
};

/// Tells the time: the machine's, or a test's.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A request waits for the model, but not for an endpoint that starts from cold.
const MODEL_LIMITS: InvokeTimeouts =
    InvokeTimeouts { connect: Duration::from_secs(1), total: Duration::from_secs(5) };

/// The state behind every route; cloning shares it.
#[derive(Clone)]
pub struct Api(Arc<Shared>);

struct Shared {
    clock: Clock,
    live: Live,
    forecast_log: ForecastLog,
    weather: Arc<Weather>,
    streets: Streets,
    geocoding: Geocoding,
    allowed_origins: Vec<String>,
    limits: Limits,
    metrics: Arc<Metrics>,
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

impl Api {
    /// Opens the lake and sets the clients up; asks the feed and the model nothing yet.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, OpenApiError> {
        let streets = Streets::open(config.streets_file.clone());
        let lake = open_lake(&config.lake_url, config.s3_endpoint.as_deref()).await?;
        Self::with(lake, streets, config, clock).await
    }

    /// As [`Api::open`], over a lake that is open already; the one of the configuration is not looked at.
    pub async fn over(lake: Lake, config: Config, clock: Clock) -> Result<Self, OpenApiError> {
        let streets = Streets::open(config.streets_file.clone());
        Self::with(lake, streets, config, clock).await
    }

    async fn with(
        lake: Lake,
        streets: impl Future<Output = Streets>,
        config: Config,
        clock: Clock,
    ) -> Result<Self, OpenApiError> {
        let client = FeedClient::new(feed_limits())?;
        let endpoint = match &config.model {
            Some(model) => Some(model_client(model).await),
            None => None,
        };
        let models = Models::new(endpoint, config.model_patience, config.model_file.as_deref())?;
        let feed = Feed::new(client, config.discovery_url);
        let origin = Origin { source: config.feed_source, holds_for: config.counts_hold_for };
        let history = History::new(lake.clone(), config.system.clone());
        let metrics = Arc::new(Metrics::new(config.metrics));
        let forecast_log = ForecastLog::new(lake.clone(), config.system.clone(), Arc::clone(&metrics));
        let weather = Arc::new(Weather::new(lake, config.system));
        let forecasting = Forecasting::new(models, Arc::clone(&weather));
        Ok(Self(Arc::new(Shared {
            clock,
            live: Live::new((feed, config.feed_patience), origin, history, forecasting),
            forecast_log,
            weather,
            geocoding: Geocoding::new(geocoders(&config.geocoders)?),
            allowed_origins: config.allowed_origins,
            limits: config.limits,
            metrics,
            streets: streets.await,
        })))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    pub(crate) fn feed(&self) -> &Feed {
        self.0.live.feed()
    }

    /// What stands behind the feed's counts.
    pub(crate) fn feed_source(&self) -> Source {
        self.0.live.origin().source
    }

    pub(crate) fn streets(&self) -> &Streets {
        &self.0.streets
    }

    pub(crate) fn geocoding(&self) -> &Geocoding {
        &self.0.geocoding
    }

    /// Names that can be looked up without asking anybody: of the feed's stations, or, without a feed, of the lake's.
    pub(crate) async fn names(&self, now: Timestamp) -> Arc<Names> {
        if let Ok(present) = self.present(now, Lang::default()).await {
            return present.names();
        }
        let remembered = Arc::clone(&self.past_day(now).await.stations);
        let named = remembered
            .values()
            .map(|station| (station.station_id.clone(), station.name.clone(), station.position));
        Arc::new(Names::of(named))
    }

    pub(crate) fn allowed_origins(&self) -> &[String] {
        &self.0.allowed_origins
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn limits(&self) -> Limits {
        self.0.limits
    }

    /// The newest counts and the past day; a problem only where no count is new enough to be of use.
    pub(crate) async fn present(&self, now: Timestamp, lang: Lang) -> Result<Present, Problem> {
        let present = self.0.live.present(now).await.map_err(|reason| {
            let detail = format!("no station data from the feed {}: {reason}", self.feed().discovery_url());
            Problem::new(Kind::NoStationData, detail).told_in(lang)
        })?;
        self.metrics().counted_at(present.city.snapshot_at);
        Ok(present)
    }

    pub(crate) async fn past_day(&self, now: Timestamp) -> Arc<PastDay> {
        self.0.live.past_day(now).await
    }

    /// Whether forecasts look at the weather; `None` where that is unknown.
    pub(crate) fn forecasts_see_weather(&self) -> Option<bool> {
        self.0.live.forecasts_see_weather()
    }

    /// The newest weather that the lake holds.
    pub(crate) async fn weather(&self, now: Timestamp) -> Arc<NewestWeather> {
        self.0.weather.newest(now).await
    }

    /// How many of the bikes counted cannot be ridden.
    pub(crate) async fn stuck_bikes(&self, present: &Present) -> Arc<StuckBikes> {
        self.0.live.stuck_bikes(present).await
    }

    /// What is known of how issued forecasts turned out, and why none are kept, where the lake takes none.
    pub(crate) fn live_skill(&self) -> (Arc<Judged>, Option<String>) {
        self.0.forecast_log.judged()
    }

    /// Begins what is done behind answers.
    pub(crate) fn answered(&self) {
        self.0.forecast_log.answered(|| self.0.live.issued(), self.now());
    }

    /// Forecasts from the newest counts.
    pub(crate) async fn forecasts(&self, present: &Present, now: Timestamp) -> Arc<Forecasts> {
        let forecasts = self.0.live.forecasts(present, now).await;
        self.metrics().forecast_by(forecasts.near_basis().word);
        forecasts
    }

    /// Forecasts that tell of a moment too, where any do: those of a day ahead are made only for it.
    pub(crate) async fn forecasts_until(
        &self,
        moment: Timestamp,
        present: &Present,
        now: Timestamp,
    ) -> Arc<Forecasts> {
        let near = self.forecasts(present, now).await;
        if moment <= near.until() { near } else { self.0.live.day_ahead(near, present, now).await }
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

/// Those who know addresses, in the order in which they are asked.
fn geocoders(urls: &Geocoders) -> Result<Vec<Box<dyn Geocoder>>, FetchError> {
    let client = FeedClient::new(web_limits())?;
    let mut geocoders: Vec<Box<dyn Geocoder>> = Vec::new();
    if let Some(url) = &urls.geoplateforme {
        geocoders.push(Box::new(Geoplateforme::new(client.clone(), url)));
    }
    if let Some(url) = &urls.photon {
        geocoders.push(Box::new(Photon::new(client, url)));
    }
    Ok(geocoders)
}

async fn model_client(model: &Model) -> SageMakerForecaster {
    SageMakerForecaster::with_timeouts(&model.endpoint, model.endpoint_url.as_deref(), MODEL_LIMITS).await
}
