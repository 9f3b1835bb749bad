//! What became of the requests of the API's soak.

use std::{collections::BTreeMap, time::Duration};

use anyhow::ensure;

use super::answers::Ended;
use crate::soak::memory::Memory;

/// Of what was wrong, so many are shown.
const SHOWN: usize = 10;

/// Everything that is counted.
#[derive(Default)]
pub struct Record {
    /// Kind and how it ended → how often.
    ended: BTreeMap<(&'static str, &'static str), u64>,
    wrong: Vec<String>,
    oldest_s: i64,
    took: Vec<Duration>,
    pub memory: Memory,
    /// What the feed did, in words.
    pub feed: String,
}

impl Record {
    /// One request has ended.
    pub fn answered(&mut self, kind: &'static str, ended: &Ended, took: Duration) {
        let how = match ended {
            Ended::Answered { age_s } => {
                self.oldest_s = self.oldest_s.max(*age_s);
                "200"
            }
            Ended::Stated(problem) => problem,
            Ended::Wrong(what) => {
                self.wrong.push(what.clone());
                "wrong"
            }
        };
        *self.ended.entry((kind, how)).or_default() += 1;
        self.took.push(took);
    }

    /// The run so far in one line.
    pub fn line(&self) -> String {
        let (all, wrong, mb) = (self.took.len(), self.wrong.len(), self.memory.newest());
        format!("{all} requests, {wrong} wrong answers, oldest counts {} s, {mb:.0} MB", self.oldest_s)
    }

    /// The tables of the published figures.
    pub fn print(&self, minutes: u64) {
        println!("| {minutes} minutes at 200 requests a second | answered |\n|---|---|");
        let mut by_kind: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for ((kind, how), often) in &self.ended {
            by_kind.entry(kind).or_default().push(format!("{how}: {often}"));
        }
        for (kind, how) in by_kind {
            println!("| {kind} | {} |", how.join(", "));
        }
        let mut took = self.took.clone();
        took.sort_unstable();
        let ms = |share: f64| {
            let at = (took.len().saturating_sub(1) as f64 * share).round() as usize;
            took.get(at).map_or(0.0, Duration::as_secs_f64) * 1e3
        };
        println!("\n| latency | p50 | p99 | max |\n|---|---|---|---|");
        println!(
            "| from when a request was due | {:.1} ms | {:.1} ms | {:.0} ms |",
            ms(0.5),
            ms(0.99),
            ms(1.0)
        );
        println!("\nOldest counts served: {} s. {}", self.oldest_s, self.feed);
        self.memory.print();
        self.wrong.iter().take(SHOWN).for_each(|what| println!("\nwrong: {what}"));
    }

    /// Whether the API held.
    pub fn check(&self) -> anyhow::Result<()> {
        ensure!(self.wrong.is_empty(), "{} answers were wrong", self.wrong.len());
        self.memory.check()
    }
}
