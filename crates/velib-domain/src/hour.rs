//! One UTC hour: the unit in which the lake is partitioned and jobs are redone.

use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// A whole UTC hour, `2026-11-20T14` meaning `[14:00, 15:00)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hour(Timestamp);

/// Text that names no hour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an hour: write it as 2026-11-20T14 (UTC)")]
pub struct InvalidHour(pub String);

impl Hour {
    /// One hour of time.
    pub const LENGTH: SignedDuration = SignedDuration::from_hours(1);

    /// The hour in which an instant falls.
    pub fn containing(instant: Timestamp) -> Self {
        let second = instant.as_second();
        let start = second - second.rem_euclid(3600);
        Self(Timestamp::from_second(start).expect("rounding towards the instant's own hour stays in range"))
    }

    /// The first hour that begins at an instant or after it.
    pub fn from_on(instant: Timestamp) -> Self {
        let containing = Self::containing(instant);
        if containing.start() < instant { containing.next() } else { containing }
    }

    /// Its first instant.
    pub fn start(self) -> Timestamp {
        self.0
    }

    /// The first instant after it.
    pub fn end(self) -> Timestamp {
        self.0 + Self::LENGTH
    }

    /// The hour after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.end())
    }

    /// The hour before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0 - Self::LENGTH)
    }

    /// Whether an instant falls in this hour.
    pub fn contains(self, instant: Timestamp) -> bool {
        Self::containing(instant) == self
    }

    /// Every hour from this one up to, not including, `end`.
    pub fn until(self, end: Self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |hour| Some(hour.next())).take_while(move |hour| *hour < end)
    }

    /// UTC calendar date and hour of day, as they stand in partition names.
    pub fn civil(self) -> DateTime {
        TimeZone::UTC.to_datetime(self.0)
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        write!(f, "{}T{:02}", civil.date(), civil.hour())
    }
}

impl FromStr for Hour {
    type Err = InvalidHour;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidHour(text.to_owned());
        let (date, hour) = text.split_once('T').ok_or_else(invalid)?;
        let date: jiff::civil::Date = date.parse().map_err(|_| invalid())?;
        let hour: i8 = hour.parse().map_err(|_| invalid())?;
        let civil =
            DateTime::new(date.year(), date.month(), date.day(), hour, 0, 0, 0).map_err(|_| invalid())?;
        let start = TimeZone::UTC.to_timestamp(civil).map_err(|_| invalid())?;
        Ok(Self(start))
    }
}

impl Serialize for Hour {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hour {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn the_first_hour_from_an_instant_on_begins_there_or_later() {
        let from_on = |instant: &str| Hour::from_on(instant.parse().unwrap()).to_string();
        assert_eq!(from_on("2026-11-20T14:00:00Z"), "2026-11-20T14");
        assert_eq!(from_on("2026-11-20T14:00:00.5Z"), "2026-11-20T15");
        assert_eq!(from_on("2026-11-20T23:59:59Z"), "2026-11-21T00");
    }

    #[test]
    fn an_hour_reads_and_prints_as_its_partition() {
        let hour: Hour = "2026-11-20T14".parse().unwrap();
        assert_eq!(hour.to_string(), "2026-11-20T14");
        assert!(hour.contains("2026-11-20T14:59:59Z".parse().unwrap()));
        assert!(!hour.contains("2026-11-20T15:00:00Z".parse().unwrap()));
        assert_eq!(hour.next().previous(), hour);
        assert!("2026-11-20".parse::<Hour>().is_err());
        assert!("2026-11-20T25".parse::<Hour>().is_err());
    }

    proptest! {
        #[test]
        fn every_instant_lies_in_exactly_its_hour(second in -2_000_000_000_i64..4_000_000_000) {
            let instant = Timestamp::from_second(second).unwrap();
            let hour = Hour::containing(instant);
            prop_assert!(hour.start() <= instant && instant < hour.end());
            prop_assert_eq!(hour.to_string().parse::<Hour>().unwrap(), hour);
        }
    }
}
