//! `velib import`: a history that somebody already has, of stations or of the weather, into silver.

mod weather;

use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use velib_lake::history_file::ColumnMapping;
use velib_silver::{ImportSummary, import_history, is_weather_file};

use crate::{edge::LakeOptions, table};

/// Which file, and which column holds what.
#[derive(clap::Args)]
pub struct Options {
    /// A Parquet or CSV file: one row a station and time, or, told by its columns, a CSV of Open-Meteo's hourly weather.
    file: PathBuf,
    #[command(flatten)]
    lake: LakeOptions,
    /// Where a field is found, as `bikes=num_bikes`; several with commas, or the option again. The usual names are known.
    #[arg(long, value_name = "FIELD=COLUMN", value_delimiter = ',')]
    map: Vec<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Imports, showing progress, and prints what came in and what did not.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let lake = options.lake.open().await?;
    if is_weather_file(&options.file) {
        return weather::run(&lake, &options.lake.system, &options.file, options.json).await;
    }
    let mut mapping = ColumnMapping::default();
    for text in &options.map {
        mapping = mapping.with_override(text)?;
    }
    let reading = ProgressStyle::with_template("reading {bar:40} {human_pos}/{human_len} rows")?;
    let writing = ProgressStyle::with_template("writing {bar:40} {pos}/{len} hours {eta}")?;
    let bar = ProgressBar::new(0).with_style(reading);
    let summary = import_history(&lake, &options.lake.system, &options.file, &mapping, |stand| {
        if stand.hours_total > 0 {
            bar.set_style(writing.clone());
            bar.set_length(stand.hours_total);
            bar.set_position(stand.hours_done);
        } else {
            bar.set_length(stand.rows_total.unwrap_or(stand.rows_read));
            bar.set_position(stand.rows_read);
        }
    })
    .await?;
    bar.finish_and_clear();
    if options.json {
        println!("{}", serde_json::to_string(&summary)?);
    } else {
        print!("{}", table::render(&["imported", ""], &rows(&summary)));
    }
    Ok(())
}

fn rows(summary: &ImportSummary) -> Vec<Vec<String>> {
    let time =
        |at: Option<velib_domain::Timestamp>| at.map_or_else(|| "none".to_owned(), |at| at.to_string());
    let mut rows = vec![
        vec!["rows read".to_owned(), summary.rows_read.to_string()],
        vec!["rows in silver".to_owned(), summary.rows.to_string()],
        vec!["duplicates".to_owned(), summary.duplicates.to_string()],
        vec!["rows left to bronze".to_owned(), summary.rows_left_to_bronze.to_string()],
        vec!["hours".to_owned(), summary.hours.to_string()],
        vec!["snapshots".to_owned(), summary.snapshots.to_string()],
        vec!["stations".to_owned(), summary.stations.to_string()],
        vec!["first".to_owned(), time(summary.first)],
        vec!["last".to_owned(), time(summary.last)],
    ];
    rows.extend(table::reasons(&summary.quarantined));
    rows
}
