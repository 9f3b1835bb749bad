//! Forecasts as they were issued: what was said of every station at one moment, kept so that it can be held against what came.

use jiff::{SignedDuration, Timestamp};

use crate::{Hour, StationId};

/// The forecasts of all stations that were made together, from the same counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// When the counts were taken that they start from; horizons count from here.
    pub issued_at: Timestamp,
    /// How old those counts were when the forecasts were made, in whole seconds.
    pub input_age: SignedDuration,
    /// What they rest on, in the word of the API's answers: `model`, `persistence`.
    pub basis: String,
    /// What made them.
    pub model_version: String,
    /// One for each station and horizon.
    pub forecasts: Vec<IssuedForecast>,
}

/// What was said of one station at one horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuedForecast {
    /// The key.
    pub station_id: StationId,
    /// From the counts to the moment forecast, in whole seconds.
    pub horizon: SignedDuration,
    /// Bikes ready to rent.
    pub bikes: IssuedCount,
    /// Free docks; `None` where none were counted at the issue, or none forecast.
    pub docks: Option<IssuedCount>,
}

/// What was counted of one thing at the issue, and what was said of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IssuedCount {
    /// What was counted at the issue.
    pub counted: u16,
    /// The expected count.
    pub mean: f64,
    /// The count that one time in ten is not reached.
    pub p10: f64,
    /// The median.
    pub p50: f64,
    /// The count that one time in ten is exceeded.
    pub p90: f64,
    /// P(count ≥ 1).
    pub p_at_least_1: f64,
}

impl Issue {
    /// The hour whose object in the lake they stand in.
    pub fn hour(&self) -> Hour {
        Hour::containing(self.issued_at)
    }
}
