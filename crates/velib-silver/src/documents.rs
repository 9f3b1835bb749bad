//! The status documents of an hour, read and parsed in order, with everything about them that a report counts.

use futures::{StreamExt, TryStreamExt};
use velib_domain::{Hour, Observation, StatusSnapshot, SystemId};
use velib_gbfs::{RejectReason, Rejected, StatusReader, VehicleTypes};
use velib_lake::{BronzeKey, FeedAge, Lake, LakeError, Origin, QualityReport, UnreadableDocument};

/// How many documents are read ahead.
const READ_AHEAD: usize = 8;

/// Every record of every snapshot of an hour, oldest first, without a capacity yet, and the report so far.
pub(crate) struct HourDocuments {
    pub(crate) rows: Vec<Observation>,
    pub(crate) report: QualityReport,
}

/// Reads every document; one that is no GBFS document is reported, one that is damaged stops the hour.
pub(crate) async fn read_status(
    lake: &Lake,
    system: &SystemId,
    hour: Hour,
    keys: &[BronzeKey],
    types: &VehicleTypes,
    reader: &mut StatusReader,
) -> Result<HourDocuments, LakeError> {
    let mut report = QualityReport::new(system.clone(), hour, Origin::Bronze);
    let (mut snapshots, mut ages, mut previous) = (Vec::new(), Vec::new(), None);
    let reads = futures::stream::iter(keys.to_vec())
        .map(|key| async move { Ok((lake.read_bronze(&key).await?, key)) });
    let mut bodies = reads.buffered(READ_AHEAD);
    while let Some((body, key)) = bodies.try_next().await? {
        report.documents += 1;
        match reader.read_with(&body, key.stored_at, types) {
            Ok(parsed) => {
                count_rejected(&mut report, &parsed.rejected);
                ages.extend(parsed.updated_at.map(|at| key.stored_at.as_second() - at.as_second()));
                snapshots.push(parsed.value);
            }
            Err(error) => {
                let reason = error.to_string();
                report.unreadable.push(UnreadableDocument { key: key.to_string(), reason });
            }
        }
        report.repeated_documents += u64::from(previous.as_ref() == Some(&body));
        previous = Some(body);
    }
    report.feed_age = FeedAge::of(ages);
    report.snapshots = snapshots.len() as u64;
    report.longest_unchanged_seconds = longest_unchanged_seconds(&snapshots);
    let rows = snapshots.into_iter().flat_map(uncompleted_rows).collect();
    Ok(HourDocuments { rows, report })
}

fn uncompleted_rows(
    StatusSnapshot { snapshot_at, stations }: StatusSnapshot,
) -> impl Iterator<Item = Observation> {
    stations.into_iter().map(move |status| Observation {
        snapshot_at,
        status,
        capacity: None,
        capacity_source: None,
    })
}

fn longest_unchanged_seconds(snapshots: &[StatusSnapshot]) -> u64 {
    let stretches = snapshots.chunk_by(StatusSnapshot::says_the_same);
    let seconds = stretches.filter_map(|stretch| {
        let (first, last) = (stretch.first()?, stretch.last()?);
        Some(last.snapshot_at.duration_since(first.snapshot_at).as_secs().unsigned_abs())
    });
    seconds.max().unwrap_or(0)
}

fn count_rejected(report: &mut QualityReport, rejected: &[Rejected]) {
    for Rejected { reason, .. } in rejected {
        match reason {
            RejectReason::DuplicateId => report.duplicates += 1,
            reason => *report.quarantined.entry(reason.code().to_owned()).or_default() += 1,
        }
    }
}
