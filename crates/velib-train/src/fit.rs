//! Training: epochs of drawn rows, judged on the validation days after each, the best weights kept.

use std::{panic::resume_unwind, path::Path, thread};

use indicatif::ProgressBar;
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use velib_forecast::{
    FeatureSpec, HalfLife, ProfileLearner,
    protocol::{CityHistory, Fold, Origin, Protocol},
};
use velib_lstm::training::{Examples, Restraint, Trainer};
use velib_model::{Artefact, NetworkShape, PlanRecord, artefact};

use crate::{CODE_VERSION, Checkpoint, Rows, TrainError, data_sha256, history::sha256};

/// Of the validation rows, one in so many is looked at while an epoch is under way.
const GLANCE_ONE_IN: usize = 20;

/// Batches after which they are looked at again.
const BATCHES_BETWEEN_GLANCES: usize = 40;

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
    /// Whether the same hours of a week before are learned from.
    pub week_before: bool,
    /// Whether the weather is learned from.
    pub weather: bool,
    /// How fast the usual week forgets; `None` where the validation days choose.
    pub half_life: Option<HalfLife>,
    /// What keeps the network from learning its days by heart.
    pub restraint: Restraint,
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
            week_before: false,
            weather: false,
            half_life: None,
            restraint: Restraint::default(),
            patience: 6,
            seed: 1,
        }
    }
}

impl FitPlan {
    /// The random numbers of an epoch, which need not know what earlier ones drew; 0 is the validation rows'.
    fn rng(&self, epoch: usize) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(epoch as u64);
        rng
    }

    /// The rows of an epoch.
    fn draw(&self, rows: &Rows<'_>, epoch: usize) -> Result<Drawn, TrainError> {
        let mut rng = self.rng(epoch);
        let seed = rng.random();
        let examples = rows.draw_masked(self.rows_per_epoch, &mut rng)?;
        let mut order: Vec<i64> = (0..).take(examples.features.rows()).collect();
        order.shuffle(&mut rng);
        Ok(Drawn { examples, order, seed })
    }

    /// As a manifest tells it, with the half-life of the usual week learned beside.
    pub(crate) fn record(&self, half_life: HalfLife, from: Option<&Artefact>) -> PlanRecord {
        PlanRecord {
            epochs: self.epochs,
            patience: self.patience,
            validation_rows: self.validation_rows,
            batch: self.batch,
            learning_rate: self.learning_rate,
            weight_decay: self.restraint.weight_decay,
            dropout: self.restraint.dropout,
            half_life_days: half_life.days(),
            half_life_asked: self.half_life.is_some(),
            from_weights_sha256: from.map(|from| sha256(&from.weights)),
        }
    }

    fn learning_rate(&self, epoch: usize) -> f64 {
        let done = epoch as f64 / self.epochs.max(1) as f64;
        let cosine = f64::midpoint(1.0, (std::f64::consts::PI * done).cos());
        self.learning_rate * (0.05 + 0.95 * cosine)
    }
}

/// What is learned from, and how rows of it are read.
#[derive(Debug, Clone, Copy)]
pub struct FitData<'a> {
    /// The history.
    pub city: &'a CityHistory,
    /// The rules by which rows are chosen.
    pub protocol: &'a Protocol,
    /// The origins of the rows.
    pub origins: &'a [Origin],
    /// The features.
    pub spec: &'a FeatureSpec,
    /// What is usual on the training days.
    pub profile: &'a ProfileLearner,
    /// The model whose weights are learned on from, if they are not random at first.
    pub from: Option<&'a Artefact>,
}

/// Rows drawn for an epoch.
#[derive(Debug)]
struct Drawn {
    examples: Examples,
    /// In which they are learned from.
    order: Vec<i64>,
    /// Of what is random in learning from them.
    seed: u64,
}

/// A fit under way, epoch by epoch.
#[derive(Debug)]
pub struct Fit<'a> {
    plan: FitPlan,
    of: String,
    training: Rows<'a>,
    /// For the epoch to come, where they were drawn already; what went wrong in that is that epoch's.
    drawn: Option<Result<Drawn, TrainError>>,
    held_out: Examples,
    /// Few of them, looked at while an epoch is under way.
    glance: Examples,
    trainer: Trainer,
    /// Features that it began with a mean and spread of; those that come after are new.
    known_statics: usize,
    fitted: Fitted,
    checkpoint: Option<&'a Path>,
}

/// Trains a network on the training days of a history. Where a checkpoint's path is given, each epoch is kept there, and a
/// fit that stopped goes on. The bar is moved once a row.
pub fn fit(
    data: FitData<'_>,
    plan: &FitPlan,
    checkpoint: Option<&Path>,
    bar: &ProgressBar,
) -> Result<Fitted, TrainError> {
    let mut fit = Fit::start(data, plan, checkpoint)?;
    bar.suspend(|| eprintln!("learns on {}", fit.trainer.learns_on()));
    if !fit.fitted.losses.is_empty() {
        bar.suspend(|| eprintln!("goes on after epoch {}", fit.fitted.losses.len()));
    }
    while !fit.is_done() {
        fit.epoch(bar)?;
    }
    Ok(fit.fitted)
}

