//! Training: epochs of drawn rows, judged on the validation days after each, the best weights kept.

use indicatif::ProgressBar;
use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use velib_forecast::{
    FeatureSpec, ProfileLearner,
    protocol::{CityHistory, Fold, Origin, Protocol},
};
use velib_lstm::training::Trainer;
use velib_model::NetworkShape;

use crate::{Rows, TrainError};

/// How long and how hard to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitPlan {
    /// Sizes of the network.
    pub shape: NetworkShape,
    /// Passes, each over freshly drawn rows.
    pub epochs: usize,
    /// Rows drawn for a pass.
    pub rows_per_epoch: usize,
    /// Validation rows that decide which epoch was best, drawn once.
    pub validation_rows: usize,
    /// Rows in one step.
    pub batch: usize,
    /// Learning rate at the start; it falls along half a cosine to a twentieth.
    pub learning_rate: f64,
    /// Epochs without a better validation loss after which training stops.
    pub patience: usize,
    /// Seed of the weights, the rows drawn and their order.
    pub seed: u64,
}

/// What training ended with.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The best epoch's weights as safetensors.
    pub weights: Vec<u8>,
    /// The best epoch, from 1.
    pub best_epoch: usize,
    /// Loss on the rows learned from and on validation rows, in nats a count, one pair an epoch.
    pub losses: Vec<(f64, f64)>,
}

impl Default for FitPlan {
    fn default() -> Self {
        Self {
            shape: NetworkShape::default(),
            epochs: 30,
            rows_per_epoch: 60_000,
            validation_rows: 20_000,
            batch: 256,
            learning_rate: 2e-3,
            patience: 6,
            seed: 1,
        }
    }
}

impl FitPlan {
    fn learning_rate(&self, epoch: usize) -> f64 {
        let done = epoch as f64 / self.epochs.max(1) as f64;
        let cosine = f64::midpoint(1.0, (std::f64::consts::PI * done).cos());
        self.learning_rate * (0.05 + 0.95 * cosine)
    }
}

/// Trains a network on the training days of a history. The bar is moved once a row.
pub fn fit(
    city: &CityHistory,
    protocol: &Protocol,
    origins: &[Origin],
    spec: &FeatureSpec,
    profile: &ProfileLearner,
    plan: &FitPlan,
    bar: &ProgressBar,
) -> Result<Fitted, TrainError> {
    let training = Rows::of(city, protocol, spec, profile, origins, Fold::Train)?;
    let validation = Rows::of(city, protocol, spec, profile, origins, Fold::Validation)?;
    let mut rng = ChaCha8Rng::seed_from_u64(plan.seed);
    let held_out = validation.draw(plan.validation_rows, &mut rng)?;
    let mut trainer = Trainer::new(spec.clone(), plan.shape, plan.seed)?;
    let mut fitted = Fitted { weights: trainer.weights(), best_epoch: 0, losses: Vec::new() };
    let mut best = f64::INFINITY;
    for epoch in 1..=plan.epochs {
        trainer.set_learning_rate(plan.learning_rate(epoch - 1));
        let examples = training.draw_masked(plan.rows_per_epoch, &mut rng)?;
        if epoch == 1 {
            trainer.normalise(&examples.features);
        }
        let mut order: Vec<i64> = (0..).take(examples.features.rows()).collect();
        order.shuffle(&mut rng);
        start_epoch(bar, epoch, plan, order.len());
        let learned = trainer.learn(&examples, &order, plan.batch, |rows| bar.set_position(rows as u64));
        let held_out_loss = trainer.loss(&held_out, plan.batch);
        fitted.losses.push((learned, held_out_loss));
        bar.suspend(|| eprintln!("epoch {epoch:>2}  training {learned:.4}  validation {held_out_loss:.4}"));
        if held_out_loss < best {
            best = held_out_loss;
            fitted.weights = trainer.weights();
            fitted.best_epoch = epoch;
        }
        if epoch - fitted.best_epoch >= plan.patience {
            break;
        }
    }
    Ok(fitted)
}

fn start_epoch(bar: &ProgressBar, epoch: usize, plan: &FitPlan, rows: usize) {
    bar.set_length(rows as u64);
    bar.set_position(0);
    bar.set_message(format!("epoch {epoch}/{}", plan.epochs));
}
