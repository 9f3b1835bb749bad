//! Names of things: the system, the station, the printed code. Distinct types, so that a label is never used as a key.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// The GBFS `station_id` as text: the key of a station everywhere.
///
/// Vélib' serves it as an integer above 32 bits, other systems as a string; both become the same text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StationId(Arc<str>);

/// The code printed on the station (`16107`, `31024_relais`): a label, absent in some documents, never a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StationCode(Arc<str>);

/// A bike-share system as a path-safe slug: lower-case letters, digits, `-` and `_` (`velib`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SystemId(Arc<str>);

/// A system name that could not stand in an object key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("system id {0:?} is not a slug: use lower-case letters, digits, '-' and '_' only")]
pub struct InvalidSystemId(pub String);

impl StationId {
    /// Takes the text of a GBFS `station_id`.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text, as it stands in keys and answers.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl StationCode {
    /// Takes the text printed on the station.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text, as printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SystemId {
    /// The slug, as it stands in object keys.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SystemId {
    type Err = InvalidSystemId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if text.is_empty() || !text.chars().all(is_slug) {
            return Err(InvalidSystemId(text.to_owned()));
        }
        Ok(Self(text.into()))
    }
}

impl<'de> Deserialize<'de> for SystemId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for StationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for StationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for SystemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_id_is_a_slug_or_refused_by_name() {
        assert_eq!("velib".parse::<SystemId>().unwrap().to_string(), "velib");
        let refused = "../etc".parse::<SystemId>().unwrap_err();
        assert!(refused.to_string().contains("../etc"));
        assert!("".parse::<SystemId>().is_err());
    }
}
