//! One JSON value as the feed wrote it, and the readings that GBFS versions give it: id, count, flag, time, degrees.
//!
//! Versions differ in types, not in meaning: an id is a number for Vélib' and text elsewhere, a flag is 0/1 or a
//! boolean, a time is epoch seconds before GBFS 3 and RFC 3339 since. A reading that does not apply is `None` or a
//! reason, never a default.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use velib_domain::{StationId, Timestamp};

use crate::RejectReason;

/// 2007-01-01, the year Vélib' opened: no bike was counted before it.
const FIRST_SECOND: i64 = 1_167_609_600;
/// Above this an epoch is in milliseconds: as seconds it would lie beyond the year 5000.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// A JSON scalar; lists and objects are all `Nested`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Scalar<'a> {
    /// `null`, or no such field.
    #[default]
    Absent,
    Bool(bool),
    Whole(i64),
    /// Fractions, and whole numbers beyond `i64`.
    Real(f64),
    Text(Cow<'a, str>),
    Nested,
}

impl Scalar<'_> {
    /// Whether the field is absent or null.
    pub(crate) fn is_absent(&self) -> bool {
        *self == Self::Absent
    }

    /// A `station_id`, from text or a whole number.
    pub(crate) fn id(&self) -> Option<StationId> {
        match self {
            Self::Whole(number) => Some(StationId::new(number.to_string())),
            _ => self.text().map(StationId::new),
        }
    }

    /// Text that says something.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// A count of things; `None` where the feed gives none.
    pub(crate) fn count(&self) -> Result<Option<u16>, RejectReason> {
        match self {
            Self::Absent => Ok(None),
            Self::Whole(number) if *number < 0 => Err(RejectReason::NegativeCount),
            Self::Whole(number) => u16::try_from(*number).map(Some).map_err(|_| RejectReason::CountTooLarge),
            Self::Real(number) if *number < 0.0 => Err(RejectReason::NegativeCount),
            Self::Real(number) if *number > f64::from(u16::MAX) => Err(RejectReason::CountTooLarge),
            Self::Real(number) if number.fract() == 0.0 => Ok(Some(*number as u16)),
            Self::Text(text) => {
                let number = text.trim().parse().map_err(|_| RejectReason::NotACount)?;
                Self::Whole(number).count()
            }
            Self::Real(_) | Self::Bool(_) | Self::Nested => Err(RejectReason::NotACount),
        }
    }

    /// A yes or no, from a boolean or 0/1.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            Self::Whole(0) => Some(false),
            Self::Whole(1) => Some(true),
            _ => None,
        }
    }

    /// A time from epoch seconds, epoch milliseconds or RFC 3339, if a bike-share feed can have meant it: not before
    /// 2007 and not after `latest`. Vélib' writes 0 for stations that never reported.
    pub(crate) fn time(&self, latest: Timestamp) -> Option<Timestamp> {
        let time = match self {
            Self::Whole(number) if *number < MILLISECONDS_FROM => Timestamp::from_second(*number).ok()?,
            Self::Whole(number) => Timestamp::from_millisecond(*number).ok()?,
            Self::Real(number) => Timestamp::from_second(*number as i64).ok()?,
            Self::Text(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        (time.as_second() >= FIRST_SECOND && time <= latest).then_some(time)
    }

    /// Degrees of latitude or longitude.
    pub(crate) fn degrees(&self) -> Option<f64> {
        match self {
            Self::Whole(number) => Some(*number as f64),
            Self::Real(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Absent)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Whole(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Scalar::Real(value as f64), Scalar::Whole))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Real(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_seq(seq)?;
        Ok(Scalar::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_map(map)?;
        Ok(Scalar::Nested)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(json: &str) -> Scalar<'_> {
        serde_json::from_str(json).unwrap()
    }

    fn check_count(json: &str, expect: Result<Option<u16>, RejectReason>) {
        assert_eq!(scalar(json).count(), expect, "{json}");
    }

    #[test]
    fn counts_are_whole_and_fit_a_station() {
        check_count("0", Ok(Some(0)));
        check_count("65535", Ok(Some(65_535)));
        check_count("3.0", Ok(Some(3)));
        check_count("\"12\"", Ok(Some(12)));
        check_count("null", Ok(None));
    }

    #[test]
    fn what_is_no_count_says_why() {
        check_count("-1", Err(RejectReason::NegativeCount));
        check_count("-0.5", Err(RejectReason::NegativeCount));
        check_count("65536", Err(RejectReason::CountTooLarge));
        check_count("1e300", Err(RejectReason::CountTooLarge));
        check_count("18446744073709551615", Err(RejectReason::CountTooLarge));
        check_count("2.5", Err(RejectReason::NotACount));
        check_count("\"three\"", Err(RejectReason::NotACount));
        check_count("true", Err(RejectReason::NotACount));
        check_count("[3]", Err(RejectReason::NotACount));
    }

    #[test]
    fn an_id_is_the_same_text_from_a_number_or_from_text() {
        assert_eq!(scalar("17278902806").id(), scalar("\"17278902806\"").id());
        assert_eq!(scalar("\" \"").id(), None);
        assert_eq!(scalar("1.5").id(), None);
        assert_eq!(scalar("null").id(), None);
    }

    #[test]
    fn a_flag_is_a_boolean_or_zero_or_one() {
        assert_eq!(scalar("1").flag(), Some(true));
        assert_eq!(scalar("false").flag(), Some(false));
        assert_eq!(scalar("2").flag(), None);
        assert_eq!(scalar("\"OUI\"").flag(), None);
    }

    #[test]
    fn a_time_is_epoch_or_rfc_3339() {
        let expect: Timestamp = "2024-10-30T18:12:00Z".parse().unwrap();
        for json in ["1730311920", "1730311920000", "\"2024-10-30T19:12:00+01:00\"", "1730311920.0"] {
            assert_eq!(scalar(json).time(Timestamp::MAX), Some(expect), "{json}");
        }
    }

    #[test]
    fn an_absurd_time_is_no_time() {
        let latest: Timestamp = "2024-10-31T18:12:00Z".parse().unwrap();
        for json in ["0", "-5", "1167609599", "1730398321", "1e30", "\"yesterday\"", "null", "true"] {
            assert_eq!(scalar(json).time(latest), None, "{json}");
        }
        assert!(scalar("1167609600").time(latest).is_some());
        assert!(scalar("1730398320").time(latest).is_some());
    }
}