impl<'a> Fit<'a> {
    /// Begins, or goes on where a checkpoint of the same fit stands.
    pub fn start(
        data: FitData<'a>,
        plan: &FitPlan,
        checkpoint: Option<&'a Path>,
    ) -> Result<Self, TrainError> {
        let FitData { city, protocol, origins, spec, profile, from } = data;
        let rows = |fold| Rows::of(city, protocol, spec, profile, origins, fold);
        let (training, validation) = (rows(Fold::Train)?, rows(Fold::Validation)?);
        let held_out = validation.draw(plan.validation_rows, &mut plan.rng(0))?;
        let of = [
            CODE_VERSION.to_owned(),
            spec.schema_hash(),
            format!("{plan:?} {:?} {:?}", protocol.folds, profile.half_life()),
            data_sha256(city),
            from.map_or_else(String::new, |from| sha256(&from.weights)),
        ]
        .join(" ");
        let mut trainer = Trainer::new(spec.clone(), plan.shape, plan.restraint, plan.seed);
        let known_statics = from.map_or(0, |from| from.manifest.features.static_width());
        if let Some(from) = from {
            let other = |reason| artefact::damaged(&from.path, reason);
            trainer.begin_with(&from.weights, known_statics).map_err(other)?;
        }
        let mut fitted = Fitted { weights: trainer.weights(), best_epoch: 0, losses: Vec::new() };
        if let Some(path) = checkpoint
            && let Some(Checkpoint { progress, best, state }) = Checkpoint::load(path, &of)?
        {
            let unusable = |reason| TrainError::Checkpoint { path: path.to_owned(), reason };
            trainer.restore(&state).map_err(unusable)?;
            fitted = Fitted { weights: best, best_epoch: progress.best_epoch, losses: progress.losses };
        }
        let glance = held_out.one_in(GLANCE_ONE_IN);
        Ok(Self {
            plan: *plan,
            of,
            training,
            drawn: None,
            held_out,
            glance,
            trainer,
            known_statics,
            fitted,
            checkpoint,
        })
    }

    /// Whether nothing more is to be learned: all epochs are over, or none was better for a while.
    pub fn is_done(&self) -> bool {
        let epochs = self.fitted.losses.len();
        epochs >= self.plan.epochs || (epochs > 0 && epochs - self.fitted.best_epoch >= self.plan.patience)
    }

    /// Learns from freshly drawn rows, and keeps the weights if none were better. Another thread draws those of the epoch
    /// after meanwhile: what is drawn depends on the epoch and on nothing that is learned.
    pub fn epoch(&mut self, bar: &ProgressBar) -> Result<(), TrainError> {
        let plan = self.plan;
        let epoch = self.fitted.losses.len() + 1;
        let drawn = self.drawn.take().unwrap_or_else(|| plan.draw(&self.training, epoch))?;
        self.show(bar, epoch, drawn.order.len());
        let (training, trainer, glance) = (&self.training, &mut self.trainer, &self.glance);
        trainer.begin_epoch(plan.learning_rate(epoch - 1), drawn.seed);
        if epoch == 1 {
            trainer.normalise(&drawn.examples.features, self.known_statics);
        }
        let mut batches = 0;
        let look = |trainer: &Trainer, rows: usize| {
            bar.set_position(rows as u64);
            batches += 1;
            if batches % BATCHES_BETWEEN_GLANCES == 0 {
                let now = trainer.loss(glance, plan.batch);
                bar.set_message(format!("epoch {epoch}/{}, validation now {now:.3}", plan.epochs));
            }
        };
        let (learned, next) = thread::scope(|scope| {
            let next = (epoch < plan.epochs).then(|| scope.spawn(move || plan.draw(training, epoch + 1)));
            let learned = trainer.learn(&drawn.examples, &drawn.order, plan.batch, look);
            (learned, next.map(|next| next.join().unwrap_or_else(|panic| resume_unwind(panic))))
        });
        self.drawn = next;
        let learned = told(learned);
        let held_out_loss = told(self.trainer.loss(&self.held_out, plan.batch));
        bar.suspend(|| eprintln!("epoch {epoch:>2}  training {learned:.4}  validation {held_out_loss:.4}"));
        if held_out_loss < self.fitted.best_loss() {
            self.fitted.weights = self.trainer.weights();
            self.fitted.best_epoch = epoch;
        }
        self.fitted.losses.push((learned, held_out_loss));
        self.keep()
    }

    fn show(&self, bar: &ProgressBar, epoch: usize, rows: usize) {
        let best = self.fitted.best_loss();
        let so_far = if best.is_finite() { format!(", validation {best:.4} so far") } else { String::new() };
        bar.set_length(rows as u64);
        bar.set_position(0);
        bar.set_message(format!("epoch {epoch}/{}{so_far}", self.plan.epochs));
    }

    fn keep(&self) -> Result<(), TrainError> {
        let Some(path) = self.checkpoint else { return Ok(()) };
        let Fitted { weights, best_epoch, losses } = &self.fitted;
        Checkpoint::new(&self.of, *best_epoch, losses, weights, self.trainer.state()).save(path)
    }
}

/// A loss to a millionth of a nat: as many digits as are the same again after a file.
fn told(loss: f64) -> f64 {
    (loss * 1e6).round() / 1e6
}

impl Fitted {
    /// The best epoch's loss on validation rows; infinite before the first.
    pub fn best_loss(&self) -> f64 {
        self.losses.iter().map(|&(_, held_out)| held_out).fold(f64::INFINITY, f64::min)
    }
}
