//! What a model says about itself, in `manifest.json` beside its weights.

use serde::{Deserialize, Serialize};
use velib_domain::Timestamp;
use velib_forecast::{FeatureSpec, HalfLife, scores::ForecastScores};

use crate::BlendRecord;

/// Everything needed to run a model and to judge it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// What kind of model it is: `lstm`.
    pub name: String,
    /// What made a forecast, as it is shown to people and logged: `lstm-2022-06-09-3f9a1c`.
    pub version: String,
    /// The meaning of the rows it was trained on.
    pub schema_hash: String,
    /// Look-back, cadence, horizons and the middle of the city.
    #[serde(flatten)]
    pub features: FeatureSpec,
    /// Sizes of the network's layers.
    pub network: NetworkShape,
    /// How the network is mixed with the simple forecasters beside it.
    pub blend: BlendRecord,
    /// How it came to be.
    pub training: TrainingRecord,
    /// Where what is usual comes from, which may be learned anew after training; not told by files of before that.
    #[serde(default)]
    pub usual_week: Option<UsualWeekRecord>,
    /// Its scores on days it did not learn from, beside those of simple forecasters on the same rows.
    pub metrics: Vec<HorizonMetrics>,
}

/// Sizes of a network's layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkShape {
    /// Units of the LSTM layer.
    pub lstm: usize,
    /// Units of each of the two dense layers.
    pub dense: usize,
    /// Components of each mixture.
    pub components: usize,
    /// Networks averaged: alike but for their random start, they err in different ways.
    pub members: usize,
}

impl Default for NetworkShape {
    fn default() -> Self {
        Self { lstm: 48, dense: 64, components: 3, members: 2 }
    }
}

/// Where a model's knowledge comes from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TrainingRecord {
    /// The bike-share system.
    pub system: String,
    /// The rules by which rows were chosen.
    pub protocol: String,
    /// Which days were for what; not told by files of before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<TrainingDays>,
    /// The first snapshot in the data.
    pub data_from: Timestamp,
    /// The last snapshot in the data.
    pub data_to: Timestamp,
    /// Station counts in the data.
    pub observations: usize,
    /// Checksum of the data: times, stations, counts.
    pub data_sha256: String,
    /// The model whose weights were learned on from; `None` where they were random at first.
    #[serde(default)]
    pub from_version: Option<String>,
    /// Seed of everything random.
    pub seed: u64,
    /// The epoch whose weights were kept, from 1.
    pub best_epoch: usize,
    /// Rows drawn for an epoch.
    pub rows_per_epoch: usize,
    /// How it was asked to learn; not told by files of before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanRecord>,
    /// Version of the program that trained it, and the commit that it was built from: `0.1.0+3f9a1c2b4d5e`, with `.changed`
    /// where its sources were not those of the commit, `unknown` where it was built outside of git.
    pub code_version: String,
    /// Loss on the rows learned from and on validation rows, in nats a count, one pair an epoch.
    #[serde(default)]
    pub losses: Vec<(f64, f64)>,
}

/// Local days, each stretch as `2024-01-01..2024-06-30`, both included.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TrainingDays {
    /// Learned from.
    pub train: Vec<String>,
    /// They chose the best epoch and the blend.
    pub validation: Vec<String>,
    /// Only judged on.
    pub test: Vec<String>,
}

/// How a network was asked to learn. Its sizes, its seed and the rows drawn for an epoch stand elsewhere in the manifest.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PlanRecord {
    /// Most passes over freshly drawn rows.
    pub epochs: usize,
    /// Epochs without a better validation loss after which it stopped.
    pub patience: usize,
    /// Validation rows that decided which epoch was best.
    pub validation_rows: usize,
    /// Rows in one step.
    pub batch: usize,
    /// Learning rate at the start.
    pub learning_rate: f64,
    /// How much weights shrank with each step, in units of the learning rate.
    pub weight_decay: f64,
    /// Share of hidden numbers left out at random in each step.
    pub dropout: f64,
    /// Days after which a day counted half in the usual week learned beside; `None` where every day counted alike.
    pub half_life_days: Option<f32>,
    /// Whether the caller asked for that half-life, or validation days chose it.
    pub half_life_asked: bool,
    /// Checksum of the weights learned on from; `None` where they were random at first.
    pub from_weights_sha256: Option<String>,
}

/// What the usual week was learned from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UsualWeekRecord {
    /// The first snapshot.
    pub from: Timestamp,
    /// The last.
    pub to: Timestamp,
    /// Station counts.
    pub observations: usize,
    /// Days after which a day's word counts half; `None` where every day counts alike.
    pub half_life_days: Option<f32>,
}

impl UsualWeekRecord {
    /// How fast it forgets.
    pub fn half_life(&self) -> HalfLife {
        self.half_life_days.and_then(HalfLife::of_days).unwrap_or_default()
    }
}

/// Scores of one forecaster at one horizon on one set of days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HorizonMetrics {
    /// What made the forecasts: the model's version, `persistence`, `table`, …
    pub forecaster: String,
    /// `validation` or `test`.
    pub fold: String,
    /// Seconds from origin to target.
    pub horizon_seconds: i64,
    /// The scores.
    #[serde(flatten)]
    pub scores: ForecastScores,
}
