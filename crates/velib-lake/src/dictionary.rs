//! The data dictionary: every kind of object in the lake and every column of every table, as a page of Markdown.
//!
//! Columns, types and nulls come from the schemas that are written and read, and their meanings stand beside them in
//! those schemas; so the page cannot tell of a column that is not there. A new table adds one entry to [`TABLES`].

use std::fmt::Write;

use arrow::datatypes::{DataType, Field, SchemaRef, TimeUnit};

use crate::{
    Feed, issue_schema,
    keys::{
        text::{BOUNDARIES, BRONZE, ISSUE, MODEL, QUALITY, REJECTED, SILVER, SILVER_DAY, STATIONS},
        weather,
    },
    observation_schema,
    quality::REPORT,
    station_schema,
    table::meaning_of,
    weather::WEATHER_REPORT,
    weather_schema,
};

/// How to write the page anew.
const REGENERATE: &str = "velib lake dictionary > docs/data-dictionary.md";

/// A table of the lake.
struct Table {
    title: &'static str,
    /// One row is what.
    rows: &'static str,
    key: &'static str,
    schema: fn() -> SchemaRef,
}

const TABLES: &[Table] = &[
    Table {
        title: "Observations",
        rows: "One row for each station in each snapshot, sorted by station and time; one object an hour.",
        key: SILVER,
        schema: observation_schema,
    },
    Table {
        title: "Observations of a whole day",
        rows: "The same rows, those of a day that is over, in one object instead of its hours'.",
        key: SILVER_DAY,
        schema: observation_schema,
    },
    Table {
        title: "Stations",
        rows: "One row for each station ever seen, with the newest of each fact; one object a system.",
        key: STATIONS,
        schema: station_schema,
    },
    Table {
        title: "Issued forecasts",
        rows: "One row for each station and horizon, sorted by both; one object for the first forecasts of an hour.",
        key: ISSUE,
        schema: issue_schema,
    },
    Table {
        title: "Weather as it was known",
        rows: "One row for each hour told of by each document, sorted by both; one object for each hour of fetching.",
        key: weather::WEATHER,
        schema: weather_schema,
    },
    Table {
        title: "Weather as it was computed afterwards",
        rows: "One row an hour; one object a day.",
        key: weather::REANALYSIS,
        schema: weather_schema,
    },
];

/// The page.
pub fn data_dictionary() -> String {
    let mut page = format!(
        "# Data dictionary\n\n\
        What stands where in the lake. Written by `{REGENERATE}` from the types that programs use: change those, not \
        this page.\nPartitions are Hive-style, `system` and the hour are in the key, all times are UTC, tables are \
        Parquet in zstd.\n\n"
    );
    write_objects(&mut page);
    write_feeds(&mut page);
    for table in TABLES {
        let Table { title, rows, key, schema } = table;
        let columns = schema().fields().iter().map(|field| row(field)).collect::<String>();
        write!(page, "\n## {title}\n\n{rows}\n\n    {key}\n\n{HEADER}{columns}")
            .expect("a string takes every write");
    }
    let hours = "One JSON object for each hour in silver: what became of everything that was read.";
    write_report(&mut page, "Quality reports", hours, QUALITY, REPORT);
    let fetches = "One JSON object for each hour of fetching: what became of the weather documents.";
    write_report(&mut page, "Weather quality reports", fetches, weather::REPORT, WEATHER_REPORT);
    page
}

const HEADER: &str = "| column | type | null | meaning |\n|---|---|---|---|\n";

fn write_objects(page: &mut String) {
    let objects = [
        ("bronze document", BRONZE, "the body exactly as served, gzipped"),
        ("rejected body", REJECTED, "a body that is no feed, gzipped; `.reason.json` beside it says why"),
        ("boundaries", BOUNDARIES, "GeoJSON areas by which stations are placed, where somebody gave them"),
        ("model", MODEL, "a trained model and its manifest, in the format that SageMaker loads"),
    ];
    page.push_str("| object | key | content |\n|---|---|---|\n");
    for (object, key, content) in objects {
        writeln!(page, "| {object} | `{key}` | {content} |").expect("a string takes every write");
    }
}

fn write_feeds(page: &mut String) {
    page.push_str(
        "\nThe feed of a bronze document is one of these:\n\n| feed | content | stored |\n|---|---|---|\n",
    );
    for feed in Feed::ALL {
        let (content, stored) = content_of(feed);
        writeln!(page, "| {feed} | {content} | {stored} |").expect("a string takes every write");
    }
}

/// What a feed's documents tell, and when one is kept.
fn content_of(feed: Feed) -> (&'static str, &'static str) {
    match feed {
        Feed::StationStatus => ("counts of every station", "at each event of the schedule"),
        Feed::StationInformation => ("names, places and capacities", "when what it tells changed"),
        Feed::VehicleTypes => {
            ("which vehicles are bikes and which have a motor", "when what it tells changed")
        }
        Feed::SystemInformation => ("the system's own name and time zone", "when what it tells changed"),
        Feed::Weather => ("recent past and forecast where the stations are", "at each event of the schedule"),
    }
}

fn write_report(page: &mut String, title: &str, what: &str, key: &str, fields: &[(&str, &str)]) {
    let line = |(field, meaning): &(&str, &str)| format!("| {field} | {meaning} |\n");
    let fields: String = fields.iter().map(line).collect();
    write!(page, "\n## {title}\n\n{what}\n\n    {key}\n\n| field | meaning |\n|---|---|\n{fields}")
        .expect("a string takes every write");
}

fn row(column: &Field) -> String {
    let null = if column.is_nullable() { "yes" } else { "no" };
    let meaning = meaning_of(column).unwrap_or_default();
    format!("| {} | {} | {null} | {meaning} |\n", column.name(), type_name(column.data_type()))
}

fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Timestamp(TimeUnit::Millisecond, Some(zone)) => format!("timestamp (ms, {zone})"),
        DataType::Dictionary(_, value) => format!("{} (dictionary)", type_name(value)),
        other => other.to_string().to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_says_what_it_holds() {
        for table in TABLES {
            for column in (table.schema)().fields() {
                assert!(meaning_of(column).is_some(), "{}: {} has no meaning", table.title, column.name());
            }
        }
    }

    #[test]
    fn the_page_in_the_repository_is_the_one_that_would_be_written() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/data-dictionary.md");
        let page = std::fs::read_to_string(page).unwrap_or_default();
        assert!(page == data_dictionary(), "docs/data-dictionary.md is out of date: {REGENERATE}");
    }
}
