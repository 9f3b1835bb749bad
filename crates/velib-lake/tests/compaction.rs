//! A day put together from its hours: what readers see before, between and after the writes, and what the footer tells.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::{fs, path::Path};

use jiff::civil::Date;
use velib_domain::{Counts, Hour, Observation, SignedDuration, StationId, StationStatus, SystemId};
use velib_lake::{BronzeKey, Feed, HourObjects, Lake, LakeError, Lineage};

const DAY_FILE: &str = "silver/station_status_daily/system=velib/date=2026-11-20/part-0.parquet";

fn velib() -> SystemId {
    "velib".parse().unwrap()
}

fn day() -> Date {
    "2026-11-20".parse().unwrap()
}

fn hour(text: &str) -> Hour {
    text.parse().unwrap()
}

fn row(hour: Hour, station: u64, bikes: u16) -> Observation {
    Observation {
        snapshot_at: hour.start() + SignedDuration::from_mins(5),
        status: StationStatus {
            station_id: StationId::new(station.to_string()),
            station_code: None,
            counts: Counts { bikes, mechanical: None, ebikes: None, docks: Some(3) },
            reported_at: None,
            is_installed: Some(true),
            is_renting: Some(true),
            is_returning: Some(true),
        },
        capacity: None,
        capacity_source: None,
    }
}

fn lineage(hour: Hour) -> Lineage {
    Lineage::new("1", &[BronzeKey::new(velib(), Feed::StationStatus, hour.start())], &[], None)
}

fn hours_of_the_day() -> Vec<Hour> {
    hour("2026-11-20T00").until(hour("2026-11-21T00")).collect()
}

/// A day whose even hours were refined and whose odd ones were imported.
async fn collected(lake: &Lake) {
    for (bikes, hour) in (0..).zip(hours_of_the_day()) {
        let rows = [row(hour, 1, bikes), row(hour, 2, 1)];
        if bikes % 2 == 0 {
            lake.write_refined_hour(&velib(), hour, &rows, &lineage(hour)).await.unwrap();
        } else {
            lake.write_silver_hour(&velib(), hour, &rows).await.unwrap();
        }
    }
}

/// A folder with such a day in it, compacted.
async fn compacted() -> (tempfile::TempDir, Lake) {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    collected(&lake).await;
    compact(&lake).await;
    (folder, lake)
}

async fn compact(lake: &Lake) {
    lake.compact_day(&velib(), day(), HourObjects::Delete).await.unwrap();
}

/// Bikes at the first station, hour by hour.
async fn bikes(lake: &Lake) -> Vec<u16> {
    let hours = lake.silver_hours(&velib()).await.unwrap();
    let read = lake.read_silver_hours(&velib(), hours).await.unwrap();
    read.into_values().map(|rows| rows[0].status.counts.bikes).collect()
}

fn object(folder: &Path) -> Vec<u8> {
    fs::read(folder.join(DAY_FILE)).unwrap()
}

#[tokio::test]
async fn a_day_is_one_object_and_reads_as_its_hours() {
    let (folder, lake) = compacted().await;
    assert_eq!(bikes(&lake).await, (0..24).collect::<Vec<u16>>());
    assert!(!folder.path().join("silver/station_status").exists(), "no hour is left, and no empty folder");
    for (bikes, hour) in (0..).zip(hours_of_the_day()) {
        let rows = lake.read_silver_hour(&velib(), hour).await.unwrap();
        assert_eq!(rows, Some(vec![row(hour, 1, bikes), row(hour, 2, 1)]), "{hour} alone");
        let digest = lake.silver_digest(&velib(), hour).await.unwrap();
        assert_eq!(digest, (bikes % 2 == 0).then(|| lineage(hour).digest), "{hour}");
    }
}

#[tokio::test]
async fn one_step_or_many_make_the_same_bytes() {
    let (folder, lake) = compacted().await;
    let once = object(folder.path());
    compact(&lake).await;
    assert!(object(folder.path()) == once, "again");
    let other = tempfile::tempdir().unwrap();
    let lake = Lake::folder(other.path()).unwrap();
    for hour in hours_of_the_day() {
        lake.write_silver_hour(&velib(), hour, &[]).await.unwrap();
        compact(&lake).await;
    }
    collected(&lake).await;
    compact(&lake).await;
    assert!(object(other.path()) == once, "hour by hour, and each refined again");
}

