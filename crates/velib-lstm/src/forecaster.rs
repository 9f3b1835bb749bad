//! A trained network run by libtorch.

use std::path::Path;

use tch::{Device, TchError, Tensor, nn::VarStore};
use velib_forecast::{FeatureSpec, Features, ForecastError};
use velib_model::{Artefact, ModelError, ModelForecaster, artefact};

use crate::{network::Network, weights};

/// Rows in one forward pass: more gain no speed and cost memory.
const BATCH: usize = 512;

/// The forecaster of one loaded model. One thread at a time uses it; libtorch itself is held to one thread.
pub type LstmForecaster = ModelForecaster<TorchNetwork>;

/// A network with its weights, in libtorch.
#[derive(Debug)]
pub struct TorchNetwork {
    spec: FeatureSpec,
    network: Network,
    _store: VarStore,
}

/// Loads a `model.tar.gz`, or a folder with its contents.
pub fn open(path: &Path) -> Result<LstmForecaster, ModelError> {
    forecaster(Artefact::load(path)?)
}

/// A model run by libtorch.
pub fn forecaster(model: Artefact) -> Result<LstmForecaster, ModelError> {
    let network = network(&model)?;
    Ok(ModelForecaster::new(model, network))
}

/// Builds the network of a model and fills in its weights.
pub fn network(model: &Artefact) -> Result<TorchNetwork, ModelError> {
    tch::set_num_threads(1);
    let spec = model.manifest.features.clone();
    let mut store = VarStore::new(Device::Cpu);
    let network = Network::new(&store.root(), &spec, model.manifest.network);
    weights::fill(&store, &model.weights).map_err(|reason| artefact::damaged(&model.path, reason))?;
    store.freeze();
    Ok(TorchNetwork { spec, network, _store: store })
}

impl TorchNetwork {
    fn run(&self, features: &Features) -> Result<Vec<f32>, TchError> {
        let (look_back, width) = (self.spec.look_back as i64, self.spec.sequence_width() as i64);
        let sequence = Tensor::f_from_slice(&features.sequence)?.f_view([-1, look_back, width])?;
        let statics =
            Tensor::f_from_slice(&features.statics)?.f_view([-1, self.spec.static_width() as i64])?;
        let mut raw = Vec::new();
        for start in (0..features.rows()).step_by(BATCH) {
            let length = (features.rows() - start).min(BATCH) as i64;
            let rows = |tensor: &Tensor| tensor.f_narrow(0, start as i64, length);
            let members = self.network.forward(&rows(&sequence)?, &rows(&statics)?, 0.0);
            raw.extend(Vec::<f32>::try_from(&Tensor::f_stack(&members, 1)?.f_flatten(0, -1)?)?);
        }
        Ok(raw)
    }
}

impl velib_model::Network for TorchNetwork {
    fn run(&self, features: &Features) -> Result<Vec<f32>, ForecastError> {
        tch::no_grad(|| self.run(features)).map_err(|error| ForecastError::Model(error.to_string()))
    }
}
