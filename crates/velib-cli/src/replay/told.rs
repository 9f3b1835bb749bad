//! A report for people: how everybody fared, ours against each, and what was aimed at.

use std::fmt::Write;

use velib_replay::{OURS, PlannerLine, Report, StratumReport, Target};
use velib_report::Estimate;

use crate::table::render;

/// Columns: words, metric, factor, digits, and whether the interval is shown.
const SHOWN: [(&str, &str, f64, usize, bool); 16] = [
    ("missed %", "trip_miss_rate", 100.0, 2, true),
    ("strict", "trip_miss_rate_strict", 100.0, 2, false),
    ("no bike", "origin_miss_rate", 100.0, 2, false),
    ("no dock", "dest_miss_rate", 100.0, 2, false),
    ("stranded", "strand_rate", 100.0, 2, false),
    ("mean s", "door_to_door_mean_s", 1.0, 0, false),
    ("p90 s", "door_to_door_p90_s", 1.0, 0, false),
    ("cost s", "cost_s", 1.0, 0, false),
    ("regret s", "regret_vs_oracle_s", 1.0, 1, true),
    ("foot m", "walk_m", 1.0, 0, false),
    ("ETA bias", "eta_bias_s", 1.0, 1, false),
    ("ETA MAE", "eta_mae_s", 1.0, 1, false),
    ("p90 kept", "p90_coverage", 1.0, 3, false),
    ("ECE", "ece_10", 1.0, 4, false),
    ("Gast −5", "gast_score_5", 1.0, 3, false),
    ("told .8, failed %", "false_go_0.8", 100.0, 2, false),
];

/// The whole report as text.
pub fn told(report: &Report) -> String {
    let mut text = format!(
        "{}: {} stations, {} days, {} trips of each kind by {} bike; 95 % intervals, days drawn again\n",
        report.history, report.stations, report.days, report.trips, report.bike
    );
    for stratum in &report.strata {
        let _ = write!(text, "\n{} trips\n{}\n{}", stratum.stratum, planners(stratum), paired(stratum));
        let _ = write!(text, "\n{}\n{}", chances(stratum), going(stratum));
        if let Some(recovery) = &stratum.recovery {
            let Estimate { value, low, high } = recovery.seconds_difference;
            let missed = recovery.missed;
            let _ = writeln!(
                text,
                "\n{missed} times something was missing: asked again, ours takes {value:.0} s more [{low:.0}, {high:.0}]"
            );
        }
    }
    let _ = write!(text, "\nwhat was aimed at (ours: {})\n{}", report.ours, targets(report, OURS));
    let model = report.model.as_deref().map_or_else(String::new, |version| format!(", {version}"));
    let _ = write!(
        text,
        "\nwhat was aimed at, as the API plans ({}{model})\n{}",
        report.deployed,
        targets(report, report.deployed)
    );
    text
}

fn planners(on: &StratumReport) -> String {
    let row = |line: &PlannerLine| {
        let number = |&(_, metric, factor, digits, interval): &(&str, &str, f64, usize, bool)| {
            let measured = line.metrics.iter().find(|measured| measured.metric == metric);
            measured.map_or_else(String::new, |measured| {
                let estimate = measured.estimate;
                let [value, low, high] = [estimate.value, estimate.low, estimate.high].map(|it| it * factor);
                if interval {
                    format!("{value:.digits$} [{low:.digits$}, {high:.digits$}]")
                } else {
                    format!("{value:.digits$}")
                }
            })
        };
        let micros = line.rank_p50_us.map_or_else(String::new, |micros| format!("{micros:.0}"));
        std::iter::once(line.planner.clone())
            .chain(SHOWN.iter().map(number))
            .chain([micros])
            .collect::<Vec<String>>()
    };
    let heads: Vec<&str> =
        ["planner"].into_iter().chain(SHOWN.iter().map(|column| column.0)).chain(["µs"]).collect();
    render(&heads, &on.planners.iter().map(row).collect::<Vec<_>>())
}

fn paired(on: &StratumReport) -> String {
    let rows: Vec<Vec<String>> = on
        .paired_of(OURS)
        .map(|line| {
            vec![
                line.against.clone(),
                number(line.miss_ratio, 2),
                number(line.seconds_difference, 1),
                number(line.cost_difference, 1),
                number(line.walk_extra_m, 0),
                number(line.gap_closed, 2),
                format!("{} / {}", line.missed_alone, line.other_missed_alone),
                format!("{:.2}", line.mcnemar_p),
            ]
        })
        .collect();
    let heads = [
        "ours against",
        "misses, ratio",
        "s more",
        "cost more, s",
        "m more on foot",
        "gap closed",
        "missed alone, we / they",
        "McNemar's p",
    ];
    render(&heads, &rows)
}

/// The chances that people are shown, by how far ahead something is needed.
fn chances(on: &StratumReport) -> String {
    let shown = on.forecasts.iter().filter(|line| line.stations == "chosen");
    let rows = shown.map(|line| {
        let numbers = [
            number(Some(line.brier), 4),
            number(line.skill, 3),
            number(line.skill_beside_queue, 3),
            number(line.ece, 4),
        ];
        [vec![line.foresight.clone(), line.band.to_owned()], numbers.to_vec()].concat()
    });
    let heads = ["where ours goes, by", "ahead", "Brier", "skill beside table", "beside queue", "ECE"];
    render(&heads, &rows.collect::<Vec<_>>())
}

fn going(on: &StratumReport) -> String {
    let rows = on.going.iter().map(|line| {
        let scores = line.gast_scores.map(|score| number(score, 3));
        let false_go = line.false_go.map_or_else(String::new, |share| format!("{:.2}", 100.0 * share.value));
        [vec![line.foresight.clone(), line.stations.to_owned()], scores.to_vec(), vec![false_go]].concat()
    });
    let heads = ["going by", "stations", "Gast's score, 0", "−5", "−10", "told .8, failed %"];
    render(&heads, &rows.collect::<Vec<_>>())
}

fn number(estimate: Option<Estimate>, digits: usize) -> String {
    estimate.map_or_else(String::new, |Estimate { value, low, high }| {
        format!("{value:.digits$} [{low:.digits$}, {high:.digits$}]")
    })
}

fn targets(report: &Report, planner: &str) -> String {
    let row = |target: &Target| {
        vec![
            target.stratum.to_owned(),
            target.aim.to_owned(),
            number(target.measured, 3),
            number(target.difference, 4),
            target.word().to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = report.targets_of(planner).map(row).collect();
    render(&["trips", "aim", "measured", "difference", ""], &rows)
}
