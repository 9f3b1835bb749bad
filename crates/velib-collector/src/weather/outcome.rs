//! What a run for the weather did, for the log, the caller's summary and the tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use velib_domain::{LatLon, SystemId, Timestamp};

use super::WeatherError;
use crate::{Kept, Logged};

/// What became of the weather in a run without errors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeatherOutcome {
    /// Whose area it is.
    pub system: SystemId,
    /// The moment the run was scheduled for; it stands in the key.
    pub scheduled_at: Timestamp,
    /// Whether this run added the document to the lake.
    pub kept: Kept,
    /// The bronze object that holds these bytes (for [`Kept::AlreadyStored`]: those of the earlier run).
    pub key: String,
    /// Size of the served body in bytes, before the lake compresses it.
    pub bytes: usize,
    /// The place that the service answers for, near the one asked for.
    pub place: LatLon,
    /// Hours that it tells of.
    pub hours: usize,
    /// Those of them that are still to come.
    pub forecast_hours: usize,
    /// Hours and values that cannot be used, by reason.
    pub quarantined: BTreeMap<String, u64>,
}

impl Logged for Result<WeatherOutcome, WeatherError> {
    fn log(&self, scheduled_at: Timestamp) {
        match self {
            Ok(outcome) => {
                tracing::info!(%scheduled_at, hours = outcome.hours, key = outcome.key, "collected the weather");
            }
            Err(error) => tracing::error!(%scheduled_at, code = error.code(), %error, "no weather; going on"),
        }
    }
}
