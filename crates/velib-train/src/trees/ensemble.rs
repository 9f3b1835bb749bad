//! One ensemble of boosted trees, and the only place that knows which crate grows them.

use hessboost::{
    config::GrowPolicy,
    objective::Quantiles,
    prelude::{
        BoostedModel, DMatrix, HessboostError, Iterations, Objective, RegLoss, TrainingParams, TreeMethod,
        train,
    },
};
use velib_forecast::ForecastError;

use crate::TrainError;

/// Trees of an ensemble, fewer where rows are few. This and the sizes below are those of the published trees of
/// `hourly-2022`, not tuned.
const ROUNDS: usize = 250;
const FEWEST_ROUNDS: usize = 40;
const ROWS_PER_ROUND: usize = 80;
const LEAVES: usize = 63;
const STEP: f64 = 0.06;
const COLUMNS_PER_TREE: f64 = 0.5;
const LEAST_ROWS: f64 = 20.0;
const BINS: usize = 128;

/// What an ensemble is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Asked {
    /// The middle of what may be counted.
    Median,
    /// An outer quantile of it.
    Quantile(f64),
    /// How likely something is; answers are 0 and 1.
    Probability,
}

/// Trees that were grown.
#[derive(Debug)]
pub(super) struct Ensemble {
    model: BoostedModel,
    width: usize,
}

impl Ensemble {
    /// Grows trees on rows (row-major, unknown numbers NaN), one answer each. One thread; the same rows, the same trees.
    pub(super) fn fit(asked: Asked, rows: &[f32], answers: &[f32]) -> Result<Self, TrainError> {
        let width = rows.len() / answers.len().max(1);
        let mean = answers.iter().copied().map(f64::from).sum::<f64>() / answers.len().max(1) as f64;
        let grown = || {
            let (objective, start) = match asked {
                // Not the quantile of a half: its smooth stand-in is so steep near the answer that the same trees take smaller
                // steps and end up to two parts in a hundred further off.
                Asked::Median => (Objective::AbsoluteError, 0.0),
                Asked::Quantile(level) => (Objective::Quantile(Quantiles::new([level])?), 0.0),
                // What always or never happened starts near that, not at it: no finite score stands for certainty.
                Asked::Probability => {
                    (Objective::BinaryLogistic(RegLoss::default()), mean.clamp(0.001, 0.999))
                }
            };
            let params = TrainingParams::builder()
                .objective(objective)
                .tree_method(TreeMethod::Hist)
                .grow_policy(GrowPolicy::LossGuide)
                .unlimited_depth()
                .max_leaves(LEAVES)
                .eta(STEP)
                .min_child_weight(if asked == Asked::Probability { 1.0 } else { LEAST_ROWS })
                .colsample_bytree(COLUMNS_PER_TREE)
                .max_bin(BINS)
                .nthread(1)
                .base_score(start)
                .build()?;
            let data = DMatrix::from_dense(rows, answers.len(), width)?.with_labels(answers)?;
            train(&params, &data, (answers.len() / ROWS_PER_ROUND).clamp(FEWEST_ROUNDS, ROUNDS))
        };
        let model =
            grown().map_err(|error: HessboostError| TrainError::Trees { reason: error.to_string() })?;
        Ok(Self { model, width })
    }

    /// What they say of rows.
    pub(super) fn say(&self, rows: &[f32]) -> Result<Vec<f64>, ForecastError> {
        let said = || {
            let data = DMatrix::from_dense(rows, rows.len() / self.width, self.width)?;
            self.model.predict(&data, Iterations::Best)
        };
        let said = said().map_err(|error: HessboostError| ForecastError::Model(error.to_string()))?;
        Ok(said.as_slice().iter().copied().map(f64::from).collect())
    }
}
