//! The parameters of a request, read by name from its query or from a form sent as JSON; everything wrong with them is told
//! at once, names that mean nothing and names given twice included.

use std::collections::BTreeMap;

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use velib_domain::{LatLon, Timestamp};

use crate::{
    lang::Lang,
    problem::{BadParameter, Kind, Problem},
};

/// Parameters that are being read.
#[derive(Default)]
pub(crate) struct Parameters {
    given: BTreeMap<String, String>,
    /// Names that were asked for.
    known: Vec<&'static str>,
    errors: Vec<BadParameter>,
    conflict: Option<(&'static str, &'static str)>,
    /// The language that the request's headers prefer.
    preferred: Lang,
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(given) = query.map_err(|rejection| {
            Problem::new(Kind::InvalidParameter, format!("the query cannot be read: {rejection}"))
        })?;
        Ok(given.into_iter().collect::<Self>().preferring(Lang::preferred(&parts.headers)))
    }
}

impl FromIterator<(String, String)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(given: I) -> Self {
        let mut parameters = Self::default();
        for (name, text) in given {
            if parameters.given.contains_key(&name) {
                parameters.wrong(&name, "is given twice: send it once");
            }
            parameters.given.insert(name, text);
        }
        parameters
    }
}

impl Parameters {
    /// With the language to answer in where none is given.
    pub(crate) fn preferring(self, preferred: Lang) -> Self {
        Self { preferred, ..self }
    }

    /// The language of sentences: that of `lang`, or else the preferred one.
    pub(crate) fn lang(&mut self) -> Lang {
        self.optional("lang", Lang::read).unwrap_or(self.preferred)
    }

    /// The value read, or `None` where it is not given, or not good: the error is kept for [`Parameters::finish`].
    pub(crate) fn optional<T>(
        &mut self,
        parameter: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.known.push(parameter);
        match read(self.given.get(parameter)?) {
            Ok(value) => Some(value),
            Err(detail) => {
                self.wrong(parameter, detail);
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
            self.wrong(parameter, "is missing");
        }
        self.optional(parameter, read)
    }

    /// Of these, at most one may be given; told only where nothing else is wrong.
    pub(crate) fn either(&mut self, one: &'static str, other: &'static str) {
        let both = self.given.contains_key(one) && self.given.contains_key(other);
        self.conflict = both.then_some((one, other));
    }

    /// Ends the reading: all that was wrong, if anything was.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        let unknown = self.given.keys().filter(|name| !self.known.contains(&name.as_str()));
        let unknown: Vec<String> = unknown.cloned().collect();
        let takes = if self.known.is_empty() { "none".to_owned() } else { self.known.join(", ") };
        for name in unknown {
            self.wrong(&name, format!("is no parameter of this path, which takes {takes}"));
        }
        if !self.errors.is_empty() {
            return Err(Problem::invalid_parameters(self.errors));
        }
        let Some((one, other)) = self.conflict else { return Ok(()) };
        let detail = format!("{one} is given beside {other}, and both cannot be");
        Err(Problem::new(Kind::ConflictingParameters, detail))
    }

    fn wrong(&mut self, parameter: &str, detail: impl Into<String>) {
        self.errors.push(BadParameter { parameter: parameter.to_owned(), detail: detail.into() });
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

/// Several of a kind, separated by commas.
pub(crate) fn list<T>(text: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    text.split(',').map(|part| read(part.trim())).collect()
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
