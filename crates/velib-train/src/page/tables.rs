//! The numbers behind the charts, as tables.

use std::collections::BTreeSet;

use velib_forecast::HalfLife;
use velib_model::TrainingDays;
use velib_report::plot::{add, escaped};

use super::map;
use crate::{
    AddedLine, CheckLine, DayAheadScores, Estimate, Evaluation, METRICS, Measured, SliceLine,
    goals::{self, GoalLine},
};

/// A table of cells; the first of each row is its name.
pub(super) struct Table {
    caption: String,
    heads: Vec<String>,
    rows: Vec<(bool, Vec<String>)>,
}

impl Table {
    pub(super) fn new(caption: &str, heads: &[&str]) -> Self {
        let heads = heads.iter().map(ToString::to_string).collect();
        Self { caption: caption.to_owned(), heads, rows: Vec::new() }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, cells: Vec<String>) {
        self.rows.push((false, cells));
    }

    pub(super) fn draw(&self) -> String {
        let mut out =
            format!("<div class=\"scroll\"><table><caption>{}</caption><thead><tr>", escaped(&self.caption));
        for head in &self.heads {
            add(&mut out, format_args!("<th scope=\"col\">{}</th>", escaped(head)));
        }
        out.push_str("</tr></thead><tbody>\n");
        for (own, cells) in &self.rows {
            out.push_str(if *own { "<tr class=\"own\">" } else { "<tr>" });
            for cell in cells {
                add(&mut out, format_args!("<td>{}</td>", escaped(cell)));
            }
            out.push_str("</tr>\n");
        }
        out + "</tbody></table></div>\n"
    }
}

fn folded(summary: &str, inside: &str) -> String {
    format!("<details><summary>{summary}</summary>{inside}</details>\n")
}

/// The model beside its bars, in one table: the page's first answer.
pub(super) fn summary(evaluation: &Evaluation) -> String {
    let mut heads = vec!["the model on the test days".to_owned()];
    let own: Vec<&Measured> = evaluation
        .measured
        .iter()
        .filter(|line| line.fold == "test" && line.forecaster == evaluation.version)
        .collect();
    let mut horizons: Vec<i64> = own.iter().map(|line| line.horizon_seconds).collect();
    horizons.dedup();
    heads.extend(horizons.iter().map(|horizon| format!("+{} min", horizon / 60)));
    let mut table = Table { caption: String::new(), heads, rows: Vec::new() };
    for metric in &METRICS {
        let beside = metric.beside.map_or_else(String::new, |name| format!(" ÷ {name}"));
        let mut cells = vec![format!("{}{beside}", metric.heading)];
        cells.extend(horizons.iter().map(|&horizon| {
            let of = |line: &&&Measured| line.horizon_seconds == horizon && line.metric == metric.name;
            own.iter().find(of).map_or_else(dash, |line| estimate(line.ratio.unwrap_or(line.estimate)))
        }));
        table.push(cells);
    }
    table.draw()
}

/// Goal by goal and horizon by horizon: reached, and how far; nothing on other rows than those that goals were set for.
pub(super) fn goals(evaluation: &Evaluation) -> String {
    let lines = goals::goals(evaluation);
    if lines.is_empty() {
        return String::new();
    }
    let heads = ["", "+60 min", "+120 min", "+180 min", "must", "target", "moonshot"];
    let mut table = Table::new(&format!("Goals of the protocol ({})", GoalLine::MARKS), &heads);
    for line in lines {
        table.push(std::iter::once(line.words.to_owned()).chain(line.cells()).collect());
    }
    table.draw()
}

