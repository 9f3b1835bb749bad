//! The charts of a report: which numbers of an evaluation go into which.

use velib_domain::{Timestamp, calendar::paris_time};

use crate::{
    Evaluation, Fan, Measured, ReliabilityLine, SliceLine,
    parts::{NETWORK_ALONE, NONE_AS_MIXED},
};
use velib_report::plot::{Axis, Plot};

/// Colours for forecasters; more of them share the last.
const COLOURS: usize = 8;

/// Metrics with a chart of their own by horizon, and what their axis says.
const BY_HORIZON: [(&str, &str, &str); 6] = [
    ("bikes_mae", "Bikes, mean absolute error", "bikes"),
    ("docks_mae", "Free docks, mean absolute error", "docks"),
    ("pinball", "Quantiles of bikes, pinball loss", "bikes"),
    ("brier_bikes_1", "Brier score of P(a bike)", ""),
    ("brier_docks_1", "Brier score of P(a dock)", ""),
    ("brier_bikes_low", "Brier score of P(two bikes or fewer)", ""),
];

const EVENTS: [(&str, &str); 3] =
    [("bikes_1", "P(a bike)"), ("docks_1", "P(a free dock)"), ("bikes_low", "P(two bikes or fewer)")];

const HOUR: f64 = 3600.0;

/// How a forecaster is drawn: the model in its own colour, the others by their place.
pub(super) fn class(evaluation: &Evaluation, names: &[&str], name: &str) -> String {
    if name == evaluation.version {
        return "own".to_owned();
    }
    let at = names.iter().position(|known| *known == name).unwrap_or(COLOURS);
    format!("c{}", at.min(COLOURS - 1))
}

/// The forecasters in their order.
pub(super) fn names(evaluation: &Evaluation) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for line in &evaluation.metrics {
        if !names.contains(&line.forecaster.as_str()) {
            names.push(&line.forecaster);
        }
    }
    names
}

/// Errors of every forecaster by horizon, a chart a metric.
pub(super) fn errors(evaluation: &Evaluation) -> String {
    BY_HORIZON.iter().map(|&(metric, title, unit)| error(evaluation, metric, title, unit)).collect()
}

fn error(evaluation: &Evaluation, metric: &str, title: &str, unit: &str) -> String {
    let lines: Vec<&Measured> =
        evaluation.measured.iter().filter(|line| line.fold == "test" && line.metric == metric).collect();
    if lines.is_empty() {
        return String::new();
    }
    let hours = |line: &Measured| line.horizon_seconds as f64 / HOUR;
    let most = lines.iter().map(|line| line.estimate.value).fold(0.0, f64::max);
    let last = lines.iter().map(|line| hours(line)).fold(0.0, f64::max);
    let x = Axis::round("hours ahead", 0.0, last * 1.05);
    let mut plot = Plot::new(title, x, Axis::round(unit, 0.0, most * 1.05));
    let names = names(evaluation);
    // A part's line would lie under the model's: what it adds is told in a table.
    for name in names.iter().filter(|name| ![NETWORK_ALONE, NONE_AS_MIXED].contains(name)) {
        let of_one = lines.iter().filter(|line| line.forecaster == *name);
        let points: Vec<(f64, f64)> = of_one.clone().map(|line| (hours(line), line.estimate.value)).collect();
        let class = class(evaluation, &names, name);
        plot.line(&class, name, &points);
        for line in of_one.filter(|_| class == "own") {
            plot.interval("own", hours(line), line.estimate.low, line.estimate.high);
        }
    }
    plot.draw()
}

/// Reliability diagrams of the model, a chart an event.
pub(super) fn reliability(evaluation: &Evaluation) -> String {
    EVENTS.iter().map(|&(event, title)| reliability_of(evaluation, event, title)).collect()
}

fn reliability_of(evaluation: &Evaluation, event: &str, title: &str) -> String {
    let is_shown = |line: &&ReliabilityLine| {
        line.fold == "test" && line.event == event && line.forecaster == evaluation.version
    };
    let lines: Vec<&ReliabilityLine> = evaluation.reliability.iter().filter(is_shown).collect();
    if lines.is_empty() {
        return String::new();
    }
    let share = |label: &str| Axis::round(label, 0.0, 1.0);
    let mut plot = Plot::new(title, share("probability said"), share("share that happened"));
    plot.line("diagonal", "", &[(0.0, 0.0), (1.0, 1.0)]);
    for (at, line) in lines.iter().enumerate() {
        let class = format!("c{}", 1 + at % (COLOURS - 1));
        let points: Vec<(f64, f64)> = line.points.iter().map(|point| (point.said, point.happened)).collect();
        plot.line(&class, &format!("+{} min", line.horizon_seconds / 60), &points);
        let rows: u64 = line.points.iter().map(|point| point.rows).sum();
        for point in &line.points {
            let radius = 2.0 + 8.0 * (point.rows as f64 / rows as f64).sqrt();
            let tells =
                format!("{} rows: said {:.3}, happened {:.3}", point.rows, point.said, point.happened);
            plot.dot(&class, (point.said, point.happened), radius, &tells);
        }
    }
    plot.draw()
}

