//! A replay as one web page: self-contained, without a script.

use std::fmt::Write;

use velib_report::{
    Estimate, STYLE,
    plot::{Axis, Plot, add, escaped},
};

use crate::{PlannerLine, ReliabilityLine, Report, StratumReport, hours::PARTS, learn::OURS};

/// Colours for planners and foresights; more of them share the last.
const COLOURS: usize = 8;

/// The page.
pub fn page(report: &Report) -> String {
    let title = format!("Replay of {}", escaped(&report.history));
    let [from, to] = report.departures;
    let mut body = format!(
        "<h1>{title}</h1>\n<p>{} stations, {} snapshots, departures from {from:.0} to {to:.0} ({} days), {} trips of each \
         kind by {} bike; learned from the days before only. Our planner uses the {}. Whiskers: 95 % intervals, days drawn \
         again.</p>\n",
        report.stations,
        report.snapshots,
        report.days,
        report.trips,
        report.bike,
        escaped(&report.ours)
    );
    body.push_str(&targets(report));
    for stratum in &report.strata {
        section(&mut body, stratum);
    }
    body.push_str(&correlation(report));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><style>{STYLE}</style></head>\n\
         <body><main>{body}</main></body></html>\n"
    )
}

fn section(body: &mut String, on: &StratumReport) {
    let charts = [
        bars("Trips on which something was missing (%)", on, "trip_miss_rate", 100.0),
        bars("Mean minutes from door to door", on, "door_to_door_mean_s", 1.0 / 60.0),
        diagram("Are chances of a bike kept?", &on.reliability, "bike"),
        diagram("Are chances of a dock kept?", &on.reliability, "dock"),
    ];
    let planners: Vec<Vec<String>> = on.planners.iter().map(planner_row).collect();
    let heads: Vec<&str> = std::iter::once("planner").chain(SHOWN.map(|(head, ..)| head)).collect();
    let paired = on.paired_of(OURS).map(|line| {
        let alone = format!("{} / {}", line.missed_alone, line.other_missed_alone);
        vec![
            escaped(&line.against),
            cell(line.miss_ratio, 1.0, 2),
            cell(line.seconds_difference, 1.0, 1),
            cell(line.cost_difference, 1.0, 1),
            cell(line.walk_extra_m, 1.0, 0),
            cell(line.gap_closed, 1.0, 2),
            alone,
            format!("{:.2}", line.mcnemar_p),
        ]
    });
    let paired_heads = [
        "ours against",
        "misses, ratio",
        "seconds more",
        "cost more, s",
        "metres more on foot",
        "gap closed",
        "missed alone, we / they",
        "McNemar's p",
    ];
    let forecasts = on.forecasts.iter().map(|line| {
        let numbers = [(Some(line.brier), 4), (line.skill, 3), (line.skill_beside_queue, 3), (line.ece, 4)];
        let numbers = numbers.map(|(estimate, digits)| cell(estimate, 1.0, digits));
        let words = [&line.foresight, line.stations, line.band].map(escaped);
        [words.to_vec(), numbers.to_vec()].concat()
    });
    let forecast_heads =
        ["foresight", "stations", "ahead", "Brier", "skill beside the table", "beside the queue", "ECE"];
    let going = on.going.iter().map(|line| {
        let scores = line.gast_scores.map(|score| cell(score, 1.0, 3));
        let false_go = cell(line.false_go, 100.0, 2);
        [[&line.foresight, line.stations].map(escaped).to_vec(), scores.to_vec(), vec![false_go]].concat()
    });
    let going_heads =
        ["foresight", "stations", "Gast's score, 0", "−5", "−10", "of those told .8 or more, failed %"];
    let recovery = on.recovery.iter().map(|line| {
        let seconds = [line.common_s, line.asked_again_s, line.seconds_difference];
        let seconds = seconds.map(|estimate| cell(Some(estimate), 1.0, 0));
        let stranded = [line.stranded_common, line.stranded_asked_again];
        let stranded = stranded.map(|share| format!("{:.1}", 100.0 * share)).join(" / ");
        [vec![line.missed.to_string()], seconds.to_vec(), vec![stranded]].concat()
    });
    let recovery_heads = [
        "trips of ours on which something was missing",
        "mean s, common rule",
        "mean s, asked again",
        "seconds more",
        "stranded %, common / asked again",
    ];
    writeln!(
        body,
        "<section><h2>{} trips</h2><div class=\"charts\">{}</div>{}{}{}{}{}{}</section>",
        on.stratum,
        charts.concat(),
        table(&heads, &planners),
        table(&paired_heads, &paired.collect::<Vec<_>>()),
        by_hour(on),
        table(&recovery_heads, &recovery.collect::<Vec<_>>()),
        table(&forecast_heads, &forecasts.collect::<Vec<_>>()),
        table(&going_heads, &going.collect::<Vec<_>>()),
    )
    .expect("writing to a string cannot fail");
}

