//! `velib silver`: bronze hours into silver hours, those of the stations and those of the weather.

use std::{collections::BTreeMap, num::NonZeroUsize, path::PathBuf};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use velib_domain::Hour;
use velib_lake::Feed;
use velib_silver::{
    Redo, RefineOptions, RefinedHour, RefinedRange, RefinedWeather, hours_due, keep_boundaries, refine_hours,
    refine_weather,
};

use crate::{edge::LakeOptions, table};

/// Which hours to refine.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    lake: LakeOptions,
    /// The first hour (UTC), as 2026-11-20T14; the first one collected when not given.
    #[arg(long, value_name = "HOUR")]
    from: Option<Hour>,
    /// The hour to stop before (UTC); after the last one collected when not given.
    #[arg(long, value_name = "HOUR")]
    to: Option<Hour>,
    /// Refine every hour anew, those also whose documents have not changed.
    #[arg(long)]
    all: bool,
    /// Hours refined at once; one for each processor when not given.
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Print the hours that would be refined, oldest first, and refine none; with --json, the list that a backfill on
    /// AWS maps over.
    #[arg(long)]
    list: bool,
    /// GeoJSON of arrondissements or communes, by which stations are placed from now on; the lake keeps it.
    #[arg(long, value_name = "FILE")]
    boundaries: Option<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// What a day's hours gave together, as the last table counts it.
type DayCounts = [u64; 6];

/// Refines, showing progress, and prints what each day gave.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let lake = options.lake.open().await?;
    let system = &options.lake.system;
    if let Some(file) = &options.boundaries {
        let lines = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        let areas = keep_boundaries(&lake, system, lines.into()).await;
        areas.with_context(|| format!("taking boundaries from {}", file.display()))?;
    }
    let hours = options.within(lake.bronze_hours(system, Feed::StationStatus).await?);
    let redo = if options.all { Redo::All } else { Redo::Changed };
    if options.list {
        return list(&hours_due(&lake, system, hours, redo).await?, options.json);
    }
    let weather_hours = options.within(lake.bronze_hours(system, Feed::Weather).await?);
    let style = ProgressStyle::with_template("refining {bar:40} {pos}/{len} hours {eta}")?;
    let progress = ProgressBar::new((hours.len() + weather_hours.len()) as u64).with_style(style);
    let mut days: BTreeMap<String, DayCounts> = BTreeMap::new();
    let how = RefineOptions { redo, jobs: options.jobs.unwrap_or_else(processors) };
    let total = refine_hours(&lake, system, hours.into_iter(), how, |hour| {
        if !hour.unchanged {
            add(days.entry(hour.hour.civil().date().to_string()).or_default(), hour);
        }
        progress.inc(1);
    })
    .await?;
    let weather = refine_weather(&lake, system, weather_hours.into_iter(), how, |_| progress.inc(1)).await?;
    progress.finish_and_clear();
    if options.json {
        println!("{}", serde_json::to_string(&Refined { stations: &total, weather: &weather })?);
        return Ok(());
    }
    if !days.is_empty() {
        let header = ["day", "hours", "documents", "rows", "duplicates", "quarantined", "bytes"];
        println!("{}", table::render(&header, &days.iter().map(row).collect::<Vec<_>>()));
    }
    let reasons: Vec<_> = table::reasons(&total.quarantined).collect();
    let (hours, unchanged) = (total.hours, total.unchanged_hours);
    println!(
        "{hours} hours, {} rows, {} stations known, {unchanged} hours unchanged",
        total.rows, total.stations
    );
    print!("{}", table::render(&["set aside", "records"], &reasons));
    print_weather(&weather);
    Ok(())
}

/// What the run did, as JSON.
#[derive(Serialize)]
struct Refined<'a> {
    #[serde(flatten)]
    stations: &'a RefinedRange,
    weather: &'a RefinedWeather,
}

impl Options {
    fn within(&self, mut hours: Vec<Hour>) -> Vec<Hour> {
        hours
            .retain(|hour| self.from.is_none_or(|from| from <= *hour) && self.to.is_none_or(|to| *hour < to));
        hours
    }
}

/// Nothing where none was ever collected.
fn print_weather(weather: &RefinedWeather) {
    if weather.hours + weather.unchanged_hours == 0 {
        return;
    }
    println!(
        "\nweather: {} hours, {} rows, {} hours unchanged",
        weather.hours, weather.rows, weather.unchanged_hours
    );
    for reason in table::reasons(&weather.quarantined) {
        println!("{}", reason.join(": "));
    }
}

fn list(hours: &[Hour], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        println!("{}", serde_json::to_string(hours)?);
    } else {
        for hour in hours {
            println!("{hour}");
        }
    }
    Ok(())
}

fn processors() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

fn add(day: &mut DayCounts, hour: &RefinedHour) {
    let quarantined = hour.quarantined.values().sum();
    let counts = [1, hour.documents, hour.rows, hour.duplicates, quarantined, hour.bytes];
    for (sum, count) in day.iter_mut().zip(counts) {
        *sum += count;
    }
}

fn row((day, counts): (&String, &DayCounts)) -> Vec<String> {
    std::iter::once(day.clone()).chain(counts.map(|count| count.to_string())).collect()
}
