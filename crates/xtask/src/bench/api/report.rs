//! What was measured of the API, beside the goals: as tables for `docs/benchmarks/api.md`, or as JSON.

use serde::Serialize;

use crate::load::Load;

/// The most that one journey in a hundred may take at 200 requests a second.
const OPEN_P99_MS: f64 = 5.0;

/// Everything that was measured.
#[derive(Serialize)]
pub struct Report {
    /// Processes that ran or wanted to, before the measuring began.
    pub busy: f64,
    pub compared: Vec<Compared>,
    /// Journeys at a fixed rate, over streets estimated from straight lines.
    pub straight: Open,
    /// The same over street tables, lines for drawing included.
    pub streets: Open,
}

/// Journeys at a fixed rate.
#[derive(Serialize)]
pub struct Open {
    pub load: Load,
    /// Resident memory afterwards.
    pub resident_mb: f64,
}

/// The same of both servers.
#[derive(Serialize)]
pub struct Compared {
    pub what: &'static str,
    pub ours: Load,
    pub theirs: Load,
    /// How many times as many requests a second ours is to answer.
    pub goal: f64,
}

impl Compared {
    fn ratio(&self) -> f64 {
        self.ours.a_second / self.theirs.a_second
    }
}

impl Report {
    /// Prints the tables, or one JSON object.
    pub fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string_pretty(self)?);
            return Ok(());
        }
        println!("Load average before: {:.2}.\n", self.busy);
        println!("| one worker each, 16 connections | requests/s | p50 | p99 | bytes | ratio | goal |");
        println!("|---|---|---|---|---|---|---|");
        for compared in &self.compared {
            let Compared { what, ours, theirs, goal } = compared;
            let of = |Load { a_second, p50_ms, p99_ms, bytes, .. }: &Load| {
                format!("{a_second:.0} | {p50_ms:.1} ms | {p99_ms:.1} ms | {bytes}")
            };
            println!("| {what}, velib-api | {} | {:.1} | {goal:.0} |", of(ours), compared.ratio());
            println!("| {what}, FastAPI | {} | 1 | |", of(theirs));
        }
        println!(
            "\n| `/v1/journeys`, each sent when it is due | requests | requests/s | p50 | p99 | max | goal (p99) | memory afterwards |"
        );
        println!("|---|---|---|---|---|---|---|---|");
        for (streets, Open { load, resident_mb }) in
            [("straight lines", &self.straight), ("street tables", &self.streets)]
        {
            let Load { requests, a_second, p50_ms, p99_ms, max_ms, .. } = load;
            println!(
                "| {streets} | {requests} | {a_second:.0} | {p50_ms:.2} ms | {p99_ms:.2} ms | {max_ms:.1} ms | {OPEN_P99_MS} ms | {resident_mb:.0} MB |"
            );
        }
        Ok(())
    }
}
