//! What hours teach about stations, gathered over many of them and merged into the stations table at once.
//!
//! Every fact carries the time of the document that said it, so the table comes out the same whatever the order of
//! the hours (see `StationRecord::absorb`).

use std::{collections::BTreeMap, sync::Arc};

use velib_domain::{Observation, StationCode, StationInformation, SystemId, Timestamp};
use velib_lake::{Dated, Description, Lake, LakeError, StationRecord};

use crate::{information::Information, places::Places, station_rows::StationRows};

/// Facts by station.
#[derive(Default, Clone)]
pub(crate) struct StationFacts {
    /// One record a station, by station id.
    records: Vec<StationRecord>,
    /// Documents that describe stations, by when they were stored: many hours share one.
    documents: BTreeMap<Timestamp, Arc<Information>>,
}

impl StationFacts {
    /// The stations of an hour's rows.
    pub(crate) fn of_rows(rows: &[Observation], stations: &[StationRows]) -> Self {
        let seen = stations.iter().map(|station| seen_in(&rows[station.rows.clone()]));
        Self { records: seen.collect(), documents: BTreeMap::new() }
    }

    /// An information document described stations.
    pub(crate) fn describe(&mut self, document: Arc<Information>) {
        self.documents.insert(document.stored_at, document);
    }

    /// Adds a record to what is known.
    pub(crate) fn merge(&mut self, record: StationRecord) {
        match self.records.binary_search_by(|known| known.station_id.cmp(&record.station_id)) {
            Ok(known) => self.records[known].absorb(record),
            Err(place) => self.records.insert(place, record),
        }
    }

    /// Adds what other facts say.
    pub(crate) fn extend(&mut self, others: Self) {
        absorb_all(&mut self.records, others.records);
        self.documents.extend(others.documents);
    }

    /// Merges everything into the table and tells how many stations it has; no facts write nothing.
    pub(crate) async fn write(self, lake: &Lake, system: &SystemId) -> Result<usize, LakeError> {
        let told = self.into_records();
        if told.is_empty() {
            return Ok(lake.read_station_records(system).await?.len());
        }
        let places = Places::of(lake, system).await?;
        lake.update_station_records(system, |known| merged(known, told.clone(), &places)).await
    }

    fn into_records(mut self) -> Vec<StationRecord> {
        for document in self.documents.values() {
            let described = document.stations.iter().map(|station| described(station, document.stored_at));
            absorb_all(&mut self.records, described.collect());
        }
        self.records
    }
}

fn merged(mut known: Vec<StationRecord>, told: Vec<StationRecord>, places: &Places) -> Vec<StationRecord> {
    known.sort_by(|a, b| a.station_id.cmp(&b.station_id));
    absorb_all(&mut known, told);
    for record in &mut known {
        places.place(record);
    }
    known
}

/// Merges records into others; both are in the order of station ids, and stay so.
fn absorb_all(known: &mut Vec<StationRecord>, others: Vec<StationRecord>) {
    let mut place = 0;
    let mut new = Vec::new();
    for other in others {
        place += known[place..].iter().take_while(|record| record.station_id < other.station_id).count();
        match known.get_mut(place).filter(|record| record.station_id == other.station_id) {
            Some(record) => record.absorb(other),
            None => new.push(other),
        }
    }
    if !new.is_empty() {
        known.append(&mut new);
        known.sort_by(|a, b| a.station_id.cmp(&b.station_id));
    }
}

/// What the rows of one station, oldest first, tell of it.
fn seen_in(rows: &[Observation]) -> StationRecord {
    let mut record = StationRecord::seen(rows[0].status.station_id.clone(), rows[0].snapshot_at);
    record.last_seen = rows[rows.len() - 1].snapshot_at;
    let codes = rows.iter().rev().map(|row| dated(row.status.station_code.clone(), row.snapshot_at));
    record.code = codes.flatten().next();
    record
}

fn described(station: &StationInformation, at: Timestamp) -> StationRecord {
    let mut record = StationRecord::seen(station.station_id.clone(), at);
    let description = Description { name: station.name.clone(), position: station.position };
    record.code = dated::<StationCode>(station.station_code.clone(), at);
    record.description = dated(Some(description), at);
    record.capacity = dated(station.capacity.filter(|capacity| *capacity > 0), at);
    record
}

pub(crate) fn dated<T>(value: Option<T>, at: Timestamp) -> Option<Dated<T>> {
    value.map(|value| Dated { at, value })
}
