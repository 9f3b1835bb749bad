//! The memory that a program held while it was under load, second by second.

use anyhow::ensure;

/// More than this above its level in the second quarter of the run is no longer flat.
const FLAT: f64 = 1.10;

/// Resident megabytes, one figure a second.
#[derive(Default)]
pub struct Memory(Vec<f64>);

impl Memory {
    /// What was held in the next second.
    pub fn held(&mut self, mb: f64) {
        self.0.push(mb);
    }

    /// What was held last.
    pub fn newest(&self) -> f64 {
        self.0.last().copied().unwrap_or_default()
    }

    /// The table of the published figures.
    pub fn print(&self) {
        println!("\n| memory | median | most |\n|---|---|---|");
        for (name, part) in [("in the second quarter", self.early()), ("in the last quarter", self.late())] {
            println!(
                "| {name} | {:.0} MB | {:.0} MB |",
                median(part),
                part.iter().copied().fold(0.0, f64::max)
            );
        }
    }

    /// Whether it stayed flat.
    pub fn check(&self) -> anyhow::Result<()> {
        let (early, late) = (median(self.early()), median(self.late()));
        ensure!(late <= FLAT * early, "memory grew from {early:.0} to {late:.0} MB");
        Ok(())
    }

    /// The second quarter of the run: by then requests of every kind have met in every way that moves memory, and what
    /// wobbles has wobbled often enough for a median.
    fn early(&self) -> &[f64] {
        let quarter = self.0.len() / 4;
        &self.0[quarter..2 * quarter]
    }

    fn late(&self) -> &[f64] {
        &self.0[self.0.len() / 4 * 3..]
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
        let mut memory = Memory::default();
        (0..100).for_each(|second| memory.held(resident(second)));
        memory.check()
    }

    #[test]
    fn memory_that_stays_is_flat_whatever_the_start_took() {
        run(|second| if second < 20 { 20.0 } else { 60.0 + (second % 3) as f64 }).unwrap();
    }

    #[test]
    fn memory_that_grows_is_not() {
        let error = run(|second| 60.0 + second as f64 / 5.0).unwrap_err().to_string();
        assert!(error.starts_with("memory grew from 67"), "{error}");
    }
}
