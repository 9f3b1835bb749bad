//! The weather beside the feed: one run fetches what Open-Meteo says of the system's area and keeps it as served.
//!
//! It is a run of its own. That the weather does not come never costs a station's count, nor the other way round; what
//! is no weather document is kept under `rejected/` and fails this run, so that somebody looks.

mod area;
mod config;
mod error;
mod outcome;

use velib_domain::{LatLon, SystemId, Timestamp};
use velib_gbfs::client::FeedClient;
use velib_lake::{BronzeKey, Feed, Lake, PutOutcome};
use velib_weather::{WeatherDocument, WeatherDocumentError, forecast_url, parse_weather};

use crate::{Kept, Logged};

pub use error::WeatherError;
pub use outcome::WeatherOutcome;

/// Where weather comes from, and for which place.
#[derive(Debug, Clone, PartialEq)]
pub struct WeatherSource {
    /// The system whose area it is; the name under which the lake keeps it.
    pub system: SystemId,
    /// Address of a forecast service of Open-Meteo's kind; `{time}` in it stands for the moment of the run.
    pub service_url: String,
    /// The place; the middle of the system's stations where none is given.
    pub place: Option<LatLon>,
}

/// Collects the weather of several systems, logging what became of each; the first failure is told after all were tried.
pub async fn collect_weather_of(
    lake: &Lake,
    client: &FeedClient,
    sources: &[WeatherSource],
    scheduled_at: Timestamp,
) -> Result<(), WeatherError> {
    let mut first_failure = Ok(());
    for source in sources {
        let result = collect_weather(lake, client, source, scheduled_at).await;
        result.log(scheduled_at);
        first_failure = first_failure.and(result.map(drop));
    }
    first_failure
}

/// Collects the weather for the moment a run was scheduled for. Running it again for the same moment stores nothing
/// twice and succeeds.
pub async fn collect_weather(
    lake: &Lake,
    client: &FeedClient,
    source: &WeatherSource,
    scheduled_at: Timestamp,
) -> Result<WeatherOutcome, WeatherError> {
    let place = match source.place {
        Some(place) => place,
        None => area::middle_of(lake, &source.system).await?,
    };
    let service = source.service_url.replace("{time}", &scheduled_at.to_string());
    let body = client.fetch(&forecast_url(&service, place)).await.map_err(WeatherError::Unreachable)?;
    let key = BronzeKey::new(source.system.clone(), Feed::Weather, scheduled_at);
    let document = match parse_weather(&body, key.stored_at) {
        Ok(document) => document,
        Err(cause) => return Err(reject(lake, &key, &body, cause).await),
    };
    let kept = match lake.store_bronze(&key, &body).await.map_err(WeatherError::Lake)? {
        PutOutcome::Stored => Kept::Stored,
        PutOutcome::AlreadyStored => Kept::AlreadyStored,
    };
    Ok(WeatherOutcome::new(kept, &key, body.len(), &document))
}

async fn reject(lake: &Lake, key: &BronzeKey, body: &[u8], cause: WeatherDocumentError) -> WeatherError {
    let BronzeKey { system, feed, stored_at } = key;
    match lake.store_rejected(system, *feed, *stored_at, body, &cause.to_string()).await {
        Ok(_) => WeatherError::NotWeather { bytes: body.len(), cause },
        Err(cause) => WeatherError::Lake(cause),
    }
}

impl WeatherOutcome {
    fn new(kept: Kept, key: &BronzeKey, bytes: usize, document: &WeatherDocument) -> Self {
        Self {
            system: key.system.clone(),
            scheduled_at: key.stored_at,
            kept,
            key: key.to_string(),
            bytes,
            place: document.place,
            hours: document.hours.len(),
            forecast_hours: document.hours.iter().filter(|hour| hour.is_forecast()).count(),
            quarantined: document.quarantined.clone(),
        }
    }
}
