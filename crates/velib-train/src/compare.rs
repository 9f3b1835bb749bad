//! Two models on the same rows: is the second better, worse, or can these days not tell?
//!
//! The question is asked before a model is put in the place of another. It is decided by one number, the mean over the
//! horizons of the ratio of pinball losses on the test days, because one number cannot contradict itself and pinball
//! judges the whole distribution; every other metric is printed beside it.

use std::{fmt, process::ExitCode};

use serde::Serialize;
use velib_report::{Bootstrap, Estimate};

use crate::{
    judged_fold::{Drawn, JudgedFold},
    metric::{METRICS, Metric},
};

/// The metric that decides.
const DECIDING: &str = "pinball";

/// What a comparison of two forecasters ends with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The forecaster in place.
    pub old: String,
    /// The one that would take its place.
    pub new: String,
    /// By how much the new one's pinball loss is larger on the test days, as a share of the old one's, mean of horizons.
    pub deciding: Option<Estimate>,
    /// What follows from it.
    pub verdict: Verdict,
    /// Every metric, fold by fold and horizon by horizon.
    pub lines: Vec<ComparisonLine>,
}

/// One metric of both at one horizon.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparisonLine {
    /// `validation` or `test`.
    pub fold: String,
    /// Seconds from origin to target.
    pub horizon_seconds: i64,
    /// The metric's name.
    pub metric: String,
    /// Of the forecaster in place.
    pub old: f64,
    /// Of the new one.
    pub new: f64,
    /// New less old, on the same rows in every draw.
    pub difference: Estimate,
}

/// Whether the new forecaster should take the place of the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It errs less in 39 of 40 draws or more.
    Better,
    /// It errs more in as many.
    Worse,
    /// These days do not decide it.
    CannotTell,
}

impl Verdict {
    fn of(deciding: Option<Estimate>) -> Self {
        match deciding {
            Some(Estimate { high, .. }) if high < 0.0 => Self::Better,
            Some(Estimate { low, .. }) if low > 0.0 => Self::Worse,
            _ => Self::CannotTell,
        }
    }

    /// What a program ends with, so that a script can ask: only "better" is success.
    pub fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Better => 0,
            Self::CannotTell => 3,
            Self::Worse => 4,
        })
    }
}

/// Compares the first two forecasters of judged folds, of which the last decides.
pub fn compare(folds: &[JudgedFold], bootstrap: &Bootstrap) -> Comparison {
    let mut comparison = Comparison {
        old: String::new(),
        new: String::new(),
        deciding: None,
        verdict: Verdict::CannotTell,
        lines: Vec::new(),
    };
    for fold in folds {
        let [old, new] = &fold.forecasters[..] else { continue };
        (comparison.old, comparison.new) = (old.name.clone(), new.name.clone());
        let draws = bootstrap.draw(fold.blocks);
        let horizons = 0..fold.horizons_seconds.len();
        let pairs: Vec<Pair> = horizons
            .map(|at| Pair { old: Drawn::of(old, at, &draws), new: Drawn::of(new, at, &draws) })
            .collect();
        for (pair, &horizon_seconds) in pairs.iter().zip(&fold.horizons_seconds) {
            let line = |metric: &Metric| pair.line(fold.fold.as_str(), horizon_seconds, metric);
            comparison.lines.extend(METRICS.iter().filter_map(line));
        }
        comparison.deciding = deciding(&pairs);
    }
    comparison.verdict = Verdict::of(comparison.deciding);
    comparison
}

/// Both forecasters at one horizon, on the same draws.
struct Pair<'a> {
    old: Drawn<'a>,
    new: Drawn<'a>,
}

impl Pair<'_> {
    /// Something of both, on the rows as they are and in each draw.
    fn paired(
        &self,
        metric: &Metric,
        of: fn(f64, f64) -> f64,
    ) -> (Option<f64>, impl Iterator<Item = Option<f64>>) {
        let ((old, old_draws), (new, new_draws)) = (self.old.values(metric.of), self.new.values(metric.of));
        let both = move |(old, new): (Option<f64>, Option<f64>)| Some(of(old?, new?));
        (both((old, new)), old_draws.zip(new_draws).map(both))
    }

    fn line(&self, fold: &str, horizon_seconds: i64, metric: &Metric) -> Option<ComparisonLine> {
        let (difference, draws) = self.paired(metric, |old, new| new - old);
        Some(ComparisonLine {
            fold: fold.to_owned(),
            horizon_seconds,
            metric: metric.name.to_owned(),
            old: self.old.values(metric.of).0?,
            new: self.new.values(metric.of).0?,
            difference: Estimate::of(difference, draws)?,
        })
    }
}

