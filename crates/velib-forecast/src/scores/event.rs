//! How good the probabilities of an event are: how far off, and whether "70 %" happens seven times in ten.

use serde::{Deserialize, Serialize};

use super::told;

/// Bins of equal width in which said and seen frequencies are compared.
const BINS: usize = 10;

/// No forecast is surer than this: certainty that fails would cost without bound elsewhere.
const SUREST: f64 = 1e-4;

/// Error of the probability of an event.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EventError {
    rows: u64,
    squared: f64,
    bins: [Bin; BINS],
}

/// Scores of the probability of an event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EventScores {
    /// Mean squared error of the probability.
    pub brier: f64,
    /// Expected calibration error: said against seen frequency over ten bins, weighted by their rows.
    pub ece: f64,
}

/// What was said and what happened in the rows of one bin.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Bin {
    rows: u64,
    said: f64,
    happened: f64,
}

/// One point of a reliability diagram: of the rows that were told about this probability, how often it happened.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// Rows in the bin.
    pub rows: u64,
    /// The mean probability said.
    pub said: f64,
    /// The share that happened.
    pub happened: f64,
}

impl EventError {
    /// Counts one probability.
    pub fn add(&mut self, probability: f64, happened: bool) {
        let probability = probability.clamp(SUREST, 1.0 - SUREST);
        let happened = f64::from(u8::from(happened));
        let bin = &mut self.bins[((probability * BINS as f64) as usize).min(BINS - 1)];
        bin.rows += 1;
        bin.said += probability;
        bin.happened += happened;
        self.rows += 1;
        self.squared += (probability - happened).powi(2);
    }

    /// Counts the rows of another, each so many times.
    pub fn merge(&mut self, other: &Self, times: u32) {
        let weight = f64::from(times);
        self.rows += u64::from(times) * other.rows;
        self.squared += weight * other.squared;
        for (bin, other) in self.bins.iter_mut().zip(&other.bins) {
            bin.rows += u64::from(times) * other.rows;
            bin.said += weight * other.said;
            bin.happened += weight * other.happened;
        }
    }

    /// The points of a reliability diagram, bins without rows left out.
    pub fn reliability(&self) -> Vec<Reliability> {
        let filled = self.bins.iter().filter(|bin| bin.rows > 0);
        let point = |bin: &Bin| {
            let rows = bin.rows as f64;
            Reliability { rows: bin.rows, said: bin.said / rows, happened: bin.happened / rows }
        };
        filled.map(point).collect()
    }

    /// The scores; `None` where nothing was counted.
    pub fn scores(&self) -> Option<EventScores> {
        let rows = self.rows as f64;
        let off: f64 = self.bins.iter().map(|bin| (bin.said - bin.happened).abs()).sum();
        (self.rows > 0).then(|| EventScores { brier: told(self.squared / rows), ece: told(off / rows) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_that_keeps_its_word_is_calibrated_however_unsure() {
        let mut honest = EventError::default();
        let mut boastful = EventError::default();
        for row in 0..10 {
            honest.add(0.3, row < 3);
            boastful.add(0.9, row < 3);
        }
        assert!(honest.scores().unwrap().ece < 1e-12);
        assert!((boastful.scores().unwrap().ece - 0.6).abs() < 1e-12);
    }
}
