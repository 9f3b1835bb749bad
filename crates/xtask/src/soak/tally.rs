//! What became of the requests of a soak, and the memory held meanwhile.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use anyhow::ensure;

use super::{
    kinds::{Ended, Kind},
    memory::Memory,
};

/// Counts that all callers add to.
#[derive(Default)]
pub struct Tally(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// Kind and how it ended → how often.
    ended: BTreeMap<(&'static str, String), u64>,
    unfitting: u64,
    memory: Memory,
    /// Lines of the service's own account that are worth repeating.
    scraped: Vec<String>,
}

impl Tally {
    /// One request has ended.
    pub fn answered(&self, kind: &Kind, ended: &Ended) {
        let mut counts = self.counts();
        counts.unfitting += u64::from(!kind.may_end(ended));
        let how = match ended {
            Ended::Status(status) => status.to_string(),
            Ended::Closed => "closed".to_owned(),
        };
        *counts.ended.entry((kind.name, how)).or_default() += 1;
    }

    /// Memory held in a second of the run.
    pub fn resident(&self, mb: f64) {
        self.counts().memory.held(mb);
    }

    /// Keeps what the service counted of reloads and of the model's time.
    pub fn scraped(&self, metrics: &str) {
        let worth = |line: &&str| {
            ["reloads_total{", "model_seconds_sum", "model_seconds_count"]
                .iter()
                .any(|name| line.contains(name))
        };
        self.counts().scraped = metrics.lines().filter(worth).map(ToOwned::to_owned).collect();
    }

    /// The run so far in one line.
    pub fn line(&self) -> String {
        let counts = self.counts();
        let all: u64 = counts.ended.values().sum();
        format!("{all} requests, {} unfitting answers, {:.0} MB", counts.unfitting, counts.memory.newest())
    }

    /// The tables of the published figures.
    pub fn print(&self, minutes: u64) {
        let counts = self.counts();
        println!("| {minutes} minutes of | answered |\n|---|---|");
        let mut by_kind: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ((kind, how), often) in &counts.ended {
            by_kind.entry(kind).or_default().push(format!("{how}: {often}"));
        }
        for (kind, how) in by_kind {
            println!("| {kind} | {} |", how.join(", "));
        }
        counts.memory.print();
        println!();
        counts.scraped.iter().for_each(|line| println!("    {line}"));
    }

    /// Whether the service held.
    pub fn check(&self) -> anyhow::Result<()> {
        let counts = self.counts();
        ensure!(counts.unfitting == 0, "{} answers did not fit their request", counts.unfitting);
        counts.memory.check()
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().expect("nobody panics while counting")
    }
}
