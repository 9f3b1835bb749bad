//! An evaluation as tables for people: every metric with its interval, model beside simple forecasters.

use std::fmt;

use velib_forecast::HalfLife;

use crate::{
    AddedLine, CheckLine, DayAheadScores, Estimate, Evaluation, Forgetting, METRICS, Measured, Metric,
    goals::{self, GoalLine, goals},
    together::Together,
};

/// Metrics from here on judge probabilities of events and stand in a table of their own: a table must fit a screen.
const FIRST_OF_EVENTS: usize = 7;

/// The rows of each fold and horizon, printed before anything is trained.
pub(crate) struct Checks<'a>(pub(crate) &'a [CheckLine]);

impl fmt::Display for Checks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "rows, and what persistence scores on them")?;
        writeln!(
            f,
            "{:<10} {:>5} {:>8} {:>8} {:>12} {:>8} {:>8} {:>7} {:>9}",
            "days", "+min", "origins", "rows", "origin bikes", "MAE", "RMSE", "R²", "docks MAE"
        )?;
        for CheckLine { fold, horizon_seconds, rows } in self.0 {
            writeln!(
                f,
                "{fold:<10} {:>5} {:>8} {:>8} {:>12} {:>8.4} {:>8.4} {:>7} {:>9}",
                horizon_seconds / 60,
                rows.origins,
                rows.bikes.rows,
                rows.origin_bikes,
                rows.bikes.mae,
                rows.bikes.rmse,
                rows.bikes_r2.map_or_else(dash, |r2| format!("{r2:.4}")),
                rows.docks.map_or_else(dash, |docks| format!("{:.4}", docks.mae))
            )?;
        }
        Ok(())
    }
}

/// How fast the usual week may forget, printed before anything is trained.
pub(crate) struct HalfLives<'a> {
    pub(crate) tried: &'a [Forgetting],
    pub(crate) chosen: HalfLife,
}

impl fmt::Display for HalfLives<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "half-lives of the usual week: MAE of the last count and the usual change, last validation days"
        )?;
        for Forgetting { half_life, mae } in self.tried {
            let mae = mae.map_or_else(dash, |mae| format!("{mae:.4}"));
            let chosen = if *half_life == self.chosen { "  chosen" } else { "" };
            writeln!(f, "{:<10} {mae:>8}{chosen}", half_life.to_string())?;
        }
        Ok(())
    }
}

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "errors in bikes and docks; in brackets: ÷ persistence (p) or ÷ table (t) on the same rows; below each: the \
             interval of the ratio, where there is one, that holds it in 95 of 100 draws of blocks of time"
        )?;
        write_scores(f, &self.checks, &self.measured)?;
        writeln!(
            f,
            "\nMAE of the median (also rounded), RMSE of the mean; pinball: mean of the 10, 50 and 90 % quantiles; in 80 %: \
             bikes inside; onset AP (÷ that of the fewest bikes first)"
        )?;
        write_added(f, &self.added)?;
        write!(f, "{}", Together(&self.together))?;
        let DayAheadScores { checks, measured } = &self.day_ahead;
        if !measured.is_empty() {
            writeln!(
                f,
                "\nto a day ahead: the model carried on along the usual week of its file, which is climatology here"
            )?;
            write_scores(f, checks, measured)?;
        }
        write_goals(f, self)
    }
}

/// Every score, a fold and horizon after another.
fn write_scores(f: &mut fmt::Formatter<'_>, checks: &[CheckLine], measured: &[Measured]) -> fmt::Result {
    for lines in measured.chunk_by(Measured::is_of_same_rows) {
        let Measured { fold, horizon_seconds, .. } = &lines[0];
        let rows =
            checks.iter().find(|check| (&check.fold, &check.horizon_seconds) == (fold, horizon_seconds));
        let rows = rows.map_or(0, |check| check.rows.bikes.rows);
        writeln!(f, "\n{fold} days, +{} min, {rows} rows", horizon_seconds / 60)?;
        let (counts, events) = METRICS.split_at(FIRST_OF_EVENTS);
        write_table(f, counts, lines)?;
        write_table(f, events, lines)?;
    }
    Ok(())
}

/// What each part of the model adds, where it has parts.
fn write_added(f: &mut fmt::Formatter<'_>, lines: &[AddedLine]) -> fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(
        f,
        "\nwhat each part adds: scores with it ÷ without it on the same rows, and the interval of 95 of 100 draws"
    )?;
    let step = |line: &AddedLine| (line.fold.clone(), line.horizon_seconds, line.with.clone());
    for of_step in lines.chunk_by(|a, b| step(a) == step(b)) {
        let AddedLine { fold, horizon_seconds, with, without, .. } = &of_step[0];
        writeln!(f, "\n{fold} days, +{} min: {with} ÷ {without}", horizon_seconds / 60)?;
        for AddedLine { metric, ratio: Estimate { value, low, high }, .. } in of_step {
            writeln!(f, "{metric:<20}{value:>8.4}  {low:.4}–{high:.4}")?;
        }
    }
    Ok(())
}

/// What was reached of the goals, on the rows that they were set for.
fn write_goals(f: &mut fmt::Formatter<'_>, evaluation: &Evaluation) -> fmt::Result {
    let lines = goals(evaluation);
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(f, "\ngoals of these rows ({})", GoalLine::MARKS)?;
    let heads = ["+60 min", "+120 min", "+180 min", "must", "target", "moonshot"].map(str::to_owned);
    let rows = lines.iter().map(|line| (line.words, line.cells()));
    for (words, cells) in std::iter::once(("", heads.to_vec())).chain(rows) {
        write!(f, "{words:<29}")?;
        for (at, cell) in cells.iter().enumerate() {
            let width = if at < goals::HORIZONS.len() { 11 } else { 23 };
            write!(f, "{cell:<width$}")?;
        }
        writeln!(f)?;
    }
    Ok(())
}

fn write_table(f: &mut fmt::Formatter<'_>, metrics: &[Metric], lines: &[Measured]) -> fmt::Result {
    write!(f, "{:<20}", "forecaster")?;
    for metric in metrics {
        let beside = metric.beside.map_or_else(String::new, |name| format!(" ({})", &name[..1]));
        write!(f, "{:>17}", format!("{}{beside}", metric.heading))?;
    }
    writeln!(f)?;
    for of_one in lines.chunk_by(|a, b| a.forecaster == b.forecaster) {
        let cells = |text: &dyn Fn(&Measured) -> String| {
            let of = |metric: &Metric| of_one.iter().find(|line| line.metric == metric.name);
            let texts = metrics.iter().map(|metric| of(metric).map_or_else(dash, text));
            texts.fold(String::new(), |cells, text| cells + &format!("{text:>17}"))
        };
        writeln!(f, "{:<20}{}", of_one[0].forecaster, cells(&value))?;
        writeln!(f, "{:<20}{}", "", cells(&interval))?;
    }
    Ok(())
}

fn value(line: &Measured) -> String {
    let own = line.estimate.value;
    line.ratio.map_or_else(|| format!("{own:.4}"), |ratio| format!("{own:.4} ({:.3})", ratio.value))
}

fn interval(line: &Measured) -> String {
    let Estimate { low, high, .. } = line.ratio.unwrap_or(line.estimate);
    format!("{low:.3}–{high:.3}")
}

fn dash() -> String {
    "–".to_owned()
}
