//! Everything that is known about a model when it has been judged, as it is printed, drawn, and kept as JSON.

use serde::{Deserialize, Serialize};
use velib_forecast::{protocol::RowChecks, scores::ForecastScores};
use velib_model::{HorizonMetrics, TrainingDays, TrainingRecord};
use velib_report::Estimate;

use crate::{
    day_ahead::DayAheadScores, fan::Fan, reliability::ReliabilityLine, stations::StationLine,
    together::TogetherLine,
};

/// What `fit` and `evaluate` end with.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Evaluation {
    /// The model's version.
    pub version: String,
    /// Where its knowledge comes from.
    pub training: TrainingRecord,
    /// The rules by which the rows judged were chosen, which need not be those of the training: `by-time`, `hourly-2022`,
    /// `days`; empty in files of before it was told.
    #[serde(default)]
    pub judged_by: String,
    /// The days of these rows; not told by files of before that.
    #[serde(default)]
    pub judged_days: Option<TrainingDays>,
    /// The rows that were judged, and what persistence scores on them.
    pub checks: Vec<CheckLine>,
    /// One line a fold, horizon and forecaster.
    pub metrics: Vec<HorizonMetrics>,
    /// One line a fold, horizon, forecaster and metric, with intervals.
    pub measured: Vec<Measured>,
    /// What each part of the model adds; empty where it has but one.
    #[serde(default)]
    pub added: Vec<AddedLine>,
    /// The model beyond its last horizon; empty where that was not judged.
    #[serde(default)]
    pub day_ahead: DayAheadScores,
    /// The model's bikes and docks together on the test days, one line a horizon; empty in files of before it was told.
    #[serde(default)]
    pub together: Vec<TogetherLine>,
    /// One line a fold, horizon, forecaster and kind of rows.
    pub slices: Vec<SliceLine>,
    /// Reliability diagrams: one line a fold, horizon, forecaster and event.
    pub reliability: Vec<ReliabilityLine>,
    /// The model's error at each station.
    pub stations: Vec<StationLine>,
    /// Examples of what the model said.
    pub fans: Vec<Fan>,
}

/// Numbers that tell whether two programs judge the same rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckLine {
    /// `train`, `validation` or `test`.
    pub fold: String,
    /// Seconds from origin to target.
    pub horizon_seconds: i64,
    /// The numbers.
    #[serde(flatten)]
    pub rows: RowChecks,
}

/// One metric of one forecaster at one horizon, with its interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// `validation` or `test`.
    pub fold: String,
    /// Seconds from origin to target.
    pub horizon_seconds: i64,
    /// What made the forecasts.
    pub forecaster: String,
    /// The metric's name.
    pub metric: String,
    /// The metric.
    #[serde(flatten)]
    pub estimate: Estimate,
    /// The forecaster that it is divided by.
    pub beside: Option<String>,
    /// The metric divided by that of the other on the same rows.
    pub ratio: Option<Estimate>,
}

impl Measured {
    /// Whether both were measured on the same rows.
    pub(crate) fn is_of_same_rows(&self, other: &Self) -> bool {
        (&self.fold, self.horizon_seconds) == (&other.fold, other.horizon_seconds)
    }
}

/// One metric with a part of the model, divided by the same without it on the same rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddedLine {
    /// `validation` or `test`.
    pub fold: String,
    /// Seconds from origin to target.
    pub horizon_seconds: i64,
    /// The forecaster with the part.
    pub with: String,
    /// The one without it.
    pub without: String,
    /// The metric's name.
    pub metric: String,
    /// Below one, the part makes it less.
    pub ratio: Estimate,
}

/// The scores of one forecaster on one kind of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SliceLine {
    /// `validation` or `test`.
    pub fold: String,
    /// Seconds from origin to target.
    pub horizon_seconds: i64,
    /// What made the forecasts.
    pub forecaster: String,
    /// What rows are told apart by: `hour`, `day`, `arrondissement`, `capacity`, `neighbours`.
    pub by: String,
    /// Which of them these are.
    pub slice: String,
    /// The scores; onset precision is not judged by kind.
    #[serde(flatten)]
    pub scores: ForecastScores,
}