/// A line for each planner, with its misses and how much sooner ours is, part of the day by part.
fn by_hour(on: &StratumReport) -> String {
    let missed = PARTS.map(|(_, hours)| format!("missed %, {hours}"));
    let seconds = PARTS.map(|(_, hours)| format!("ours − its s, {hours}"));
    let heads: Vec<&str> =
        ["by departure"].into_iter().chain(missed.iter().chain(&seconds).map(String::as_str)).collect();
    let row = |planner: &PlannerLine| {
        let line =
            |hours: &str| on.hours.iter().find(|line| line.planner == planner.planner && line.hours == hours);
        let missed = PARTS.map(|(_, hours)| cell(line(hours).map(|line| line.miss_rate), 100.0, 1));
        let seconds =
            PARTS.map(|(_, hours)| cell(line(hours).and_then(|line| line.seconds_difference), 1.0, 0));
        [vec![escaped(&planner.planner)], missed.to_vec(), seconds.to_vec()].concat()
    };
    table(&heads, &on.planners.iter().map(row).collect::<Vec<_>>())
}

/// Columns of the planners' table: words, metric, factor, digits.
const SHOWN: [(&str, &str, f64, usize); 17] = [
    ("missed %", "trip_miss_rate", 100.0, 2),
    ("missed %, strict", "trip_miss_rate_strict", 100.0, 2),
    ("no bike %", "origin_miss_rate", 100.0, 2),
    ("no dock %", "dest_miss_rate", 100.0, 2),
    ("stranded %", "strand_rate", 100.0, 2),
    ("mean s", "door_to_door_mean_s", 1.0, 0),
    ("p90 s", "door_to_door_p90_s", 1.0, 0),
    ("cost s", "cost_s", 1.0, 0),
    ("regret s", "regret_vs_oracle_s", 1.0, 1),
    ("on foot m", "walk_m", 1.0, 0),
    ("by bike %", "by_bike_rate", 100.0, 1),
    ("ETA bias s", "eta_bias_s", 1.0, 1),
    ("ETA MAE s", "eta_mae_s", 1.0, 1),
    ("p90 kept", "p90_coverage", 1.0, 3),
    ("ECE", "ece_10", 1.0, 4),
    ("Gast's score, −5", "gast_score_5", 1.0, 3),
    ("told .8 and failed %", "false_go_0.8", 100.0, 2),
];

fn planner_row(line: &PlannerLine) -> Vec<String> {
    let of = |metric: &str| {
        line.metrics.iter().find(|measured| measured.metric == metric).map(|measured| measured.estimate)
    };
    let numbers = SHOWN.iter().map(|(_, metric, factor, digits)| cell(of(metric), *factor, *digits));
    std::iter::once(escaped(&line.planner)).chain(numbers).collect()
}

fn cell(estimate: Option<Estimate>, factor: f64, digits: usize) -> String {
    estimate.map_or_else(String::new, |Estimate { value, low, high }| {
        let [value, low, high] = [value, low, high].map(|number| number * factor);
        format!("{value:.digits$} <small>[{low:.digits$}, {high:.digits$}]</small>")
    })
}

fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let heads = heads.join("</th><th>");
    let mut body = String::new();
    for cells in rows {
        let class = if cells[0].starts_with("ours") { " class=\"own\"" } else { "" };
        add(&mut body, format_args!("<tr{class}><td>{}</td></tr>\n", cells.join("</td><td>")));
    }
    format!(
        "<div class=\"scroll\"><table><thead><tr><th>{heads}</th></tr></thead><tbody>{body}</tbody></table></div>\n"
    )
}

