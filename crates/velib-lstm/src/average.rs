//! The running mean of a network's weights: single steps err around what is learned, each its own way, and their mean less.

use tch::{Tensor, nn::VarStore};
use velib_forecast::FeatureSpec;
use velib_model::NetworkShape;

use crate::{
    network::Network,
    weights::{self, Named},
};

/// What of the mean stays with each step: it remembers about five hundred.
const KEPT: f64 = 0.998;

/// In the names of the mean's tensors, where they stand beside those that learn.
const PREFIX: &str = "average.";

/// A network that follows another, alike in shape.
#[derive(Debug)]
pub(crate) struct Average {
    store: VarStore,
    pub(crate) network: Network,
    /// Each of its tensors that learn, and the one that it follows.
    followed: Vec<(Tensor, Tensor)>,
}

impl Average {
    /// Of a network as it is now.
    pub(crate) fn of(learning: &VarStore, spec: &FeatureSpec, shape: NetworkShape) -> Self {
        let store = VarStore::new(learning.device());
        let network = Network::new(&store.root(), spec, shape);
        let mut kept = store.variables();
        let followed =
            learning.variables().into_iter().filter_map(|(name, learns)| Some((kept.remove(&name)?, learns)));
        let average = Self { followed: followed.collect(), store, network };
        average.begin();
        average
    }

    /// Forgets what was before.
    pub(crate) fn begin(&self) {
        tch::no_grad(|| self.followed.iter().for_each(|(kept, learns)| kept.shallow_clone().copy_(learns)));
    }

    /// Takes in one step, the so-many-th: the first ones count for more, because what was before them is chance.
    pub(crate) fn follow(&self, steps: f64) {
        let kept = KEPT.min((1.0 + steps) / (10.0 + steps));
        tch::no_grad(|| {
            for (mean, learns) in &self.followed {
                let _ = mean.shallow_clone().lerp_(learns, 1.0 - kept);
            }
        });
    }

    /// The mean as safetensors.
    pub(crate) fn weights(&self) -> Vec<u8> {
        weights::to_bytes(&self.store)
    }

    /// The same by name, apart from the names of what learns.
    pub(crate) fn state(&self) -> Named {
        self.store.variables().into_iter().map(|(name, mean)| (format!("{PREFIX}{name}"), mean)).collect()
    }

    /// Takes over what [`state`](Self::state) gave.
    pub(crate) fn restore(&self, bytes: &[u8]) -> Result<(), String> {
        weights::fill_named(self.state(), bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tch::{Device, Kind};
    use velib_domain::LatLon;

    #[test]
    fn the_first_steps_count_for_much_and_later_ones_for_one_in_five_hundred() {
        let spec = FeatureSpec::hourly(LatLon { lat: 48.86, lon: 2.34 });
        let shape = NetworkShape { lstm: 4, dense: 3, components: 2, members: 1 };
        let learning = VarStore::new(Device::Cpu);
        let _network = Network::new(&learning.root(), &spec, shape);
        let average = Average::of(&learning, &spec, shape);
        let check = |expect: f64| {
            for (mean, learns) in &average.followed {
                let behind = (learns - mean).abs().max().double_value(&[]);
                assert!((behind - expect).abs() < 1e-4, "{behind} behind, not {expect}");
            }
        };
        check(0.0);
        tch::no_grad(|| learning.variables().into_values().for_each(|mut learns| learns += 1.0));
        check(1.0);
        average.follow(1.0);
        check(2.0 / 11.0);
        average.follow(1e6);
        check(2.0 / 11.0 * 0.998);
        average.begin();
        check(0.0);
        let all = average.followed.iter().map(|(mean, _)| mean.numel()).sum::<usize>();
        let learns = learning.variables().into_values().filter(|learns| learns.kind() == Kind::Float);
        assert_eq!(all, learns.map(|learns| learns.numel()).sum::<usize>(), "every weight is followed");
    }
}
