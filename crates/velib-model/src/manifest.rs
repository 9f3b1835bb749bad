//! What a model says about itself, in `manifest.json` beside its weights.

use serde::{Deserialize, Serialize};
use velib_domain::Timestamp;
use velib_forecast::{FeatureSpec, scores::Scores};

use crate::NetworkShape;

/// Everything needed to run a model and to judge it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// What kind of model it is: `lstm`.
    pub name: String,
    /// What made a forecast, as it is shown to people and logged: `lstm-2022-06-09-s1`.
    pub version: String,
    /// The meaning of the rows it was trained on.
    pub schema_hash: String,
    /// Look-back, cadence, horizons and the middle of the city.
    #[serde(flatten)]
    pub features: FeatureSpec,
    /// Sizes of the network's layers.
    pub network: NetworkShape,
    /// How it came to be.
    pub training: TrainingRecord,
    /// Its errors on days it did not learn from, beside persistence on the same rows.
    pub metrics: Vec<HorizonMetrics>,
}

/// Where a model's knowledge comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingRecord {
    /// The bike-share system.
    pub system: String,
    /// The rules by which rows were chosen.
    pub protocol: String,
    /// The first snapshot in the data.
    pub data_from: Timestamp,
    /// The last snapshot in the data.
    pub data_to: Timestamp,
    /// Station counts in the data.
    pub observations: usize,
    /// Checksum of the data: times, stations, counts.
    pub data_sha256: String,
    /// Seed of everything random.
    pub seed: u64,
    /// The epoch whose weights were kept, from 1.
    pub best_epoch: usize,
    /// Rows drawn for an epoch.
    pub rows_per_epoch: usize,
    /// Version of the program that trained it.
    pub code_version: String,
}

/// Errors at one horizon on one set of days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HorizonMetrics {
    /// `validation` or `test`.
    pub fold: String,
    /// Seconds from origin to target.
    pub horizon_seconds: i64,
    /// The model's bikes: MAE of the median, RMSE of the mean.
    pub bikes: Scores,
    /// MAE of the median rounded to whole bikes.
    pub bikes_mae_rounded: f64,
    /// The last bike count carried forward, on the same rows.
    pub bikes_persistence: Scores,
    /// The model's free docks, where docks were counted.
    pub docks: Option<Scores>,
    /// The last dock count carried forward, on the same rows.
    pub docks_persistence: Option<Scores>,
    /// Brier score of P(a bike).
    pub brier_a_bike: f64,
    /// Brier score of P(a dock), where docks were counted.
    pub brier_a_dock: Option<f64>,
    /// Share of bike counts inside the 80 % interval.
    pub coverage_80: f64,
}
