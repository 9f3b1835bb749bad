//! What the demo found: printed for a person, written as JSON for a program.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use serde::Serialize;
use serde_json::Value;

/// Seconds one step took.
#[derive(Serialize)]
pub struct Timed {
    /// The step's name.
    pub step: &'static str,
    /// Wall-clock seconds.
    pub seconds: f64,
}

/// Everything `target/demo/summary.json` holds.
#[derive(Default, Serialize)]
pub struct Summary {
    /// `live`, `simulated` or `replayed`.
    pub feed_source: String,
    /// Seconds per step, in order.
    pub steps: Vec<Timed>,
    /// What `velib collect` counted.
    pub collected: Value,
    /// What `velib silver` counted.
    pub refined: Value,
    /// The API's answer for one station.
    pub forecast: Value,
    /// The API's answer for one journey.
    pub journey: Value,
    /// The API's `/v1/status`: the age of every input.
    pub data_ages: Value,
    /// What to open.
    pub urls: Vec<(String, String)>,
}

impl Summary {
    /// Writes the summary and says where.
    pub fn write(&self, root: &Path) -> anyhow::Result<PathBuf> {
        let path = root.join("target/demo/summary.json");
        let text = serde_json::to_string_pretty(self)?;
        fs::write(&path, text + "\n").with_context(|| format!("writing {}", path.display()))?;
        Ok(path)
    }

    /// Prints what a person wants to see first.
    pub fn print(&self) {
        let source = match self.feed_source.as_str() {
            "live" => "the live Vélib' feed",
            "replayed" => "stored documents, replayed",
            _ => "a simulated city: no bike stands behind these numbers",
        };
        println!("\nfeed      {source}");
        println!("collected {}", counts(&self.collected, &["snapshots", "stations", "rejected"]));
        println!("refined   {}", counts(&self.refined, &["hours", "rows", "duplicates", "quarantined"]));
        self.print_forecast();
        self.print_journey();
        let took: Vec<_> = self.steps.iter().map(|t| format!("{} {:.1} s", t.step, t.seconds)).collect();
        println!("\ntook      {}", took.join(", "));
        for (name, url) in &self.urls {
            println!("open      {url}  ({name})");
        }
    }

    fn print_forecast(&self) {
        let forecast = &self.forecast;
        let now = &forecast["current"];
        println!("\nstation   {} ({})", text(&forecast["station_name"]), text(&forecast["station_code"]));
        println!(
            "now       {} bikes, {} docks ({}, {} s old)",
            text(&now["bikes_available"]),
            text(&now["docks_available"]),
            text(&now["source"]),
            text(&forecast["age_s"]),
        );
        for horizon in ["T+1h", "T+2h", "T+3h"] {
            let ahead = &forecast["predictions"][horizon];
            println!(
                "{horizon:<9} {} bikes, {} to {} eight times of ten ({} by {})",
                text(&ahead["bikes"]),
                text(&ahead["p10"]),
                text(&ahead["p90"]),
                text(&ahead["source"]),
                text(&forecast["model"]["version"]),
            );
        }
    }

    fn print_journey(&self) {
        println!();
        let Some(journeys) = self.journey["journeys"].as_array() else { return };
        for journey in journeys {
            println!("journey   {}", one_line(journey));
        }
        println!("or        walk {}", minutes(&self.journey["walk_only"]["duration_s"]));
        let data = &self.journey["data"];
        println!(
            "from      counts {} ({} s old), probabilities {} ({} s old), street times {}",
            text(&data["source"]),
            text(&data["data_age_s"]),
            text(&data["forecast_basis"]),
            text(&data["forecast_age_s"]),
            text(&data["street_basis"]),
        );
    }
}

/// `walk 4m → Bastille (bike 0.93) → ride 11m → Nation (dock 0.88) → walk 2m [26m, p90 31m]`
fn one_line(journey: &Value) -> String {
    let mut parts = Vec::new();
    for leg in journey["legs"].as_array().into_iter().flatten() {
        let is_ride = leg["mode"] == "bike";
        if is_ride {
            parts.push(format!("{} (bike {})", text(&leg["from"]["name"]), text(&leg["pickup"]["p"])));
        }
        parts.push(format!("{} {}", if is_ride { "ride" } else { "walk" }, minutes(&leg["duration_s"])));
        if is_ride {
            parts.push(format!("{} (dock {})", text(&leg["to"]["name"]), text(&leg["dropoff"]["p"])));
        }
    }
    let duration = &journey["duration_s"];
    let labels: Vec<_> = journey["labels"].as_array().into_iter().flatten().map(text).collect();
    format!(
        "{} [{}, p90 {}] {}",
        parts.join(" → "),
        minutes(&duration["expected"]),
        minutes(&duration["p90"]),
        labels.join(", ")
    )
}

fn counts(counted: &Value, names: &[&str]) -> String {
    let counts: Vec<_> = names.iter().map(|name| format!("{} {name}", total(&counted[*name]))).collect();
    counts.join(", ")
}

/// A count, or the sum of counts by reason.
fn total(counted: &Value) -> String {
    match counted {
        Value::Object(by_reason) => by_reason.values().filter_map(Value::as_u64).sum::<u64>().to_string(),
        count => text(count),
    }
}

fn minutes(seconds: &Value) -> String {
    seconds.as_f64().map_or_else(|| "?".to_owned(), |s| format!("{:.0}m", s / 60.0))
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "unknown".to_owned(),
        other => other.to_string(),
    }
}
