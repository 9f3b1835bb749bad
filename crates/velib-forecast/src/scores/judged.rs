//! One forecast beside what was then counted: what every score is made of, read from the distributions once.

use super::onset::LOW;
use crate::{HorizonForecast, protocol::Cell};

/// The quantiles of bikes that are judged; the outer two span the 80 % interval.
pub(super) const QUANTILES: [f64; 3] = [0.1, 0.5, 0.9];

/// One row at one horizon, judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JudgedRow {
    /// What was counted where the forecast was made.
    pub origin: Cell,
    /// What was counted at the moment forecast.
    pub truth: Cell,
    pub(super) quantiles: [f64; 3],
    pub(super) mean: f64,
    pub(super) has_bike: f64,
    pub(super) runs_low: f64,
    pub(super) docks: Option<JudgedDocks>,
}

/// What was said of docks where docks were counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct JudgedDocks {
    pub(super) truth: u16,
    pub(super) median: f64,
    pub(super) mean: f64,
    pub(super) has_dock: f64,
}

impl JudgedRow {
    /// Puts a forecast, made where `origin` was counted, beside what was counted then.
    pub fn new(forecast: &HorizonForecast, origin: Cell, truth: Cell) -> Self {
        let bikes = &forecast.bikes;
        let docks = forecast.docks.as_ref().zip(truth.docks).map(|(docks, truth)| JudgedDocks {
            truth,
            median: docks.quantile(0.5),
            mean: docks.mean(),
            has_dock: docks.at_least(1),
        });
        Self {
            origin,
            truth,
            quantiles: QUANTILES.map(|p| bikes.quantile(p)),
            mean: bikes.mean(),
            has_bike: bikes.at_least(1),
            runs_low: 1.0 - bikes.at_least(usize::from(LOW) + 1),
            docks,
        }
    }

    /// The median of bikes.
    pub fn median(&self) -> f64 {
        self.quantiles[1]
    }
}
