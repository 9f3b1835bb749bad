//! Learning: rows and what was then counted, one optimiser step at a time. Which rows and how often is the caller's.

use tch::{Device, Kind, Tensor, nn::VarStore};
use velib_forecast::{FeatureSpec, Features};
use velib_model::{NetworkShape, mixture::TARGETS};

use crate::{
    adamw::AdamW,
    average::Average,
    mixture::{Anchors, log_likelihood},
    network::Network,
    weights,
};

/// Rows with the counts they lead to.
#[derive(Debug, Clone, Default)]
pub struct Examples {
    /// The rows.
    pub features: Features,
    /// `rows × horizons × [bikes, docks]`; `None` where nobody counted.
    pub truths: Vec<[Option<u16>; 2]>,
}

/// What keeps a network from learning its training days by heart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Restraint {
    /// How much weights shrink with each step, in units of the learning rate.
    pub weight_decay: f64,
    /// Share of hidden numbers left out at random in each step.
    pub dropout: f64,
}

impl Default for Restraint {
    fn default() -> Self {
        Self { weight_decay: 0.01, dropout: 0.0 }
    }
}

/// A network that is being trained. What it is judged by and ends with is the running mean of its weights.
#[derive(Debug)]
pub struct Trainer {
    spec: FeatureSpec,
    store: VarStore,
    network: Network,
    average: Average,
    optimiser: AdamW,
    dropout: f64,
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

impl Examples {
    /// Every so-many-th row.
    #[must_use]
    pub fn one_in(&self, every: usize) -> Self {
        let rows = self.features.rows().max(1);
        let thin = |numbers: &[f32]| -> Vec<f32> {
            numbers.chunks_exact((numbers.len() / rows).max(1)).step_by(every).flatten().copied().collect()
        };
        let truths = self.truths.chunks_exact((self.truths.len() / rows).max(1)).step_by(every);
        Self {
            features: Features {
                sequence: thin(&self.features.sequence),
                statics: thin(&self.features.statics),
                anchors: self.features.anchors.iter().step_by(every).copied().collect(),
            },
            truths: truths.flatten().copied().collect(),
        }
    }
}

impl Trainer {
    /// A network with random weights, the same for the same seed. It learns on the graphics processor that libtorch finds,
    /// where there is one, and else on one core.
    pub fn new(spec: FeatureSpec, shape: NetworkShape, restraint: Restraint, seed: u64) -> Self {
        tch::set_num_threads(1);
        tch::manual_seed(seed.cast_signed());
        let store = VarStore::new(Device::cuda_if_available());
        let network = Network::new(&store.root(), &spec, shape);
        let average = Average::of(&store, &spec, shape);
        let optimiser = AdamW::new(&store, restraint.weight_decay);
        Self { spec, store, network, average, optimiser, dropout: restraint.dropout }
    }

    /// Begins with the weights of another trainer or model of the same shape, the features' mean and spread among them. One
    /// that knew only the first `known_statics` of them goes on as it was: the others count for nothing until they are learned.
    pub fn begin_with(&mut self, weights: &[u8], known_statics: usize) -> Result<(), String> {
        let fewer = self.spec.static_width().saturating_sub(known_statics);
        weights::fill_from_fewer(self.store.variables(), weights, fewer)?;
        self.average.begin();
        Ok(())
    }

    /// What it learns on, as people call it.
    pub fn learns_on(&self) -> &'static str {
        if self.store.device().is_cuda() { "a graphics processor" } else { "one core" }
    }

    /// Learns the mean and spread of the features that do not change by the hour, from this one on.
    pub fn normalise(&mut self, features: &Features, from: usize) {
        let statics = Tensor::from_slice(&features.statics).view([-1, self.spec.static_width() as i64]);
        let statics = statics.to_device(self.store.device());
        self.network.normalise(&statics, from);
        self.average.begin();
    }

    /// Sets the size of the steps to come, and the seed of what is random in them.
    pub fn begin_epoch(&mut self, learning_rate: f64, seed: u64) {
        self.optimiser.rate = learning_rate;
        tch::manual_seed(seed.cast_signed());
    }

