//! Every sum that the scores of the protocol are made of; the ranking of onsets, which is no sum, apart.

use serde::{Deserialize, Serialize};

use super::{
    Coverage, EventError, EventScores, JudgedRow, PinballLoss, PointError, Scores, judged::QUANTILES,
    onset::LOW,
};

/// Sums over rows of one forecaster at one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ErrorSums {
    bikes_median: PointError,
    bikes_rounded: PointError,
    bikes_mean: PointError,
    docks_median: PointError,
    docks_mean: PointError,
    a_bike: EventError,
    a_dock: EventError,
    low: EventError,
    pinball: PinballLoss,
    interval: Coverage,
}

/// All scores of one forecaster at one horizon on one set of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForecastScores {
    /// Bikes: MAE of the median, RMSE of the mean.
    pub bikes: Scores,
    /// MAE of the median rounded to whole bikes.
    pub bikes_mae_rounded: f64,
    /// Free docks, where docks were counted.
    pub docks: Option<Scores>,
    /// P(a bike).
    pub a_bike: EventScores,
    /// P(a free dock), where docks were counted.
    pub a_dock: Option<EventScores>,
    /// P(two bikes or fewer).
    pub low: EventScores,
    /// Mean pinball loss of the 10, 50 and 90 % quantiles of bikes.
    pub pinball: f64,
    /// Share of bike counts inside the 80 % interval.
    pub coverage_80: f64,
    /// Average precision at finding, among stations with more than two bikes, those that run low; `None` where none did.
    pub onset_ap: Option<f64>,
}

/// The three events whose probabilities are judged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Events<'a> {
    /// P(a bike).
    pub a_bike: &'a EventError,
    /// P(a free dock).
    pub a_dock: &'a EventError,
    /// P(two bikes or fewer).
    pub low: &'a EventError,
}

impl ErrorSums {
    /// Counts one row.
    pub fn add(&mut self, row: &JudgedRow) {
        let bikes = row.truth.bikes;
        let [low, median, high] = row.quantiles;
        self.bikes_median.add(median, bikes);
        self.bikes_rounded.add(median.round(), bikes);
        self.bikes_mean.add(row.mean, bikes);
        self.a_bike.add(row.has_bike, bikes >= 1);
        self.low.add(row.runs_low, bikes <= LOW);
        for (p, quantile) in QUANTILES.into_iter().zip(row.quantiles) {
            self.pinball.add(p, quantile, bikes);
        }
        self.interval.add(low, high, bikes);
        if let Some(docks) = row.docks {
            self.docks_median.add(docks.median, docks.truth);
            self.docks_mean.add(docks.mean, docks.truth);
            self.a_dock.add(docks.has_dock, docks.truth >= 1);
        }
    }

    /// Counts the rows of another, each so many times.
    pub fn merge(&mut self, other: &Self, times: u32) {
        self.bikes_median.merge(&other.bikes_median, times);
        self.bikes_rounded.merge(&other.bikes_rounded, times);
        self.bikes_mean.merge(&other.bikes_mean, times);
        self.docks_median.merge(&other.docks_median, times);
        self.docks_mean.merge(&other.docks_mean, times);
        self.a_bike.merge(&other.a_bike, times);
        self.a_dock.merge(&other.a_dock, times);
        self.low.merge(&other.low, times);
        self.pinball.merge(&other.pinball, times);
        self.interval.merge(&other.interval, times);
    }

    /// The probabilities that were said, and what came of them.
    pub fn events(&self) -> Events<'_> {
        Events { a_bike: &self.a_bike, a_dock: &self.a_dock, low: &self.low }
    }

    /// The scores, with the onset precision of the same rows; `None` where nothing was counted.
    pub fn scores(&self, onset_ap: Option<f64>) -> Option<ForecastScores> {
        let both = |median: &PointError, mean: &PointError| {
            Some(Scores { rmse: mean.scores()?.rmse, ..median.scores()? })
        };
        Some(ForecastScores {
            bikes: both(&self.bikes_median, &self.bikes_mean)?,
            bikes_mae_rounded: self.bikes_rounded.scores()?.mae,
            docks: both(&self.docks_median, &self.docks_mean),
            a_bike: self.a_bike.scores()?,
            a_dock: self.a_dock.scores(),
            low: self.low.scores()?,
            pinball: self.pinball.mean()?,
            coverage_80: self.interval.share()?,
            onset_ap,
        })
    }
}
