//! Silver: refined hours and the stations table. One hour is one object, written whole; writing it again replaces it.
//!
//! What goes into an hour is decided by whoever refines it. Here rows are only sorted, so that the same rows in any
//! order make the same bytes. Hours are read in `silver_reader`, because an hour may stand in its day's object instead.

use std::sync::atomic::{AtomicUsize, Ordering};

use velib_domain::{Hour, Observation, Station, SystemId};

use crate::{
    Lake, LakeError, Lineage, StationRecord,
    keys::{SilverKey, StationsKey},
    lineage::DIGEST_NAME,
    observation_table, station_table,
};

impl Lake {
    /// Writes a refined hour and tells the object's size in bytes.
    pub async fn write_silver_hour(
        &self,
        system: &SystemId,
        hour: Hour,
        rows: &[Observation],
    ) -> Result<usize, LakeError> {
        self.write_hour(system, hour, rows, None).await
    }

    /// As [`Lake::write_silver_hour`], and the object tells which documents it was made from.
    pub async fn write_refined_hour(
        &self,
        system: &SystemId,
        hour: Hour,
        rows: &[Observation],
        lineage: &Lineage,
    ) -> Result<usize, LakeError> {
        self.write_hour(system, hour, rows, Some((DIGEST_NAME, &lineage.digest))).await
    }

    async fn write_hour(
        &self,
        system: &SystemId,
        hour: Hour,
        rows: &[Observation],
        mark: Option<(&str, &str)>,
    ) -> Result<usize, LakeError> {
        let key = SilverKey { system: system.clone(), hour };
        if let Some(stray) = rows.iter().find(|row| !hour.contains(row.snapshot_at)) {
            return Err(LakeError::OutsideHour { key: key.to_string(), snapshot_at: stray.snapshot_at });
        }
        let object = observation_table::encode(&key, rows, mark)?;
        let bytes = object.len();
        self.put(&key, object).await?;
        Ok(bytes)
    }

    /// Replaces the stations table by stations that are known entirely, each as of its `last_seen`.
    pub async fn write_stations(&self, system: &SystemId, stations: &[Station]) -> Result<(), LakeError> {
        let records: Vec<StationRecord> = stations.iter().cloned().map(StationRecord::from).collect();
        self.write_station_records(system, &records).await
    }

    /// Every station whose name and place are known; empty where nothing was ever refined.
    pub async fn read_stations(&self, system: &SystemId) -> Result<Vec<Station>, LakeError> {
        let records = self.read_station_records(system).await?;
        Ok(records.into_iter().filter_map(StationRecord::into_station).collect())
    }

    /// Replaces the stations table.
    pub async fn write_station_records(
        &self,
        system: &SystemId,
        records: &[StationRecord],
    ) -> Result<(), LakeError> {
        let key = StationsKey { system: system.clone() };
        self.put(&key, station_table::encode(&key, records)?).await
    }

    /// Replaces the stations table by what `change` makes of it, and loses nothing that others write meanwhile.
    ///
    /// `change` is asked again where somebody else was faster. Tells how many stations the table has now.
    pub async fn update_station_records(
        &self,
        system: &SystemId,
        change: impl Fn(Vec<StationRecord>) -> Vec<StationRecord>,
    ) -> Result<usize, LakeError> {
        let key = StationsKey { system: system.clone() };
        let count = AtomicUsize::new(0);
        let write = self.update(&key, |object| {
            let known = object.map_or(Ok(Vec::new()), |object| station_table::decode(&key, object))?;
            let records = change(known);
            count.store(records.len(), Ordering::Relaxed);
            station_table::encode(&key, &records)
        });
        write.await?;
        Ok(count.into_inner())
    }

    /// Every station ever seen, those included of which only counts are known.
    pub async fn read_station_records(&self, system: &SystemId) -> Result<Vec<StationRecord>, LakeError> {
        let key = StationsKey { system: system.clone() };
        match self.get(&key).await? {
            Some(object) => station_table::decode(&key, object),
            None => Ok(Vec::new()),
        }
    }
}
