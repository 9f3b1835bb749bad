//! What an hour teaches about stations, gathered over many hours and merged into the stations table at once.
//!
//! Every fact carries the time of the document that said it, so the table comes out the same whatever the order of
//! the hours (see `StationRecord::merge`).

use std::collections::BTreeMap;

use velib_domain::{StationCode, StationId, StationInformation, StationStatus, SystemId, Timestamp};
use velib_lake::{Dated, Description, Lake, LakeError, StationRecord};

use crate::{information::Information, places::Places};

/// Facts by station.
#[derive(Default, Clone)]
pub(crate) struct StationFacts(BTreeMap<StationId, StationRecord>);

impl StationFacts {
    /// A station stood in a status document.
    pub(crate) fn status(&mut self, status: &StationStatus, at: Timestamp) {
        let mut record = StationRecord::seen(status.station_id.clone(), at);
        record.code = dated(status.station_code.clone(), at);
        self.merge(record);
    }

    /// An information document described stations.
    pub(crate) fn information(&mut self, document: &Information) {
        for station in document.stations.values() {
            self.merge(described(station, document.stored_at));
        }
    }

    /// A capacity was given by an earlier document.
    pub(crate) fn capacity(&mut self, station_id: &StationId, capacity: Dated<u16>) {
        let mut record = StationRecord::seen(station_id.clone(), capacity.at);
        record.capacity = Some(capacity);
        self.merge(record);
    }

    /// Adds a record to what is known.
    pub(crate) fn merge(&mut self, record: StationRecord) {
        match self.0.get_mut(&record.station_id) {
            Some(known) => *known = known.clone().merge(record),
            None => _ = self.0.insert(record.station_id.clone(), record),
        }
    }

    /// Adds what other facts say.
    pub(crate) fn extend(&mut self, others: Self) {
        for record in others.0.into_values() {
            self.merge(record);
        }
    }

    /// Merges everything into the table and tells how many stations it has; no facts write nothing.
    pub(crate) async fn write(&self, lake: &Lake, system: &SystemId) -> Result<usize, LakeError> {
        if self.0.is_empty() {
            return Ok(lake.read_station_records(system).await?.len());
        }
        let places = Places::of(lake, system).await?;
        lake.update_station_records(system, |known| self.merged_into(known, &places)).await
    }

    fn merged_into(&self, known: Vec<StationRecord>, places: &Places) -> Vec<StationRecord> {
        let mut facts = self.clone();
        for record in known {
            facts.merge(record);
        }
        let mut records: Vec<StationRecord> = facts.0.into_values().collect();
        for record in &mut records {
            places.place(record);
        }
        records
    }
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
