//! What came out when forecasters were judged on every row of a fold: sums by block, by kind of row and by station.

use std::collections::BTreeMap;

use velib_forecast::{
    protocol::Fold,
    scores::{ErrorSums, ForecastScores, ForecastTally, JudgedRow, PointError},
};
use velib_model::HorizonMetrics;
use velib_report::{Bootstrap, Estimate};

use crate::{
    evaluation::{AddedLine, Measured, SliceLine},
    metric::{METRICS, Metric},
    slice::Slice,
    together::TogetherSums,
};

/// Forecasters judged on the same rows.
#[derive(Debug, Clone)]
pub struct JudgedFold {
    /// Which days.
    pub fold: Fold,
    /// Seconds from origin to target, ascending.
    pub horizons_seconds: Vec<i64>,
    /// Blocks of time that are drawn as wholes.
    pub blocks: usize,
    /// The forecasters in their order.
    pub forecasters: Vec<JudgedForecaster>,
}

/// One forecaster's sums.
#[derive(Debug, Clone)]
pub struct JudgedForecaster {
    /// What made the forecasts: the model's version, `persistence`, `table`, …
    pub name: String,
    /// One for each horizon.
    pub horizons: Vec<JudgedHorizon>,
    /// Errors of bikes at all horizons together, one for each station of the city.
    pub stations: Vec<PointError>,
}

/// One forecaster's sums at one horizon.
#[derive(Debug, Clone, Default)]
pub struct JudgedHorizon {
    /// All rows, by block.
    pub tally: ForecastTally,
    /// The same rows, by kind.
    pub slices: BTreeMap<Slice, ErrorSums>,
    /// Bikes and docks of the same rows together.
    pub together: TogetherSums,
}

impl JudgedForecaster {
    /// Nothing judged yet.
    pub fn new(name: &str, horizons: usize, stations: usize) -> Self {
        Self {
            name: name.to_owned(),
            horizons: vec![JudgedHorizon::default(); horizons],
            stations: vec![PointError::default(); stations],
        }
    }
}

impl JudgedHorizon {
    /// Counts one row.
    pub fn add(&mut self, block: u16, slices: &[Slice], row: &JudgedRow) {
        self.tally.add(block, row);
        for &slice in slices {
            self.slices.entry(slice).or_default().add(row);
        }
    }
}

impl JudgedFold {
    /// The scores, horizon by horizon.
    pub fn metrics(&self) -> Vec<HorizonMetrics> {
        let lines = self.by_horizon(|seconds, name, judged| {
            let scores = judged.tally.scores()?;
            Some(HorizonMetrics {
                forecaster: name.to_owned(),
                fold: self.fold.as_str().to_owned(),
                horizon_seconds: seconds,
                scores,
            })
        });
        lines.into_iter().flatten().collect()
    }

