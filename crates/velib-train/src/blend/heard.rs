//! What the parts of a blend held of the counts of validation days, horizon by horizon and target by target.

use velib_domain::Distribution;
use velib_forecast::{
    BlendLearner, HorizonForecast,
    blend::{Credit, HorizonWeights, NoneRecalibrated, Recalibration},
    protocol::Cell,
};
use velib_model::blend::PARTS;

use super::paying::{gained, paying_weights};

/// Bikes, then docks.
const TARGETS: [usize; 2] = [0, 1];
const DOCKS: usize = 1;

/// A mirror image with less of a say moves nothing that is told.
const LEAST_WEIGHT: f64 = 1e-3;

/// Nobody is taken to have been right in advance.
const NO_CREDIT: Credit = Credit { forecaster: 0, share: 0.0, most_rows: 0.0 };

/// Row by row, in the order in which they were added.
pub(super) struct Heard {
    likelihoods: BlendLearner,
    /// How likely the mirror image of bikes held the docks counted; no rows of bikes.
    mirrored: BlendLearner,
    /// `[horizon][bikes, docks]`.
    rows: Vec<[Vec<Row>; 2]>,
}

/// What was held of none.
struct Row {
    /// Of time.
    block: u16,
    /// How likely each part held that there would be none.
    held: [f64; PARTS.len()],
    /// The same of the mirror image of its bikes, where docks are told.
    mirrored: [f64; PARTS.len()],
    /// Whether there was none.
    was_none: bool,
}

impl Heard {
    /// Nothing yet.
    pub(super) fn new(horizons: usize) -> Self {
        let nothing = || BlendLearner::new(horizons, PARTS.len());
        let rows = (0..horizons).map(|_| [Vec::new(), Vec::new()]).collect();
        Self { likelihoods: nothing(), mirrored: nothing(), rows }
    }

    /// What each part said of a row at this horizon, and what was counted then. Docks count where all told of them. `sum` is
    /// what bikes and docks were together; where it is not known docks have no other law than their own.
    pub(super) fn add(
        &mut self,
        horizon: usize,
        block: u16,
        said: [&HorizonForecast; PARTS.len()],
        sum: Option<usize>,
        truth: Cell,
    ) {
        let likelihood = |law: &Distribution, truth: u16| law.masses()[usize::from(truth).min(law.support())];
        self.likelihoods.add(horizon, 0, said.iter().map(|at| likelihood(&at.bikes, truth.bikes)));
        let held = said.map(|at| at.bikes.none());
        self.rows[horizon][0].push(Row { block, held, mirrored: held, was_none: truth.bikes == 0 });
        let [Some(network), Some(table), Some(climatology)] = said.map(|at| at.docks.as_ref()) else {
            return;
        };
        let Some(truth) = truth.docks else { return };
        let docks = [network, table, climatology];
        self.likelihoods.add(horizon, DOCKS, docks.iter().map(|law| likelihood(law, truth)));
        let mirrors =
            [0, 1, 2].map(|part| sum.map_or_else(|| docks[part].clone(), |sum| said[part].mirror(sum)));
        self.mirrored.add(horizon, DOCKS, mirrors.iter().map(|law| likelihood(law, truth)));
        let (held, mirrored) = (docks.map(Distribution::none), mirrors.each_ref().map(Distribution::none));
        self.rows[horizon][DOCKS].push(Row { block, held, mirrored, was_none: truth == 0 });
    }

    /// The weights of the parts that pay.
    pub(super) fn weights(&self, horizon: usize, credit: Credit) -> HorizonWeights {
        let [bikes, docks] = TARGETS.map(|target| {
            paying_weights(&self.likelihoods, horizon, target, credit, &self.blocks(horizon, target))
        });
        HorizonWeights { bikes, docks }
    }

    /// The weight of the mirror image of bikes in docks after these weights; none where it does not pay.
    pub(super) fn mirror(&self, horizon: usize, weights: &HorizonWeights) -> f64 {
        let own = self.likelihoods.log_likelihoods(horizon, DOCKS, &weights.docks);
        let mirrored = self.mirrored.log_likelihoods(horizon, DOCKS, &weights.bikes);
        let mut both = BlendLearner::new(1, 2);
        own.zip(mirrored).for_each(|(own, mirrored)| both.add(0, 0, [own.exp(), mirrored.exp()].into_iter()));
        let found = both.weights_among(&[true; 2], 0, 0, NO_CREDIT);
        let likely = |weights: &[f64]| both.log_likelihoods(0, 0, weights).collect::<Vec<_>>();
        let gain = gained(&likely(&found), &likely(&[1.0, 0.0]), &self.blocks(horizon, DOCKS));
        if gain.low > 0.0 && found[1] >= LEAST_WEIGHT { found[1] } else { 0.0 }
    }

