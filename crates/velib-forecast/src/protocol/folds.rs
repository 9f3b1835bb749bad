//! Which days are learned from, which choose between models, and which are only ever judged on.

use std::ops::RangeInclusive;

use jiff::civil::{Date, date};
use velib_domain::{Timestamp, calendar::paris_time};

/// What a day is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fold {
    /// Learned from.
    Train,
    /// Decides when to stop.
    Validation,
    /// Judged on, once.
    Test,
}

impl Fold {
    /// The word in tables and manifests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// Days by local date: later days judge what earlier days taught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    /// Days to learn from.
    pub train: RangeInclusive<Date>,
    /// Days to choose by.
    pub validation: RangeInclusive<Date>,
    /// Days to judge on.
    pub test: RangeInclusive<Date>,
}

impl Folds {
    /// The published split of 12 May – 9 June 2022.
    pub fn of_2022() -> Self {
        Self {
            train: date(2022, 5, 12)..=date(2022, 5, 30),
            validation: date(2022, 5, 31)..=date(2022, 6, 4),
            test: date(2022, 6, 5)..=date(2022, 6, 9),
        }
    }

    /// Splits a span in time: the last sixth of the days is the test, the sixth before it validation (a day each at
    /// least). `None` where there are fewer than three days.
    pub fn by_time(days: &[Date]) -> Option<Self> {
        let held_out = (days.len() / 6).max(1);
        let validation_from = days.len().checked_sub(2 * held_out).filter(|&from| from > 0)?;
        let test_from = days.len() - held_out;
        Some(Self {
            train: days[0]..=days[validation_from - 1],
            validation: days[validation_from]..=days[test_from - 1],
            test: days[test_from]..=days[days.len() - 1],
        })
    }

    /// What the local day of an instant is for.
    pub fn of(&self, instant: Timestamp) -> Option<Fold> {
        let day = paris_time(instant).date();
        let folds =
            [(&self.train, Fold::Train), (&self.validation, Fold::Validation), (&self.test, Fold::Test)];
        folds.into_iter().find_map(|(days, fold)| days.contains(&day).then_some(fold))
    }
}

/// The distinct local days of ascending instants.
pub fn civil_days(times: &[Timestamp]) -> Vec<Date> {
    let mut days: Vec<Date> = times.iter().map(|&time| paris_time(time).date()).collect();
    days.dedup();
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_local_midnight() {
        let folds = Folds::of_2022();
        assert_eq!(folds.of("2022-05-30T21:59:59Z".parse().unwrap()), Some(Fold::Train));
        assert_eq!(folds.of("2022-05-30T22:00:00Z".parse().unwrap()), Some(Fold::Validation));
        assert_eq!(folds.of("2022-06-10T00:00:00Z".parse().unwrap()), None);
    }

    #[test]
    fn later_days_judge_earlier_ones() {
        let days: Vec<Date> = (1..=12).map(|day| date(2024, 3, day)).collect();
        let folds = Folds::by_time(&days).unwrap();
        assert_eq!(folds.train, date(2024, 3, 1)..=date(2024, 3, 8));
        assert_eq!(folds.validation, date(2024, 3, 9)..=date(2024, 3, 10));
        assert_eq!(folds.test, date(2024, 3, 11)..=date(2024, 3, 12));
        assert_eq!(Folds::by_time(&days[..2]), None);
    }
}