    /// Every forecaster on every draw, horizon by horizon: metrics and what parts add are read from the same draws.
    pub fn drawn(&self, bootstrap: &Bootstrap) -> Vec<Vec<Drawn<'_>>> {
        let draws = bootstrap.draw(self.blocks);
        let at = |horizon| self.forecasters.iter().map(|one| Drawn::of(one, horizon, &draws)).collect();
        (0..self.horizons_seconds.len()).map(at).collect()
    }

    /// Every metric with its interval, and the same of what it is divided by.
    pub fn measured(&self, drawn: &[Vec<Drawn>]) -> Vec<Measured> {
        let mut lines = Vec::new();
        for (&horizon_seconds, judged) in self.horizons_seconds.iter().zip(drawn) {
            for own in judged {
                for metric in &METRICS {
                    let Some(estimate) = own.estimate(metric.of) else { continue };
                    let beside = judged.iter().find(|other| Some(other.name) == metric.beside);
                    lines.push(Measured {
                        fold: self.fold.as_str().to_owned(),
                        horizon_seconds,
                        forecaster: own.name.to_owned(),
                        metric: metric.name.to_owned(),
                        estimate,
                        beside: beside.map(|other| other.name.to_owned()),
                        ratio: beside.and_then(|other| own.ratio(other, metric.of)),
                    });
                }
            }
        }
        lines
    }

    /// What each step of a ladder of forecasters adds, as far as they were judged.
    pub fn added(&self, drawn: &[Vec<Drawn>], ladder: &[&str]) -> Vec<AddedLine> {
        let mut lines = Vec::new();
        for (&horizon_seconds, judged) in self.horizons_seconds.iter().zip(drawn) {
            let found = ladder.iter().filter_map(|name| judged.iter().find(|one| one.name == *name));
            for pair in found.collect::<Vec<_>>().windows(2) {
                let line = |metric: &Metric| {
                    Some(AddedLine {
                        fold: self.fold.as_str().to_owned(),
                        horizon_seconds,
                        with: pair[1].name.to_owned(),
                        without: pair[0].name.to_owned(),
                        metric: metric.name.to_owned(),
                        ratio: pair[1].ratio(pair[0], metric.of)?,
                    })
                };
                lines.extend(METRICS.iter().filter_map(line));
            }
        }
        lines
    }

    /// The scores of each kind of rows.
    pub fn slices(&self) -> Vec<SliceLine> {
        let lines = self.by_horizon(|horizon_seconds, name, judged| {
            let line = move |(slice, sums): (&Slice, &ErrorSums)| {
                Some(SliceLine {
                    fold: self.fold.as_str().to_owned(),
                    horizon_seconds,
                    forecaster: name.to_owned(),
                    by: slice.by().to_owned(),
                    slice: slice.to_string(),
                    scores: sums.scores(None)?,
                })
            };
            judged.slices.iter().filter_map(line).collect::<Vec<_>>()
        });
        lines.into_iter().flatten().collect()
    }

    /// Something of each horizon and forecaster, the horizons outside.
    pub fn by_horizon<T>(&self, of: impl Fn(i64, &str, &JudgedHorizon) -> T) -> Vec<T> {
        let horizons = self.horizons_seconds.iter().enumerate();
        let each = horizons.flat_map(|(horizon, &seconds)| {
            self.forecasters.iter().map(move |one| (seconds, one.name.as_str(), &one.horizons[horizon]))
        });
        each.map(|(seconds, name, judged)| of(seconds, name, judged)).collect()
    }
}

/// A forecaster's scores on the rows as they are and on each draw of blocks.
pub struct Drawn<'a> {
    /// The forecaster.
    pub name: &'a str,
    scores: Option<ForecastScores>,
    draws: Vec<Option<ForecastScores>>,
}

impl<'a> Drawn<'a> {
    /// Scores a forecaster at the horizon with this index on every draw.
    pub fn of(judged: &'a JudgedForecaster, horizon: usize, draws: &[Vec<u32>]) -> Self {
        let tally = &judged.horizons[horizon].tally;
        Self { name: &judged.name, scores: tally.scores(), draws: tally.drawn_scores(draws) }
    }

    /// A metric of the rows as they are, and of each draw.
    pub fn values(
        &self,
        of: fn(&ForecastScores) -> Option<f64>,
    ) -> (Option<f64>, impl Iterator<Item = Option<f64>>) {
        let read = move |scores: &Option<ForecastScores>| scores.as_ref().and_then(of);
        (read(&self.scores), self.draws.iter().map(read))
    }

    fn estimate(&self, of: fn(&ForecastScores) -> Option<f64>) -> Option<Estimate> {
        let (value, draws) = self.values(of);
        Estimate::of(value, draws)
    }

    fn ratio(&self, other: &Self, of: fn(&ForecastScores) -> Option<f64>) -> Option<Estimate> {
        let ((own, own_draws), (theirs, their_draws)) = (self.values(of), other.values(of));
        let divided = |(own, theirs): (Option<f64>, Option<f64>)| Some(own? / theirs?);
        Estimate::of(divided((own, theirs)), own_draws.zip(their_draws).map(divided))
    }
}
