//! Which parts of a blend pay: one that does not make what was counted likelier by more than chance gets no weight.
//!
//! The validation days are drawn again and again as wholes, with and without the part on the same days. What a part has in
//! advance, because a network that saw few days is not to be trusted, needs no proof.

use velib_forecast::{BlendLearner, blend::Credit};
use velib_model::blend::{NETWORK, PARTS};
use velib_report::{Bootstrap, Estimate};

/// A part with less of a say moves nothing that is told.
const LEAST_WEIGHT: f64 = 1e-3;

/// The weights of one horizon and target among the parts that pay. `blocks` tells of each row to which block of time it
/// belongs.
pub(super) fn paying_weights(
    learner: &BlendLearner,
    horizon: usize,
    target: usize,
    credit: Credit,
    blocks: &[u16],
) -> Vec<f64> {
    let weights = |some: &[bool]| learner.weights_among(some, horizon, target, credit);
    let likelihoods =
        |weights: &[f64]| -> Vec<f64> { learner.log_likelihoods(horizon, target, weights).collect() };
    let mut some = [true; PARTS.len()];
    loop {
        let with = weights(&some);
        let likely = likelihoods(&with);
        let gain = |part: usize| {
            let mut others = some;
            others[part] = false;
            gained(&likely, &likelihoods(&weights(&others)), blocks)
        };
        let asked = (0..PARTS.len()).filter(|&part| part != NETWORK && some[part]);
        let idle = asked.map(|part| (part, gain(part))).filter(|(_, gain)| gain.low <= 0.0);
        match idle.min_by(|(_, a), (_, b)| a.value.total_cmp(&b.value)) {
            Some((part, _)) => some[part] = false,
            None => return audible(with),
        }
    }
}

/// By how much the logarithm of what was counted is likelier with something than without it, and how sure that is.
pub(super) fn gained(with: &[f64], without: &[f64], blocks: &[u16]) -> Estimate {
    let mut by_block = vec![0.0; blocks.iter().max().map_or(0, |&last| usize::from(last) + 1)];
    for ((with, without), &block) in with.iter().zip(without).zip(blocks) {
        by_block[usize::from(block)] += with - without;
    }
    let gain_of = |times: Vec<u32>| {
        Some(times.iter().zip(&by_block).map(|(&times, gain)| f64::from(times) * gain).sum())
    };
    let draws = Bootstrap::default().draw(by_block.len()).into_iter().map(gain_of);
    let nothing = Estimate { value: 0.0, low: 0.0, high: 0.0 };
    Estimate::of(Some(by_block.iter().sum()), draws).unwrap_or(nothing)
}

/// Weights that can be told from none, as shares of their sum.
fn audible(mut weights: Vec<f64>) -> Vec<f64> {
    weights.iter_mut().filter(|weight| **weight < LEAST_WEIGHT).for_each(|weight| *weight = 0.0);
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten blocks of rows; of each, how likely the network, the table and climatology held what was counted.
    fn weights(rows: &[[f64; 3]], share: f64) -> Vec<f64> {
        let (mut learner, mut blocks) = (BlendLearner::new(1, PARTS.len()), Vec::new());
        for block in 0..10 {
            for row in rows {
                learner.add(0, 0, row.iter().copied());
                blocks.push(block);
            }
        }
        paying_weights(&learner, 0, 0, Credit { forecaster: 1, share, most_rows: 1e9 }, &blocks)
    }

    #[test]
    fn a_part_that_knows_what_the_network_does_not_keeps_its_weight() {
        let found = weights(&[[0.3, 0.01, 0.01], [0.3, 0.01, 0.01], [0.01, 0.01, 0.3]], 0.0);
        assert!(found[2] > 0.2 && found[1] == 0.0, "{found:?}");
    }

    #[test]
    fn a_part_that_says_what_the_network_says_gets_none() {
        assert_eq!(weights(&[[0.3, 0.3, 0.3], [0.1, 0.1, 0.1]], 0.0), [1.0, 0.0, 0.0]);
    }

    #[test]
    fn a_part_that_helped_on_one_day_alone_gets_none() {
        let (mut learner, mut blocks) = (BlendLearner::new(1, PARTS.len()), Vec::new());
        for (block, climatology) in [(0, 0.9), (1, 0.19), (2, 0.19), (3, 0.19)] {
            learner.add(0, 0, [0.2, 0.01, climatology].into_iter());
            blocks.push(block);
        }
        let credit = Credit { forecaster: 1, share: 0.0, most_rows: 1.0 };
        assert_eq!(paying_weights(&learner, 0, 0, credit, &blocks), [1.0, 0.0, 0.0]);
    }

    #[test]
    fn what_was_given_in_advance_needs_no_proof() {
        let found = weights(&[[0.3, 0.1, 0.1]], 1.0);
        assert!((found[1] - 0.5).abs() < 1e-9 && found[2] == 0.0, "{found:?}");
    }
}
