//! Several forecasters as one: their distributions, mixed. Weights are learned by horizon and by target, because a model
//! of today wins soon and what is usual wins late, and docks are not bikes.
//!
//! The logarithmic score of a mixture is convex in its weights, so expectation–maximisation ends at the best ones. They
//! lean on one forecaster, the simplest, as if it had been right on some days more: with few days to learn from it
//! answers, with many it keeps what it deserves.

mod learning;
mod mirror;
mod recalibration;

use serde::{Deserialize, Serialize};
use velib_domain::Distribution;

pub use learning::{BlendLearner, Credit};
pub use recalibration::{NoneRecalibrated, Recalibration};

/// Weights of forecasters for bikes and docks at each horizon; every list sums to one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Blend {
    /// One a horizon.
    pub horizons: Vec<HorizonWeights>,
}

/// Weights of the forecasters at one horizon, in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HorizonWeights {
    /// For bikes.
    pub bikes: Vec<f64>,
    /// For free docks.
    pub docks: Vec<f64>,
}

impl Blend {
    /// Why these are no weights of so many forecasters at so many horizons; `None` where they are.
    pub fn fault(&self, horizons: usize, forecasters: usize) -> Option<String> {
        if self.horizons.len() != horizons {
            return Some(format!("it weighs {} horizons, not {horizons}", self.horizons.len()));
        }
        let lists = self.horizons.iter().flat_map(|at| [&at.bikes, &at.docks]);
        let bad = lists.into_iter().find(|weights| !is_on_the_simplex(weights, forecasters))?;
        Some(format!("{bad:?} are no weights of {forecasters} forecasters"))
    }
}

fn is_on_the_simplex(weights: &[f64], forecasters: usize) -> bool {
    let sum: f64 = weights.iter().sum();
    weights.len() == forecasters && weights.iter().all(|weight| *weight >= 0.0) && (sum - 1.0).abs() < 1e-6
}

/// The weighted mean of distributions over the same counts; a forecaster without a weight need not be asked.
pub fn mixed<'a>(parts: impl IntoIterator<Item = (f64, &'a Distribution)>) -> Option<Distribution> {
    let mut masses: Vec<f64> = Vec::new();
    for (weight, part) in parts {
        masses.resize(masses.len().max(part.masses().len()), 0.0);
        masses.iter_mut().zip(part.masses()).for_each(|(sum, mass)| *sum += weight * mass);
    }
    Distribution::from_masses(masses).ok()
}

/// Counts next to none that give or take what its probability loses or gains.
const NEXT_TO_NONE: usize = 2;

/// The same distribution with another probability of none. The difference is settled with the counts next to none, because
/// what was held too likely to be none was held to be few; only where these have not enough, all others give.
pub fn with_none(distribution: &Distribution, none: f64) -> Distribution {
    let mut masses = distribution.masses().to_vec();
    let Some((before, others)) = masses.split_first_mut().filter(|(_, others)| !others.is_empty()) else {
        return distribution.clone();
    };
    let gained = *before - none;
    *before = none;
    let (near, far) = others.split_at_mut(NEXT_TO_NONE.min(others.len()));
    let (of_near, of_far): (f64, f64) = (near.iter().sum(), far.iter().sum());
    let near_after = (of_near + gained).max(0.0);
    if of_near > 0.0 {
        for mass in near.iter_mut() {
            *mass *= near_after / of_near;
        }
    } else {
        near[0] = near_after;
    }
    if of_far > 0.0 {
        let far_after = (1.0 - none - near_after).max(0.0);
        for mass in far.iter_mut() {
            *mass *= far_after / of_far;
        }
    }
    Distribution::from_masses(masses).unwrap_or_else(|_| distribution.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn weights(bikes: &[f64]) -> Blend {
        Blend { horizons: vec![HorizonWeights { bikes: bikes.to_vec(), docks: vec![0.5, 0.5] }] }
    }

    #[test]
    fn what_could_only_be_none_may_be_one_instead() {
        let after = |none| with_none(&Distribution::certain(0, 5), none).masses().to_vec();
        assert_eq!(after(1.0), [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(after(0.75), [0.75, 0.25, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn weights_that_are_none_are_told() {
        assert_eq!(weights(&[0.25, 0.75]).fault(1, 2), None);
        for bad in [&[0.5, 0.6][..], &[-0.5, 1.5], &[1.0], &[f64::NAN, 1.0]] {
            assert!(weights(bad).fault(1, 2).is_some(), "{bad:?}");
        }
        assert!(weights(&[0.25, 0.75]).fault(3, 2).unwrap().contains('3'));
    }

    proptest! {
        #[test]
        fn another_probability_of_none_is_settled_with_the_counts_next_to_it(
            masses in prop::collection::vec(0.01..1.0_f64, 3..40), none in 0.0..1.0_f64,
        ) {
            let before = Distribution::from_masses(masses).unwrap();
            let after = with_none(&before, none);
            prop_assert!((after.masses()[0] - none).abs() < 1e-9);
            prop_assert!((after.masses().iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(after.masses().iter().all(|mass| *mass >= 0.0));
            let more_than_few = [&before, &after].map(|of| of.at_least(NEXT_TO_NONE + 1));
            let is_few_enough = none <= 1.0 - more_than_few[0];
            prop_assert!(!is_few_enough || (more_than_few[0] - more_than_few[1]).abs() < 1e-9, "{more_than_few:?}");
        }

        #[test]
        fn a_mixture_is_a_distribution_between_its_parts(
            a in prop::collection::vec(0.01..1.0_f64, 2..40), b in prop::collection::vec(0.01..1.0_f64, 2..40),
            weight in 0.0..1.0_f64,
        ) {
            let [a, b] = [a, b].map(|masses| Distribution::from_masses(masses).unwrap());
            let mixture = mixed([(weight, &a), (1.0 - weight, &b)]).unwrap();
            prop_assert!((mixture.masses().iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let mean = weight * a.mean() + (1.0 - weight) * b.mean();
            prop_assert!((mixture.mean() - mean).abs() < 1e-9);
        }
    }
}