    /// How the probability of none is to be told anew after these weights.
    pub(super) fn none_recalibrated(
        &self,
        horizon: usize,
        weights: &HorizonWeights,
        mirror: f64,
    ) -> NoneRecalibrated {
        let mixed = |weights: &[f64], held: &[f64]| -> f64 {
            weights.iter().zip(held).map(|(weight, held)| weight * held).sum()
        };
        let learned = |target: usize, told: &dyn Fn(&Row) -> f64| {
            let seen = self.rows[horizon][target].iter().map(|row| (told(row), row.was_none));
            Recalibration::learn(&seen.collect::<Vec<_>>())
        };
        NoneRecalibrated {
            bikes: learned(0, &|row| mixed(&weights.bikes, &row.held)),
            docks: learned(DOCKS, &|row| {
                (1.0 - mirror) * mixed(&weights.docks, &row.held)
                    + mirror * mixed(&weights.bikes, &row.mirrored)
            }),
        }
    }

    fn blocks(&self, horizon: usize, target: usize) -> Vec<u16> {
        self.rows[horizon][target].iter().map(|row| row.block).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use velib_forecast::Horizon;

    /// The weight of the mirror image where all parts say these laws, of a station where bikes and docks are ten together, and in
    /// ten blocks four bikes are counted, or five, and the docks that are left but those that broke.
    fn mirror(bikes: &[f64], docks: &[f64], broken: u16) -> f64 {
        let law = |masses: &[f64]| {
            let mut masses = masses.to_vec();
            masses.resize(11, 0.0);
            Distribution::from_masses(masses).unwrap()
        };
        let said =
            HorizonForecast { horizon: Horizon::from_secs(3600), bikes: law(bikes), docks: Some(law(docks)) };
        let mut heard = Heard::new(1);
        for block in 0..10 {
            for bikes in [4, 5] {
                let truth = Cell { bikes, ebikes: None, docks: Some(10 - bikes - broken), capacity: 10 };
                heard.add(0, block, [&said; 3], Some(10), truth);
            }
        }
        heard.mirror(0, &heard.weights(0, NO_CREDIT))
    }

    #[test]
    fn laws_that_err_in_different_ways_are_mixed() {
        let found = mirror(&[0.0, 0.0, 0.1, 0.0, 0.8, 0.1], &[0.0, 0.0, 0.1, 0.0, 0.0, 0.8, 0.1], 0);
        assert!((found - 0.5).abs() < 0.01, "{found}");
    }

    #[test]
    fn a_mirror_image_that_says_the_same_has_no_weight() {
        let docks = [0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5];
        assert!(mirror(&[0.0, 0.0, 0.0, 0.0, 0.5, 0.5], &docks, 0).abs() < 1e-12);
    }

    #[test]
    fn where_docks_break_what_bikes_leave_has_no_weight() {
        assert!(mirror(&[0.0, 0.0, 0.0, 0.0, 0.5, 0.5], &[0.0, 0.0, 0.5, 0.5], 3).abs() < 1e-12);
    }

    #[test]
    fn rows_without_docks_tell_of_bikes_alone() {
        let said = HorizonForecast {
            horizon: Horizon::from_secs(3600),
            bikes: Distribution::from_masses(vec![0.5, 0.5]).unwrap(),
            docks: None,
        };
        let mut heard = Heard::new(1);
        for _ in 0..100 {
            let truth = Cell { bikes: 1, ebikes: None, docks: None, capacity: 1 };
            heard.add(0, 0, [&said; 3], None, truth);
        }
        let weights = heard.weights(0, NO_CREDIT);
        assert!(heard.mirror(0, &weights).abs() < 1e-12);
        let none = heard.none_recalibrated(0, &weights, 0.0);
        assert!(none.bikes.of(0.5) < 0.2, "{none:?}");
        assert_eq!(none.docks, Recalibration::default());
    }
}
