//! The weather that the lake holds: how old it is and how far ahead it tells.
//!
//! A model that learned from the weather is told that of the hours around. No answer waits longer for it than for the past
//! day, which is read at the same time, and without any the same model forecasts from counts alone.

use std::sync::Arc;

use tokio::sync::Mutex;
use velib_domain::{SignedDuration, SystemId, Timestamp, WeatherHour};
use velib_forecast::{HourlyWeather, weather::AROUND};
use velib_lake::Lake;

/// How often the lake is asked again.
const READ_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// The newest weather document of the lake, kept in memory.
pub(crate) struct Weather {
    lake: Lake,
    system: SystemId,
    kept: Mutex<Option<(Timestamp, Arc<NewestWeather>)>>,
}

/// What the newest document told.
#[derive(Debug, Default)]
pub(crate) struct NewestWeather {
    /// Its hours, oldest first; none where there is no document.
    hours: Vec<WeatherHour>,
    /// Why the lake could not be read.
    pub(crate) failure: Option<String>,
}

impl Weather {
    pub(crate) fn new(lake: Lake, system: SystemId) -> Self {
        Self { lake, system, kept: Mutex::default() }
    }

    /// The newest document as of a few minutes ago at most.
    pub(crate) async fn newest(&self, now: Timestamp) -> Arc<NewestWeather> {
        let mut kept = self.kept.lock().await;
        if let Some((read_at, newest)) = &*kept
            && now.duration_since(*read_at) < READ_AGAIN_AFTER
        {
            return Arc::clone(newest);
        }
        let newest = Arc::new(match self.lake.newest_weather(&self.system).await {
            Ok(hours) => NewestWeather { hours, failure: None },
            Err(error) => {
                tracing::warn!(error = ?error, "the weather in the lake cannot be read");
                NewestWeather { failure: Some(error.to_string()), ..NewestWeather::default() }
            }
        });
        *kept = Some((now, Arc::clone(&newest)));
        newest
    }
}

impl NewestWeather {
    /// When the document was fetched.
    pub(crate) fn fetched_at(&self) -> Option<Timestamp> {
        self.hours.iter().filter_map(WeatherHour::known_at).next_back()
    }

    /// What it tells of the hours around a moment.
    pub(crate) fn around(&self, moment: Timestamp) -> Vec<HourlyWeather> {
        let is_near = |hour: &&WeatherHour| hour.valid_at.duration_since(moment).abs() <= AROUND;
        self.hours.iter().filter(is_near).map(HourlyWeather::from).collect()
    }

    /// How many hours it tells of that are still to come.
    pub(crate) fn hours_ahead(&self, now: Timestamp) -> usize {
        self.hours.iter().filter(|hour| hour.valid_at > now).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn weather_that_cannot_be_read_is_a_failure_to_tell_and_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::folder(folder.path()).unwrap();
        let hour = folder.path().join("silver/weather/system=velib/date=2026-11-20/hour=14");
        std::fs::create_dir_all(&hour).unwrap();
        std::fs::write(hour.join("part-0.parquet"), "PAR1").unwrap();
        let weather = Weather::new(lake, "velib".parse().unwrap());
        let newest = weather.newest("2026-11-20T14:20:00Z".parse().unwrap()).await;
        assert!(newest.failure.as_ref().is_some_and(|reason| reason.contains("hour=14")));
        assert_eq!(newest.fetched_at(), None);
    }
}
