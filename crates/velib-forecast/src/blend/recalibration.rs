//! A probability told anew, where it was told too high or too low again and again.
//!
//! Two numbers, because few days can teach no more: the odds are raised to a power and multiplied. They start from
//! leaving things as they are, and only what was seen moves them.

use serde::{Deserialize, Serialize};

/// Probabilities nearer to 0 or 1 than this teach like this one: a single surprise must not decide.
const NEAREST_TO_CERTAIN: f64 = 1e-4;

/// How firmly the numbers stay where nothing was seen, in rows of one half.
const FIRMNESS: f64 = 5.0;

/// Newton's steps; the fourth moves nothing that can be told.
const STEPS: usize = 20;

/// No slope is smaller: a probability must go on rising with the one it is told from.
const LEAST_SLOPE: f64 = 0.2;

/// How the logarithm of odds is told anew.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Recalibration {
    /// What it is moved by, after it was stretched.
    pub shift: f64,
    /// What it is stretched by.
    pub slope: f64,
}

/// The recalibration of a probability of none at one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct NoneRecalibrated {
    /// That there will be no bike.
    pub bikes: Recalibration,
    /// That there will be no dock.
    pub docks: Recalibration,
}

impl Default for Recalibration {
    /// As it was told.
    fn default() -> Self {
        Self { shift: 0.0, slope: 1.0 }
    }
}

impl Recalibration {
    /// Learns from probabilities and whether it came so.
    pub fn learn(told: &[(f64, bool)]) -> Self {
        let mut found = Self::default();
        for _ in 0..STEPS {
            let away = [found.shift, found.slope - 1.0];
            let mut gradient = away.map(|away| -FIRMNESS * away);
            let (mut of_shift, mut of_both, mut of_slope) = (FIRMNESS, 0.0, FIRMNESS);
            for &(probability, happened) in told {
                let odds = log_odds(probability.clamp(NEAREST_TO_CERTAIN, 1.0 - NEAREST_TO_CERTAIN));
                let now = logistic(found.shift + found.slope * odds);
                let (surprise, doubt) = (f64::from(u8::from(happened)) - now, now * (1.0 - now));
                gradient[0] += surprise;
                gradient[1] += surprise * odds;
                of_shift += doubt;
                of_both += doubt * odds;
                of_slope += doubt * odds * odds;
            }
            let determinant = of_shift * of_slope - of_both * of_both;
            found.shift += (of_slope * gradient[0] - of_both * gradient[1]) / determinant;
            found.slope += (of_shift * gradient[1] - of_both * gradient[0]) / determinant;
        }
        // To nine digits: as many as are the same again after a file of JSON.
        let digits = |number: f64| (number * 1e9).round() / 1e9;
        Self { shift: digits(found.shift), slope: digits(found.slope.max(LEAST_SLOPE)) }
    }

    /// A probability told anew.
    pub fn of(self, probability: f64) -> f64 {
        logistic(self.shift + self.slope * log_odds(probability))
    }

    /// Whether these are numbers that keep probabilities in their order.
    pub fn is_sound(self) -> bool {
        self.shift.is_finite() && self.slope.is_finite() && self.slope > 0.0
    }
}

fn log_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    /// Rows of one probability, of which so many in a hundred came so.
    fn rows(probability: f64, percent: usize) -> Vec<(f64, bool)> {
        (0..1_000).map(|row| (probability, row % 100 < percent)).collect()
    }

    #[test]
    fn what_is_told_twice_too_high_is_halved() {
        let told = [rows(0.1, 5), rows(0.4, 20), rows(0.02, 1)].concat();
        let found = Recalibration::learn(&told);
        for (probability, seen) in [(0.1, 0.05), (0.4, 0.2), (0.02, 0.01)] {
            assert!((found.of(probability) - seen).abs() < 0.015, "{found:?} of {probability}");
        }
    }

    #[test]
    fn without_a_row_everything_stays_as_it_was_told() {
        assert_eq!(Recalibration::learn(&[]), Recalibration::default());
    }

    #[test]
    fn what_is_certain_stays_so() {
        let found = Recalibration { shift: -0.3, slope: 1.2 };
        assert!(found.of(0.0).abs() < 1e-12 && (found.of(1.0) - 1.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn whatever_was_seen_probabilities_keep_their_order(
            told in prop::collection::vec((0.0..=1.0_f64, any::<bool>()), 0..60), a in 0.001..0.999_f64, b in 0.001..0.999_f64,
        ) {
            let found = Recalibration::learn(&told);
            prop_assert!(found.is_sound(), "{found:?}");
            prop_assert!((0.0..=1.0).contains(&found.of(a)));
            prop_assert!(a <= b || found.of(a) >= found.of(b));
        }
    }
}
