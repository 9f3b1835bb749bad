//! What a lake holds, hour by hour: enough to see where it begins, where it has gaps, and what became of each hour.
//!
//! Everything is taken from keys and quality reports; no document and no table is opened.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};
use serde::Serialize;
use velib_domain::{Hour, SystemId};

use crate::{Feed, Lake, LakeError, QualityReport, lake::CONCURRENCY};

/// One hour of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourHoldings {
    /// The hour.
    pub hour: Hour,
    /// Status documents in bronze.
    pub documents: u64,
    /// Whether it is in silver.
    pub in_silver: bool,
    /// Its report; `None` where it has none that can be read.
    pub report: Option<QualityReport>,
}

/// Hours in a row of which nothing is held, with something before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The first hour missing.
    pub from: Hour,
    /// The first hour held again.
    pub until: Hour,
    /// How many are missing.
    pub hours: u64,
}

impl Gap {
    /// The gaps between hours given in ascending order.
    pub fn between(hours: impl IntoIterator<Item = Hour>) -> Vec<Self> {
        let mut gaps = Vec::new();
        let mut last: Option<Hour> = None;
        for hour in hours {
            let expected = last.map_or(hour, Hour::next);
            if expected < hour {
                let hours = expected.until(hour).count() as u64;
                gaps.push(Self { from: expected, until: hour, hours });
            }
            last = Some(hour);
        }
        gaps
    }
}

impl Lake {
    /// Every hour of which there is bronze or silver, oldest first.
    pub async fn holdings(&self, system: &SystemId) -> Result<Vec<HourHoldings>, LakeError> {
        let mut documents: BTreeMap<Hour, u64> = BTreeMap::new();
        for key in self.bronze_documents(system, Feed::StationStatus).await? {
            *documents.entry(key.hour()).or_default() += 1;
        }
        let silver: BTreeSet<Hour> = self.silver_hours(system).await?.into_iter().collect();
        let hours: BTreeSet<Hour> = documents.keys().chain(&silver).copied().collect();
        let (documents, silver) = (&documents, &silver);
        let reads = futures::stream::iter(hours).map(|hour| async move {
            let in_silver = silver.contains(&hour);
            let report = if in_silver { self.readable_report(system, hour).await? } else { None };
            let documents = documents.get(&hour).copied().unwrap_or(0);
            Ok(HourHoldings { hour, documents, in_silver, report })
        });
        reads.buffered(CONCURRENCY).try_collect().await
    }

    async fn readable_report(
        &self,
        system: &SystemId,
        hour: Hour,
    ) -> Result<Option<QualityReport>, LakeError> {
        match self.read_quality(system, hour).await {
            Err(LakeError::Corrupt { .. }) => Ok(None),
            report => report,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::{BronzeKey, Origin};

    fn hour(text: &str) -> Hour {
        text.parse().unwrap()
    }

    #[test]
    fn a_gap_is_told_with_both_its_ends() {
        let held = ["2026-11-20T22", "2026-11-20T23", "2026-11-21T02", "2026-11-21T03"].map(hour);
        let gap = Gap { from: hour("2026-11-21T00"), until: hour("2026-11-21T02"), hours: 2 };
        assert_eq!(Gap::between(held), [gap]);
        assert_eq!(Gap::between([]), []);
    }

    #[tokio::test]
    async fn bronze_and_silver_are_told_apart() {
        let (lake, velib) = (Lake::in_memory(), "velib".parse().unwrap());
        let (collected, imported) = (hour("2026-11-20T14"), hour("2024-03-01T10"));
        let key = BronzeKey::new("velib".parse().unwrap(), Feed::StationStatus, collected.start());
        lake.store_bronze(&key, b"{}").await.unwrap();
        lake.write_silver_hour(&velib, imported, &[]).await.unwrap();
        let report = QualityReport::new(velib.clone(), imported, Origin::Import);
        lake.write_quality(&velib, imported, &report).await.unwrap();
        let expected = [
            HourHoldings { hour: imported, documents: 0, in_silver: true, report: Some(report) },
            HourHoldings { hour: collected, documents: 1, in_silver: false, report: None },
        ];
        assert_eq!(lake.holdings(&velib).await.unwrap(), expected);
    }
}
