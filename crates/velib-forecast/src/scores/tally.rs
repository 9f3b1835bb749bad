//! Every score of the protocol for one forecaster at one horizon.

use serde::{Deserialize, Serialize};

use super::{Coverage, EventError, EventScores, OnsetRanking, PinballLoss, PointError, Scores, onset::LOW};
use crate::{HorizonForecast, protocol::Cell};

/// Quantiles whose pinball losses are averaged.
const QUANTILES: [f64; 3] = [0.1, 0.5, 0.9];

/// Of stations equally likely to run low, that with fewer bikes comes first: a certain forecast ranks by its count.
const FEWER_FIRST: f64 = 1e-9;

/// Sums over the rows of one horizon.
#[derive(Debug, Clone, Default)]
pub struct ForecastTally {
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
    onset: OnsetRanking,
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

impl ForecastTally {
    /// Counts one forecast, made where `origin` was counted, against what was counted then.
    pub fn add(&mut self, forecast: &HorizonForecast, origin: Cell, truth: Cell) {
        let bikes = &forecast.bikes;
        let [low, median, high] = QUANTILES.map(|p| bikes.quantile(p));
        self.bikes_median.add(median, truth.bikes);
        self.bikes_rounded.add(median.round(), truth.bikes);
        self.bikes_mean.add(bikes.mean(), truth.bikes);
        self.a_bike.add(bikes.at_least(1), truth.bikes >= 1);
        let runs_low = 1.0 - bikes.at_least(usize::from(LOW) + 1);
        self.low.add(runs_low, truth.bikes <= LOW);
        if origin.bikes > LOW {
            self.onset.add(runs_low - FEWER_FIRST * f64::from(origin.bikes), truth.bikes <= LOW);
        }
        for (p, quantile) in QUANTILES.into_iter().zip([low, median, high]) {
            self.pinball.add(p, quantile, truth.bikes);
        }
        self.interval.add(low, high, truth.bikes);
        if let (Some(docks), Some(truth)) = (&forecast.docks, truth.docks) {
            self.docks_median.add(docks.quantile(0.5), truth);
            self.docks_mean.add(docks.mean(), truth);
            self.a_dock.add(docks.at_least(1), truth >= 1);
        }
    }

    /// The scores; `None` where nothing was counted.
    pub fn scores(&self) -> Option<ForecastScores> {
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
            onset_ap: self.onset.average_precision(),
        })
    }
}
