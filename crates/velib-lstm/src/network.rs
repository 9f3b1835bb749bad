//! The network: two LSTM layers over the hours, joined with what does not change, a dense layer, a mixture for each
//! horizon and target.

use serde::{Deserialize, Serialize};
use tch::{
    Tensor,
    nn::{self, Module, RNN},
};
use velib_forecast::FeatureSpec;

use crate::mixture::{PARAMETERS, TARGETS};

/// Sizes of the layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkShape {
    /// Units of the first LSTM layer.
    pub first_lstm: i64,
    /// Units of the second LSTM layer.
    pub second_lstm: i64,
    /// Units of the dense layer.
    pub dense: i64,
    /// Components of each mixture.
    pub components: i64,
}

/// The layers, with their weights in a `VarStore`.
#[derive(Debug)]
pub(crate) struct Network {
    first: nn::LSTM,
    second: nn::LSTM,
    dense: nn::Linear,
    output: nn::Linear,
    horizons: i64,
    components: i64,
}

impl Default for NetworkShape {
    fn default() -> Self {
        Self { first_lstm: 128, second_lstm: 64, dense: 32, components: 3 }
    }
}

impl Network {
    pub(crate) fn new(root: &nn::Path<'_>, spec: &FeatureSpec, shape: NetworkShape) -> Self {
        let lstm = nn::RNNConfig { w_hh_init: nn::Init::Orthogonal { gain: 1.0 }, ..Default::default() };
        let horizons = spec.horizons_seconds.len() as i64;
        let outputs = horizons * TARGETS * PARAMETERS * shape.components;
        let joined = shape.second_lstm + spec.static_width() as i64;
        Self {
            first: nn::lstm(root / "first", spec.sequence_width() as i64, shape.first_lstm, lstm),
            second: nn::lstm(root / "second", shape.first_lstm, shape.second_lstm, lstm),
            dense: nn::linear(root / "dense", joined, shape.dense, nn::LinearConfig::default()),
            output: nn::linear(root / "output", shape.dense, outputs, nn::LinearConfig::default()),
            horizons,
            components: shape.components,
        }
    }

    /// `[rows, slots, sequence]` and `[rows, statics]` in, `[rows, horizons, targets, parameters, components]` out.
    pub(crate) fn forward(&self, sequence: &Tensor, statics: &Tensor) -> Tensor {
        let (hours, _) = self.first.seq(sequence);
        let (_, last) = self.second.seq(&hours);
        let joined = Tensor::cat(&[last.h().squeeze_dim(0), statics.shallow_clone()], 1);
        let raw = self.output.forward(&self.dense.forward(&joined).relu());
        raw.view([-1, self.horizons, TARGETS, PARAMETERS, self.components])
    }
}
