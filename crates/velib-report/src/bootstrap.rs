//! How sure a score is: blocks of time drawn again and again with replacement, and the middle 95 % of what comes out.
//!
//! Errors of neighbouring hours and stations go wrong together, so rows are no independent witnesses, but stretches of
//! time nearly are. The draws are the same for every forecaster: a ratio or a difference is drawn as a ratio or a
//! difference, and what all of them find hard cancels.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use velib_domain::{Timestamp, calendar::paris_time};

/// With at least so many days a block is a day; with fewer, a quarter of one.
const DAYS_ENOUGH: usize = 15;

/// Hours in a quarter of a day: night, morning, afternoon, evening.
const QUARTER_HOURS: i8 = 6;

/// How many draws, and from which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrap {
    /// Draws of as many blocks as there are.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
}

/// A number, and the interval that holds it in 95 of 100 draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The number on the rows as they are.
    pub value: f64,
    /// Only in one of forty draws is it lower.
    pub low: f64,
    /// Only in one of forty draws is it higher.
    pub high: f64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { draws: 500, seed: 1 }
    }
}

impl Bootstrap {
    /// For each draw, how many times each block was drawn.
    pub fn draw(&self, blocks: usize) -> Vec<Vec<u32>> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut one = || {
            let mut times = vec![0; blocks];
            (0..blocks).for_each(|_| times[rng.random_range(0..blocks)] += 1);
            times
        };
        (0..self.draws).map(|_| one()).collect()
    }
}

impl Estimate {
    /// The number with the interval of its draws; `None` where it is no number, or no draw has one.
    pub fn of(value: Option<f64>, draws: impl Iterator<Item = Option<f64>>) -> Option<Self> {
        let mut sorted: Vec<f64> = draws.flatten().filter(|value| value.is_finite()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| sorted.get(((sorted.len() as f64 - 1.0) * share).round() as usize).copied();
        Some(Self { value: value.filter(|value| value.is_finite())?, low: at(0.025)?, high: at(0.975)? })
    }
}

/// The block of each of these ascending moments, numbered from 0.
pub fn blocks(moments: &[Timestamp]) -> Vec<u16> {
    let days: BTreeSet<Date> = moments.iter().map(|&moment| paris_time(moment).date()).collect();
    let of = |&moment: &Timestamp| {
        let local = paris_time(moment);
        let quarter = if days.len() < DAYS_ENOUGH { local.hour() / QUARTER_HOURS } else { 0 };
        (local.date(), quarter)
    };
    let keys: BTreeSet<(Date, i8)> = moments.iter().map(of).collect();
    let keys: Vec<(Date, i8)> = keys.into_iter().collect();
    moments.iter().map(|moment| keys.partition_point(|key| *key < of(moment)) as u16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    use velib_domain::SignedDuration;

    fn hours(count: i64) -> Vec<Timestamp> {
        let midnight: Timestamp = "2022-06-04T22:00:00Z".parse().unwrap();
        (0..count).map(|hour| midnight + SignedDuration::from_hours(hour)).collect()
    }

    #[test]
    fn few_days_are_cut_into_quarters_and_many_are_blocks_themselves() {
        assert_eq!(blocks(&hours(13)), [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2]);
        assert_eq!(blocks(&hours(15 * 24)).last(), Some(&14));
    }

    #[test]
    fn a_draw_holds_as_many_blocks_as_there_are_and_a_seed_repeats_itself() {
        let draws = Bootstrap::default().draw(7);
        assert!(draws.iter().all(|times| times.iter().sum::<u32>() == 7));
        assert_eq!(draws, Bootstrap::default().draw(7));
        assert_ne!(draws, Bootstrap { seed: 2, ..Bootstrap::default() }.draw(7));
    }

    #[test]
    fn the_interval_of_a_mean_has_the_width_that_theory_says() {
        // Sixty-four blocks, half of them 0 and half 1: the mean's standard error is 0.5 / 8.
        let means = Bootstrap { draws: 4000, seed: 3 }.draw(64).into_iter().map(|times| {
            let ones: u32 = times.iter().take(32).sum();
            Some(f64::from(ones) / 64.0)
        });
        let mean = Estimate::of(Some(0.5), means).unwrap();
        assert!((mean.low - (0.5 - 1.96 / 16.0)).abs() < 0.017, "{mean:?}");
        assert!((mean.high - (0.5 + 1.96 / 16.0)).abs() < 0.017, "{mean:?}");
    }
}
