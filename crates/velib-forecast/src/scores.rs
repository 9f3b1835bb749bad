//! Errors of forecasts against what was then counted. Sums only: scores of parts add up to the score of the whole.

use serde::{Deserialize, Serialize};

/// Error of point forecasts, in counts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PointError {
    rows: u64,
    absolute: f64,
    squared: f64,
}

/// Error of the probability of an event.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EventError {
    rows: u64,
    squared: f64,
}

/// How often the truth lay inside an interval.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Coverage {
    rows: u64,
    inside: u64,
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

impl PointError {
    /// Counts one forecast; forecasts below zero are read as zero.
    pub fn add(&mut self, forecast: f64, truth: u16) {
        let error = forecast.max(0.0) - f64::from(truth);
        self.rows += 1;
        self.absolute += error.abs();
        self.squared += error * error;
    }

    /// The mean errors; `None` where nothing was counted.
    pub fn scores(&self) -> Option<Scores> {
        let rows = self.rows as f64;
        let mean = Scores { rows: self.rows, mae: self.absolute / rows, rmse: (self.squared / rows).sqrt() };
        (self.rows > 0).then_some(mean)
    }
}

impl EventError {
    /// Counts one probability.
    pub fn add(&mut self, probability: f64, happened: bool) {
        let error = probability - f64::from(u8::from(happened));
        self.rows += 1;
        self.squared += error * error;
    }

    /// The Brier score: mean squared error of the probability; `None` where nothing was counted.
    pub fn brier(&self) -> Option<f64> {
        (self.rows > 0).then(|| self.squared / self.rows as f64)
    }
}

impl Coverage {
    /// Counts one interval, both ends included.
    pub fn add(&mut self, low: f64, high: f64, truth: u16) {
        self.rows += 1;
        self.inside += u64::from((low..=high).contains(&f64::from(truth)));
    }

    /// The share of truths inside; `None` where nothing was counted.
    pub fn share(&self) -> Option<f64> {
        (self.rows > 0).then(|| self.inside as f64 / self.rows as f64)
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
        assert_eq!(error.scores(), Some(Scores { rows: 2, mae: 1.5, rmse: (9.0_f64 / 2.0).sqrt() }));
        assert_eq!(PointError::default().scores(), None);
    }

    #[test]
    fn a_certain_and_right_event_costs_nothing_and_a_coin_a_quarter() {
        let mut sure = EventError::default();
        sure.add(1.0, true);
        let mut coin = EventError::default();
        coin.add(0.5, false);
        assert_eq!((sure.brier(), coin.brier()), (Some(0.0), Some(0.25)));
    }

    #[test]
    fn an_interval_holds_both_its_ends() {
        let mut coverage = Coverage::default();
        coverage.add(2.0, 4.0, 2);
        coverage.add(2.0, 4.0, 5);
        assert_eq!(coverage.share(), Some(0.5));
    }
}
