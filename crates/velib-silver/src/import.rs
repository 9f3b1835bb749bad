//! A history that somebody already has becomes silver, as if it had been collected here.
//!
//! Importing the same file again gives the same bytes. An hour for which there is bronze is left alone, because
//! documents know more than a file made from them; other rows already in an hour are kept beside the imported ones.
//! Rows that cannot be used are counted by reason in the report of their hour.

mod gather;

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;
use velib_domain::{Hour, Observation, StationId, SystemId, Timestamp};
use velib_lake::{
    Feed, Lake, LakeError, Origin, QualityReport,
    history_file::{ColumnMapping, HistoryFile},
};

use crate::{
    ImportError,
    capacity::{ObservedCapacities, best_capacity},
    summary::add_counts,
};
use gather::{GatheredHour, gather};

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportProgress {
    /// Rows read.
    pub rows_read: u64,
    /// Rows the file says it has; CSV does not say.
    pub rows_total: Option<u64>,
    /// Hours written or left alone.
    pub hours_done: u64,
    /// Hours in the file; 0 until it is read.
    pub hours_total: u64,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportSummary {
    /// Whose stations.
    pub system: SystemId,
    /// Rows in the file.
    pub rows_read: u64,
    /// Rows of the file that stand in silver now.
    pub rows: u64,
    /// Rows dropped because an earlier row has the same station and time.
    pub duplicates: u64,
    /// Rows that could not be used, by reason code.
    pub quarantined: BTreeMap<String, u64>,
    /// Hours written.
    pub hours: u64,
    /// Hours left alone because there is bronze for them.
    pub hours_left_to_bronze: u64,
    /// Rows of those hours.
    pub rows_left_to_bronze: u64,
    /// Distinct times of observation.
    pub snapshots: u64,
    /// Stations in the stations table afterwards.
    pub stations: u64,
    /// Size of the silver objects together.
    pub bytes: u64,
    /// The first observation written.
    pub first: Option<Timestamp>,
    /// The last.
    pub last: Option<Timestamp>,
}

/// The last capacity above zero of each station, in the order of time.
type RememberedCapacities = BTreeMap<StationId, u16>;

/// Brings a Parquet or CSV file into the lake.
pub async fn import_history(
    lake: &Lake,
    system: &SystemId,
    file: &Path,
    mapping: &ColumnMapping,
    mut progress: impl FnMut(&ImportProgress),
) -> Result<ImportSummary, ImportError> {
    let history = HistoryFile::open(file, mapping)?;
    let mut stand = ImportProgress { rows_total: history.row_count(), ..ImportProgress::default() };
    let gathered = gather(history, |rows_read| {
        stand.rows_read = rows_read;
        progress(&stand);
    })?;
    stand.hours_total = gathered.hours.len() as u64;
    let mut summary = ImportSummary::new(system, stand.rows_read, gathered.timeless);
    let bronze = lake.bronze_hours(system, Feed::StationStatus).await?;
    let mut remembered = RememberedCapacities::new();
    for (hour, mut rows) in gathered.hours {
        rows.settle(&mut remembered);
        add_counts(&mut summary.quarantined, &rows.quarantined);
        if bronze.binary_search(&hour).is_ok() {
            summary.hours_left_to_bronze += 1;
            summary.rows_left_to_bronze += rows.rows.len() as u64;
        } else {
            write_hour(lake, system, hour, rows, &mut summary).await?;
        }
        stand.hours_done += 1;
        progress(&stand);
    }
    summary.stations = gathered.facts.write(lake, system).await? as u64;
    Ok(summary)
}

async fn write_hour(
    lake: &Lake,
    system: &SystemId,
    hour: Hour,
    gathered: GatheredHour,
    summary: &mut ImportSummary,
) -> Result<(), LakeError> {
    summary.add(&gathered);
    let mut rows = gathered.rows;
    if rows.is_empty() {
        return Ok(());
    }
    keep_others(&mut rows, lake.read_silver_hour(system, hour).await?.unwrap_or_default());
    let mut report = QualityReport::new(system.clone(), hour, Origin::Import);
    report.snapshots = snapshots(&rows);
    report.rows = rows.len() as u64;
    report.duplicates = gathered.duplicates;
    report.quarantined = gathered.quarantined;
    let bytes = lake.write_silver_hour(system, hour, &rows).await?;
    lake.write_quality(system, hour, &report).await?;
    summary.hours += 1;
    summary.bytes += bytes as u64;
    Ok(())
}

/// Adds rows that stood in the hour before and that the file says nothing about.
fn keep_others(rows: &mut Vec<Observation>, earlier: Vec<Observation>) {
    let key = |row: &Observation| (row.status.station_id.clone(), row.snapshot_at);
    let imported: std::collections::BTreeSet<_> = rows.iter().map(key).collect();
    rows.extend(earlier.into_iter().filter(|row| !imported.contains(&key(row))));
}

fn snapshots(rows: &[Observation]) -> u64 {
    rows.iter().map(|row| row.snapshot_at).collect::<std::collections::BTreeSet<_>>().len() as u64
}

impl GatheredHour {
    /// Brings the rows into one order, drops repeated ones and decides on capacities.
    ///
    /// Hours must be settled in the order of time: a capacity is remembered from earlier rows of the file only.
    fn settle(&mut self, remembered: &mut RememberedCapacities) {
        let before = self.rows.len();
        self.rows.sort_by(|a, b| {
            (a.snapshot_at, &a.status.station_id).cmp(&(b.snapshot_at, &b.status.station_id))
        });
        self.rows.dedup_by(|later, earlier| {
            later.snapshot_at == earlier.snapshot_at && later.status.station_id == earlier.status.station_id
        });
        self.duplicates = (before - self.rows.len()) as u64;
        let observed = ObservedCapacities::of(&self.rows);
        for row in &mut self.rows {
            let id = &row.status.station_id;
            let said = row.capacity.filter(|capacity| *capacity > 0);
            let earlier = remembered.get(id).copied();
            (row.capacity, row.capacity_source) = best_capacity(said, earlier, observed.get(id));
            if let Some(capacity) = said {
                remembered.insert(id.clone(), capacity);
            }
        }
    }
}

impl ImportSummary {
    fn new(system: &SystemId, rows_read: u64, timeless: BTreeMap<String, u64>) -> Self {
        Self {
            system: system.clone(),
            rows_read,
            rows: 0,
            duplicates: 0,
            quarantined: timeless,
            hours: 0,
            hours_left_to_bronze: 0,
            rows_left_to_bronze: 0,
            snapshots: 0,
            stations: 0,
            bytes: 0,
            first: None,
            last: None,
        }
    }

    fn add(&mut self, hour: &GatheredHour) {
        self.rows += hour.rows.len() as u64;
        self.duplicates += hour.duplicates;
        self.snapshots += snapshots(&hour.rows);
        self.first = self.first.or(hour.rows.first().map(|row| row.snapshot_at));
        self.last = hour.rows.last().map(|row| row.snapshot_at).or(self.last);
    }
}
