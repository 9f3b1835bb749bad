//! Learning the weights of a blend, from how likely each forecaster held what then was counted.

use super::{Blend, HorizonWeights};

/// Passes of expectation–maximisation: weights settle to three digits long before.
const PASSES: usize = 200;

/// No count is less likely than this: a table that never saw a change must not forbid it.
const LEAST_LIKELY: f32 = 1e-6;

/// Rows in which a forecaster is taken to have been right, besides those that were seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Credit {
    /// The simplest forecaster, by its place.
    pub forecaster: usize,
    /// As a share of the rows seen.
    pub share: f64,
    /// At most so many: where many rows were seen, they speak for themselves.
    pub most_rows: f64,
}

/// Collects likelihoods row by row.
#[derive(Debug, Clone)]
pub struct BlendLearner {
    forecasters: usize,
    /// `[horizon][bikes, docks]` → rows × forecasters.
    likelihoods: Vec<[Vec<f32>; 2]>,
}

impl BlendLearner {
    /// Nothing collected yet.
    pub fn new(horizons: usize, forecasters: usize) -> Self {
        Self { forecasters, likelihoods: vec![[Vec::new(), Vec::new()]; horizons] }
    }

    /// Adds one truth: how likely each forecaster held it. `target` is 0 for bikes, 1 for docks.
    pub fn add(&mut self, horizon: usize, target: usize, likelihoods: impl Iterator<Item = f64>) {
        let least = |likelihood: f64| (likelihood as f32).max(LEAST_LIKELY);
        self.likelihoods[horizon][target].extend(likelihoods.map(least).take(self.forecasters));
    }

    /// The weights that make what was counted most likely, when one forecaster gets credit in advance.
    pub fn weights(&self, credit: Credit) -> Blend {
        let all = vec![true; self.forecasters];
        let of = |horizon, target| self.weights_among(&all, horizon, target, credit);
        let at = |horizon| HorizonWeights { bikes: of(horizon, 0), docks: of(horizon, 1) };
        Blend { horizons: (0..self.likelihoods.len()).map(at).collect() }
    }

    /// The same of one horizon and target, and of some of the forecasters: another has no more than its credit.
    pub fn weights_among(&self, some: &[bool], horizon: usize, target: usize, credit: Credit) -> Vec<f64> {
        best_weights(&self.likelihoods[horizon][target], some, credit)
    }

    /// How likely these weights held what was counted, row by row as they were added, as logarithms.
    pub fn log_likelihoods(
        &self,
        horizon: usize,
        target: usize,
        weights: &[f64],
    ) -> impl Iterator<Item = f64> {
        let rows = self.likelihoods[horizon][target].chunks_exact(self.forecasters);
        rows.map(|row| parts(weights, row).sum::<f64>().ln())
    }
}

fn parts(weights: &[f64], row: &[f32]) -> impl Iterator<Item = f64> {
    weights.iter().zip(row).map(|(weight, &likelihood)| weight * f64::from(likelihood))
}

fn best_weights(likelihoods: &[f32], some: &[bool], in_advance: Credit) -> Vec<f64> {
    let forecasters = some.len();
    let seen = (likelihoods.len() / forecasters) as f64;
    if seen == 0.0 {
        return (0..forecasters).map(|at| if at == in_advance.forecaster { 1.0 } else { 0.0 }).collect();
    }
    let in_advance_rows = (in_advance.share * seen).min(in_advance.most_rows);
    let rows = seen + in_advance_rows;
    let of_some = some.iter().filter(|is_in| **is_in).count() as f64;
    let at_first = |&is_in: &bool| if is_in { 1.0 / of_some } else { 0.0 };
    let mut weights: Vec<f64> = some.iter().map(at_first).collect();
    for _ in 0..PASSES {
        let mut credit = vec![0.0; forecasters];
        credit[in_advance.forecaster] = in_advance_rows;
        for row in likelihoods.chunks_exact(forecasters) {
            let said = || parts(&weights, row).zip(some).map(|(part, is_in)| if *is_in { part } else { 0.0 });
            let of_all = 1.0 / said().sum::<f64>();
            credit.iter_mut().zip(said()).for_each(|(sum, part)| *sum += part * of_all);
        }
        weights = credit.into_iter().map(|sum| sum / rows).collect();
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn learned(rows: &[[f64; 2]], share: f64) -> Vec<f64> {
        let mut learner = BlendLearner::new(1, 2);
        for row in rows {
            learner.add(0, 0, row.iter().copied());
        }
        learner.weights(Credit { forecaster: 0, share, most_rows: 100.0 }).horizons.remove(0).bikes
    }

    #[test]
    fn without_a_row_the_simplest_forecaster_answers() {
        assert_eq!(learned(&[], 0.1), [1.0, 0.0]);
    }

    #[test]
    fn few_rows_move_the_weights_a_little_and_many_rows_a_lot() {
        let after = |rows: usize| learned(&vec![[0.1, 0.2]; rows], 1.0)[1];
        assert!(after(10) < 0.6 && after(10_000) > 0.95, "{} {}", after(10), after(10_000));
    }

    #[test]
    fn forecasters_that_are_each_right_half_the_time_share() {
        let rows: Vec<[f64; 2]> =
            (0..1_000).map(|row| if row % 2 == 0 { [0.3, 0.01] } else { [0.01, 0.3] }).collect();
        assert!((learned(&rows, 0.0)[0] - 0.5).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn weights_are_on_the_simplex_and_no_worse_than_either_forecaster(
            rows in prop::collection::vec([1e-5..1.0_f64, 1e-5..1.0_f64], 1..60),
        ) {
            let weights = learned(&rows, 0.0);
            prop_assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-9 && weights.iter().all(|weight| *weight >= 0.0));
            let score = |weights: &[f64]| -> f64 {
                rows.iter().map(|row| (weights[0] * row[0] + weights[1] * row[1]).ln()).sum()
            };
            // Where the two hardly differ the weights move slowly; so many passes leave at most this, a row.
            let left = rows.len() as f64 * 2_f64.ln() / PASSES as f64;
            prop_assert!(score(&weights) + left >= score(&[1.0, 0.0]).max(score(&[0.0, 1.0])));
        }
    }
}
