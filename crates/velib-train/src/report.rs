//! The errors of a model beside persistence, as a table for people or JSON for programs.

use std::fmt;

use serde::Serialize;
use velib_forecast::{protocol::RowChecks, scores::Scores};
use velib_lstm::{HorizonMetrics, TrainingRecord};

/// What `fit` prints at the end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The model's version.
    pub version: String,
    /// Where its knowledge comes from.
    pub training: TrainingRecord,
    /// Loss on the rows learned from and on validation rows, in nats a count, one pair an epoch.
    pub losses: Vec<(f64, f64)>,
    /// One line a fold and horizon.
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
        writeln!(f, "{}: errors in bikes and docks (÷ persistence on the same rows)", self.version)?;
        writeln!(
            f,
            "{:<10} {:>5} {:>7} {:>15} {:>8} {:>15} {:>15} {:>15} {:>7} {:>7} {:>6}",
            "days",
            "+min",
            "rows",
            "bikes MAE",
            "rounded",
            "bikes RMSE",
            "docks MAE",
            "docks RMSE",
            "Brier b",
            "Brier d",
            "in 80%"
        )?;
        for line in &self.metrics {
            writeln!(
                f,
                "{:<10} {:>5} {:>7} {:>15} {:>8.3} {:>15} {:>15} {:>15} {:>7.4} {:>7} {:>5.1}%",
                line.fold,
                line.horizon_seconds / 60,
                line.bikes.rows,
                beside(line.bikes.mae, line.bikes_persistence.mae),
                line.bikes_mae_rounded,
                beside(line.bikes.rmse, line.bikes_persistence.rmse),
                docks(line, |scores| scores.mae),
                docks(line, |scores| scores.rmse),
                line.brier_a_bike,
                line.brier_a_dock.map_or_else(dash, |brier| format!("{brier:.4}")),
                100.0 * line.coverage_80
            )?;
        }
        writeln!(
            f,
            "MAE of the median, RMSE of the mean; Brier b: P(a bike), Brier d: P(a dock); in 80%: bikes inside"
        )
    }
}

fn docks(line: &HorizonMetrics, of: impl Fn(&Scores) -> f64) -> String {
    let both = line.docks.as_ref().zip(line.docks_persistence.as_ref());
    both.map_or_else(dash, |(model, persistence)| beside(of(model), of(persistence)))
}

fn dash() -> String {
    "–".to_owned()
}

fn beside(model: f64, persistence: f64) -> String {
    format!("{model:.3} ({:.3})", model / persistence)
}
