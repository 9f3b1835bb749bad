//! Forecasts of kinds on the protocol's rows, beside the last counts of the same kinds.

use std::fmt;

use indicatif::ProgressBar;
use serde::Serialize;
use velib_domain::{Distribution, SignedDuration};
use velib_forecast::{
    Forecaster,
    kinds::{KindsNow, Turnover},
    persistence::persisted,
    protocol::{Fold, Origin},
    scores::{EventError, PointError},
};

use super::UsualKinds;
use crate::{TrainError, data_set::DataSet};

/// The kinds, as they are told.
const KINDS: [&str; 2] = ["e-bikes", "mechanical"];

/// Scores of one kind of bike.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindScores {
    /// Which days.
    pub fold: String,
    /// Seconds from the origin.
    pub horizon_seconds: i64,
    /// The kind.
    pub kind: String,
    /// Who forecast all bikes.
    pub forecaster: String,
    /// Rows scored.
    pub rows: u64,
    /// Mean absolute error of the median, in bikes.
    pub mae: f64,
    /// The same of the kind's last count.
    pub mae_of_last_count: f64,
    /// Mean squared error of P(at least one).
    pub brier: f64,
    /// The same of the last count with the spread that counts usually have.
    pub brier_of_last_count: f64,
    /// Calibration error of P(at least one).
    pub ece: f64,
}

/// Sums over the rows of one kind at one horizon.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    median: PointError,
    last: PointError,
    one: EventError,
    last_one: EventError,
}

/// Judges one forecaster of all bikes on every so many origins of one fold.
pub(super) fn judge(
    forecaster: &mut dyn Forecaster,
    data: &DataSet,
    usual: &UsualKinds,
    learned: &[Turnover],
    (fold, every): (Fold, usize),
    bar: &ProgressBar,
) -> Result<Vec<KindScores>, TrainError> {
    let origins: Vec<&Origin> =
        data.origins.iter().filter(|origin| origin.fold == fold).step_by(every.max(1)).collect();
    bar.set_length(origins.len() as u64);
    bar.set_position(0);
    let mut tallies = vec![[Tally::default(); KINDS.len()]; learned.len()];
    for origin in origins {
        add_origin(forecaster, data, usual, learned, origin, &mut tallies)?;
        bar.inc(1);
    }
    let by_horizon = data.protocol.horizons_seconds.iter().zip(&tallies);
    let lines = by_horizon.flat_map(|(&seconds, kinds)| {
        let line = |(kind, tally): (&&str, &Tally)| tally.scores(fold, seconds, kind, forecaster.version());
        KINDS.iter().zip(kinds).filter_map(line).collect::<Vec<_>>()
    });
    Ok(lines.collect())
}

fn add_origin(
    forecaster: &mut dyn Forecaster,
    data: &DataSet,
    usual: &UsualKinds,
    learned: &[Turnover],
    origin: &Origin,
    tallies: &mut [[Tally; KINDS.len()]],
) -> Result<(), TrainError> {
    let DataSet { city, protocol, .. } = data;
    let (counted, request) = protocol.request(city, origin.at, forecaster.look_back());
    let forecasts = forecaster.forecast(&request)?;
    for (&station, forecast) in counted.iter().zip(&forecasts) {
        let Some(ebikes) = usual.ebikes_now(city, origin.at, station) else { continue };
        for (horizon, at_horizon) in forecast.horizons.iter().enumerate() {
            let Some(then) = origin.targets[horizon].and_then(|target| city.cell(target, station)) else {
                continue;
            };
            let Some(ebikes_then) = then.ebikes.filter(|ebikes| *ebikes <= then.bikes) else { continue };
            let truths = [(ebikes, ebikes_then), (others(ebikes), then.bikes - ebikes_then)];
            for ((now, truth), tally) in truths.into_iter().zip(&mut tallies[horizon]) {
                let of_kind = learned[horizon].of_kind(now, &at_horizon.bikes);
                tally.add(&of_kind, now.of_kind, at_horizon.horizon, truth);
            }
        }
    }
    Ok(())
}

/// The same bikes, the other kind asked for.
fn others(now: KindsNow) -> KindsNow {
    KindsNow { of_kind: now.of_other, of_other: now.of_kind, usual_share: 1.0 - now.usual_share }
}

impl Tally {
    fn add(&mut self, forecast: &Distribution, now: u16, horizon: SignedDuration, truth: u16) {
        self.median.add(forecast.quantile(0.5), truth);
        self.last.add(now.into(), truth);
        self.one.add(forecast.at_least(1), truth > 0);
        self.last_one.add(persisted(now, forecast.support() as u16, horizon).at_least(1), truth > 0);
    }

    fn scores(&self, fold: Fold, horizon_seconds: i64, kind: &str, forecaster: &str) -> Option<KindScores> {
        let (median, one) = (self.median.scores()?, self.one.scores()?);
        Some(KindScores {
            fold: fold.as_str().to_owned(),
            horizon_seconds,
            kind: kind.to_owned(),
            forecaster: forecaster.to_owned(),
            rows: median.rows,
            mae: median.mae,
            mae_of_last_count: self.last.scores()?.mae,
            brier: one.brier,
            brier_of_last_count: self.last_one.scores()?.brier,
            ece: one.ece,
        })
    }
}

impl fmt::Display for KindScores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fold, kind, forecaster, rows, ece, .. } = self;
        let mae = format!("{:.4} ({:.3})", self.mae, self.mae / self.mae_of_last_count);
        let brier = format!("{:.4} ({:.3})", self.brier, self.brier / self.brier_of_last_count);
        let minutes = self.horizon_seconds / 60;
        write!(f, "{fold:<11}{minutes:>5}{kind:>12}  {forecaster:<22}{rows:>9}{mae:>19}{brier:>20}{ece:>7.3}")
    }
}
