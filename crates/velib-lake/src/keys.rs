//! Object keys as types: what the lake's contract writes as text, `Display` prints and `parse` reads back.
//!
//! A key carries every fact about its object that a job needs (system, feed, time), so nothing ever reads a
//! store's own modification times. Parsing accepts exactly what printing makes and nothing else.

mod segments;
pub(crate) mod text;
pub(crate) mod weather;

use jiff::civil::Date;
use velib_domain::{Hour, SystemId, Timestamp};

use crate::Feed;
pub(crate) use segments::{
    bronze_day, bronze_feed, bronze_hour, silver_day, silver_days_folder, silver_folder, value,
};
use segments::{invalid, is_segment, whole_second};
pub use weather::{ReanalysisKey, WeatherKey, WeatherQualityKey};
pub(crate) use weather::{reanalysis_folder, weather_day, weather_folder};

/// A document exactly as a feed served it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BronzeKey {
    /// Whose feed.
    pub system: SystemId,
    /// Which feed.
    pub feed: Feed,
    /// When it was fetched; the key holds whole seconds, see [`BronzeKey::new`].
    pub stored_at: Timestamp,
}

/// A body that was no GBFS document, kept apart for whoever wants to know why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedKey {
    /// Whose feed.
    pub system: SystemId,
    /// Which feed was asked for.
    pub feed: Feed,
    /// When it was fetched, in whole seconds.
    pub stored_at: Timestamp,
}

/// One hour of refined observations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilverKey {
    /// Whose stations.
    pub system: SystemId,
    /// Which hour.
    pub hour: Hour,
}

/// A UTC day of refined observations, all hours that were compacted into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilverDayKey {
    /// Whose stations.
    pub system: SystemId,
    /// Which day.
    pub day: Date,
}

/// The quality report of one refined hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityKey {
    /// Whose stations.
    pub system: SystemId,
    /// Which hour.
    pub hour: Hour,
}

/// The table of every station ever seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationsKey {
    /// Whose stations.
    pub system: SystemId,
}

/// The areas in which a system's stations stand, as somebody published them: given to the lake, never made from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundariesKey {
    /// Whose stations.
    pub system: SystemId,
}

/// The forecasts that were issued first in an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueKey {
    /// Whose stations.
    pub system: SystemId,
    /// The hour of the counts that they start from.
    pub hour: Hour,
}

/// A trained model as one archive, in the format that SageMaker loads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelKey {
    name: String,
    version: String,
}

/// Text that is no key of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key:?} is no key of the lake: expected {expected}")]
pub struct InvalidKey {
    /// The text given.
    pub key: String,
    /// The shape that would have been accepted.
    pub expected: &'static str,
}

impl BronzeKey {
    /// The key of a document fetched at an instant, which is rounded down to the second the key can hold.
    pub fn new(system: SystemId, feed: Feed, fetched_at: Timestamp) -> Self {
        Self { system, feed, stored_at: whole_second(fetched_at) }
    }

    /// The hour whose silver this document belongs to.
    pub fn hour(&self) -> Hour {
        Hour::containing(self.stored_at)
    }
}

impl RejectedKey {
    /// Where the reason stands, beside the body.
    pub fn reason(&self) -> String {
        format!("{}.reason.json", segments::rejected_stem(self))
    }
}

impl ModelKey {
    /// Names a model; name and version stand in the key, so they are made of letters, digits, `.`, `-` and `_`.
    pub fn new(name: &str, version: &str) -> Result<Self, InvalidKey> {
        let key = Self { name: name.to_owned(), version: version.to_owned() };
        if is_segment(name) && is_segment(version) {
            Ok(key)
        } else {
            Err(invalid(&key.to_string(), text::MODEL))
        }
    }

    /// The model's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version.
    pub fn version(&self) -> &str {
        &self.version
    }
}

#[cfg(test)]
mod tests;