#[tokio::test]
async fn hours_beside_the_day_that_holds_them_are_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    collected(&lake).await;
    let kept = lake.compact_day(&velib(), day(), HourObjects::Keep).await.unwrap();
    assert_eq!((kept.hours_put_in, kept.hours_deleted, kept.rows), (24, 0, 48));
    assert_eq!(bikes(&lake).await, (0..24).collect::<Vec<u16>>());
    let objects = lake.silver_objects(&velib()).await.unwrap();
    let silent = objects.iter().flatten().filter(|object| object.hours.is_empty());
    assert_eq!(silent.map(|object| object.key.as_str()).collect::<Vec<_>>(), [DAY_FILE]);
    compact(&lake).await;
    assert_eq!(bikes(&lake).await, (0..24).collect::<Vec<u16>>());
    assert_eq!(lake.silver_objects(&velib()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_day_that_is_damaged_is_named_with_what_to_do_and_nothing_is_deleted_for_it() {
    let (folder, lake) = compacted().await;
    let noon = hour("2026-11-20T12");
    lake.write_silver_hour(&velib(), noon, &[row(noon, 1, 99)]).await.unwrap();
    let mut bytes = object(folder.path());
    // Rows are damaged and the footer is not.
    bytes[..200].fill(0);
    fs::write(folder.path().join(DAY_FILE), &bytes).unwrap();
    let refused = [
        lake.compact_day(&velib(), day(), HourObjects::Delete).await.map(drop),
        lake.read_silver_hour(&velib(), noon.next()).await.map(drop),
    ];
    for refused in refused.map(Result::unwrap_err) {
        assert!(matches!(&refused, LakeError::Corrupt { key, .. } if key == DAY_FILE), "{refused}");
        assert!(refused.to_string().contains("velib compact"), "{refused}");
    }
    let rows = lake.read_silver_hour(&velib(), noon).await.unwrap().unwrap();
    assert_eq!(rows[0].status.counts.bikes, 99, "the hour that has its own object is read all the same");
}

#[tokio::test]
async fn a_day_without_a_footer_is_told_among_the_objects_and_stops_no_refining() {
    let (folder, lake) = compacted().await;
    fs::write(folder.path().join(DAY_FILE), b"PAR1 no more").unwrap();
    let objects = lake.silver_objects(&velib()).await.unwrap();
    assert!(matches!(&objects[..], [Err(LakeError::Corrupt { key, .. })] if key == DAY_FILE));
    assert!(lake.silver_hours(&velib()).await.is_err(), "hours are not passed over in silence");
    assert_eq!(lake.silver_digest(&velib(), hour("2026-11-20T12")).await.unwrap(), None, "to be made again");
}

#[tokio::test]
async fn a_damaged_day_whose_hours_all_have_their_own_object_again_is_mended() {
    let (folder, lake) = compacted().await;
    let clean = object(folder.path());
    let mut bytes = clean.clone();
    bytes[..200].fill(0);
    fs::write(folder.path().join(DAY_FILE), &bytes).unwrap();
    collected(&lake).await;
    compact(&lake).await;
    assert!(object(folder.path()) == clean);
    assert_eq!(lake.days_with_hour_objects(&velib()).await.unwrap(), []);
}

/// Compactors and writers of the same hours on several threads, in a folder that they share.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn compactors_and_writers_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    collected(&lake).await;
    let writer = |station: u64| {
        let lake = lake.clone();
        tokio::spawn(async move {
            for hour in hours_of_the_day().into_iter().filter(|hour| hour.civil().hour() % 4 == station as i8)
            {
                let rows = [row(hour, 1, 500), row(hour, 2, 1)];
                lake.write_silver_hour(&velib(), hour, &rows).await.unwrap();
                let read = lake.read_silver_hour(&velib(), hour).await.unwrap().unwrap();
                assert!(read == rows, "{hour} is read as it was written");
            }
        })
    };
    let compactor = |_| {
        let lake = lake.clone();
        tokio::spawn(async move {
            for _ in 0..12 {
                compact(&lake).await;
            }
        })
    };
    let tasks: Vec<_> = (0..4).map(writer).chain((0..3).map(compactor)).collect();
    for task in tasks {
        task.await.unwrap();
    }
    compact(&lake).await;
    assert_eq!(bikes(&lake).await, [500; 24]);
    let clean = tempfile::tempdir().unwrap();
    let alone = Lake::folder(clean.path()).unwrap();
    for hour in hours_of_the_day() {
        alone.write_silver_hour(&velib(), hour, &[row(hour, 1, 500), row(hour, 2, 1)]).await.unwrap();
    }
    compact(&alone).await;
    assert!(object(folder.path()) == object(clean.path()), "and the day is as one clean run makes it");
}
