//! Refined weather. One object holds what all documents fetched in one hour told; writing it again replaces it.
//!
//! Nothing is chosen here: each row keeps when it was fetched, and [`Lake::weather_as_known`] answers with what was
//! known at a moment and nothing newer. What was computed long afterwards stands apart, in its own table.

mod file;
mod holdings;
mod known;
mod quality;
mod reanalysis;
mod table;

use velib_domain::{Hour, SystemId, WeatherHour};

use crate::{
    Lake, LakeError,
    keys::{WeatherKey, weather_folder},
    lineage::DIGEST_NAME,
};

pub use file::{WeatherFile, WeatherFileError, WeatherRow};
pub use holdings::{WeatherHoldings, WeatherHourHoldings};
pub(crate) use quality::WEATHER_REPORT;
pub use quality::WeatherQuality;
pub use reanalysis::ReanalysisOutcome;
pub use table::weather_schema;

impl Lake {
    /// Writes what the documents fetched in an hour told, with the digest of what it was made from, and tells the
    /// object's size in bytes.
    pub async fn write_weather_hour(
        &self,
        system: &SystemId,
        hour: Hour,
        rows: &[WeatherHour],
        digest: &str,
    ) -> Result<usize, LakeError> {
        let key = WeatherKey { system: system.clone(), hour };
        let known_at = rows.iter().map(|row| row.known_at().unwrap_or(row.valid_at));
        if let Some(stray) = known_at.into_iter().find(|at| !hour.contains(*at)) {
            return Err(LakeError::OutsideHour { key: key.to_string(), snapshot_at: stray });
        }
        let object = table::encode(&key, rows, Some((DIGEST_NAME, digest)))?;
        let bytes = object.len();
        self.put(&key, object).await?;
        Ok(bytes)
    }

    /// What the documents fetched in an hour told, by time of fetch and then by time told of; `None` where none was
    /// refined.
    pub async fn read_weather_hour(
        &self,
        system: &SystemId,
        hour: Hour,
    ) -> Result<Option<Vec<WeatherHour>>, LakeError> {
        let key = WeatherKey { system: system.clone(), hour };
        let object = self.get(&key).await?;
        object.map(|object| table::decode(&key, object)).transpose()
    }

    /// Every hour in which weather was fetched and refined, oldest first.
    pub async fn weather_hours(&self, system: &SystemId) -> Result<Vec<Hour>, LakeError> {
        self.weather_hours_under(&weather_folder(system)).await
    }

    /// The digest in an hour's object; `None` where there is no object, or none that can be read.
    pub async fn weather_digest(&self, system: &SystemId, hour: Hour) -> Result<Option<String>, LakeError> {
        self.digest_in(&WeatherKey { system: system.clone(), hour }).await
    }

    async fn weather_hours_under(&self, folder: &str) -> Result<Vec<Hour>, LakeError> {
        let keys = self.keys_under(folder).await?;
        Ok(keys.iter().filter_map(|key| key.parse::<WeatherKey>().ok()).map(|key| key.hour).collect())
    }
}
