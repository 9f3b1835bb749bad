//! One cell of a history file, and how each kind of field is read from it.
//!
//! Files disagree about types: a count may be an integer, a float with an empty fraction or text. Reading is exact:
//! what is not the thing asked for is an error, never rounded and never replaced by zero.

use std::borrow::Cow;

use velib_domain::Timestamp;

/// The year 2100: an epoch beyond it was not written in seconds.
const LATEST_EPOCH_SECOND: i64 = 4_102_444_800;

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// Nothing: null, blank or not a number.
    Missing,
    Text(&'a str),
    Time(Timestamp),
    Integer(i64),
    Number(f64),
    Flag(bool),
}

/// A cell that holds something else than was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unfit;

impl<'a> Value<'a> {
    /// Text as a value: trimmed, and blank means missing.
    pub(super) fn from_text(text: &'a str) -> Self {
        match text.trim() {
            "" => Self::Missing,
            text => Self::Text(text),
        }
    }

    /// An instant: a timestamp, RFC 3339 text, or seconds since 1970.
    pub(super) fn instant(self) -> Result<Option<Timestamp>, Unfit> {
        match self {
            Self::Missing => Ok(None),
            Self::Time(at) => Ok(Some(at)),
            Self::Text(text) => match text.parse::<i64>() {
                Ok(second) => epoch(second),
                Err(_) => text.parse().map(Some).map_err(|_| Unfit),
            },
            Self::Integer(_) | Self::Number(_) => epoch(self.integer().ok_or(Unfit)?),
            Self::Flag(_) => Err(Unfit),
        }
    }

    /// A count of bikes or docks.
    pub(super) fn count(self) -> Result<Option<u16>, Unfit> {
        if self == Self::Missing {
            return Ok(None);
        }
        let integer = self.integer().ok_or(Unfit)?;
        u16::try_from(integer).map(Some).map_err(|_| Unfit)
    }

    /// A name or key, in which a whole number may have been taken for a number.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Integer(_) | Self::Number(_) => {
                self.integer().map(|integer| Cow::Owned(integer.to_string()))
            }
            Self::Missing | Self::Time(_) | Self::Flag(_) => None,
        }
    }

    /// A flag: a boolean, 1 or 0, `true` or `false`, or the portal's `OUI` and `NON`.
    pub(super) fn flag(self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(flag),
            Self::Text(text) if ["true", "oui"].iter().any(|word| text.eq_ignore_ascii_case(word)) => {
                Some(true)
            }
            Self::Text(text) if ["false", "non"].iter().any(|word| text.eq_ignore_ascii_case(word)) => {
                Some(false)
            }
            _ => match self.integer() {
                Some(1) => Some(true),
                Some(0) => Some(false),
                _ => None,
            },
        }
    }

    /// Degrees of latitude or longitude.
    pub(super) fn degrees(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Integer(integer) => Some(integer as f64),
            Self::Text(text) => text.parse().ok(),
            Self::Missing | Self::Time(_) | Self::Flag(_) => None,
        }
    }

    fn integer(self) -> Option<i64> {
        match self {
            Self::Integer(integer) => Some(integer),
            // Whole numbers up to 2^53 are exact in a float.
            Self::Number(number) if number.fract() == 0.0 && number.abs() < 9.0e15 => Some(number as i64),
            Self::Text(text) => match text.parse() {
                Ok(integer) => Some(integer),
                Err(_) => Value::Number(text.parse().ok()?).integer(),
            },
            _ => None,
        }
    }
}

fn epoch(second: i64) -> Result<Option<Timestamp>, Unfit> {
    if !(0..LATEST_EPOCH_SECOND).contains(&second) {
        return Err(Unfit);
    }
    Timestamp::from_second(second).map(Some).map_err(|_| Unfit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_may_be_written_in_four_ways() {
        for value in [Value::Integer(7), Value::Number(7.0), Value::Text("7"), Value::Text("7.0")] {
            assert_eq!(value.count(), Ok(Some(7)));
        }
    }

    #[test]
    fn what_is_no_count_is_refused_and_not_rounded() {
        for value in [Value::Integer(-1), Value::Number(3.5), Value::Text("many"), Value::Integer(70_000)] {
            assert_eq!(value.count(), Err(Unfit));
        }
        assert_eq!(Value::Missing.count(), Ok(None));
    }

    #[test]
    fn an_instant_may_be_text_or_seconds() {
        let noon: Timestamp = "2022-05-12T12:00:00Z".parse().unwrap();
        let second = noon.as_second();
        for value in [
            Value::Time(noon),
            Value::Integer(second),
            Value::Number(second as f64),
            Value::Text("2022-05-12T14:00:00+02:00"),
            Value::Text("2022-05-12 12:00:00Z"),
            Value::Text("1652356800"),
        ] {
            assert_eq!(value.instant(), Ok(Some(noon)), "{value:?}");
        }
    }

    #[test]
    fn milliseconds_and_local_times_are_no_instants() {
        assert_eq!(Value::Integer(1_652_356_800_000).instant(), Err(Unfit));
        assert_eq!(
            Value::Text("2022-05-12 12:00:00").instant(),
            Err(Unfit),
            "no offset: nobody knows which hour"
        );
    }

    #[test]
    fn a_station_id_read_as_a_float_is_its_whole_number() {
        assert_eq!(Value::Number(16_107.0).text().unwrap(), "16107");
        assert_eq!(Value::Integer(37_815_204_213).text().unwrap(), "37815204213");
    }

    #[test]
    fn the_portal_says_oui_and_non() {
        assert_eq!(Value::Text("OUI").flag(), Some(true));
        assert_eq!(Value::Text("NON").flag(), Some(false));
        assert_eq!(Value::Text("peut-être").flag(), None);
    }
}
