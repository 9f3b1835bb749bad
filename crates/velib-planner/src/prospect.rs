//! Every way a journey can turn out from some moment on, with its probability: a small algebra of what may happen.
//!
//! Durations of streets are taken as known here; the spread comes from failing to find a bike or a dock.

/// What may happen: outcomes whose probabilities sum to one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Prospect {
    outcomes: Vec<Outcome>,
}

/// One way it can turn out.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Outcome {
    /// How probable it is.
    p: f64,
    /// Seconds until the traveller is at the destination.
    seconds: f64,
}

impl Prospect {
    /// There in exactly so many seconds.
    pub(crate) fn certain(seconds: f64) -> Self {
        Self { outcomes: vec![Outcome { p: 1.0, seconds }] }
    }

    /// With probability `p` the one, else the other.
    pub(crate) fn either(p: f64, one: Self, other: Self) -> Self {
        let weighted = |prospect: Self, weight: f64| {
            let outcomes = prospect.outcomes.into_iter();
            outcomes.map(move |outcome| Outcome { p: outcome.p * weight, ..outcome })
        };
        let outcomes = weighted(one, p).chain(weighted(other, 1.0 - p));
        Self { outcomes: outcomes.filter(|outcome| outcome.p > 0.0).collect() }
    }

    /// The same, starting so many seconds later.
    pub(crate) fn after(mut self, seconds: f64) -> Self {
        for outcome in &mut self.outcomes {
            outcome.seconds += seconds;
        }
        self
    }

    /// Seconds to expect.
    pub(crate) fn expected_s(&self) -> f64 {
        self.outcomes.iter().map(|outcome| outcome.p * outcome.seconds).sum()
    }

    /// The probability of being there within so many seconds.
    pub(crate) fn p_within(&self, seconds: f64) -> f64 {
        let in_time = self.outcomes.iter().filter(|outcome| outcome.seconds <= seconds + 1e-9);
        in_time.map(|outcome| outcome.p).sum::<f64>().min(1.0)
    }

    /// Seconds within which the traveller is there with probability `p`.
    pub(crate) fn quantile_s(&self, p: f64) -> f64 {
        let mut ascending = self.outcomes.clone();
        ascending.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
        let mut arrived = 0.0;
        for outcome in &ascending {
            arrived += outcome.p;
            // The sum of probabilities that are exact in decimal may miss `p` by a rounding error.
            if arrived + 1e-9 >= p {
                return outcome.seconds;
            }
        }
        ascending.last().map_or(0.0, |slowest| slowest.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_times_of_ten_in_ten_minutes_else_in_thirty() {
        let late = Prospect::certain(1200.0).after(600.0);
        let prospect = Prospect::either(0.9, Prospect::certain(600.0), late);
        assert!((prospect.expected_s() - 720.0).abs() < 1e-9);
        assert!((prospect.quantile_s(0.5) - 600.0).abs() < 1e-9);
        assert!((prospect.quantile_s(0.9) - 600.0).abs() < 1e-9);
        assert!((prospect.quantile_s(0.91) - 1800.0).abs() < 1e-9);
        assert!(prospect.p_within(599.0).abs() < 1e-9);
        assert!((prospect.p_within(600.0) - 0.9).abs() < 1e-9);
        assert!((prospect.p_within(1800.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_happen_is_no_outcome() {
        let sure = Prospect::either(1.0, Prospect::certain(1.0), Prospect::certain(99.0));
        assert_eq!(sure, Prospect::certain(1.0));
        assert!((sure.quantile_s(1.0) - 1.0).abs() < 1e-9);
    }
}
