//! A trained network that answers requests: features, one forward pass a batch, masses.

use std::path::Path;

use tch::{Device, Tensor, nn::VarStore};
use velib_forecast::{
    Anchor, Features, ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, StationForecast,
    StationHistory,
};

use crate::{Artefact, Manifest, ModelError, artefact, mixture, network::Network, weights};

/// Rows in one forward pass: more gain no speed and cost memory.
const BATCH: usize = 512;

/// The forecaster of one loaded model. One thread at a time uses it; libtorch itself is held to one thread.
#[derive(Debug)]
pub struct LstmForecaster {
    manifest: Manifest,
    horizons: Vec<Horizon>,
    network: Network,
    _store: VarStore,
}

impl LstmForecaster {
    /// Loads a `model.tar.gz`, or a folder with its contents.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        Self::from_artefact(Artefact::load(path)?)
    }

    /// Builds the network of a model and fills in its weights.
    pub fn from_artefact(model: Artefact) -> Result<Self, ModelError> {
        tch::set_num_threads(1);
        let mut store = VarStore::new(Device::Cpu);
        let network = Network::new(&store.root(), &model.manifest.features, model.manifest.network);
        weights::fill(&store, &model.weights).map_err(|reason| artefact::damaged(&model.path, reason))?;
        store.freeze();
        Ok(Self {
            horizons: model.manifest.features.horizons(),
            manifest: model.manifest,
            network,
            _store: store,
        })
    }

    /// What the model says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Raw outputs of every row, one after the other.
    fn run(&self, features: &Features) -> Result<Vec<f32>, tch::TchError> {
        let spec = &self.manifest.features;
        let (look_back, width) = (spec.look_back as i64, spec.sequence_width() as i64);
        let sequence = Tensor::f_from_slice(&features.sequence)?.f_view([-1, look_back, width])?;
        let statics = Tensor::f_from_slice(&features.statics)?.f_view([-1, spec.static_width() as i64])?;
        let mut raw = Vec::new();
        for start in (0..features.rows()).step_by(BATCH) {
            let length = (features.rows() - start).min(BATCH) as i64;
            let rows = |tensor: &Tensor| tensor.f_narrow(0, start as i64, length);
            let output = self.network.forward(&rows(&sequence)?, &rows(&statics)?);
            raw.extend(Vec::<f32>::try_from(&output.f_flatten(0, -1)?)?);
        }
        Ok(raw)
    }

    fn station_forecast(&self, station: &StationHistory, anchor: &Anchor, raw: &[f32]) -> StationForecast {
        let by_horizon = raw.chunks_exact(raw.len() / self.horizons.len());
        let horizons = self.horizons.iter().zip(by_horizon).map(|(&horizon, raw)| {
            let (bikes, docks) = raw.split_at(raw.len() / 2);
            HorizonForecast {
                horizon,
                bikes: mixture::distribution(bikes, anchor.bikes, anchor),
                docks: anchor.has_docks.then(|| mixture::distribution(docks, anchor.docks, anchor)),
            }
        });
        StationForecast {
            station_id: station.station_id.clone(),
            missing_slots: station.missing_slots(self.look_back()),
            horizons: horizons.collect(),
        }
    }
}

impl Forecaster for LstmForecaster {
    fn version(&self) -> &str {
        &self.manifest.version
    }

    fn look_back(&self) -> usize {
        self.manifest.features.look_back
    }

    fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        let features = self.manifest.features.build(request)?;
        if features.rows() == 0 {
            return Ok(Vec::new());
        }
        let raw =
            tch::no_grad(|| self.run(&features)).map_err(|error| ForecastError::Model(error.to_string()))?;
        let by_row = raw.chunks_exact(raw.len() / features.rows());
        let rows = request.stations.iter().zip(&features.anchors).zip(by_row);
        Ok(rows.map(|((station, anchor), raw)| self.station_forecast(station, anchor, raw)).collect())
    }
}
