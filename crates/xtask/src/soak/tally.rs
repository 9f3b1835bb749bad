//! What became of the requests of a soak, and the memory held meanwhile.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use anyhow::ensure;

use super::kinds::{Ended, Kind};

/// More than this above its level after the first tenth of the run is no longer flat.
const FLAT: f64 = 1.10;

/// Counts that all callers add to.
#[derive(Default)]
pub struct Tally(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// Kind and how it ended → how often.
    ended: BTreeMap<(&'static str, String), u64>,
    unfitting: u64,
    /// One a second.
    resident_mb: Vec<f64>,
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
        self.counts().resident_mb.push(mb);
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
        let resident = counts.resident_mb.last().copied().unwrap_or_default();
        format!("{all} requests, {} unfitting answers, {resident:.0} MB", counts.unfitting)
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
        println!("\n| memory | median | most |\n|---|---|---|");
        for (name, part) in [("after the first tenth", counts.early()), ("in the last tenth", counts.late())]
        {
            println!(
                "| {name} | {:.0} MB | {:.0} MB |",
                median(part),
                part.iter().copied().fold(0.0, f64::max)
            );
        }
        println!();
        counts.scraped.iter().for_each(|line| println!("    {line}"));
    }

    /// Whether the service held.
    pub fn check(&self) -> anyhow::Result<()> {
        let counts = self.counts();
        ensure!(counts.unfitting == 0, "{} answers did not fit their request", counts.unfitting);
        let (early, late) = (median(counts.early()), median(counts.late()));
        ensure!(late <= FLAT * early, "memory grew from {early:.0} to {late:.0} MB");
        Ok(())
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().expect("nobody panics while counting")
    }
}

impl Counts {
    /// The second tenth of the run: by then every kind of request has been seen.
    fn early(&self) -> &[f64] {
        let tenth = self.resident_mb.len() / 10;
        &self.resident_mb[tenth..2 * tenth]
    }

    fn late(&self) -> &[f64] {
        &self.resident_mb[self.resident_mb.len() / 10 * 9..]
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(resident: impl Fn(usize) -> f64) -> anyhow::Result<()> {
        let tally = Tally::default();
        (0..100).for_each(|second| tally.resident(resident(second)));
        tally.check()
    }

    #[test]
    fn memory_that_stays_is_flat_whatever_the_start_took() {
        run(|second| if second < 5 { 20.0 } else { 60.0 + (second % 3) as f64 }).unwrap();
    }

    #[test]
    fn memory_that_grows_is_not() {
        let error = run(|second| 60.0 + second as f64 / 5.0).unwrap_err().to_string();
        assert!(error.starts_with("memory grew from 63"), "{error}");
    }
}
