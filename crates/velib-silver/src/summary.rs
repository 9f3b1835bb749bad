//! What a run did, in numbers that can be printed, logged or returned as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use velib_domain::{Hour, SystemId};
use velib_lake::QualityReport;

/// What became of one hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefinedHour {
    /// The hour.
    pub hour: Hour,
    /// Whether silver was made from the very same documents before, and was left as it is.
    pub unchanged: bool,
    /// Status documents behind it; 0 means that nothing was collected, and nothing was written.
    pub documents: u64,
    /// Documents that are no GBFS documents.
    pub unreadable: u64,
    /// Rows it has.
    pub rows: u64,
    /// Records dropped because the station stood in the snapshot already.
    pub duplicates: u64,
    /// Records refused, by reason code.
    pub quarantined: BTreeMap<String, u64>,
    /// Size of the silver object; 0 where none was written.
    pub bytes: u64,
}

/// What became of a run of hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefinedRange {
    /// Whose stations.
    pub system: SystemId,
    /// Hours written.
    pub hours: u64,
    /// Hours left as they are because their documents have not changed; none of the sums below counts them.
    pub unchanged_hours: u64,
    /// Hours without documents, of which nothing was written.
    pub empty_hours: u64,
    /// Status documents read.
    pub documents: u64,
    /// Documents that are no GBFS documents.
    pub unreadable: u64,
    /// Rows written.
    pub rows: u64,
    /// Records dropped because the station stood in the snapshot already.
    pub duplicates: u64,
    /// Records refused, by reason code.
    pub quarantined: BTreeMap<String, u64>,
    /// Size of the silver objects together.
    pub bytes: u64,
    /// Stations in the stations table afterwards.
    pub stations: u64,
}

impl RefinedHour {
    /// An hour in which nothing was collected.
    pub(crate) fn empty(hour: Hour) -> Self {
        Self {
            hour,
            unchanged: false,
            documents: 0,
            unreadable: 0,
            rows: 0,
            duplicates: 0,
            quarantined: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// An hour whose documents are those of its report.
    pub(crate) fn unchanged(report: &QualityReport) -> Self {
        Self { unchanged: true, ..Self::of(report, 0) }
    }

    pub(crate) fn of(report: &QualityReport, bytes: usize) -> Self {
        Self {
            hour: report.hour,
            unchanged: false,
            documents: report.documents,
            unreadable: report.unreadable.len() as u64,
            rows: report.rows,
            duplicates: report.duplicates,
            quarantined: report.quarantined.clone(),
            bytes: bytes as u64,
        }
    }
}

impl RefinedRange {
    pub(crate) fn new(system: &SystemId) -> Self {
        Self {
            system: system.clone(),
            hours: 0,
            unchanged_hours: 0,
            empty_hours: 0,
            documents: 0,
            unreadable: 0,
            rows: 0,
            duplicates: 0,
            quarantined: BTreeMap::new(),
            bytes: 0,
            stations: 0,
        }
    }

    pub(crate) fn add(&mut self, hour: &RefinedHour) {
        if hour.unchanged {
            self.unchanged_hours += 1;
            return;
        }
        let is_empty = hour.documents == 0;
        self.hours += u64::from(!is_empty);
        self.empty_hours += u64::from(is_empty);
        self.documents += hour.documents;
        self.unreadable += hour.unreadable;
        self.rows += hour.rows;
        self.duplicates += hour.duplicates;
        self.bytes += hour.bytes;
        add_counts(&mut self.quarantined, &hour.quarantined);
    }
}

/// Adds counts by reason to others.
pub(crate) fn add_counts(total: &mut BTreeMap<String, u64>, counts: &BTreeMap<String, u64>) {
    for (reason, count) in counts {
        *total.entry(reason.clone()).or_default() += count;
    }
}
