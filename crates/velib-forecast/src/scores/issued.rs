//! A count that was forecast, and persistence from the same count, held against what came: the same rows for both.

use velib_domain::IssuedCount;

use super::{EventError, PointError, told};
use crate::{Horizon, persistence::persisted_at_least};

/// Sums over forecasts of one thing at one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct IssuedSums {
    median: PointError,
    last_count: PointError,
    at_least_1: EventError,
    persisted_at_least_1: EventError,
}

/// What the forecasts were worth beside persistence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IssuedScores {
    /// Forecasts judged.
    pub judged: u64,
    /// Mean absolute error of the median, in counts.
    pub mae: f64,
    /// The same of the last count.
    pub persistence_mae: f64,
    /// 1 − the one over the other; `None` where persistence made no error.
    pub skill: Option<f64>,
    /// Mean squared error of P(count ≥ 1).
    pub brier: f64,
    /// The same of persistence, whose spread is what stations usually change by.
    pub persistence_brier: f64,
    /// 1 − the one over the other; `None` where persistence made no error.
    pub brier_skill: Option<f64>,
}

impl IssuedSums {
    /// Counts one forecast.
    pub fn add(&mut self, said: &IssuedCount, horizon: Horizon, truth: u16) {
        let came = truth >= 1;
        self.median.add(said.p50, truth);
        self.last_count.add(f64::from(said.counted), truth);
        self.at_least_1.add(said.p_at_least_1, came);
        // Of one or more any room above it says the same.
        self.persisted_at_least_1.add(persisted_at_least(said.counted, 1, 1, horizon), came);
    }

    /// Counts the forecasts of another.
    pub fn merge(&mut self, other: &Self) {
        self.median.merge(&other.median, 1);
        self.last_count.merge(&other.last_count, 1);
        self.at_least_1.merge(&other.at_least_1, 1);
        self.persisted_at_least_1.merge(&other.persisted_at_least_1, 1);
    }

    /// The scores; `None` where nothing was counted.
    pub fn scores(&self) -> Option<IssuedScores> {
        let (median, last_count) = (self.median.scores()?, self.last_count.scores()?);
        let (brier, persistence_brier) =
            (self.at_least_1.scores()?.brier, self.persisted_at_least_1.scores()?.brier);
        Some(IssuedScores {
            judged: median.rows,
            mae: median.mae,
            persistence_mae: last_count.mae,
            skill: skill(median.mae, last_count.mae),
            brier,
            persistence_brier,
            brier_skill: skill(brier, persistence_brier),
        })
    }
}

fn skill(error: f64, reference: f64) -> Option<f64> {
    (reference > 0.0).then(|| told(1.0 - error / reference))
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_domain::SignedDuration;

    use crate::persistence::persisted;

    const HOUR: Horizon = SignedDuration::from_hours(1);

    fn said(counted: u16, p50: f64, p_at_least_1: f64) -> IssuedCount {
        IssuedCount { counted, mean: p50, p10: 0.0, p50, p90: 2.0 * p50, p_at_least_1 }
    }

    fn sums(rows: &[(IssuedCount, u16)]) -> IssuedSums {
        let mut sums = IssuedSums::default();
        for (said, truth) in rows {
            sums.add(said, HOUR, *truth);
        }
        sums
    }

    fn scores(rows: &[(IssuedCount, u16)]) -> IssuedScores {
        sums(rows).scores().unwrap()
    }

    #[test]
    fn half_the_error_of_the_last_count_is_a_skill_of_a_half() {
        let scores = scores(&[(said(6, 4.0, 0.9), 2), (said(0, 1.0, 0.5), 2)]);
        assert_eq!((scores.judged, scores.mae, scores.persistence_mae), (2, 1.5, 3.0));
        assert_eq!(scores.skill, Some(0.5));
        assert!((scores.brier - f64::midpoint(0.01, 0.25)).abs() < 1e-9);
    }

    #[test]
    fn where_nothing_changed_there_is_no_skill_to_tell() {
        let scores = scores(&[(said(3, 3.0, 1.0), 3)]);
        assert_eq!((scores.mae, scores.skill), (0.0, None));
        assert_eq!(IssuedSums::default().scores(), None);
    }

    proptest! {
        #[test]
        fn persistence_has_no_skill_over_itself(rows in prop::collection::vec((0_u16..40, 0_u16..40), 1..40)) {
            let of_persistence = |counted| {
                let forecast = persisted(counted, 40, HOUR);
                said(counted, f64::from(counted), forecast.at_least(1))
            };
            let rows: Vec<_> = rows.into_iter().map(|(counted, truth)| (of_persistence(counted), truth)).collect();
            let scores = scores(&rows);
            prop_assert!(scores.skill.is_none_or(|skill| skill.abs() < 1e-9));
            prop_assert!(scores.brier_skill.unwrap().abs() < 1e-6);
        }

        #[test]
        fn parts_add_up_to_the_whole(rows in prop::collection::vec((0_u16..20, 0.0..20.0_f64, 0.0..1.0_f64, 0_u16..20), 2..40), at in 0.0..1.0_f64) {
            let rows: Vec<_> = rows.into_iter().map(|(counted, p50, p, truth)| (said(counted, p50, p), truth)).collect();
            let (some, others) = rows.split_at((rows.len() as f64 * at) as usize);
            let mut merged = sums(some);
            merged.merge(&sums(others));
            let (whole, merged) = (scores(&rows), merged.scores().unwrap());
            prop_assert_eq!(whole.judged, merged.judged);
            prop_assert!((whole.mae - merged.mae).abs() < 1e-8 && (whole.brier - merged.brier).abs() < 1e-8);
        }
    }
}
