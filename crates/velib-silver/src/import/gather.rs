//! The rows of a history file, sorted into hours, and what the file tells about stations.

use std::collections::{BTreeMap, HashSet};

use velib_domain::{Hour, Observation, StationId};
use velib_lake::{
    Description, StationRecord,
    history_file::{FaultyRow, HistoryFile, HistoryFileError, HistoryRow},
};

use crate::stations::{StationFacts, dated};

/// Everything in a file.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) hours: BTreeMap<Hour, GatheredHour>,
    pub(super) facts: StationFacts,
    /// Bad rows that belong to no hour, by reason code.
    pub(super) timeless: BTreeMap<String, u64>,
    station_ids: HashSet<StationId>,
}

/// An hour's rows, with capacities as the file gives them.
#[derive(Default)]
pub(super) struct GatheredHour {
    pub(super) rows: Vec<Observation>,
    pub(super) quarantined: BTreeMap<String, u64>,
    pub(super) duplicates: u64,
}

/// Reads a file to its end, telling after each batch how many rows there were so far.
pub(super) fn gather(
    history: HistoryFile,
    mut rows_read: impl FnMut(u64),
) -> Result<Gathered, HistoryFileError> {
    let mut gathered = Gathered::default();
    let mut read = 0;
    for batch in history {
        let batch = batch?;
        read += (batch.rows.len() + batch.faults.len()) as u64;
        batch.faults.iter().for_each(|fault| gathered.count(fault));
        batch.rows.into_iter().for_each(|row| gathered.take(row));
        rows_read(read);
    }
    Ok(gathered)
}

impl Gathered {
    fn count(&mut self, row: &FaultyRow) {
        let counts = match row.at {
            Some(at) => &mut self.hours.entry(Hour::containing(at)).or_default().quarantined,
            None => &mut self.timeless,
        };
        *counts.entry(row.fault.code().to_owned()).or_default() += 1;
    }

    fn take(&mut self, row: HistoryRow) {
        let HistoryRow { snapshot_at, mut status, capacity, name, position } = row;
        // A million rows name a thousand stations: each name is held once.
        match self.station_ids.get(&status.station_id) {
            Some(known) => status.station_id = known.clone(),
            None => _ = self.station_ids.insert(status.station_id.clone()),
        }
        let mut record = StationRecord::seen(status.station_id.clone(), snapshot_at);
        let description = name.zip(position).map(|(name, position)| Description { name, position });
        record.code = dated(status.station_code.clone(), snapshot_at);
        record.description = dated(description, snapshot_at);
        record.capacity = dated(capacity.filter(|capacity| *capacity > 0), snapshot_at);
        self.facts.merge(record);
        let hour = self.hours.entry(Hour::containing(snapshot_at)).or_default();
        hour.rows.push(Observation { snapshot_at, status, capacity, capacity_source: None });
    }
}
