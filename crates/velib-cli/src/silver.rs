//! `velib silver`: bronze hours into silver hours, those of the stations and those of the weather.

use std::num::NonZeroUsize;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use velib_domain::Hour;
use velib_lake::Feed;
use velib_silver::{
    Redo, RefineOptions, RefinedHour, RefinedRange, RefinedWeather, refine_hours, refine_weather,
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
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Refines, showing progress, and prints what each hour gave.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let lake = options.lake.open().await?;
    let system = &options.lake.system;
    let hours = options.within(lake.bronze_hours(system, Feed::StationStatus).await?);
    let weather_hours = options.within(lake.bronze_hours(system, Feed::Weather).await?);
    let style = ProgressStyle::with_template("refining {bar:40} {pos}/{len} hours {eta}")?;
    let progress = ProgressBar::new((hours.len() + weather_hours.len()) as u64).with_style(style);
    let mut each = Vec::new();
    let how = RefineOptions {
        redo: if options.all { Redo::All } else { Redo::Changed },
        jobs: options.jobs.unwrap_or_else(processors),
    };
    let total = refine_hours(&lake, system, hours.into_iter(), how, |hour| {
        if !hour.unchanged {
            each.push(row(hour));
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
    if !each.is_empty() {
        println!(
            "{}",
            table::render(&["hour", "documents", "rows", "duplicates", "quarantined", "bytes"], &each)
        );
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

fn processors() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

fn row(hour: &RefinedHour) -> Vec<String> {
    let quarantined: u64 = hour.quarantined.values().sum();
    let counts = [hour.documents, hour.rows, hour.duplicates, quarantined, hour.bytes];
    std::iter::once(hour.hour.to_string()).chain(counts.map(|count| count.to_string())).collect()
}
