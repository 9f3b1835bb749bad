//! One hour of bronze becomes one hour of silver.
//!
//! The result depends on the hour's own status documents and on the information and vehicle type documents stored before
//! its end, and on nothing else: not on the clock, not on silver written before, not on which hours were refined first.
//! Those documents are the hour's lineage; where silver and its report already tell the same lineage, nothing is to be
//! done.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use velib_domain::{Hour, Observation, StationId, SystemId};
use velib_gbfs::{StatusReader, VehicleTypes};
use velib_lake::{BronzeKey, Dated, Feed, Lake, LakeError, Lineage, QualityReport, StationRecord};

use crate::{
    Redo, RefinedHour,
    capacity::{best_capacity, most_together},
    documents::{HourDocuments, read_status},
    information::InformationArchive,
    station_rows::{StationRows, by_station, in_table_order},
    stations::StationFacts,
    vehicle_types::{CurrentTypes, VehicleTypesArchive},
};

/// Part of every lineage: to be raised whenever the same documents make other rows or another report.
const METHOD: &str = "silver 2";

/// What refines hours of one system.
pub(crate) struct Refinery {
    pub(crate) lake: Lake,
    pub(crate) system: SystemId,
    archive: InformationArchive,
    types: VehicleTypesArchive,
    redo: Redo,
    /// Readers that no hour uses at the moment; there come to be as many as hours are at work at once.
    readers: Mutex<Vec<StatusReader>>,
}

/// What is to be done about an hour.
pub(crate) enum Standing {
    /// Nothing was collected: whatever is in silver may have been imported, and stays.
    Empty,
    /// Silver tells the very documents that are in bronze.
    Unchanged(Box<QualityReport>),
    /// To be refined from these status documents.
    Due(Vec<BronzeKey>),
}

/// An hour whose rows are in silver, with what is still to be written before it is finished.
pub(crate) struct HourOfSilver {
    pub(crate) refined: RefinedHour,
    pub(crate) report: QualityReport,
    pub(crate) facts: StationFacts,
}

impl Refinery {
    pub(crate) async fn open(lake: &Lake, system: &SystemId, redo: Redo) -> Result<Self, LakeError> {
        let archive = InformationArchive::open(lake, system).await?;
        let types = VehicleTypesArchive::open(lake, system).await?;
        let (lake, system) = (lake.clone(), system.clone());
        Ok(Self { lake, system, archive, types, redo, readers: Mutex::default() })
    }

    /// Whether another one, opened earlier, has seen the same information documents.
    pub(crate) fn sees_what(&self, earlier: &Self) -> bool {
        self.archive.stored() == earlier.archive.stored()
    }

    /// Compares an hour's lineage with what silver tells; reads no bronze.
    pub(crate) async fn standing(&self, hour: Hour) -> Result<Standing, LakeError> {
        let status = self.status_documents(hour).await?;
        if status.is_empty() {
            return Ok(Standing::Empty);
        }
        if self.redo == Redo::All {
            return Ok(Standing::Due(status));
        }
        let types = self.types.key(hour);
        let digest = Lineage::new(METHOD, &status, &self.archive.candidates(hour), types.as_ref()).digest;
        let report = match self.lake.read_quality(&self.system, hour).await {
            Err(LakeError::Corrupt { .. }) => None,
            report => report?,
        };
        let told =
            report.filter(|report| report.made_from.as_ref().is_some_and(|made| made.digest == digest));
        let Some(report) = told else { return Ok(Standing::Due(status)) };
        let in_silver = self.lake.silver_digest(&self.system, hour).await?;
        let is_unchanged = in_silver == Some(digest);
        Ok(if is_unchanged { Standing::Unchanged(Box::new(report)) } else { Standing::Due(status) })
    }