/// The examples, a chart each.
pub(super) fn fans(evaluation: &Evaluation) -> String {
    evaluation.fans.iter().map(fan).collect()
}

fn fan(fan: &Fan) -> String {
    let hours = |at: Timestamp| (at - fan.issued_at).total(jiff::Unit::Hour).unwrap_or(0.0);
    let counted: Vec<(f64, f64)> =
        fan.counted.iter().map(|&(at, count)| (hours(at), f64::from(count))).collect();
    let now = counted.iter().rev().find(|(hour, _)| *hour <= 0.0).map_or(0.0, |&(_, count)| count);
    let said = |of: fn(&crate::FanPoint) -> f64| -> Vec<(f64, f64)> {
        let later = fan.said.iter().map(|point| (hours(point.at), of(point)));
        std::iter::once((0.0, now)).chain(later).collect()
    };
    let first = counted.first().map_or(-1.0, |&(hour, _)| hour);
    let last = fan.said.last().map_or(1.0, |point| hours(point.at));
    let mut x = Axis::round("Paris time", first, last);
    for (hour, text) in &mut x.ticks {
        let moment = fan.issued_at + jiff::SignedDuration::from_secs((*hour * HOUR) as i64);
        *text = paris_time(moment).strftime("%H:%M").to_string();
    }
    let issued = paris_time(fan.issued_at).strftime("%-d %B %Y, %H:%M");
    let y = Axis::round("bikes", 0.0, f64::from(fan.capacity));
    let mut plot = Plot::new(&format!("{}, {issued}", fan.station), x, y);
    let mut around = said(|point| point.p90);
    around.extend(said(|point| point.p10).into_iter().rev());
    plot.band("own", &around);
    plot.line("counted", "counted", &counted);
    plot.line("own", "median said", &said(|point| point.p50));
    plot.draw()
}

/// The model's error as a share of persistence's by hour of the day.
pub(super) fn hours(evaluation: &Evaluation) -> String {
    let is_shown = |line: &&SliceLine| line.fold == "test" && line.by == "hour";
    let lines: Vec<&SliceLine> = evaluation.slices.iter().filter(is_shown).collect();
    let mut horizons: Vec<i64> = lines.iter().map(|line| line.horizon_seconds).collect();
    horizons.sort_unstable();
    horizons.dedup();
    let of = |name: &str, horizon: i64| -> Vec<(f64, f64)> {
        let of_one = lines.iter().filter(|line| line.forecaster == name && line.horizon_seconds == horizon);
        of_one.filter_map(|line| Some((line.slice.parse().ok()?, line.scores.bikes.mae))).collect()
    };
    let charts = horizons.into_iter().map(|horizon| {
        let (own, persistence) = (of(&evaluation.version, horizon), of("persistence", horizon));
        let most = own.iter().chain(&persistence).map(|&(_, mae)| mae).fold(0.0, f64::max);
        let mut x = Axis::round("Paris hour of the question", 0.0, 23.0);
        x.ticks = (0..24_u8).step_by(3).map(|hour| (f64::from(hour), format!("{hour}"))).collect();
        let title = format!("Bikes +{} min, mean absolute error", horizon / 60);
        let mut plot = Plot::new(&title, x, Axis::round("bikes", 0.0, most * 1.05));
        plot.line("c0", "persistence", &persistence);
        plot.line("own", &evaluation.version, &own);
        plot.draw()
    });
    charts.collect()
}

/// Loss by epoch.
pub(super) fn losses(evaluation: &Evaluation) -> String {
    let losses = &evaluation.training.losses;
    if losses.is_empty() {
        return String::new();
    }
    let all = || losses.iter().flat_map(|&(learned, held_out)| [learned, held_out]);
    let (least, most) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let x = Axis::round("epoch", 1.0, losses.len() as f64);
    let mut plot = Plot::new("Loss by epoch", x, Axis::round("nats a count", least, most));
    let curve = |of: fn(&(f64, f64)) -> f64| -> Vec<(f64, f64)> {
        losses.iter().enumerate().map(|(at, pair)| (at as f64 + 1.0, of(pair))).collect()
    };
    plot.line("c1", "rows learned from, masked", &curve(|pair| pair.0));
    plot.line("own", "validation rows", &curve(|pair| pair.1));
    plot.draw()
}
