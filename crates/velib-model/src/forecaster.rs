//! A trained model that answers requests: features, one pass of the network, masses, mixed with those of the simple
//! forecasters in its file, docks mixed with what bikes leave, none told anew. Where one of these knows nothing of a
//! station, the others answer without it.

use std::path::Path;

use velib_domain::{Distribution, Timestamp};
use velib_forecast::{
    Anchor, FeatureBuilder, Features, ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast,
    Profile, StationForecast, StationHistory,
    baselines::{Climatology, TransitionTable},
    blend::{Recalibration, mixed, with_none},
};

use crate::{
    Artefact, Manifest, ModelError, PlainNetwork, artefact,
    blend::{CLIMATOLOGY, TABLE},
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
    table: TransitionTable,
    climatology: Climatology,
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
        Ok(Self::new(model, network))
    }
}

impl<N> ModelForecaster<N> {
    /// A model whose network is run by `network`.
    pub fn new(model: Artefact, network: N) -> Self {
        let horizons = model.manifest.features.horizons();
        let concentration = model.manifest.blend.climatology_concentration;
        Self {
            climatology: Climatology::new(model.profile, concentration, &horizons),
            manifest: model.manifest,
            table: model.table,
            horizons,
            network,
            builder: FeatureBuilder::default(),
            features: Features::default(),
        }
    }

    /// What the model says about itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What is usual in its city.
    pub fn climatology(&self) -> &Climatology {
        &self.climatology
    }

    /// Takes another usual week in the place of its own.
    pub fn set_usual_week(&mut self, profile: Profile) {
        self.climatology = Climatology::new(profile, self.climatology.concentration(), &self.horizons);
    }

    /// What runs the network.
    pub fn network(&self) -> &N {
        &self.network
    }

    fn station_forecast(
        &self,
        issued_at: Timestamp,
        station: &StationHistory,
        anchor: &Anchor,
        raw: &[f32],
    ) -> StationForecast {
        let horizons = self.horizons.iter().enumerate().map(|(at, &horizon)| {
            let pooled = |target: usize, origin: f32| self.pooled(TARGETS * at + target, origin, anchor, raw);
            let weights = &self.manifest.blend.weights.horizons[at];
            let none = self.manifest.blend.none.get(at).copied().unwrap_or_default();
            // A part without a weight need not be asked.
            let has_a_say = |part: usize| weights.bikes[part] > 0.0 || weights.docks[part] > 0.0;
            let usual = || self.climatology.at(station, issued_at + horizon);
            let usual = has_a_say(CLIMATOLOGY).then(usual).flatten();
            let [usual_bikes, usual_docks] = usual.map_or([None, None], |usual| usual.map(Some));
            let table = has_a_say(TABLE).then_some(&self.table);
            let docks = || {
                let table = table.and_then(|table| table.docks(at, station));
                mixture(&weights.docks, pooled(1, anchor.docks), &[table, usual_docks])
            };
            let docks = anchor.has_docks.then(docks);
            let table = table.and_then(|table| table.bikes(at, station));
            let bikes = mixture(&weights.bikes, pooled(0, anchor.bikes), &[table, usual_bikes]);
            let mixed = HorizonForecast { horizon, bikes, docks };
            let mirror = self.manifest.blend.mirror.get(at).copied().unwrap_or_default();
            let told = mixed.with_mirror(station.bikes_and_docks(), mirror);
            HorizonForecast {
                bikes: none_told_anew(&told.bikes, none.bikes),
                docks: told.docks.map(|docks| none_told_anew(&docks, none.docks)),
                ..told
            }
        });
        StationForecast {
            station_id: station.station_id.clone(),
            missing_slots: station.missing_slots(self.manifest.features.look_back),
            horizons: horizons.collect(),
        }
    }

    /// What the members of the network say of one horizon and target.
    fn pooled(&self, at: usize, origin: f32, anchor: &Anchor, raw: &[f32]) -> Distribution {
        let outputs = raw.len() / self.manifest.network.members;
        let a_target = outputs / self.horizons.len() / TARGETS;
        let members = raw.chunks_exact(outputs).map(|member| &member[at * a_target..(at + 1) * a_target]);
        mixture::distribution(members, origin, anchor)
    }
}

/// The network's answer, mixed with those that the simple forecasters have.
fn mixture(weights: &[f64], network: Distribution, simple: &[Option<Distribution>; 2]) -> Distribution {
    let known = simple.iter().zip(&weights[1..]).filter_map(|(part, &weight)| Some((weight, part.as_ref()?)));
    mixed(std::iter::once((weights[0], &network)).chain(known)).unwrap_or(network)
}

fn none_told_anew(told: &Distribution, none: Recalibration) -> Distribution {
    with_none(told, none.of(told.none()))
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
        let Self { manifest, climatology, builder, features, .. } = self;
        features.clear();
        builder.build(&manifest.features, request, climatology.profile(), features)?;
        let features = &self.features;
        if features.rows() == 0 {
            return Ok(Vec::new());
        }
        let raw = self.network.run(features)?;
        let by_row = raw.chunks_exact(raw.len() / features.rows());
        let rows = request.stations.iter().zip(&features.anchors).zip(by_row);
        let answer = |((station, anchor), raw): ((&StationHistory, &Anchor), &[f32])| {
            self.station_forecast(request.issued_at, station, anchor, raw)
        };
        Ok(rows.map(answer).collect())
    }
}
