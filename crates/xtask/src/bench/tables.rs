//! What was measured, beside the goals: as tables for `docs/benchmarks/silver.md`, or as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use super::measured::Taken;

/// Bytes by what holds them.
pub type Sizes = BTreeMap<&'static str, u64>;

/// Everything that was measured.
#[derive(Serialize)]
pub struct Comparison {
    pub rounds: usize,
    pub jobs: usize,
    pub rows: u64,
    /// Medians by contender.
    pub taken: BTreeMap<&'static str, Taken>,
    pub sizes: Sizes,
}

/// A figure and the most it should be.
#[derive(Serialize)]
struct Goal {
    what: &'static str,
    measured: f64,
    at_most: f64,
}

impl Comparison {
    /// Prints the tables, or one JSON object.
    pub fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            let mut all = serde_json::to_value(self)?;
            all["goals"] = serde_json::to_value(self.goals())?;
            println!("{}", serde_json::to_string_pretty(&all)?);
            return Ok(());
        }
        println!("| medians of {}, {} threads | wall | CPU | peak memory |", self.rounds, self.jobs);
        println!("|---|---|---|---|");
        for (name, Taken { wall_s, cpu_s, peak_mb }) in &self.taken {
            println!("| {name} | {wall_s:.2} s | {cpu_s:.2} s | {peak_mb:.0} MB |");
        }
        println!("\n| {} rows | bytes | bytes a row |\n|---|---|---|", self.rows);
        for (name, bytes) in &self.sizes {
            println!("| {name} | {bytes} | {:.2} |", *bytes as f64 / self.rows as f64);
        }
        println!("\n| goal | measured | at most | |\n|---|---|---|---|");
        for Goal { what, measured, at_most } in self.goals() {
            let verdict = if measured <= at_most { "reached" } else { "missed" };
            println!("| {what} | {measured:.3} | {at_most:.3} | {verdict} |");
        }
        Ok(())
    }

    fn goals(&self) -> Vec<Goal> {
        let ours = self.taken["velib silver"];
        let engines = ["Polars", "DuckDB"].map(|name| self.taken[name]);
        let best = |of: fn(&Taken) -> f64| engines.iter().map(of).fold(f64::INFINITY, f64::min);
        let smallest = ["pandas", "Polars", "DuckDB"].map(|tool| self.sizes[tool]).into_iter().min();
        let to_smallest = |bytes: u64| bytes as f64 / smallest.unwrap_or(1) as f64;
        let goal = |what, measured, at_most| Goal { what, measured, at_most };
        vec![
            goal("wall time to pandas", ours.wall_s / self.taken["pandas"].wall_s, 1.0 / 15.0),
            goal("wall time to the better of Polars and DuckDB", ours.wall_s / best(|t| t.wall_s), 1.0 / 2.0),
            goal("CPU time to the better of Polars and DuckDB", ours.cpu_s / best(|t| t.cpu_s), 1.0 / 2.0),
            goal("peak memory in MB", ours.peak_mb, 100.0),
            goal(
                "bytes of hours to the smallest file",
                to_smallest(self.sizes["silver, an object an hour"]),
                2.0,
            ),
            goal(
                "bytes of days to the smallest file",
                to_smallest(self.sizes["silver, an object a day"]),
                1.0,
            ),
        ]
    }
}