/// Of ours, and of what the API does.
fn targets(report: &Report) -> String {
    let deployed = escaped(report.deployed);
    let rows = report.targets_of(OURS).zip(report.targets_of(report.deployed)).map(|(ours, deployed)| {
        let cells = [ours, deployed].map(|target| {
            [cell(target.measured, 1.0, 3), cell(target.difference, 100.0, 2), target.word().to_owned()]
        });
        [vec![ours.stratum.to_owned(), escaped(ours.aim)], cells.concat()].concat()
    });
    let deployed = format!("{deployed}, as the API");
    let heads = ["trips", "aim", "ours", "points more", "", &deployed, "points more", ""];
    let rows: Vec<Vec<String>> = rows.collect();
    format!("<section><h2>What was aimed at</h2>{}</section>\n", table(&heads, &rows))
}

fn correlation(report: &Report) -> String {
    let rows = report.correlation.iter().map(|line| {
        let within = format!("{:.0} m", line.within_m);
        let numbers = [line.events.to_string(), format!("{:.2}", line.rho)];
        [vec![line.missing.to_owned(), line.hours.to_owned(), within], numbers.to_vec()].concat()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let heads = ["missing", "hours", "within", "events", "ρ"];
    format!("<section><h2>What a failure tells of its neighbours</h2>{}</section>\n", table(&heads, &rows))
}

/// A dot with its interval for every planner.
fn bars(title: &str, on: &StratumReport, metric: &str, factor: f64) -> String {
    let estimates: Vec<(&str, Estimate)> = on
        .planners
        .iter()
        .filter_map(|line| Some((line.planner.as_str(), on.metric(&line.planner, metric)?)))
        .collect();
    let lowest = estimates.iter().map(|(_, estimate)| estimate.low * factor).fold(f64::INFINITY, f64::min);
    let highest = estimates.iter().map(|(_, estimate)| estimate.high * factor).fold(0.0, f64::max);
    let ticks = (1..).map(f64::from).zip(&estimates).map(|(at, _)| (at, format!("{at:.0}"))).collect();
    let across = Axis { label: String::new(), from: 0.5, to: estimates.len() as f64 + 0.5, ticks };
    let from = if lowest > 0.5 * highest { lowest - 0.1 * (highest - lowest) } else { 0.0 };
    let mut plot = Plot::new(title, across, Axis::round("", from.max(0.0), highest));
    for (at, (planner, estimate)) in (1..).map(f64::from).zip(&estimates) {
        let class = if planner.starts_with("ours") { "own" } else { "c1" };
        let [value, low, high] = [estimate.value, estimate.low, estimate.high].map(|number| number * factor);
        plot.interval(class, at, low, high);
        plot.dot(class, (at, value), 4.0, &format!("{planner}: {value:.2} [{low:.2}, {high:.2}]"));
        plot.line("", &format!("{at:.0} {planner}"), &[]);
    }
    plot.draw()
}

fn diagram(title: &str, lines: &[ReliabilityLine], wanted: &str) -> String {
    let mut plot = Plot::new(title, Axis::round("said", 0.0, 1.0), Axis::round("happened", 0.0, 1.0));
    plot.line("diagonal", "", &[(0.0, 0.0), (1.0, 1.0)]);
    for (at, line) in lines.iter().filter(|line| line.wanted == wanted).enumerate() {
        let own = line.of.starts_with("ours");
        let class = if own { "own".to_owned() } else { format!("c{}", at.min(COLOURS - 1)) };
        let points: Vec<(f64, f64)> = line.points.iter().map(|point| (point.said, point.happened)).collect();
        plot.line(&class, &line.of, &points);
        if own {
            let rows: u64 = line.points.iter().map(|point| point.rows).sum();
            for point in &line.points {
                let radius = 2.0 + 10.0 * (point.rows as f64 / rows.max(1) as f64).sqrt();
                let tells =
                    format!("said {:.2}, happened {:.2}, {} rows", point.said, point.happened, point.rows);
                plot.dot("own", (point.said, point.happened), radius, &tells);
            }
        }
    }
    plot.draw()
}
