//! `velib lake`: what is stored, what became of it, and whether it is sound.

mod coverage;
mod weather;

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::json;
use velib_domain::{Hour, SystemId};
use velib_lake::{Feed, Gap, HourHoldings, Lake, data_dictionary};
use velib_silver::check_lake;

use crate::{
    edge::{LakeOptions, now},
    table,
};
use weather::{WeatherCalendar, WeatherDay, WeatherOfHour};

/// Bars of a sparkline, the lowest standing for one snapshot.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Stands for an hour without snapshots.
const NOTHING: char = '·';

/// What to know of a lake.
#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    question: Question,
}

#[derive(clap::Subcommand)]
enum Question {
    /// Lists days: documents, rows, and a bar for the snapshots of each hour (UTC); then the gaps.
    Ls {
        #[command(flatten)]
        asked: Asked,
        /// Draw it instead, a column a day and a cell an hour, into this file.
        #[arg(long, value_name = "FILE")]
        svg: Option<PathBuf>,
    },
    /// Shows one hour: its documents and its quality report.
    Show {
        /// The hour (UTC), as 2026-11-20T14.
        hour: Hour,
        #[command(flatten)]
        asked: Asked,
    },
    /// Reads every object and names what is damaged or to be done again; fails where anything is.
    Check(Asked),
    /// Sums up the quality reports by day.
    Quality(Asked),
    /// Prints what every object and every column means, as Markdown.
    Dictionary,
}

#[derive(clap::Args)]
struct Asked {
    #[command(flatten)]
    lake: LakeOptions,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Answers.
pub async fn run(options: Options) -> anyhow::Result<()> {
    match options.question {
        Question::Ls { asked, svg: Some(file) } => {
            let picture =
                coverage::draw(asked.system(), &asked.open().await?.holdings(asked.system()).await?, now());
            std::fs::write(&file, picture).with_context(|| format!("writing {}", file.display()))
        }
        Question::Ls { asked, svg: None } => {
            let (calendar, weather) = asked.calendars().await?;
            let answer = Listed { calendar: &calendar, weather: &weather };
            asked.print(&answer, || calendar.listed() + &weather.listed())
        }
        Question::Quality(asked) => {
            let (calendar, weather) = asked.calendars().await?;
            let answer = Quality { days: &calendar.days, weather: &weather.days };
            asked.print(&answer, || calendar.quality() + &weather.quality())
        }
        Question::Show { hour, asked } => show(&asked, hour).await,
        Question::Check(asked) => check(&asked).await,
        Question::Dictionary => {
            print!("{}", data_dictionary());
            Ok(())
        }
    }
}

impl Asked {
    async fn calendars(&self) -> anyhow::Result<(Calendar, WeatherCalendar)> {
        let (lake, system) = (self.open().await?, self.system());
        let weather = WeatherCalendar::of(&lake.weather_holdings(system).await?);
        Ok((Calendar::of(&lake.holdings(system).await?), weather))
    }

    async fn open(&self) -> anyhow::Result<Lake> {
        self.lake.open().await
    }

    fn system(&self) -> &SystemId {
        &self.lake.system
    }

    fn print(&self, answer: &impl Serialize, text: impl FnOnce() -> String) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string(answer)?);
        } else {
            print!("{}", text());
        }
        Ok(())
    }
}

async fn show(asked: &Asked, hour: Hour) -> anyhow::Result<()> {
    let (lake, system) = (asked.open().await?, asked.system());
    let documents = lake.bronze_in_hour(system, Feed::StationStatus, hour).await?;
    let documents: Vec<String> = documents.iter().map(ToString::to_string).collect();
    let report = lake.read_quality(system, hour).await?;
    let weather = WeatherOfHour::read(&lake, system, hour).await?;
    if documents.is_empty() && report.is_none() && weather.is_none() {
        bail!("nothing is stored of the hour {hour}: velib lake ls shows what is");
    }
    let report_text = match &report {
        Some(report) => serde_json::to_string_pretty(report)?,
        None => "not refined yet: run velib silver".to_owned(),
    };
    let weather_text = weather.as_ref().map_or(Ok(String::new()), WeatherOfHour::told)?;
    let answer = json!({"hour": hour, "documents": documents, "report": report, "weather": weather});
    asked.print(&answer, || format!("{}\n\n{report_text}\n{weather_text}", documents.join("\n")))
}

async fn check(asked: &Asked) -> anyhow::Result<()> {
    let check = check_lake(&asked.open().await?, asked.system()).await.context("checking the lake")?;
    asked.print(&check, || {
        let rows = check
            .findings
            .iter()
            .map(|finding| vec![finding.object.clone(), finding.problem.clone(), finding.fix.clone()]);
        let due = |object: String| {
            let problem = "bronze is not what silver was made from".to_owned();
            vec![object, problem, "velib silver".to_owned()]
        };
        let hours = check.due.iter().map(|hour| due(format!("the hour {hour}")));
        let weather = check.weather_due.iter().map(|hour| due(format!("the weather of the hour {hour}")));
        let left = check.leftovers.iter().map(|file| {
            let problem = "left by a killed writer, and no object".to_owned();
            vec![file.clone(), problem, "delete it when nothing runs".to_owned()]
        });
        let rows: Vec<_> = rows.chain(hours).chain(weather).chain(left).collect();
        let found =
            if rows.is_empty() { String::new() } else { table::render(&["object", "problem", "fix"], &rows) };
        let weather = match check.weather_hours + check.reanalysis_days {
            0 => String::new(),
            _ => format!(", {} hours and {} days of weather", check.weather_hours, check.reanalysis_days),
        };
        format!("{found}{} documents and {} silver hours read{weather}\n", check.documents, check.hours)
    })?;
    if !check.is_sound() {
        let due = check.due.len() + check.weather_due.len();
        bail!("{} objects are damaged and {due} hours are due", check.findings.len());
    }
    Ok(())
}

