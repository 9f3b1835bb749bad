//! `velib lake ls --svg`: everything a lake holds of a system in one picture, a column a day and a cell an hour.
//!
//! One strip shows up to a year, longer spans one strip a year, so that a month and two years both fill the page. The
//! picture stands alone: no script, no font, no other file; resting on a day tells its numbers.

mod days;
mod strip;

use std::fmt::Write;

use jiff::{SignedDuration, Timestamp, civil::Date};
use velib_domain::SystemId;
use velib_lake::{Gap, HourHoldings};

use days::{DayColumn, day_columns};
use strip::Strip;

const WIDTH: f64 = 1120.0;
const MARGIN: f64 = 24.0;
/// Where the first strip begins, below the title.
const TOP: f64 = 78.0;
/// The longest span that one strip shows.
const ONE_STRIP_DAYS: usize = 366;
/// Steps of a colour scale, from few snapshots to the usual number.
const LEVELS: u64 = 5;

const STYLE: &str = "\
    text{font:12px system-ui,sans-serif;fill:#52606d}.title{font-size:20px;font-weight:600;fill:#1f2933}\
    .bold{fill:#1f2933}.end{text-anchor:end}.outside{fill:#f3f4f6}.missing{fill:#f9c5bd}.waiting{fill:#f59f00}\
    .c1{fill:#d0e3f5}.c2{fill:#a3cbea}.c3{fill:#6aaed9}.c4{fill:#3585c0}.c5{fill:#0b559f}\
    .i1{fill:#e2e0f0}.i2{fill:#c5c2e0}.i3{fill:#a39dcb}.i4{fill:#7c70b4}.i5{fill:#573595}\
    .aside{fill:#c92a2a}.rows{fill:#8a97a6}.line{stroke:#9aa5b1;stroke-width:1}.day{fill-opacity:0}path,rect{shape-rendering:crispEdges}\
    .day:hover{fill:#000;fill-opacity:.12}";

/// Draws what is held, as of a moment that tells how old the newest hour is.
pub fn draw(system: &SystemId, holdings: &[HourHoldings], now: Timestamp) -> String {
    let columns = day_columns(holdings);
    let usual = usually_at_most(holdings.iter().map(days::snapshots));
    let full_day = usually_at_most(columns.iter().map(|day| day.rows));
    let mut body = String::new();
    let mut top = TOP;
    let strips = strips(&columns);
    let is_by_year = strips.len() > 1;
    for days in strips {
        let strip = Strip { days, is_by_year, top, usual, full_day };
        strip.draw(&mut body);
        top += strip::HEIGHT;
    }
    write_legend(&mut body, top, usual);
    let height = top + 56.0;
    let title = title(system, holdings, now);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\"><style>{STYLE}</style>\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{title}{body}</svg>\n"
    )
}

/// The days of each strip: all of them, or those of each year.
fn strips(columns: &[DayColumn]) -> Vec<&[DayColumn]> {
    if columns.len() <= ONE_STRIP_DAYS {
        return vec![columns];
    }
    columns.chunk_by(|a, b| a.date.year() == b.date.year()).collect()
}

/// The count that nineteen of twenty do not exceed, zeros left out: an hour tried out at a faster pace must not make
/// all others look pale.
fn usually_at_most(counts: impl Iterator<Item = u64>) -> u64 {
    let mut counts: Vec<u64> = counts.filter(|count| *count > 0).collect();
    counts.sort_unstable();
    counts.get((counts.len() * 19 / 20).min(counts.len().saturating_sub(1))).copied().unwrap_or(1)
}

/// The step of the colour scale for so many snapshots.
fn level(snapshots: u64, usual: u64) -> u64 {
    (snapshots * LEVELS).div_ceil(usual.max(1)).clamp(1, LEVELS)
}

fn title(system: &SystemId, holdings: &[HourHoldings], now: Timestamp) -> String {
    let (Some(oldest), Some(newest)) = (holdings.first(), holdings.last()) else {
        return text(MARGIN, 40.0, "title", &format!("{system}: nothing is held"));
    };
    let gaps = Gap::between(holdings.iter().map(|held| held.hour));
    let missing: u64 = gaps.iter().map(|gap| gap.hours).sum();
    let documents: u64 = holdings.iter().map(|held| held.documents).sum();
    let rows: u64 = holdings.iter().filter_map(|held| Some(held.report.as_ref()?.rows)).sum();
    let waiting = holdings.iter().filter(|held| !held.in_silver).count();
    let span = format!("{} to {} (UTC)", oldest.hour, newest.hour);
    let held = format!(
        "{} hours held, {} missing in {} gaps; {} documents, {} rows; {} hours not refined yet",
        grouped(holdings.len() as u64),
        grouped(missing),
        gaps.len(),
        grouped(documents),
        grouped(rows),
        grouped(waiting as u64),
    );
    let drawn = now.strftime("%Y-%m-%d %H:%M UTC");
    let age = format!("drawn {drawn}, {}", age(now.duration_since(newest.hour.end())));
    [
        text(MARGIN, 36.0, "title", &format!("{system}, {span}")),
        text(MARGIN, 58.0, "bold", &held),
        text(WIDTH - MARGIN, 36.0, "end", &age),
    ]
    .concat()
}

fn age(since: SignedDuration) -> String {
    match (since.as_hours() / 24, since.as_hours() % 24) {
        _ if since.is_negative() => "in the newest hour".to_owned(),
        (0, hours) => format!("{hours} h after the newest hour"),
        (days, hours) => format!("{days} d {hours} h after the newest hour"),
    }
}

fn write_legend(body: &mut String, top: f64, usual: u64) {
    let mut x = MARGIN;
    let mut swatches = |classes: &[String], words: &str| {
        for class in classes {
            rect(body, [x, top + 14.0, 12.0, 12.0], class);
            x += 13.0;
        }
        body.push_str(&text(x + 4.0, top + 24.5, "", words));
        x += 24.0 + 6.2 * words.chars().count() as f64;
    };
    let scale = |letter: char| (1..=LEVELS).map(|level| format!("{letter}{level}")).collect::<Vec<_>>();
    let up_to =
        if usual > 1 { format!("1 to {usual} snapshots an hour") } else { "1 snapshot an hour".to_owned() };
    swatches(&scale('c'), &format!("collected, {up_to}"));
    swatches(&scale('i'), "imported");
    swatches(&["waiting".to_owned()], "collected, not refined yet");
    swatches(&["missing".to_owned()], "nothing held");
    swatches(&["aside".to_owned()], "records or documents set aside");
    swatches(&["rows".to_owned()], "rows a day");
}

fn text(x: f64, y: f64, class: &str, words: &str) -> String {
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\">{words}</text>\n")
}

fn rect(body: &mut String, [x, y, width, height]: [f64; 4], class: &str) {
    writeln!(
        body,
        "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" class=\"{class}\"/>"
    )
    .expect("a string takes every write");
}

/// A number with its thousands apart: `1 016 982`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, tail) = digits.split_at(first);
    let groups = tail.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    std::iter::once(head.to_owned())
        .filter(|head| !head.is_empty())
        .chain(groups)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The name of a month or day under the strip's top.
fn label(date: Date, is_short: bool) -> String {
    let is_new_year = date.month() == 1;
    match (is_short, is_new_year) {
        (true, _) => date.strftime("%-d %b").to_string(),
        (false, true) => date.strftime("%b %Y").to_string(),
        (false, false) => date.strftime("%b").to_string(),
    }
}

#[cfg(test)]
mod tests;
