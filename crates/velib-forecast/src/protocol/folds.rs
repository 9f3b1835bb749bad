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

/// Days by local date: later days judge what earlier days taught. A history of several stretches has as many ranges of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    /// Days to learn from.
    pub train: Vec<RangeInclusive<Date>>,
    /// Days to choose by.
    pub validation: Vec<RangeInclusive<Date>>,
    /// Days to judge on.
    pub test: Vec<RangeInclusive<Date>>,
}

impl Folds {
    /// The published split of 12 May – 9 June 2022.
    pub fn of_2022() -> Self {
        Self {
            train: vec![date(2022, 5, 12)..=date(2022, 5, 30)],
            validation: vec![date(2022, 5, 31)..=date(2022, 6, 4)],
            test: vec![date(2022, 6, 5)..=date(2022, 6, 9)],
        }
    }

    /// Splits a span in time: the last sixth of the days is the test, the sixth before it validation (a day each at
    /// least). `None` where there are fewer than three days.
    pub fn by_time(days: &[Date]) -> Option<Self> {
        let held_out = (days.len() / 6).max(1);
        let validation_from = days.len().checked_sub(2 * held_out).filter(|&from| from > 0)?;
        let test_from = days.len() - held_out;
        Some(Self {
            train: vec![days[0]..=days[validation_from - 1]],
            validation: vec![days[validation_from]..=days[test_from - 1]],
            test: vec![days[test_from]..=days[days.len() - 1]],
        })
    }

    /// Why these are no folds: of each stretch, the days learned from come first and those judged last; `None` where they do.
    pub fn fault(&self) -> Option<String> {
        let Self { train, validation, test } = self;
        if train.len() != validation.len() || train.len() != test.len() {
            let (train, validation, test) = (train.len(), validation.len(), test.len());
            return Some(format!(
                "{train} ranges of days to learn from, {validation} of validation and {test} of test: each stretch of \
                 history needs one of each"
            ));
        }
        let stretches = train.iter().zip(validation).zip(test);
        let in_time: Vec<&RangeInclusive<Date>> =
            stretches.flat_map(|((train, validation), test)| [train, validation, test]).collect();
        let wrong = in_time.windows(2).find(|pair| pair[0].end() >= pair[1].start())?;
        let [before, after] = [wrong[0], wrong[1]].map(|days| format!("{}..{}", days.start(), days.end()));
        Some(format!(
            "{before} does not end before {after}: days learned from come first, then those of validation, then the test's, \
             and then the next stretch's"
        ))
    }

    /// What the local day of an instant is for.
    pub fn of(&self, instant: Timestamp) -> Option<Fold> {
        let day = paris_time(instant).date();
        let folds =
            [(&self.train, Fold::Train), (&self.validation, Fold::Validation), (&self.test, Fold::Test)];
        let holds = |ranges: &[RangeInclusive<Date>]| ranges.iter().any(|days| days.contains(&day));
        folds.into_iter().find_map(|(ranges, fold)| holds(ranges).then_some(fold))
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
        assert_eq!(folds.train, [date(2024, 3, 1)..=date(2024, 3, 8)]);
        assert_eq!(folds.validation, [date(2024, 3, 9)..=date(2024, 3, 10)]);
        assert_eq!(folds.test, [date(2024, 3, 11)..=date(2024, 3, 12)]);
        assert_eq!((Folds::of_2022().fault(), folds.fault()), (None, None));
        assert_eq!(Folds::by_time(&days[..2]), None);
    }
}
