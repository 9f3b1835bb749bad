//! What a lake holds of the weather: enough to see where it begins, where it has gaps, and what became of each hour.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};
use jiff::civil::Date;
use velib_domain::{Hour, SystemId};

use super::WeatherQuality;
use crate::{Feed, Lake, LakeError, lake::CONCURRENCY};

/// Everything that is held of a system's weather.
#[derive(Debug, Clone, PartialEq)]
pub struct WeatherHoldings {
    /// Hours of fetches of which there is bronze or silver, oldest first.
    pub hours: Vec<WeatherHourHoldings>,
    /// Days of weather as computed afterwards, oldest first.
    pub reanalysis_days: Vec<Date>,
}

/// One hour of fetches.
#[derive(Debug, Clone, PartialEq)]
pub struct WeatherHourHoldings {
    /// The hour.
    pub hour: Hour,
    /// Documents in bronze.
    pub documents: u64,
    /// Whether it is in silver.
    pub in_silver: bool,
    /// Its report; `None` where it has none that can be read.
    pub report: Option<WeatherQuality>,
}

impl Lake {
    /// What there is of a system's weather.
    pub async fn weather_holdings(&self, system: &SystemId) -> Result<WeatherHoldings, LakeError> {
        let mut documents: BTreeMap<Hour, u64> = BTreeMap::new();
        for key in self.bronze_documents(system, Feed::Weather).await? {
            *documents.entry(key.hour()).or_default() += 1;
        }
        let silver: BTreeSet<Hour> = self.weather_hours(system).await?.into_iter().collect();
        let hours: BTreeSet<Hour> = documents.keys().chain(&silver).copied().collect();
        let (documents, silver) = (&documents, &silver);
        let reads = futures::stream::iter(hours).map(|hour| async move {
            let documents = documents.get(&hour).copied().unwrap_or(0);
            let report = match self.read_weather_quality(system, hour).await {
                Err(LakeError::Corrupt { .. }) => None,
                report => report?,
            };
            Ok(WeatherHourHoldings { hour, documents, in_silver: silver.contains(&hour), report })
        });
        let hours = reads.buffered(CONCURRENCY).try_collect().await?;
        Ok(WeatherHoldings { hours, reanalysis_days: self.reanalysis_days(system).await? })
    }
}