    /// Refines an hour from its documents, and again where documents arrived while it was at work: of two refiners at once the slower
    /// one may have seen less, and must not have the last word. Each round takes one more document, so it ends.
    pub(crate) async fn refine(
        &self,
        hour: Hour,
        mut status: Vec<BronzeKey>,
    ) -> Result<HourOfSilver, LakeError> {
        loop {
            let made = self.make(hour, &status).await?;
            let now = self.status_documents(hour).await?;
            if now == status {
                return Ok(made);
            }
            status = now;
        }
    }

    async fn make(&self, hour: Hour, status: &[BronzeKey]) -> Result<HourOfSilver, LakeError> {
        let candidates = self.archive.candidates(hour);
        self.archive.forget_before(hour, &candidates);
        let types_key = self.types.key(hour);
        let lineage = Lineage::new(METHOD, status, &candidates, types_key.as_ref());
        let CurrentTypes { types, unreadable } = self.types.read(types_key.as_ref()).await?;
        let HourDocuments { rows, mut report } = self.read(hour, status, &types).await?;
        let mut rows = in_table_order(rows);
        let current = self.archive.current(&candidates).await?;
        let stations = by_station(&rows, current.document.as_deref());
        let remembered = self.archive.remembered(&candidates, without_capacity(&stations)).await?;
        complete(&mut rows, &stations, &remembered);

        report.unreadable.extend(current.unreadable.into_iter().chain(unreadable));
        report.rows = rows.len() as u64;
        report.unknown_stations =
            stations.iter().filter(|station| station.described.is_none()).count() as u64;
        report.information_quarantined =
            current.document.as_ref().map(|document| document.quarantined.clone()).unwrap_or_default();
        let bytes = self.lake.write_refined_hour(&self.system, hour, &rows, &lineage).await?;
        report.made_from = Some(lineage);
        let mut facts = learned(&rows, &stations, remembered);
        current.document.into_iter().for_each(|document| facts.describe(document));
        Ok(HourOfSilver { refined: RefinedHour::of(&report, bytes), report, facts })
    }

    async fn read(
        &self,
        hour: Hour,
        status: &[BronzeKey],
        types: &VehicleTypes,
    ) -> Result<HourDocuments, LakeError> {
        let free = || self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = free().pop().unwrap_or_default();
        let documents = read_status(&self.lake, &self.system, hour, status, types, &mut reader).await;
        free().push(reader);
        documents
    }

    async fn status_documents(&self, hour: Hour) -> Result<Vec<BronzeKey>, LakeError> {
        self.lake.bronze_in_hour(&self.system, Feed::StationStatus, hour).await
    }
}

fn without_capacity(stations: &[StationRows]) -> BTreeSet<StationId> {
    let unknown = stations.iter().filter(|station| station.feed_capacity().is_none());
    unknown.map(|station| station.station_id.clone()).collect()
}

/// Gives each row the best capacity there is, and the printed code where the status document had none.
fn complete(
    rows: &mut [Observation],
    stations: &[StationRows],
    remembered: &BTreeMap<StationId, Dated<u16>>,
) {
    for station in stations {
        let rows = &mut rows[station.rows.clone()];
        let said = station.feed_capacity();
        let earlier = remembered.get(&station.station_id).map(|capacity| capacity.value);
        let (capacity, source) = best_capacity(said, earlier, most_together(&*rows));
        for row in rows {
            (row.capacity, row.capacity_source) = (capacity, source);
            if row.status.station_code.is_none() {
                row.status.station_code =
                    station.described.and_then(|described| described.station_code.clone());
            }
        }
    }
}

fn learned(
    rows: &[Observation],
    stations: &[StationRows],
    remembered: BTreeMap<StationId, Dated<u16>>,
) -> StationFacts {
    let mut facts = StationFacts::of_rows(rows, stations);
    for (station_id, capacity) in remembered {
        let mut record = StationRecord::seen(station_id, capacity.at);
        record.capacity = Some(capacity);
        facts.merge(record);
    }
    facts
}