    /// One step a batch over rows in the order given; returns the mean loss (nats a count). `after_batch` may look at
    /// what is learned so far and hears how many rows are done.
    pub fn learn(
        &mut self,
        examples: &Examples,
        order: &[i64],
        batch: usize,
        mut after_batch: impl FnMut(&Self, usize),
    ) -> f64 {
        let all = self.tensors(examples);
        let (mut sum, mut rows) = (0.0, 0);
        for indices in order.chunks(batch) {
            let losses = self.member_losses(&all.select(indices));
            self.optimiser.step(&losses.sum(Kind::Float));
            self.average.follow(self.optimiser.steps());
            sum += losses.mean(Kind::Float).double_value(&[]) * indices.len() as f64;
            rows += indices.len();
            after_batch(self, rows);
        }
        sum / rows as f64
    }

    /// The mean loss of the members' average on rows, without learning from them.
    pub fn loss(&self, examples: &Examples, batch: usize) -> f64 {
        let all = self.tensors(examples);
        let order: Vec<i64> = (0..examples.features.rows() as i64).collect();
        let losses = order.chunks(batch).map(|indices| {
            let rows = all.select(indices);
            tch::no_grad(|| self.average_loss(&rows)).double_value(&[]) * indices.len() as f64
        });
        losses.sum::<f64>() / order.len() as f64
    }

    /// The mean of the weights as safetensors.
    pub fn weights(&self) -> Vec<u8> {
        self.average.weights()
    }

    /// Everything that the next step depends on, as safetensors: the weights, their mean and the optimiser's moments.
    pub fn state(&self) -> Vec<u8> {
        let mut state = self.optimiser.state();
        state.extend(self.store.variables());
        state.extend(self.average.state());
        weights::named_to_bytes(state)
    }

    /// Goes on where another trainer of the same shape was when it gave its [`state`](Self::state).
    pub fn restore(&mut self, state: &[u8]) -> Result<(), String> {
        weights::fill(&self.store, state)?;
        self.average.restore(state)?;
        self.optimiser.restore(state)
    }

    fn tensors(&self, examples: &Examples) -> Tensors {
        Tensors::of(&self.spec, examples, self.store.device())
    }

    /// Each member's loss on its own: averaged before the loss, they would share the work instead of each doing it.
    fn member_losses(&self, rows: &Tensors) -> Tensor {
        let likelihoods = rows.likelihoods(&self.network, self.dropout);
        let losses = likelihoods.iter().map(|likelihood| rows.mean_loss(likelihood));
        Tensor::stack(&losses.collect::<Vec<_>>(), 0)
    }

    fn average_loss(&self, rows: &Tensors) -> Tensor {
        let likelihoods = rows.likelihoods(&self.average.network, 0.0);
        let sum = Tensor::stack(&likelihoods, 0).logsumexp([0], false);
        rows.mean_loss(&(sum - (likelihoods.len() as f64).ln()))
    }
}

impl Tensors {
    fn of(spec: &FeatureSpec, examples: &Examples, device: Device) -> Self {
        let features = &examples.features;
        let truths = || examples.truths.iter().flatten();
        let counts: Vec<f32> = truths().map(|count| count.map_or(0.0, f32::from)).collect();
        let known: Vec<f32> = truths().map(|count| f32::from(u8::from(count.is_some()))).collect();
        let by_row = [-1, spec.horizons_seconds.len() as i64, TARGETS as i64];
        let slots = [-1, spec.look_back as i64, spec.sequence_width() as i64];
        let there = |numbers: &[f32]| Tensor::from_slice(numbers).to_device(device);
        Self {
            sequence: there(&features.sequence).view(slots),
            statics: there(&features.statics).view([-1, spec.static_width() as i64]),
            anchors: Anchors::of(&features.anchors).to_device(device),
            counts: there(&counts).view(by_row),
            known: there(&known).view(by_row),
        }
    }

    /// Each member's logarithm of the probability of what was counted.
    fn likelihoods(&self, network: &Network, dropout: f64) -> Vec<Tensor> {
        let members = network.forward(&self.sequence, &self.statics, dropout);
        members.iter().map(|raw| log_likelihood(raw, &self.anchors, &self.counts)).collect()
    }

    fn mean_loss(&self, likelihood: &Tensor) -> Tensor {
        -(likelihood * &self.known).sum(Kind::Float) / self.known.sum(Kind::Float).clamp_min(1.0)
    }

    fn select(&self, rows: &[i64]) -> Self {
        let rows = &Tensor::from_slice(rows).to_device(self.counts.device());
        Self {
            sequence: self.sequence.index_select(0, rows),
            statics: self.statics.index_select(0, rows),
            anchors: self.anchors.select(rows),
            counts: self.counts.index_select(0, rows),
            known: self.known.index_select(0, rows),
        }
    }
}
