//! The quality report: for one hour, what was read, what was kept, and for everything else a counted reason.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use velib_domain::{Hour, SystemId};

use crate::{Lake, LakeError, Lineage, keys::QualityKey};

/// What became of the raw material of one hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityReport {
    /// Whose stations.
    pub system: SystemId,
    /// Which hour.
    pub hour: Hour,
    /// Where the rows came from.
    pub origin: Origin,
    /// Status documents read; 0 where the hour was imported.
    pub documents: u64,
    /// Documents, of status or information, that are no GBFS documents.
    pub unreadable: Vec<UnreadableDocument>,
    /// Status documents whose bytes equal those of the document before; their rows are kept.
    pub repeated_documents: u64,
    /// Seconds of the longest stretch over which the documents of the hour counted the same at every station.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub longest_unchanged_seconds: u64,
    /// Distinct times of observation among the rows.
    pub snapshots: u64,
    /// Rows kept.
    pub rows: u64,
    /// Records dropped because the same station stood in the same snapshot already.
    pub duplicates: u64,
    /// Status records refused, by reason code.
    pub quarantined: BTreeMap<String, u64>,
    /// Information records refused in the document that was current, by reason code.
    pub information_quarantined: BTreeMap<String, u64>,
    /// Stations counted that no information document describes.
    pub unknown_stations: u64,
    /// How old the feed's content was when it was fetched; `None` where no document said.
    pub feed_age: Option<FeedAge>,
    /// The documents behind the hour; `None` where it was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_from: Option<Lineage>,
}

/// What the fields of a report mean, in their order, for the data dictionary.
pub(crate) const REPORT: &[(&str, &str)] = &[
    ("system", "whose stations"),
    ("hour", "which hour, `2026-11-20T14`"),
    ("origin", "`bronze`, or `import` where the rows came from a history file"),
    ("documents", "status documents read; 0 where the hour was imported"),
    ("unreadable", "documents that are no GBFS documents, each with its key and the reason"),
    ("repeated_documents", "status documents whose bytes equal those of the one before; their rows are kept"),
    (
        "longest_unchanged_seconds",
        "seconds of the longest stretch over which the documents counted the same at every station",
    ),
    ("snapshots", "distinct times of observation among the rows"),
    ("rows", "rows kept"),
    ("duplicates", "records dropped because the station stood in the snapshot already"),
    ("quarantined", "status records refused, counted by reason"),
    ("information_quarantined", "information records refused, counted by reason"),
    ("unknown_stations", "stations counted that no information document describes"),
    ("feed_age", "seconds between the feed's own last update and the fetch; null where no document says"),
    ("made_from", "the documents behind the hour, and a digest of them that stands in the hour's table too"),
];

/// Where an hour's rows came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Documents that the collector stored.
    Bronze,
    /// A history file that somebody already had.
    Import,
}

/// A stored document that is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadableDocument {
    /// Its key in the lake.
    pub key: String,
    /// What the parser said.
    pub reason: String,
}

/// Seconds between the feed's own last update and the fetch, over an hour's documents.
///
/// Negative where the feed's clock runs ahead of the collector's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedAge {
    /// The freshest document.
    pub min_seconds: i64,
    /// The upper median.
    pub median_seconds: i64,
    /// The stalest document.
    pub max_seconds: i64,
}

impl QualityReport {
    /// A report in which nothing has been counted yet.
    pub fn new(system: SystemId, hour: Hour, origin: Origin) -> Self {
        Self {
            system,
            hour,
            origin,
            documents: 0,
            unreadable: Vec::new(),
            repeated_documents: 0,
            longest_unchanged_seconds: 0,
            snapshots: 0,
            rows: 0,
            duplicates: 0,
            quarantined: BTreeMap::new(),
            information_quarantined: BTreeMap::new(),
            unknown_stations: 0,
            feed_age: None,
            made_from: None,
        }
    }
}

/// Left out of the report, so that hours refined before it was counted read the same.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a field over by reference")]
fn is_zero(seconds: &u64) -> bool {
    *seconds == 0
}

impl FeedAge {
    /// The spread of some ages in seconds; `None` where there are none.
    pub fn of(mut seconds: Vec<i64>) -> Option<Self> {
        seconds.sort_unstable();
        let (min_seconds, max_seconds) = (*seconds.first()?, *seconds.last()?);
        Some(Self { min_seconds, median_seconds: seconds[seconds.len() / 2], max_seconds })
    }
}

impl Lake {
    /// Writes an hour's report in place of an earlier one.
    pub async fn write_quality(
        &self,
        system: &SystemId,
        hour: Hour,
        report: &QualityReport,
    ) -> Result<(), LakeError> {
        self.put_report(&QualityKey { system: system.clone(), hour }, report).await
    }

    /// An hour's report; `None` where the hour was never refined.
    pub async fn read_quality(
        &self,
        system: &SystemId,
        hour: Hour,
    ) -> Result<Option<QualityReport>, LakeError> {
        self.get_report(&QualityKey { system: system.clone(), hour }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_report_has_a_meaning() {
        let hour = "2026-11-20T14".parse().unwrap();
        let mut report = QualityReport::new("velib".parse().unwrap(), hour, Origin::Bronze);
        report.longest_unchanged_seconds = 60;
        report.made_from = Some(Lineage::new("1", &[], &[], None));
        let written = serde_json::to_value(&report).unwrap();
        let fields: Vec<&str> = written.as_object().unwrap().keys().map(String::as_str).collect();
        let mut told: Vec<&str> = REPORT.iter().map(|(field, _)| *field).collect();
        // A JSON value keeps its fields by name.
        told.sort_unstable();
        assert_eq!(fields, told);
    }
}
