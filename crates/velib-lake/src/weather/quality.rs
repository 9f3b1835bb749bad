//! The report on an hour's weather documents: what was read, what was kept, and for everything else a counted reason.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use velib_domain::{Hour, LatLon, SystemId};

use crate::{Lake, LakeError, UnreadableDocument, keys::WeatherQualityKey};

/// What became of the weather documents fetched in one hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeatherQuality {
    /// Where: the area of a system's stations.
    pub system: SystemId,
    /// The hour of the fetch.
    pub hour: Hour,
    /// Documents read.
    pub documents: u64,
    /// Those that are no weather documents.
    pub unreadable: Vec<UnreadableDocument>,
    /// Those whose bytes equal those of the one before; their rows are kept.
    pub repeated_documents: u64,
    /// Rows kept: one for each hour that each document tells of.
    pub rows: u64,
    /// Rows that told of an hour before it came.
    pub forecast_rows: u64,
    /// Hours and values that could not be used, by reason code.
    pub quarantined: BTreeMap<String, u64>,
    /// Rows that say nothing of a quantity, by its column; a quantity that all rows tell is left out.
    pub missing: BTreeMap<String, u64>,
    /// The places that the documents are about: more than one where the collector was told another.
    pub places: Vec<LatLon>,
    /// Digest of the documents behind the hour and of the method by which rows are made from them.
    pub made_from: String,
}

/// What the fields of a report mean, in their order, for the data dictionary.
pub(crate) const WEATHER_REPORT: &[(&str, &str)] = &[
    ("system", "the weather of whose stations"),
    ("hour", "the hour of the fetch, `2026-11-20T14`"),
    ("documents", "documents read"),
    ("unreadable", "documents that are no weather documents, each with its key and the reason"),
    ("repeated_documents", "documents whose bytes equal those of the one before; their rows are kept"),
    ("rows", "rows kept: one for each hour that each document tells of"),
    ("forecast_rows", "rows that told of an hour before it came"),
    ("quarantined", "hours and values that could not be used, counted by reason"),
    (
        "missing",
        "rows that say nothing of a quantity, counted by its column; a quantity that all rows tell is left out",
    ),
    ("places", "where the documents are about: more than one where the collector was told another"),
    (
        "made_from",
        "a digest of the documents behind the hour and of the method, which stands in the hour's table too",
    ),
];

impl Lake {
    /// Writes an hour's report in place of an earlier one.
    pub async fn write_weather_quality(&self, report: &WeatherQuality) -> Result<(), LakeError> {
        let key = WeatherQualityKey { system: report.system.clone(), hour: report.hour };
        self.put_report(&key, report).await
    }

    /// An hour's report; `None` where the hour was never refined.
    pub async fn read_weather_quality(
        &self,
        system: &SystemId,
        hour: Hour,
    ) -> Result<Option<WeatherQuality>, LakeError> {
        self.get_report(&WeatherQualityKey { system: system.clone(), hour }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_report_has_a_meaning() {
        let report = WeatherQuality {
            system: "velib".parse().unwrap(),
            hour: "2026-11-20T14".parse().unwrap(),
            documents: 0,
            unreadable: Vec::new(),
            repeated_documents: 0,
            rows: 0,
            forecast_rows: 0,
            quarantined: BTreeMap::new(),
            missing: BTreeMap::new(),
            places: Vec::new(),
            made_from: String::new(),
        };
        let written = serde_json::to_value(&report).unwrap();
        let fields: Vec<&str> = written.as_object().unwrap().keys().map(String::as_str).collect();
        let mut told: Vec<&str> = WEATHER_REPORT.iter().map(|(field, _)| *field).collect();
        // A JSON value keeps its fields by name.
        told.sort_unstable();
        assert_eq!(fields, told);
    }
}