/// The mean over the horizons of how much larger the new one's loss is.
fn deciding(pairs: &[Pair]) -> Option<Estimate> {
    let metric = METRICS.iter().find(|metric| metric.name == DECIDING)?;
    let mut value = Some(0.0);
    let mut sums: Vec<Option<f64>> = Vec::new();
    let share = 1.0 / pairs.len() as f64;
    for pair in pairs {
        let (own, draws) = pair.paired(metric, |old, new| new / old - 1.0);
        value = value.zip(own).map(|(sum, own)| sum + share * own);
        let draws: Vec<Option<f64>> = draws.collect();
        sums.resize(draws.len(), Some(0.0));
        for (sum, drawn) in sums.iter_mut().zip(draws) {
            *sum = sum.zip(drawn).map(|(sum, drawn)| sum + share * drawn);
        }
    }
    Estimate::of(value, sums.into_iter())
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::CannotTell => "cannot tell",
        })
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { old, new, deciding, verdict, lines } = self;
        writeln!(f, "{new} (new) against {old} (old), on the same rows")?;
        for lines in lines.chunk_by(|a, b| (&a.fold, a.horizon_seconds) == (&b.fold, b.horizon_seconds)) {
            writeln!(f, "\n{} days, +{} min", lines[0].fold, lines[0].horizon_seconds / 60)?;
            writeln!(f, "{:<20}{:>10}{:>10}{:>12}  95 % of draws", "", "old", "new", "new − old")?;
            for ComparisonLine { metric, old, new, difference, .. } in lines {
                let Estimate { value, low, high } = difference;
                writeln!(f, "{metric:<20}{old:>10.4}{new:>10.4}{value:>12.4}  {low:.4} … {high:.4}")?;
            }
        }
        if let Some(Estimate { value, low, high }) = deciding {
            let percent = [value, low, high].map(|share| 100.0 * share);
            let [value, low, high] = percent;
            writeln!(
                f,
                "\npinball on the test days, mean of horizons: {value:+.2} % ({low:+.2} … {high:+.2} %)"
            )?;
        }
        write!(f, "verdict: {verdict}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use velib_domain::{Distribution, SignedDuration};
    use velib_forecast::{
        HorizonForecast,
        protocol::{Cell, Fold},
        scores::JudgedRow,
    };

    use crate::judged_fold::JudgedForecaster;

    fn cell(bikes: u16) -> Cell {
        Cell { bikes, ebikes: None, docks: None, capacity: 20 }
    }

    /// Forecasts that are off by so many bikes, one number a block.
    fn off_by(name: &str, errors: &[u16]) -> JudgedForecaster {
        let mut judged = JudgedForecaster::new(name, 1, 1);
        for (block, &error) in errors.iter().enumerate() {
            let forecast = HorizonForecast {
                horizon: SignedDuration::from_hours(1),
                bikes: Distribution::certain(10 + error, 20),
                docks: None,
            };
            let row = JudgedRow::new(&forecast, cell(10), cell(10));
            judged.horizons[0].add(block as u16, &[], &row);
        }
        judged
    }

    fn check(old: &[u16], new: &[u16], expect: Verdict) {
        let fold = JudgedFold {
            fold: Fold::Test,
            horizons_seconds: vec![3600],
            blocks: old.len(),
            forecasters: vec![off_by("old", old), off_by("new", new)],
        };
        assert_eq!(compare(&[fold], &Bootstrap::default()).verdict, expect);
    }

    #[test]
    fn less_wrong_in_every_block_is_better_however_much_the_blocks_differ() {
        check(&[9, 2, 8, 3, 7, 2], &[8, 1, 7, 2, 6, 1], Verdict::Better);
    }

    #[test]
    fn more_wrong_in_every_block_is_worse() {
        check(&[8, 1, 7, 2, 6, 1], &[9, 2, 8, 3, 7, 2], Verdict::Worse);
    }

    #[test]
    fn better_here_and_worse_there_cannot_tell() {
        check(&[5, 5, 5, 5, 5, 5], &[2, 8, 3, 7, 4, 6], Verdict::CannotTell);
    }

    #[test]
    fn the_same_forecasts_cannot_tell() {
        check(&[5, 3, 2], &[5, 3, 2], Verdict::CannotTell);
    }
}