/// The answer to `ls`.
#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    calendar: &'a Calendar,
    weather: &'a WeatherCalendar,
}

/// The answer to `quality`.
#[derive(Serialize)]
struct Quality<'a> {
    #[serde(flatten)]
    days: &'a BTreeMap<String, Day>,
    weather: &'a BTreeMap<String, WeatherDay>,
}

/// A lake by days.
#[derive(Serialize)]
struct Calendar {
    oldest: Option<Hour>,
    newest: Option<Hour>,
    gaps: Vec<Gap>,
    days: BTreeMap<String, Day>,
}

#[derive(Default, Serialize)]
struct Day {
    documents: u64,
    hours_in_silver: u64,
    rows: u64,
    duplicates: u64,
    quarantined: u64,
    unreadable: u64,
    repeated_documents: u64,
    longest_unchanged_seconds: u64,
    snapshots_by_hour: [u64; 24],
}

impl Calendar {
    fn of(holdings: &[HourHoldings]) -> Self {
        let mut days: BTreeMap<String, Day> = BTreeMap::new();
        for held in holdings {
            days.entry(held.hour.civil().date().to_string()).or_default().add(held);
        }
        let hours = holdings.iter().map(|held| held.hour);
        let (oldest, newest) = (hours.clone().next(), hours.clone().next_back());
        Self { oldest, newest, gaps: Gap::between(hours), days }
    }

    fn listed(&self) -> String {
        let most = self.days.values().flat_map(|day| day.snapshots_by_hour).max().unwrap_or(0);
        let rows = self.days.iter().map(|(date, day)| {
            let line = sparkline(&day.snapshots_by_hour, most);
            vec![
                date.clone(),
                day.documents.to_string(),
                day.hours_in_silver.to_string(),
                day.rows.to_string(),
                line,
            ]
        });
        let header = ["day", "documents", "hours in silver", "rows", "snapshots from 0 to 23 h"];
        let mut text = table::render(&header, &rows.collect::<Vec<_>>());
        if let Some((oldest, newest)) = self.oldest.zip(self.newest) {
            text.extend([format!("\nfrom {oldest} to {newest}, {} gaps\n", self.gaps.len())]);
        }
        let gaps = self
            .gaps
            .iter()
            .map(|gap| format!("gap from {} to {}: {} hours\n", gap.from, gap.until, gap.hours));
        text.extend(gaps);
        text
    }

    fn quality(&self) -> String {
        let rows = self.days.iter().map(|(date, day)| {
            let counts = [
                day.rows,
                day.duplicates,
                day.quarantined,
                day.unreadable,
                day.repeated_documents,
                day.longest_unchanged_seconds,
            ];
            std::iter::once(date.clone()).chain(counts.map(|count| count.to_string())).collect()
        });
        let header = [
            "day",
            "rows",
            "duplicates",
            "quarantined",
            "unreadable",
            "repeated documents",
            "unchanged for s",
        ];
        table::render(&header, &rows.collect::<Vec<_>>())
    }
}

impl Day {
    fn add(&mut self, held: &HourHoldings) {
        self.documents += held.documents;
        self.hours_in_silver += u64::from(held.in_silver);
        let hour = usize::from(held.hour.civil().hour().unsigned_abs());
        self.snapshots_by_hour[hour] = held.documents;
        let Some(report) = &held.report else { return };
        self.rows += report.rows;
        self.duplicates += report.duplicates;
        self.quarantined += report.quarantined.values().sum::<u64>();
        self.unreadable += report.unreadable.len() as u64;
        self.repeated_documents += report.repeated_documents;
        self.longest_unchanged_seconds = self.longest_unchanged_seconds.max(report.longest_unchanged_seconds);
        self.snapshots_by_hour[hour] = held.documents.max(report.snapshots);
    }
}

/// A bar for each count, the highest standing for `most`.
fn sparkline(counts: &[u64], most: u64) -> String {
    let top = BARS.len() as u64 - 1;
    let bar = |count: u64| match count {
        0 => NOTHING,
        count => BARS[usize::try_from((count - 1) * top / most.saturating_sub(1).max(1)).unwrap_or(0)],
    };
    counts.iter().map(|count| bar(*count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(counts: &[u64], most: u64, expect: &str) {
        assert_eq!(sparkline(counts, most), expect);
    }

    #[test]
    fn bars_grow_from_one_snapshot_to_the_most_of_any_hour() {
        check(&[0, 1, 30, 60], 60, "·▁▄█");
        check(&[1, 0, 1], 1, "▁·▁");
        check(&[0], 0, "·");
    }
}
