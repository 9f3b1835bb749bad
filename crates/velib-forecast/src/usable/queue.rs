//! How likely a number of bikes becomes another one, where riders take and bring bikes at known rates and none can be
//! taken from nothing: the queue M/M/1 over one step, its rates uncertain by a common factor.
//!
//! The wall at the full station is left out: it stands at the same count however many bikes are stuck, and so says
//! nothing about them. Answers are kept by rates on a coarse grid, because thousands of steps ask for nearly the same.

use std::collections::HashMap;

/// From so many bikes on, the empty station is too far away to be felt within a step.
const FAR: usize = 16;

/// Bikes that may come within a step.
const MOST_MORE: usize = 24;

/// States of the chain.
const STATES: usize = FAR + MOST_MORE + 1;

/// Steps of the grid of rates for each factor of e.
const LEVELS_PER_E: f64 = 4.0;

/// Expected departures or arrivals within a step: below the first as good as none, above the last always some.
const RATES: std::ops::RangeInclusive<f64> = 0.01..=30.0;

/// How many times as many riders there are in a step as expected, each as likely: quantiles of a gamma law of mean 1
/// and shape 2, because rain, holidays and queues of friends make riders come more unevenly than dice.
const CROWDS: [f64; 5] = [0.26, 0.56, 0.84, 1.23, 2.11];

/// Chance that something else happened, as a truck, which may bring or take any number up to `MOST_MOVED`.
const OTHERWISE: f64 = 0.01;
const MOST_MOVED: f64 = 60.0;

/// Probabilities of changes, kept for every pair of rates that was asked for.
#[derive(Debug, Default)]
pub(super) struct Queue {
    kept: HashMap<(i32, i32), Vec<f32>>,
}

/// The probabilities of one step.
#[derive(Debug, Clone, Copy)]
pub(super) struct QueueStep<'a> {
    table: &'a [f32],
}

/// Expected departures, as far as there are bikes, and expected arrivals within one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Riders {
    pub(super) leaving: f64,
    pub(super) arriving: f64,
}

impl std::iter::Sum for Riders {
    fn sum<I: Iterator<Item = Self>>(riders: I) -> Self {
        let none = Self { leaving: 0.0, arriving: 0.0 };
        riders.fold(none, |sum, more| Self {
            leaving: sum.leaving + more.leaving,
            arriving: sum.arriving + more.arriving,
        })
    }
}

impl Queue {
    /// What becomes of numbers of bikes among so many riders.
    pub(super) fn step(&mut self, riders: Riders) -> QueueStep<'_> {
        let levels = (level(riders.leaving), level(riders.arriving));
        QueueStep { table: self.kept.entry(levels).or_insert_with_key(|levels| table(*levels)) }
    }
}

impl QueueStep<'_> {
    /// P(`after` bikes can be taken | `before` could be, one step ago).
    pub(super) fn probability(&self, before: usize, after: usize) -> f64 {
        let seen_before = before.min(FAR);
        let seen_after = (after + seen_before).checked_sub(before).filter(|after| *after < STATES);
        let by_riders = seen_after.map_or(0.0, |after| f64::from(self.table[seen_before * STATES + after]));
        (1.0 - OTHERWISE) * by_riders + OTHERWISE / MOST_MOVED
    }
}

fn level(rate: f64) -> i32 {
    (rate.clamp(*RATES.start(), *RATES.end()).ln() * LEVELS_PER_E).round() as i32
}

/// The chain's law after one step from each state up to `FAR`.
fn table((leaving, arriving): (i32, i32)) -> Vec<f32> {
    let rate = |level: i32| (f64::from(level) / LEVELS_PER_E).exp();
    let mut table = vec![0.0; (FAR + 1) * STATES];
    for crowd in CROWDS {
        let riders = Riders { leaving: crowd * rate(leaving), arriving: crowd * rate(arriving) };
        for (before, row) in table.chunks_exact_mut(STATES).enumerate() {
            let after = law_after(riders, before);
            row.iter_mut().zip(after).for_each(|(mean, p)| *mean += (p / CROWDS.len() as f64) as f32);
        }
    }
    table
}

/// By uniformisation: riders of both kinds come as one Poisson stream, each moves the chain by one.
fn law_after(riders: Riders, before: usize) -> Vec<f64> {
    let both = riders.leaving + riders.arriving;
    let p_leaving = riders.leaving / both;
    let most_riders = (both + 6.0 * both.sqrt() + 6.0) as usize;
    let (mut law, mut after) = (vec![0.0; STATES], vec![0.0; STATES]);
    law[before] = 1.0;
    let mut p_riders = (-both).exp();
    for riders in 0..=most_riders {
        after.iter_mut().zip(&law).for_each(|(after, p)| *after += p_riders * p);
        p_riders *= both / (riders + 1) as f64;
        law = after_one_rider(&law, p_leaving);
    }
    after
}

fn after_one_rider(law: &[f64], p_leaving: f64) -> Vec<f64> {
    let mut next = vec![0.0; STATES];
    for (state, p) in law.iter().enumerate() {
        next[state.saturating_sub(1)] += p * p_leaving;
        next[(state + 1).min(STATES - 1)] += p * (1.0 - p_leaving);
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn p(leaving: f64, arriving: f64, before: usize, after: usize) -> f64 {
        Queue::default().step(Riders { leaving, arriving }).probability(before, after)
    }

    #[test]
    fn where_no_bike_can_be_taken_standing_still_is_likely_and_elsewhere_it_is_not() {
        assert!(p(5.0, 0.1, 0, 0) > 0.8);
        assert!(p(5.0, 0.1, 4, 4) < 0.1);
    }

    #[test]
    fn where_nobody_rides_nothing_changes() {
        assert!(p(0.0, 0.0, 3, 3) > 0.95);
    }

    #[test]
    fn far_from_the_empty_station_only_the_change_counts() {
        assert!((p(2.0, 1.0, 30, 28) - p(2.0, 1.0, 50, 48)).abs() < 1e-12);
        assert!(p(2.0, 1.0, 50, 5) < 1e-3);
    }

    proptest! {
        #[test]
        fn all_that_can_happen_is_certain_to_happen(
            leaving in 0.0..20.0_f64, arriving in 0.0..4.0_f64, before in 0..10_usize,
        ) {
            let mut queue = Queue::default();
            let step = queue.step(Riders { leaving, arriving });
            let total: f64 = (0..60).map(|after| step.probability(before, after)).sum();
            prop_assert!((total - 1.0).abs() < 2e-2, "{total}");
        }
    }
}
