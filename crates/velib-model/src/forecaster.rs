//! A trained network that answers requests: features, one pass of the network, masses.

use std::path::Path;

use velib_forecast::{
    Anchor, FeatureBuilder, Features, ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast,
    Profile, StationForecast, StationHistory,
};

use crate::{
    Artefact, Manifest, ModelError, PlainNetwork, artefact,
    mixture::{self, TARGETS},
};

/// Whatever computes a network's outputs from features.
pub trait Network: Send {
    /// Raw outputs, row by row; in a row member by member, each `horizons × targets × parameters × components`.
    fn run(&self, features: &Features) -> Result<Vec<f32>, ForecastError>;
}

/// The forecaster of one loaded model.
#[derive(Debug)]
pub struct ModelForecaster<N> {
    manifest: Manifest,
    profile: Profile,
    horizons: Vec<Horizon>,
    network: N,
    builder: FeatureBuilder,
    /// Of the last request; its memory is used again.
    features: Features,
}

impl ModelForecaster<PlainNetwork> {
    /// Loads a `model.tar.gz`, or a folder with its contents, to be run without libtorch.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        Self::from_artefact(Artefact::load(path)?)
    }

    /// The same, of a model that was read already.
    pub fn from_artefact(model: Artefact) -> Result<Self, ModelError> {
        let Manifest { features, network, .. } = &model.manifest;
        let network = PlainNetwork::new(&model.weights, features, *network)
            .map_err(|reason| artefact::damaged(&model.path, reason))?;
        Ok(Self::new(model.manifest, model.profile, network))
    }
}

impl<N> ModelForecaster<N> {
    /// A model whose network is run by `network`.
    pub fn new(manifest: Manifest, profile: Profile, network: N) -> Self {
        let horizons = manifest.features.horizons();
        let (builder, features) = Default::default();
        Self { manifest, profile, horizons, network, builder, features }
    }

    /// What the model says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What runs the network.
    pub fn network(&self) -> &N {
        &self.network
    }

    fn station_forecast(&self, station: &StationHistory, anchor: &Anchor, raw: &[f32]) -> StationForecast {
        let outputs = raw.len() / self.manifest.network.members;
        let a_target = outputs / self.horizons.len() / TARGETS;
        let pooled = |at: usize, origin: f32| {
            let members = raw.chunks_exact(outputs).map(|member| &member[at * a_target..(at + 1) * a_target]);
            mixture::distribution(members, origin, anchor)
        };
        let horizons = self.horizons.iter().enumerate().map(|(at, &horizon)| HorizonForecast {
            horizon,
            bikes: pooled(TARGETS * at, anchor.bikes),
            docks: anchor.has_docks.then(|| pooled(TARGETS * at + 1, anchor.docks)),
        });
        StationForecast {
            station_id: station.station_id.clone(),
            missing_slots: station.missing_slots(self.manifest.features.look_back),
            horizons: horizons.collect(),
        }
    }
}

impl<N: Network> Forecaster for ModelForecaster<N> {
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
        let Self { manifest, profile, builder, features, .. } = self;
        features.clear();
        builder.build(&manifest.features, request, profile, features)?;
        let features = &self.features;
        if features.rows() == 0 {
            return Ok(Vec::new());
        }
        let raw = self.network.run(features)?;
        let by_row = raw.chunks_exact(raw.len() / features.rows());
        let rows = request.stations.iter().zip(&features.anchors).zip(by_row);
        Ok(rows.map(|((station, anchor), raw)| self.station_forecast(station, anchor, raw)).collect())
    }
}
