//! The scores of a model beside those of simple forecasters, as a table for people or JSON for programs.

use std::fmt;

use serde::Serialize;
use velib_forecast::{protocol::RowChecks, scores::ForecastScores};
use velib_model::{HorizonMetrics, TrainingRecord};

/// What `fit` and `evaluate` print at the end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The model's version.
    pub version: String,
    /// Where its knowledge comes from.
    pub training: TrainingRecord,
    /// Loss on the rows learned from and on validation rows, in nats a count, one pair an epoch; empty where nothing was
    /// trained.
    pub losses: Vec<(f64, f64)>,
    /// One line a fold, horizon and forecaster.
    pub metrics: Vec<HorizonMetrics>,
}

/// The rows of each fold and horizon, printed before anything is trained.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checks {
    /// Fold, horizon in seconds, numbers.
    pub(crate) rows: Vec<(&'static str, i64, RowChecks)>,
}

impl fmt::Display for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "rows, and what persistence scores on them")?;
        writeln!(
            f,
            "{:<10} {:>5} {:>8} {:>8} {:>12} {:>8} {:>8} {:>9}",
            "days", "+min", "origins", "rows", "origin bikes", "MAE", "RMSE", "docks MAE"
        )?;
        for (fold, horizon, row) in &self.rows {
            writeln!(
                f,
                "{fold:<10} {:>5} {:>8} {:>8} {:>12} {:>8.4} {:>8.4} {:>9}",
                horizon / 60,
                row.origins,
                row.bikes.rows,
                row.origin_bikes,
                row.bikes.mae,
                row.bikes.rmse,
                row.docks.map_or_else(dash, |docks| format!("{:.4}", docks.mae))
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "errors in bikes and docks; in brackets: ÷ persistence (p) or ÷ table (t) on the same rows"
        )?;
        for lines in
            self.metrics.chunk_by(|a, b| (&a.fold, a.horizon_seconds) == (&b.fold, b.horizon_seconds))
        {
            writeln!(
                f,
                "\n{} days, +{} min, {} rows",
                lines[0].fold,
                lines[0].horizon_seconds / 60,
                lines[0].scores.bikes.rows
            )?;
            write_header(f)?;
            let of = |name: &str| lines.iter().find(|line| line.forecaster == name).map(|line| &line.scores);
            for line in lines {
                write_line(f, line, of("persistence"), of("table"))?;
            }
        }
        writeln!(
            f,
            "\nMAE of the median (also rounded), RMSE of the mean; ECE of the three probabilities; in 80 %: bikes inside; \
             onset AP (÷ that of the fewest bikes first)"
        )
    }
}

fn write_header(f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{:<20}", "forecaster")?;
    for name in [
        "bikes MAE (p)",
        "RMSE (p)",
        "docks MAE (p)",
        "bikes≥1 (t)",
        "docks≥1 (t)",
        "bikes≤2 (t)",
        "pinball (t)",
        "onset AP",
    ] {
        write!(f, "{name:>15}")?;
    }
    writeln!(f, "{:>9}{:>20}{:>9}", "rounded", "ECE", "in 80 %")
}

fn write_line(
    f: &mut fmt::Formatter<'_>,
    line: &HorizonMetrics,
    persistence: Option<&ForecastScores>,
    table: Option<&ForecastScores>,
) -> fmt::Result {
    let scores = &line.scores;
    write!(f, "{:<20}", line.forecaster)?;
    let mut beside = |beside: Option<&ForecastScores>, of: &dyn Fn(&ForecastScores) -> Option<f64>| {
        let text = of(scores).map_or_else(dash, |own| match beside.and_then(of) {
            Some(other) => format!("{own:.4} ({:.3})", own / other),
            None => format!("{own:.4}"),
        });
        write!(f, "{text:>15}")
    };
    beside(persistence, &|scores| Some(scores.bikes.mae))?;
    beside(persistence, &|scores| Some(scores.bikes.rmse))?;
    beside(persistence, &|scores| Some(scores.docks?.mae))?;
    beside(table, &|scores| Some(scores.a_bike.brier))?;
    beside(table, &|scores| Some(scores.a_dock?.brier))?;
    beside(table, &|scores| Some(scores.low.brier))?;
    beside(table, &|scores| Some(scores.pinball))?;
    beside(persistence, &|scores| scores.onset_ap)?;
    let docks_ece = scores.a_dock.map_or_else(dash, |scores| format!("{:.3}", scores.ece));
    let ece = format!("{:.3} {docks_ece} {:.3}", scores.a_bike.ece, scores.low.ece);
    writeln!(f, "{:>9.4}{ece:>20}{:>8.1}%", scores.bikes_mae_rounded, 100.0 * scores.coverage_80)
}

fn dash() -> String {
    "–".to_owned()
}
