//! One hour of bronze becomes one hour of silver.
//!
//! The result depends on the hour's own status documents and on the information and vehicle type documents stored before
//! its end, and on nothing else: not on the clock, not on silver written before, not on which hours were refined first.
//! Those documents are the hour's lineage; where silver and its report already tell the same lineage, nothing is to be
//! done.

use std::collections::{BTreeMap, BTreeSet};

use velib_domain::{Hour, Observation, StationId, StatusSnapshot, SystemId};
use velib_lake::{BronzeKey, Dated, Feed, Lake, LakeError, Lineage, QualityReport};

use crate::{
    Redo, RefinedHour,
    capacity::{ObservedCapacities, best_capacity},
    documents::{HourDocuments, read_status},
    information::{Information, InformationArchive},
    stations::StationFacts,
    vehicle_types::{CurrentTypes, VehicleTypesArchive},
};

/// Part of every lineage: to be raised whenever the same documents make other rows or another report.
const METHOD: &str = "silver 1";

/// What refines hours of one system.
pub(crate) struct Refinery {
    pub(crate) lake: Lake,
    pub(crate) system: SystemId,
    archive: InformationArchive,
    types: VehicleTypesArchive,
    redo: Redo,
}

/// What is to be done about an hour.
pub(crate) enum Standing {
    /// Nothing was collected: whatever is in silver may have been imported, and stays.
    Empty,
    /// Silver tells the very documents that are in bronze.
    Unchanged(Box<QualityReport>),
    /// To be refined.
    Due,
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
        Ok(Self { lake: lake.clone(), system: system.clone(), archive, types, redo })
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
            return Ok(Standing::Due);
        }
        let types = self.types.key(hour);
        let digest = Lineage::new(METHOD, &status, &self.archive.candidates(hour), types.as_ref()).digest;
        let report = match self.lake.read_quality(&self.system, hour).await {
            Err(LakeError::Corrupt { .. }) => None,
            report => report?,
        };
        let told =
            report.filter(|report| report.made_from.as_ref().is_some_and(|made| made.digest == digest));
        let Some(report) = told else { return Ok(Standing::Due) };
        let in_silver = self.lake.silver_digest(&self.system, hour).await?;
        Ok(if in_silver == Some(digest) { Standing::Unchanged(Box::new(report)) } else { Standing::Due })
    }

    /// Refines an hour, and again where documents arrived while it was at work: of two refiners at once the slower
    /// one may have seen less, and must not have the last word. Each round takes one more document, so it ends.
    pub(crate) async fn refine(&self, hour: Hour) -> Result<HourOfSilver, LakeError> {
        let mut status = self.status_documents(hour).await?;
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
        let HourDocuments { snapshots, mut report } =
            read_status(&self.lake, &self.system, hour, status, &types).await?;
        report.snapshots = snapshots.len() as u64;
        let mut rows = uncompleted_rows(snapshots);
        let current = self.archive.current(&candidates).await?;
        let information = current.document.as_deref();
        let remembered = self.archive.remembered(&candidates, without_capacity(&rows, information)).await?;
        complete(&mut rows, information, &remembered);

        report.unreadable.extend(current.unreadable.into_iter().chain(unreadable));
        report.rows = rows.len() as u64;
        report.unknown_stations = unknown_stations(&rows, information);
        report.information_quarantined =
            information.map(|document| document.quarantined.clone()).unwrap_or_default();
        let bytes = self.lake.write_refined_hour(&self.system, hour, &rows, &lineage).await?;
        report.made_from = Some(lineage);
        let facts = learned(&rows, information, &remembered);
        Ok(HourOfSilver { refined: RefinedHour::of(&report, bytes), report, facts })
    }

    async fn status_documents(&self, hour: Hour) -> Result<Vec<BronzeKey>, LakeError> {
        self.lake.bronze_in_hour(&self.system, Feed::StationStatus, hour).await
    }
}

/// Every record of every snapshot, without a capacity yet.
fn uncompleted_rows(snapshots: Vec<StatusSnapshot>) -> Vec<Observation> {
    let rows = snapshots.into_iter().flat_map(|StatusSnapshot { snapshot_at, stations }| {
        stations.into_iter().map(move |status| Observation {
            snapshot_at,
            status,
            capacity: None,
            capacity_source: None,
        })
    });
    rows.collect()
}

fn feed_capacity(information: Option<&Information>, station_id: &StationId) -> Option<u16> {
    information?.stations.get(station_id)?.capacity.filter(|capacity| *capacity > 0)
}

fn without_capacity(rows: &[Observation], information: Option<&Information>) -> BTreeSet<StationId> {
    let ids = rows.iter().map(|row| &row.status.station_id);
    ids.filter(|id| feed_capacity(information, id).is_none()).cloned().collect()
}

/// Gives each row the best capacity there is, and the printed code where the status document had none.
fn complete(
    rows: &mut [Observation],
    information: Option<&Information>,
    remembered: &BTreeMap<StationId, Dated<u16>>,
) {
    let observed = ObservedCapacities::of(rows.iter());
    for row in rows {
        let id = &row.status.station_id;
        let said = feed_capacity(information, id);
        let earlier = remembered.get(id).map(|capacity| capacity.value);
        (row.capacity, row.capacity_source) = best_capacity(said, earlier, observed.get(id));
        if row.status.station_code.is_none() {
            let described = information.and_then(|document| document.stations.get(id));
            row.status.station_code = described.and_then(|station| station.station_code.clone());
        }
    }
}

fn learned(
    rows: &[Observation],
    information: Option<&Information>,
    remembered: &BTreeMap<StationId, Dated<u16>>,
) -> StationFacts {
    let mut facts = StationFacts::default();
    for row in rows {
        facts.status(&row.status, row.snapshot_at);
    }
    for (station_id, capacity) in remembered {
        facts.capacity(station_id, *capacity);
    }
    if let Some(document) = information {
        facts.information(document);
    }
    facts
}

fn unknown_stations(rows: &[Observation], information: Option<&Information>) -> u64 {
    let ids: BTreeSet<_> = rows.iter().map(|row| &row.status.station_id).collect();
    let is_known = |id: &StationId| information.is_some_and(|document| document.stations.contains_key(id));
    ids.into_iter().filter(|id| !is_known(id)).count() as u64
}
