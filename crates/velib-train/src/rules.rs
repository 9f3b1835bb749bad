//! Which rows of a history are learned from and which are judged.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use jiff::civil::Date;
use velib_forecast::protocol::{CityHistory, Eligibility, Folds, Protocol, civil_days};
use velib_model::TrainingDays;

use crate::TrainError;

/// Rules by which rows are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowRules {
    /// Any history: the last sixth of the days is the test, the sixth before it validation.
    ByTime,
    /// The published rows of Paris, 12 May – 9 June 2022.
    Hourly2022,
    /// Days named one by one.
    Days(Folds),
}

/// Days from one to another, both included, as `2024-01-01..2024-06-30`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayRange(pub RangeInclusive<Date>);

/// Text that names no days.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no days: write FROM..TO, both included, as 2024-01-01..2024-06-30")]
pub struct InvalidDays(String);

impl FromStr for DayRange {
    type Err = InvalidDays;

    fn from_str(text: &str) -> Result<Self, InvalidDays> {
        let invalid = || InvalidDays(text.to_owned());
        let (from, to) = text.split_once("..").ok_or_else(invalid)?;
        let day = |text: &str| text.trim().parse::<Date>().map_err(|_| invalid());
        let days = day(from)?..=day(to)?;
        if days.is_empty() { Err(invalid()) } else { Ok(Self(days)) }
    }
}

impl fmt::Display for DayRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.0.start(), self.0.end())
    }
}

impl RowRules {
    /// Days named one by one: of each stretch of history, later days judge what earlier ones taught.
    pub fn of_days(
        train: &[DayRange],
        validation: &[DayRange],
        test: &[DayRange],
    ) -> Result<Self, TrainError> {
        let ranges = |days: &[DayRange]| days.iter().map(|days| days.0.clone()).collect::<Vec<_>>();
        let folds = Folds { train: ranges(train), validation: ranges(validation), test: ranges(test) };
        folds.fault().map_or(Ok(Self::Days(folds)), |reason| Err(TrainError::TooShort { reason }))
    }

    /// The name in the manifest.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::ByTime => "by-time",
            Self::Hourly2022 => "hourly-2022",
            Self::Days(_) => "days",
        }
    }

    /// Which observations take part.
    pub fn eligibility(&self) -> Eligibility {
        match self {
            Self::ByTime | Self::Days(_) => Eligibility::KnownCapacity,
            Self::Hourly2022 => Eligibility::FeedCapacity,
        }
    }

    /// The rules, fitted to the days there are.
    pub fn protocol(&self, city: &CityHistory) -> Result<Protocol, TrainError> {
        let folds = match self {
            Self::Hourly2022 => Folds::of_2022(),
            Self::Days(folds) => folds.clone(),
            Self::ByTime => by_time(city)?,
        };
        Ok(Protocol::hourly(folds))
    }
}

/// The days of a protocol, as a manifest tells them.
pub(crate) fn told(folds: &Folds) -> TrainingDays {
    let told =
        |days: &[RangeInclusive<Date>]| days.iter().map(|days| DayRange(days.clone()).to_string()).collect();
    TrainingDays { train: told(&folds.train), validation: told(&folds.validation), test: told(&folds.test) }
}

fn by_time(city: &CityHistory) -> Result<Folds, TrainError> {
    let days = civil_days(city.times());
    let reason =
        format!("{} days of silver; three are needed, and more than a week to learn from", days.len());
    Folds::by_time(&days).ok_or(TrainError::TooShort { reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> DayRange {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_told_from_first_to_last() {
        let check = |text: &str, is_days: bool| {
            let told = text.parse::<DayRange>().ok().map(|days| days.to_string());
            assert_eq!(told.as_deref(), is_days.then_some(text));
        };
        check("2024-01-01..2024-06-30", true);
        check("2024-01-01..2024-01-01", true);
        check("2024-01-02..2024-01-01", false);
        check("2024-01-01", false);
        check("2024-02-30..2024-03-01", false);
    }

    #[test]
    fn no_day_is_learned_from_that_is_judged() {
        let (january, february, march) =
            (days("2024-01-01..2024-01-31"), days("2024-02-01..2024-02-29"), days("2024-03-01..2024-03-31"));
        let is_ok = |train: &[&DayRange], validation: &[&DayRange], test: &[&DayRange]| {
            let [train, validation, test] =
                [train, validation, test].map(|days| days.iter().copied().cloned().collect::<Vec<_>>());
            RowRules::of_days(&train, &validation, &test).is_ok()
        };
        assert!(is_ok(&[&january], &[&february], &[&march]));
        assert!(!is_ok(&[&january], &[&march], &[&february]));
        assert!(!is_ok(&[&january], &[&january], &[&march]));
        let (april, may, june) =
            (days("2025-04-01..2025-04-30"), days("2025-05-01..2025-05-31"), days("2025-06-01..2025-06-30"));
        assert!(is_ok(&[&january, &april], &[&february, &may], &[&march, &june]));
        assert!(!is_ok(&[&january, &may], &[&february, &april], &[&march, &june]));
        assert!(!is_ok(&[&january, &june], &[&february, &may], &[&march]));
    }
}
