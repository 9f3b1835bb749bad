//! The network: an LSTM over the hours, joined with the row's other features, two dense layers, a mixture for each
//! horizon and target. Several of them, alike but for their random start, are averaged: they err in different ways.

use tch::{
    Tensor,
    nn::{self, Module, RNN},
};
use velib_forecast::FeatureSpec;
use velib_model::{
    FURTHEST, NetworkShape,
    mixture::{PARAMETERS, TARGETS},
};

/// A feature that varies less than this in training is none: its weights were never learned.
const LEAST_SPREAD: f32 = 1e-3;

/// The layers, with their weights in a `VarStore`.
#[derive(Debug)]
pub(crate) struct Network {
    centre: Tensor,
    scale: Tensor,
    members: Vec<Member>,
    horizons: i64,
    components: i64,
}

#[derive(Debug)]
struct Member {
    lstm: nn::LSTM,
    first: nn::Linear,
    second: nn::Linear,
    output: nn::Linear,
}

impl Network {
    pub(crate) fn new(root: &nn::Path<'_>, spec: &FeatureSpec, shape: NetworkShape) -> Self {
        let statics = spec.static_width() as i64;
        Self {
            centre: root.zeros_no_train("centre", &[statics]),
            scale: root.ones_no_train("scale", &[statics]),
            members: (0..shape.members).map(|at| Member::new(&(root / at), spec, shape)).collect(),
            horizons: spec.horizons_seconds.len() as i64,
            components: shape.components as i64,
        }
    }

    /// Learns the mean and spread of features from rows `[rows, statics]`, from this feature on.
    pub(crate) fn normalise(&mut self, statics: &Tensor, from: usize) {
        let columns = |all: &Tensor| all.slice(-1, from as i64, None, 1);
        let statics = columns(statics);
        let spread = statics.std_dim(0, true, false);
        let scale = spread.reciprocal().where_scalarother(&spread.gt(f64::from(LEAST_SPREAD)), 0.0);
        tch::no_grad(|| {
            columns(&self.centre).copy_(&statics.mean_dim(0, false, None));
            columns(&self.scale).copy_(&scale);
        });
    }

    /// `[rows, slots, sequence]` and `[rows, statics]` in, for each member `[rows, horizons, targets, parameters,
    /// components]` out. While it learns, a share `dropout` of the hidden numbers is left out at random.
    pub(crate) fn forward(&self, sequence: &Tensor, statics: &Tensor, dropout: f64) -> Vec<Tensor> {
        let statics =
            ((statics - &self.centre) * &self.scale).clamp(-f64::from(FURTHEST), f64::from(FURTHEST));
        let shape = [-1, self.horizons, TARGETS as i64, PARAMETERS as i64, self.components];
        let member = |member: &Member| member.forward(sequence, &statics, dropout).view(shape);
        self.members.iter().map(member).collect()
    }
}

impl Member {
    fn new(root: &nn::Path<'_>, spec: &FeatureSpec, shape: NetworkShape) -> Self {
        let lstm = nn::RNNConfig { w_hh_init: nn::Init::Orthogonal { gain: 1.0 }, ..Default::default() };
        let (units, dense) = (shape.lstm as i64, shape.dense as i64);
        let linear = |name: &str, from, to| nn::linear(root / name, from, to, nn::LinearConfig::default());
        let outputs = spec.horizons_seconds.len() * TARGETS * PARAMETERS * shape.components;
        let joined = units + spec.static_width() as i64;
        Self {
            lstm: nn::lstm(root / "lstm", spec.sequence_width() as i64, units, lstm),
            first: linear("first", joined, dense),
            second: linear("second", dense, dense),
            output: linear("output", dense + joined, outputs as i64),
        }
    }

    fn forward(&self, sequence: &Tensor, statics: &Tensor, dropout: f64) -> Tensor {
        let thinned = |hidden: Tensor| if dropout > 0.0 { hidden.dropout(dropout, true) } else { hidden };
        let (_, last) = self.lstm.seq(sequence);
        let joined = Tensor::cat(&[&thinned(last.h().squeeze_dim(0)), statics], 1);
        let hidden = thinned(self.first.forward(&joined).relu());
        let hidden = thinned(self.second.forward(&hidden).relu());
        self.output.forward(&Tensor::cat(&[hidden, joined], 1))
    }
}
