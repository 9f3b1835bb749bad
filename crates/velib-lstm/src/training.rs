//! Learning: rows and what was then counted, one optimiser step at a time. Which rows and how often is the caller's.

use tch::{
    Device, Kind, Tensor,
    nn::{self, OptimizerConfig, VarStore},
};
use velib_forecast::{FeatureSpec, Features};

use crate::{
    NetworkShape,
    mixture::{Anchors, TARGETS, log_likelihood},
    network::Network,
    weights,
};

/// Gradients longer than this are shortened to it: one odd batch must not undo an epoch.
const LONGEST_GRADIENT: f64 = 1.0;

/// Rows with the counts they lead to.
#[derive(Debug, Clone, Default)]
pub struct Examples {
    /// The rows.
    pub features: Features,
    /// `rows × horizons × [bikes, docks]`; `None` where nobody counted.
    pub truths: Vec<[Option<u16>; 2]>,
}

/// A network that is being trained.
#[derive(Debug)]
pub struct Trainer {
    spec: FeatureSpec,
    store: VarStore,
    network: Network,
    optimiser: nn::Optimizer,
}

/// Examples as libtorch holds them.
#[derive(Debug)]
struct Tensors {
    sequence: Tensor,
    statics: Tensor,
    anchors: Anchors,
    counts: Tensor,
    known: Tensor,
}

impl Trainer {
    /// A network with random weights, the same for the same seed.
    pub fn new(spec: FeatureSpec, shape: NetworkShape, seed: u64) -> Result<Self, tch::TchError> {
        tch::set_num_threads(1);
        tch::manual_seed(seed.cast_signed());
        let store = VarStore::new(Device::Cpu);
        let network = Network::new(&store.root(), &spec, shape);
        let optimiser = nn::Adam::default().build(&store, 1e-3)?;
        Ok(Self { spec, store, network, optimiser })
    }

    /// Sets the size of the steps to come.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.optimiser.set_lr(rate);
    }

    /// One step a batch over rows in the order given; returns the mean loss (nats a count). `after_batch` hears how
    /// many rows are done.
    pub fn learn(
        &mut self,
        examples: &Examples,
        order: &[i64],
        batch: usize,
        mut after_batch: impl FnMut(usize),
    ) -> f64 {
        let all = Tensors::of(&self.spec, examples);
        let (mut sum, mut rows) = (0.0, 0);
        for indices in order.chunks(batch) {
            let loss = self.batch_loss(&all.select(&Tensor::from_slice(indices)));
            self.optimiser.backward_step_clip_norm(&loss, LONGEST_GRADIENT);
            sum += loss.double_value(&[]) * indices.len() as f64;
            rows += indices.len();
            after_batch(rows);
        }
        sum / rows as f64
    }

    /// The mean loss on rows, without learning from them.
    pub fn loss(&self, examples: &Examples, batch: usize) -> f64 {
        let all = Tensors::of(&self.spec, examples);
        let order: Vec<i64> = (0..examples.features.rows() as i64).collect();
        let losses = order.chunks(batch).map(|indices| {
            let rows = all.select(&Tensor::from_slice(indices));
            tch::no_grad(|| self.batch_loss(&rows)).double_value(&[]) * indices.len() as f64
        });
        losses.sum::<f64>() / order.len() as f64
    }

    /// The weights as safetensors.
    pub fn weights(&self) -> Vec<u8> {
        weights::to_bytes(&self.store)
    }

    fn batch_loss(&self, rows: &Tensors) -> Tensor {
        let raw = self.network.forward(&rows.sequence, &rows.statics);
        let likelihood = log_likelihood(&raw, &rows.anchors, &rows.counts) * &rows.known;
        -likelihood.sum(Kind::Float) / rows.known.sum(Kind::Float).clamp_min(1.0)
    }
}

impl Tensors {
    fn of(spec: &FeatureSpec, examples: &Examples) -> Self {
        let features = &examples.features;
        let truths = || examples.truths.iter().flatten();
        let counts: Vec<f32> = truths().map(|count| count.map_or(0.0, f32::from)).collect();
        let known: Vec<f32> = truths().map(|count| f32::from(u8::from(count.is_some()))).collect();
        let by_row = [-1, spec.horizons_seconds.len() as i64, TARGETS];
        let slots = [-1, spec.look_back as i64, spec.sequence_width() as i64];
        Self {
            sequence: Tensor::from_slice(&features.sequence).view(slots),
            statics: Tensor::from_slice(&features.statics).view([-1, spec.static_width() as i64]),
            anchors: Anchors::of(&features.anchors),
            counts: Tensor::from_slice(&counts).view(by_row),
            known: Tensor::from_slice(&known).view(by_row),
        }
    }

    fn select(&self, rows: &Tensor) -> Self {
        Self {
            sequence: self.sequence.index_select(0, rows),
            statics: self.statics.index_select(0, rows),
            anchors: self.anchors.select(rows),
            counts: self.counts.index_select(0, rows),
            known: self.known.index_select(0, rows),
        }
    }
}
