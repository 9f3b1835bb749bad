//! Whether probabilities keep their word: for each event, what was said against how often it happened.

use serde::{Deserialize, Serialize};
use velib_forecast::scores::{EventError, Reliability};

use crate::judged_fold::JudgedFold;

/// A reliability diagram of one forecaster at one horizon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityLine {
    /// `validation` or `test`.
    pub fold: String,
    /// Seconds from origin to target.
    pub horizon_seconds: i64,
    /// What made the forecasts.
    pub forecaster: String,
    /// `bikes_1`, `docks_1` or `bikes_low`, as in the names of metrics.
    pub event: String,
    /// Its points, by rising probability.
    pub points: Vec<Reliability>,
}

/// The diagrams of every forecaster.
pub fn reliability(judged: &JudgedFold) -> Vec<ReliabilityLine> {
    let lines = judged.by_horizon(|horizon_seconds, name, at_horizon| {
        let sums = at_horizon.tally.sums();
        let events = sums.events();
        let line = |(event, error): (&str, &EventError)| ReliabilityLine {
            fold: judged.fold.as_str().to_owned(),
            horizon_seconds,
            forecaster: name.to_owned(),
            event: event.to_owned(),
            points: error.reliability(),
        };
        [("bikes_1", events.a_bike), ("docks_1", events.a_dock), ("bikes_low", events.low)].map(line)
    });
    lines.into_iter().flatten().collect()
}