/// What each part of the model adds, a table a step; nothing where it has but one.
pub(super) fn added(evaluation: &Evaluation) -> String {
    let of_test: Vec<&AddedLine> = evaluation.added.iter().filter(|line| line.fold == "test").collect();
    let mut steps: Vec<(&str, &str)> = Vec::new();
    for line in &of_test {
        let step = (line.with.as_str(), line.without.as_str());
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    let horizons: BTreeSet<i64> = of_test.iter().map(|line| line.horizon_seconds).collect();
    let mut tables = String::new();
    for (with, without) in steps {
        let mut heads = vec![String::new()];
        heads.extend(horizons.iter().map(|horizon| format!("+{} min", horizon / 60)));
        let mut table = Table { caption: format!("{with} ÷ {without}"), heads, rows: Vec::new() };
        for metric in &METRICS {
            let mut cells = vec![metric.heading.to_owned()];
            cells.extend(horizons.iter().map(|&horizon| {
                let line = of_test.iter().find(|line| {
                    (line.with.as_str(), line.without.as_str()) == (with, without)
                        && (line.horizon_seconds, line.metric.as_str()) == (horizon, metric.name)
                });
                line.map_or_else(dash, |line| {
                    let Estimate { value, low, high } = line.ratio;
                    format!("{value:.4} ({low:.4}–{high:.4})")
                })
            }));
            table.push(cells);
        }
        tables.push_str(&table.draw());
    }
    tables
}

/// Every metric of every forecaster, a table a fold and horizon.
pub(super) fn metrics(evaluation: &Evaluation) -> String {
    let tables = scores(&evaluation.measured, &evaluation.version);
    folded("Every score; in brackets divided by persistence or the table", &tables)
}

/// The same beyond the model's last horizon: of the test days in sight, with the rows and the other days folded.
pub(super) fn day_ahead(evaluation: &Evaluation) -> String {
    let DayAheadScores { checks, measured } = &evaluation.day_ahead;
    if measured.is_empty() {
        return String::new();
    }
    let (test, others): (Vec<Measured>, Vec<Measured>) =
        measured.iter().cloned().partition(|line| line.fold == "test");
    let rest = scores(&others, &evaluation.version) + &rows(checks);
    scores(&test, &evaluation.version) + &folded("Validation days, and how many rows there are", &rest)
}

fn scores(measured: &[Measured], own: &str) -> String {
    let mut heads = vec!["forecaster"];
    heads.extend(METRICS.iter().map(|metric| metric.heading));
    let mut tables = String::new();
    for lines in measured.chunk_by(Measured::is_of_same_rows) {
        let caption = format!("{} days, +{} min", lines[0].fold, lines[0].horizon_seconds / 60);
        let mut table = Table::new(&caption, &heads);
        for of_one in lines.chunk_by(|a, b| a.forecaster == b.forecaster) {
            let mut cells = vec![of_one[0].forecaster.clone()];
            cells.extend(METRICS.iter().map(|metric| {
                let line = of_one.iter().find(|line| line.metric == metric.name);
                line.map_or_else(dash, |line| match line.ratio {
                    Some(ratio) => format!("{:.4} ({:.3})", line.estimate.value, ratio.value),
                    None => format!("{:.4}", line.estimate.value),
                })
            }));
            table.rows.push((of_one[0].forecaster == own, cells));
        }
        tables.push_str(&table.draw());
    }
    tables
}

/// The stations with the largest errors, numbered as on the map.
pub(super) fn stations(evaluation: &Evaluation) -> String {
    let mut table = Table::new(
        "Stations with the largest mean error",
        &["station", "rows", "bikes off", "÷ persistence"],
    );
    for (place, line) in map::by_error(&evaluation.stations).iter().take(map::WORST).enumerate() {
        let ratio = format!("{:.3}", line.mae / line.persistence_mae);
        let name = format!("{}. {}", place + 1, line.name);
        table.push(vec![name, line.rows.to_string(), format!("{:.2}", line.mae), ratio]);
    }
    if table.rows.is_empty() { String::new() } else { table.draw() }
}

/// Every kind of rows, a table a way of telling them apart, at the last horizon.
pub(super) fn slices(evaluation: &Evaluation) -> String {
    let last = evaluation.slices.iter().map(|line| line.horizon_seconds).max().unwrap_or(0);
    let at_last = |line: &&SliceLine| line.fold == "test" && line.horizon_seconds == last;
    let shown: Vec<&SliceLine> = evaluation.slices.iter().filter(at_last).collect();
    let of = |name: &str| -> Vec<&SliceLine> {
        shown.iter().copied().filter(|line| line.forecaster == name).collect()
    };
    let (own, persistence, bar) = (of(&evaluation.version), of("persistence"), of("table"));
    let mut tables = String::new();
    for lines in own.chunk_by(|a, b| a.by == b.by) {
        let caption = format!("By {}, +{} min", lines[0].by, last / 60);
        let heads = [
            lines[0].by.as_str(),
            "rows",
            "bikes MAE",
            "÷ persistence",
            "pinball ÷ table",
            "bikes≤2 ÷ table",
            "in 80 %",
        ];
        let mut table = Table::new(&caption, &heads);
        for line in lines {
            table.push(slice(line, &persistence, &bar));
        }
        tables.push_str(&table.draw());
    }
    folded("Every kind of rows", &tables)
}

fn slice(line: &SliceLine, persistence: &[&SliceLine], bar: &[&SliceLine]) -> Vec<String> {
    let same = |others: &[&SliceLine], of: fn(&SliceLine) -> f64| {
        let other = others.iter().find(|other| (&other.by, &other.slice) == (&line.by, &line.slice));
        other.map_or_else(dash, |other| format!("{:.3}", of(line) / of(other)))
    };
    vec![
        line.slice.clone(),
        line.scores.bikes.rows.to_string(),
        format!("{:.3}", line.scores.bikes.mae),
        same(persistence, |line| line.scores.bikes.mae),
        same(bar, |line| line.scores.pinball),
        same(bar, |line| line.scores.low.brier),
        format!("{:.1} %", 100.0 * line.scores.coverage_80),
    ]
}

/// Where the model's knowledge comes from.
pub(super) fn training(evaluation: &Evaluation) -> String {
    let training = &evaluation.training;
    let mut table = Table::new("Training", &["", ""]);
    let rows = [
        ("system", training.system.clone()),
        ("rows learned from", training.protocol.clone()),
        ("rows judged", evaluation.judged_by.clone()),
        ("data", format!("{} … {}", training.data_from, training.data_to)),
        ("station counts", training.observations.to_string()),
        ("data sha256", training.data_sha256.clone()),
        ("learned on from", training.from_version.clone().unwrap_or_else(|| "nothing".to_owned())),
        ("seed", training.seed.to_string()),
        ("best epoch", training.best_epoch.to_string()),
        ("rows an epoch", training.rows_per_epoch.to_string()),
        ("program", training.code_version.clone()),
    ];
    let days = training.days.iter().flat_map(|TrainingDays { train, validation, test }| {
        [("days learned from", train), ("days of validation", validation), ("days of test", test)]
            .map(|(name, days)| (name, days.join(", ")))
    });
    let plan = training.plan.iter().flat_map(|plan| {
        [
            ("epochs asked for", plan.epochs.to_string()),
            ("rows a step", plan.batch.to_string()),
            ("learning rate", plan.learning_rate.to_string()),
            ("weight decay", plan.weight_decay.to_string()),
            ("dropout", plan.dropout.to_string()),
            ("half-life", plan.half_life_days.and_then(HalfLife::of_days).unwrap_or_default().to_string()),
        ]
    });
    for (name, value) in rows.into_iter().chain(days).chain(plan) {
        table.push(vec![name.to_owned(), value]);
    }
    table.draw()
}

/// The checksums of the rows.
pub(super) fn checks(evaluation: &Evaluation) -> String {
    rows(&evaluation.checks)
}

fn rows(checks: &[CheckLine]) -> String {
    let heads =
        ["days", "+min", "origins", "rows", "origin bikes", "persistence MAE", "RMSE", "R²", "docks MAE"];
    let mut table = Table::new("Rows", &heads);
    for line in checks {
        let rows = &line.rows;
        let cells = vec![
            line.fold.clone(),
            (line.horizon_seconds / 60).to_string(),
            rows.origins.to_string(),
            rows.bikes.rows.to_string(),
            rows.origin_bikes.to_string(),
            format!("{:.4}", rows.bikes.mae),
            format!("{:.4}", rows.bikes.rmse),
            rows.bikes_r2.map_or_else(dash, |r2| format!("{r2:.4}")),
            rows.docks.map_or_else(dash, |docks| format!("{:.4}", docks.mae)),
        ];
        table.push(cells);
    }
    table.draw()
}

fn estimate(Estimate { value, low, high }: Estimate) -> String {
    format!("{value:.3} ({low:.3}–{high:.3})")
}

fn dash() -> String {
    "–".to_owned()
}
