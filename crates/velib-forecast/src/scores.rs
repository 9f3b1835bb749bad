//! Errors of forecasts against what was then counted. Sums only: scores of parts add up to the score of the whole.

mod event;
mod issued;
mod judged;
mod onset;
mod sums;
mod tally;

use serde::{Deserialize, Serialize};

pub use self::{
    event::{EventError, EventScores, Reliability},
    issued::{IssuedScores, IssuedSums},
    judged::JudgedRow,
    onset::OnsetRanking,
    sums::{ErrorSums, Events, ForecastScores},
    tally::ForecastTally,
};

/// Error of point forecasts, in counts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PointError {
    rows: u64,
    absolute: f64,
    squared: f64,
}

/// How often the truth lay inside an interval.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Coverage {
    rows: u64,
    inside: u64,
}

/// Error of quantiles: a miss costs more on the side where it should be rarer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PinballLoss {
    rows: u64,
    loss: f64,
}

/// The scores of one forecaster at one horizon on one set of rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Rows scored.
    pub rows: u64,
    /// Mean absolute error in counts.
    pub mae: f64,
    /// Root of the mean squared error in counts.
    pub rmse: f64,
}

/// A score to nine decimals: as many digits as are the same again after a file of JSON.
pub(crate) fn told(score: f64) -> f64 {
    (score * 1e9).round() / 1e9
}

impl PointError {
    /// Counts one forecast; forecasts below zero are read as zero.
    pub fn add(&mut self, forecast: f64, truth: u16) {
        let error = forecast.max(0.0) - f64::from(truth);
        self.rows += 1;
        self.absolute += error.abs();
        self.squared += error * error;
    }

    /// Counts the forecasts of another, each so many times.
    pub fn merge(&mut self, other: &Self, times: u32) {
        self.rows += u64::from(times) * other.rows;
        self.absolute += f64::from(times) * other.absolute;
        self.squared += f64::from(times) * other.squared;
    }

    /// The mean errors; `None` where nothing was counted.
    pub fn scores(&self) -> Option<Scores> {
        let rows = self.rows as f64;
        let mean = Scores {
            rows: self.rows,
            mae: told(self.absolute / rows),
            rmse: told((self.squared / rows).sqrt()),
        };
        (self.rows > 0).then_some(mean)
    }
}

impl Coverage {
    /// Counts one interval, both ends included.
    pub fn add(&mut self, low: f64, high: f64, truth: u16) {
        self.rows += 1;
        self.inside += u64::from((low..=high).contains(&f64::from(truth)));
    }

    fn merge(&mut self, other: &Self, times: u32) {
        self.rows += u64::from(times) * other.rows;
        self.inside += u64::from(times) * other.inside;
    }

    /// The share of truths inside; `None` where nothing was counted.
    pub fn share(&self) -> Option<f64> {
        (self.rows > 0).then(|| told(self.inside as f64 / self.rows as f64))
    }
}

impl PinballLoss {
    /// Counts one `p`-quantile.
    pub fn add(&mut self, p: f64, quantile: f64, truth: u16) {
        let above = f64::from(truth) - quantile;
        self.rows += 1;
        self.loss += if above > 0.0 { p * above } else { (p - 1.0) * above };
    }

    fn merge(&mut self, other: &Self, times: u32) {
        self.rows += u64::from(times) * other.rows;
        self.loss += f64::from(times) * other.loss;
    }

    /// The mean loss in counts; `None` where nothing was counted.
    pub fn mean(&self) -> Option<f64> {
        (self.rows > 0).then(|| told(self.loss / self.rows as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_measured_in_counts_and_never_from_below_zero() {
        let mut error = PointError::default();
        error.add(-5.0, 0);
        error.add(7.0, 4);
        assert_eq!(error.scores(), Some(Scores { rows: 2, mae: 1.5, rmse: told((9.0_f64 / 2.0).sqrt()) }));
        assert_eq!(PointError::default().scores(), None);
    }

    #[test]
    fn a_certain_and_right_event_costs_nothing_and_a_coin_a_quarter() {
        let mut sure = EventError::default();
        sure.add(1.0, true);
        let mut coin = EventError::default();
        coin.add(0.5, false);
        let brier = |event: &EventError| event.scores().unwrap().brier;
        assert!(brier(&sure) < 1e-6 && (brier(&coin) - 0.25).abs() < 1e-12);
    }

    #[test]
    fn a_quantile_that_is_missed_on_its_rarer_side_costs_more() {
        let mut loss = PinballLoss::default();
        loss.add(0.9, 5.0, 7);
        loss.add(0.9, 7.0, 5);
        assert!((loss.mean().unwrap() - f64::midpoint(1.8, 0.2)).abs() < 1e-12);
    }

    #[test]
    fn an_interval_holds_both_its_ends() {
        let mut coverage = Coverage::default();
        coverage.add(2.0, 4.0, 2);
        coverage.add(2.0, 4.0, 5);
        assert_eq!(coverage.share(), Some(0.5));
    }
}
