//! How good the probabilities of an event are: how far off, and whether "70 %" happens seven times in ten.

use serde::{Deserialize, Serialize};

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

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Bin {
    said: f64,
    happened: f64,
}

impl EventError {
    /// Counts one probability.
    pub fn add(&mut self, probability: f64, happened: bool) {
        let probability = probability.clamp(SUREST, 1.0 - SUREST);
        let happened = f64::from(u8::from(happened));
        let bin = &mut self.bins[((probability * BINS as f64) as usize).min(BINS - 1)];
        bin.said += probability;
        bin.happened += happened;
        self.rows += 1;
        self.squared += (probability - happened).powi(2);
    }

    /// The scores; `None` where nothing was counted.
    pub fn scores(&self) -> Option<EventScores> {
        let rows = self.rows as f64;
        let off: f64 = self.bins.iter().map(|bin| (bin.said - bin.happened).abs()).sum();
        (self.rows > 0).then(|| EventScores { brier: self.squared / rows, ece: off / rows })
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
