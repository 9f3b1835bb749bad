//! The query of a request, read by name; everything wrong with it is told at once.

use std::collections::HashMap;

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use velib_domain::{LatLon, Timestamp};

use crate::problem::{BadParameter, Problem};

/// A query that is being read.
pub(crate) struct Parameters {
    given: HashMap<String, String>,
    errors: Vec<BadParameter>,
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let Query(given) = query.map_err(|rejection| {
            Problem::new(
                crate::problem::Kind::InvalidParameter,
                format!("the query cannot be read: {rejection}"),
            )
        })?;
        Ok(Self { given, errors: Vec::new() })
    }
}

impl Parameters {
    /// The value read, or `None` where it is not given, or not good: the error is kept for [`Parameters::finish`].
    pub(crate) fn optional<T>(
        &mut self,
        parameter: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.given.get(parameter)?;
        match read(text) {
            Ok(value) => Some(value),
            Err(detail) => {
                self.errors.push(BadParameter { parameter, detail });
                None
            }
        }
    }

    /// As [`Parameters::optional`], but not giving it is an error too.
    pub(crate) fn required<T>(
        &mut self,
        parameter: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if !self.given.contains_key(parameter) {
            self.errors.push(BadParameter { parameter, detail: "is missing".to_owned() });
        }
        self.optional(parameter, read)
    }

    /// Ends the reading: all that was wrong, if anything was.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid_parameters(self.errors)) }
    }
}

/// `48.8566,2.3522`: latitude, longitude.
pub(crate) fn coordinates(text: &str) -> Result<LatLon, String> {
    let parsed = text
        .split_once(',')
        .and_then(|(lat, lon)| LatLon::new(lat.trim().parse().ok()?, lon.trim().parse().ok()?));
    parsed.ok_or_else(|| format!("is {text:?}: write latitude,longitude in degrees, as in 48.8566,2.3522"))
}

/// RFC 3339. The `+` of an offset arrives as a space where the client did not encode it.
pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    let mended = text.replace(' ', "+");
    mended
        .parse()
        .map_err(|_| format!("is {text:?}: write RFC 3339 with an offset, as in 2026-11-20T15:05:00+01:00"))
}

pub(crate) fn flag(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        other => Err(format!("is {other:?}: it must be true or false")),
    }
}

/// A whole number within bounds.
pub(crate) fn whole(bounds: std::ops::RangeInclusive<u32>) -> impl FnOnce(&str) -> Result<u32, String> {
    move |text| {
        let parsed = text.parse().ok().filter(|number| bounds.contains(number));
        parsed.ok_or_else(|| {
            format!("is {text:?}: it must be a whole number, {} to {}", bounds.start(), bounds.end())
        })
    }
}

/// A number within bounds.
pub(crate) fn number(bounds: std::ops::RangeInclusive<f64>) -> impl FnOnce(&str) -> Result<f64, String> {
    move |text| {
        let parsed = text.parse().ok().filter(|number| bounds.contains(number));
        parsed.ok_or_else(|| {
            format!("is {text:?}: it must be a number, {} to {}", bounds.start(), bounds.end())
        })
    }
}

/// One of a few words.
pub(crate) fn one_of(text: &str, words: &[&'static str]) -> Result<&'static str, String> {
    let found = words.iter().find(|word| **word == text);
    found.copied().ok_or_else(|| format!("is {text:?}: it must be {}", words.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_two_degrees() {
        assert_eq!(coordinates("48.8566, 2.3522"), Ok(LatLon { lat: 48.8566, lon: 2.3522 }));
        for wrong in ["48.8566", "2.3522;48.8566", "91,2", "north,south", "", "NaN,2"] {
            assert!(coordinates(wrong).unwrap_err().contains("48.8566,2.3522"), "{wrong}");
        }
    }

    #[test]
    fn an_offset_survives_an_unencoded_plus() {
        assert_eq!(instant("2026-11-20T15:05:00 01:00"), instant("2026-11-20T14:05:00Z"));
        assert!(instant("tomorrow").is_err());
    }
}
