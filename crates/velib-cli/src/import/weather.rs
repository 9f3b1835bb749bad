//! A table of past weather: hindsight, kept apart from what was forecast.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use velib_domain::{SystemId, Timestamp};
use velib_lake::Lake;
use velib_silver::{WeatherImport, import_weather};

use crate::table;

/// Imports, showing progress, and prints what came in and what did not.
pub async fn run(lake: &Lake, system: &SystemId, file: &Path, json: bool) -> anyhow::Result<()> {
    let style = ProgressStyle::with_template("writing {bar:40} {pos}/{len} hours {eta}")?;
    let bar = ProgressBar::new(0).with_style(style);
    let import = import_weather(lake, system, file, |stand| {
        bar.set_length(stand.hours_total);
        bar.set_position(stand.hours_done);
    })
    .await?;
    bar.finish_and_clear();
    if json {
        println!("{}", serde_json::to_string(&import)?);
    } else {
        print!("{}", table::render(&["imported as hindsight", ""], &rows(&import)));
    }
    Ok(())
}

fn rows(import: &WeatherImport) -> Vec<Vec<String>> {
    let time = |at: Option<Timestamp>| at.map_or_else(|| "none".to_owned(), |at| at.to_string());
    let mut rows = vec![
        vec!["rows read".to_owned(), import.rows_read.to_string()],
        vec!["hours in silver".to_owned(), import.hours.to_string()],
        vec!["duplicates".to_owned(), import.duplicates.to_string()],
        vec!["days".to_owned(), import.days.to_string()],
        vec!["first".to_owned(), time(import.first)],
        vec!["last".to_owned(), time(import.last)],
    ];
    rows.extend(
        import.missing.iter().map(|(column, hours)| vec![format!("without {column}"), hours.to_string()]),
    );
    rows.extend(table::reasons(&import.quarantined));
    rows
}
