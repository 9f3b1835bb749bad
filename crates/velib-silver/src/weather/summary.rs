//! What refining the weather did, in numbers that can be printed, logged or returned as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use velib_domain::{Hour, SystemId};
use velib_lake::WeatherQuality;

use crate::summary::add_counts;

/// What became of the weather fetched in one hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefinedWeatherHour {
    /// The hour of the fetch.
    pub hour: Hour,
    /// Whether silver was made from the very same documents before, and was left as it is.
    pub unchanged: bool,
    /// Documents behind it; 0 means that nothing was collected, and nothing was written.
    pub documents: u64,
    /// Documents that are no weather documents.
    pub unreadable: u64,
    /// Rows it has.
    pub rows: u64,
    /// Hours and values that could not be used, by reason code.
    pub quarantined: BTreeMap<String, u64>,
    /// Size of the silver object; 0 where none was written.
    pub bytes: u64,
}

/// What became of the weather of a run of hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefinedWeather {
    /// Where.
    pub system: SystemId,
    /// Hours written.
    pub hours: u64,
    /// Hours left as they are because their documents have not changed; none of the sums below counts them.
    pub unchanged_hours: u64,
    /// Documents read.
    pub documents: u64,
    /// Documents that are no weather documents.
    pub unreadable: u64,
    /// Rows written.
    pub rows: u64,
    /// Hours and values that could not be used, by reason code.
    pub quarantined: BTreeMap<String, u64>,
    /// Size of the silver objects together.
    pub bytes: u64,
}

impl RefinedWeatherHour {
    /// An hour in which no weather was collected.
    pub(super) fn empty(hour: Hour) -> Self {
        Self {
            hour,
            unchanged: false,
            documents: 0,
            unreadable: 0,
            rows: 0,
            quarantined: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// An hour whose documents are those of its report.
    pub(super) fn unchanged(report: &WeatherQuality) -> Self {
        Self { unchanged: true, ..Self::of(report, 0) }
    }

    pub(super) fn of(report: &WeatherQuality, bytes: usize) -> Self {
        Self {
            hour: report.hour,
            unchanged: false,
            documents: report.documents,
            unreadable: report.unreadable.len() as u64,
            rows: report.rows,
            quarantined: report.quarantined.clone(),
            bytes: bytes as u64,
        }
    }
}

impl RefinedWeather {
    pub(super) fn new(system: &SystemId) -> Self {
        Self {
            system: system.clone(),
            hours: 0,
            unchanged_hours: 0,
            documents: 0,
            unreadable: 0,
            rows: 0,
            quarantined: BTreeMap::new(),
            bytes: 0,
        }
    }

    pub(super) fn add(&mut self, hour: &RefinedWeatherHour) {
        if hour.unchanged {
            self.unchanged_hours += 1;
            return;
        }
        self.hours += u64::from(hour.documents > 0);
        self.documents += hour.documents;
        self.unreadable += hour.unreadable;
        self.rows += hour.rows;
        self.bytes += hour.bytes;
        add_counts(&mut self.quarantined, &hour.quarantined);
    }
}
