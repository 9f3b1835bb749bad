//! What a search may try, read from a TOML file; see `benchmarks/forecasts/search.toml`.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use velib_lstm::training::Restraint;
use velib_model::NetworkShape;

use crate::{FitPlan, TrainError};

/// A search: how many trials, how they are thinned out, and what they are drawn from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchSpace {
    /// Trials at the start.
    pub trials: usize,
    /// Of so many trials one goes on, with so many times the epochs.
    pub keep_one_in: usize,
    /// Epochs of the first round.
    pub first_epochs: usize,
    /// No round has more epochs.
    pub last_epochs: usize,
    /// Rows drawn for an epoch.
    pub rows_per_epoch: usize,
    /// Validation rows that decide, the same for every trial.
    pub validation_rows: usize,
    /// Seed of the trials drawn and of every fit.
    pub seed: u64,
    /// What is varied.
    pub space: Varied,
}

/// What is varied: each either one of a list or, where that is a range, evenly drawn in its logarithm.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Varied {
    /// Units of the LSTM layer.
    pub lstm: Vec<usize>,
    /// Units of each dense layer.
    pub dense: Vec<usize>,
    /// Components of each mixture.
    pub components: Vec<usize>,
    /// Networks averaged.
    pub members: Vec<usize>,
    /// Rows in one step.
    pub batch: Vec<usize>,
    /// Learning rate at the start.
    pub learning_rate: Range,
}

/// From one number to another.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    from: f64,
    to: f64,
}

/// One point of the space.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Sizes of the network.
    pub shape: NetworkShape,
    /// Rows in one step.
    pub batch: usize,
    /// Learning rate at the start.
    pub learning_rate: f64,
}

impl SearchSpace {
    /// Reads a TOML text; says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, TrainError> {
        let space: Self =
            toml::from_str(text).map_err(|error| TrainError::Space { reason: error.to_string() })?;
        space.check().map_err(|reason| TrainError::Space { reason })?;
        Ok(space)
    }

    fn check(&self) -> Result<(), String> {
        let Varied { lstm, dense, components, members, batch, learning_rate } = &self.space;
        for (name, choices) in [
            ("lstm", lstm),
            ("dense", dense),
            ("components", components),
            ("members", members),
            ("batch", batch),
        ] {
            if choices.is_empty() || choices.contains(&0) {
                return Err(format!("space.{name} must list numbers above zero"));
            }
        }
        if !(learning_rate.from > 0.0
            && learning_rate.from <= learning_rate.to
            && learning_rate.to.is_finite())
        {
            return Err("space.learning_rate must go from a number above zero to one no smaller".to_owned());
        }
        if self.trials == 0 || self.keep_one_in < 2 || self.first_epochs == 0 || self.rows_per_epoch == 0 {
            return Err("trials, first_epochs and rows_per_epoch must be above zero, keep_one_in above one"
                .to_owned());
        }
        Ok(())
    }

    /// The trials, the same for the same seed.
    pub fn draw(&self) -> Vec<Trial> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        (0..self.trials).map(|_| self.space.draw(&mut rng)).collect()
    }

    /// The plan of a trial in a round.
    pub fn plan(&self, trial: &Trial, epochs: usize) -> FitPlan {
        FitPlan {
            week_before: false,
            weather: false,
            half_life: None,
            shape: trial.shape,
            batch: trial.batch,
            learning_rate: trial.learning_rate,
            epochs,
            rows_per_epoch: self.rows_per_epoch,
            validation_rows: self.validation_rows,
            patience: epochs,
            restraint: Restraint::default(),
            seed: self.seed,
        }
    }
}

impl Varied {
    fn draw(&self, rng: &mut impl Rng) -> Trial {
        let mut one_of = |choices: &[usize]| choices[rng.random_range(0..choices.len())];
        let shape = NetworkShape {
            lstm: one_of(&self.lstm),
            dense: one_of(&self.dense),
            components: one_of(&self.components),
            members: one_of(&self.members),
        };
        let batch = one_of(&self.batch);
        let Range { from, to } = self.learning_rate;
        let rate = from * (to / from).powf(rng.random_range(0.0..1.0));
        // Three digits: a rate that can be typed again.
        let digits = 10_f64.powf(2.0 - rate.log10().floor());
        Trial { shape, batch, learning_rate: (rate * digits).round() / digits }
    }
}
