//! One hour of bronze becomes one hour of silver.
//!
//! The result depends on the hour's own status documents and on the information documents stored before its end, and
//! on nothing else: not on the clock, not on silver written before, not on which hours were refined first.

use std::collections::{BTreeMap, BTreeSet};

use velib_domain::{Hour, Observation, StationId, StatusSnapshot, SystemId};
use velib_lake::{Dated, Feed, Lake, LakeError};

use crate::{
    RefineError, RefinedHour, RefinedRange,
    capacity::{ObservedCapacities, best_capacity},
    documents::{HourDocuments, read_status},
    information::{Information, InformationArchive},
    stations::StationFacts,
};

/// Refines one hour and brings the stations table up to date.
pub async fn refine_hour(lake: &Lake, system: &SystemId, hour: Hour) -> Result<RefinedHour, RefineError> {
    let mut refined = RefinedHour::empty(hour);
    refine_range(lake, system, [hour].into_iter(), |hour| refined = hour.clone()).await?;
    Ok(refined)
}

/// Refines hours one after the other, tells of each, and brings the stations table up to date at the end.
///
/// An hour without documents is left as it is: it may have been imported. A run that fails can simply be repeated.
pub async fn refine_range(
    lake: &Lake,
    system: &SystemId,
    hours: impl Iterator<Item = Hour>,
    mut progress: impl FnMut(&RefinedHour),
) -> Result<RefinedRange, RefineError> {
    let mut archive = InformationArchive::new(lake, system);
    let mut facts = StationFacts::default();
    let mut range = RefinedRange::new(system);
    for hour in hours {
        let refined = refine(lake, system, hour, &mut archive, &mut facts).await;
        let refined = refined.map_err(|source| RefineError::Hour { hour, source })?;
        range.add(&refined);
        progress(&refined);
    }
    let stations = facts.write(lake, system).await.map_err(|source| RefineError::Stations { source })?;
    range.stations = stations as u64;
    Ok(range)
}

async fn refine(
    lake: &Lake,
    system: &SystemId,
    hour: Hour,
    archive: &mut InformationArchive<'_>,
    facts: &mut StationFacts,
) -> Result<RefinedHour, LakeError> {
    let keys = lake.bronze_in_hour(system, Feed::StationStatus, hour).await?;
    if keys.is_empty() {
        return Ok(RefinedHour::empty(hour));
    }
    let HourDocuments { snapshots, mut report } = read_status(lake, system, hour, &keys).await?;
    report.snapshots = snapshots.len() as u64;
    let mut rows = uncompleted_rows(snapshots);
    let current = archive.current(hour).await?;
    let information = current.document.as_deref();
    let remembered = archive.remembered(hour, without_capacity(&rows, information)).await?;
    complete(&mut rows, information, &remembered);
    learn(facts, &rows, information, &remembered);

    report.unreadable.extend(current.unreadable);
    report.rows = rows.len() as u64;
    report.unknown_stations = unknown_stations(&rows, information);
    report.information_quarantined =
        information.map(|document| document.quarantined.clone()).unwrap_or_default();
    let bytes = lake.write_silver_hour(system, hour, &rows).await?;
    lake.write_quality(system, hour, &report).await?;
    Ok(RefinedHour::of(&report, bytes))
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

fn learn(
    facts: &mut StationFacts,
    rows: &[Observation],
    information: Option<&Information>,
    remembered: &BTreeMap<StationId, Dated<u16>>,
) {
    for row in rows {
        facts.status(&row.status, row.snapshot_at);
    }
    for (station_id, capacity) in remembered {
        facts.capacity(station_id, *capacity);
    }
    if let Some(document) = information {
        facts.information(document);
    }
}

fn unknown_stations(rows: &[Observation], information: Option<&Information>) -> u64 {
    let ids: BTreeSet<_> = rows.iter().map(|row| &row.status.station_id).collect();
    let is_known = |id: &StationId| information.is_some_and(|document| document.stations.contains_key(id));
    ids.into_iter().filter(|id| !is_known(id)).count() as u64
}
