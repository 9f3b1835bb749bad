//! A model judged beside itself without some of its parts: what the blend adds, and what telling none anew.
//!
//! The table and climatology of a blend are judged beside every model anyway. All share one network, which answers once:
//! a part costs no more than its arithmetic.

use std::sync::{Arc, Mutex, PoisonError};

use velib_forecast::{Features, ForecastError, blend::NoneRecalibrated};
use velib_lstm::TorchNetwork;
use velib_model::{Artefact, BlendRecord, ModelError, ModelForecaster, Network};

/// The network without the blend.
pub(crate) const NETWORK_ALONE: &str = "network alone";

/// The blend, without its probability of none told anew.
pub(crate) const NONE_AS_MIXED: &str = "none as mixed";

/// A model that shares its network with others.
pub(crate) type Part = ModelForecaster<SharedNetwork>;

/// A network asked the same by several models one after another, which answers from memory what it was just asked.
#[derive(Clone)]
pub(crate) struct SharedNetwork(Arc<Mutex<Remembering<TorchNetwork>>>);

struct Remembering<N> {
    network: N,
    last: Option<(Features, Vec<f32>)>,
}

impl<N: Network> Remembering<N> {
    fn run(&mut self, features: &Features) -> Result<Vec<f32>, ForecastError> {
        if let Some((asked, said)) = &self.last
            && asked == features
        {
            return Ok(said.clone());
        }
        let said = self.network.run(features)?;
        self.last = Some((features.clone(), said.clone()));
        Ok(said)
    }
}

impl Network for SharedNetwork {
    fn run(&self, features: &Features) -> Result<Vec<f32>, ForecastError> {
        // Whoever broke off in between left at most an older answer, with what it answered.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).run(features)
    }
}

/// A model, and the same without some of its parts: the fewest first, none where it has but one part.
pub(crate) fn with_lesser(model: Artefact) -> Result<(Part, Vec<Part>), ModelError> {
    let network = Remembering { network: velib_lstm::network(&model)?, last: None };
    let network = SharedNetwork(Arc::new(Mutex::new(network)));
    let lesser = lesser(&model).into_iter().map(|part| Part::new(part, network.clone())).collect();
    Ok((Part::new(model, network.clone()), lesser))
}

fn lesser(model: &Artefact) -> Vec<Artefact> {
    let blend = &model.manifest.blend;
    let alone = BlendRecord::network_alone(blend.climatology_concentration, blend.weights.horizons.len());
    let as_mixed = BlendRecord { none: Vec::new(), ..blend.clone() };
    let is_mixed = blend.weights != alone.weights || blend.mirror.iter().any(|weight| *weight > 0.0);
    let is_told_anew = blend.none.iter().any(|at| *at != NoneRecalibrated::default());
    let mut parts = Vec::new();
    if is_mixed || is_told_anew {
        parts.push(called(NETWORK_ALONE, alone, model));
    }
    if is_mixed && is_told_anew {
        parts.push(called(NONE_AS_MIXED, as_mixed, model));
    }
    parts
}

fn called(name: &str, blend: BlendRecord, model: &Artefact) -> Artefact {
    let mut part = model.clone();
    name.clone_into(&mut part.manifest.version);
    part.manifest.blend = blend;
    part
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Says how often it was asked.
    #[derive(Default)]
    struct Counting(Cell<u8>);

    impl Network for Counting {
        fn run(&self, _: &Features) -> Result<Vec<f32>, ForecastError> {
            self.0.set(self.0.get() + 1);
            Ok(vec![f32::from(self.0.get())])
        }
    }

    #[test]
    fn a_network_asked_the_same_again_answers_from_memory() {
        let mut network = Remembering { network: Counting::default(), last: None };
        let rows = |number: f32| Features { statics: vec![number], ..Features::default() };
        let mut said = |number| network.run(&rows(number)).unwrap()[0];
        let said = [said(0.5), said(0.5), said(0.25), said(0.5)];
        assert_eq!(format!("{said:?}"), "[1.0, 1.0, 2.0, 3.0]");
    }
}
