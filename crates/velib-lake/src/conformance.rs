//! What every store behind a lake must do, as one suite: run it against a fresh, empty lake.
//!
//! It panics with a sentence at the first promise broken. It says nothing about speed or cost.

use futures::{StreamExt, TryStreamExt};
use velib_domain::{
    CapacitySource, Counts, Hour, Issue, IssuedCount, IssuedForecast, LatLon, Observation, SignedDuration,
    Station, StationCode, StationId, StationStatus, SystemId, Timestamp, Weather, WeatherHour, WeatherOrigin,
};

use crate::{
    BronzeKey, Feed, HourObjects, Lake, LakeError, Lineage, ModelKey, Origin, PutOutcome, QualityReport,
    StationRecord, lake::CONCURRENCY,
};

/// More documents than one page of an S3 listing holds.
const MANY: i64 = 1_005;

/// Runs the whole suite.
///
/// # Panics
///
/// At the first promise that the store does not keep.
pub async fn check(lake: &Lake) {
    let run = async {
        an_empty_lake_says_so(lake).await?;
        bronze_is_written_once_and_read_back(lake).await?;
        a_long_listing_is_whole_and_in_order(lake).await?;
        the_newest_document_before_an_instant_is_found(lake).await?;
        rejected_bodies_are_kept_apart(lake).await?;
        a_silver_hour_is_replaced_whole(lake).await?;
        the_stations_table_comes_back(lake).await?;
        a_quality_report_comes_back(lake).await?;
        a_refined_hour_tells_what_it_was_made_from(lake).await?;
        the_stations_table_is_changed_and_not_overwritten(lake).await?;
        weather_is_answered_as_it_was_known(lake).await?;
        only_the_version_that_was_read_is_replaced_or_deleted(lake).await?;
        a_compacted_day_is_read_as_its_hours(lake).await?;
        an_hour_refined_after_its_day_speaks_for_itself(lake).await?;
        the_first_forecasts_of_an_hour_stay(lake).await?;
        a_model_version_is_written_once(lake).await
    };
    let outcome: Result<(), LakeError> = run.await;
    outcome.expect("every operation of a working store succeeds");
}

fn system() -> SystemId {
    "conformance".parse().expect("a slug")
}

fn hour(text: &str) -> Hour {
    text.parse().expect("an hour")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn document(feed: Feed, time: &str) -> BronzeKey {
    BronzeKey::new(system(), feed, at(time))
}

async fn an_empty_lake_says_so(lake: &Lake) -> Result<(), LakeError> {
    let nowhere = hour("2020-01-01T00");
    assert_eq!(lake.newest_bronze(&system(), Feed::StationStatus).await?, None, "no newest document");
    assert!(lake.bronze_hours(&system(), Feed::StationStatus).await?.is_empty(), "no bronze hour");
    assert!(lake.silver_hours(&system()).await?.is_empty(), "no silver hour");
    assert_eq!(lake.read_silver_hour(&system(), nowhere).await?, None, "no silver rows");
    assert_eq!(lake.read_quality(&system(), nowhere).await?, None, "no quality report");
    assert!(lake.read_stations(&system()).await?.is_empty(), "no station");
    let absent = document(Feed::StationStatus, "2020-01-01T00:00:00Z");
    let missing = lake.read_bronze(&absent).await;
    assert!(
        matches!(missing, Err(LakeError::Missing { key }) if key == absent.to_string()),
        "a missing key is named"
    );
    Ok(())
}

async fn bronze_is_written_once_and_read_back(lake: &Lake) -> Result<(), LakeError> {
    let key = document(Feed::StationInformation, "2026-01-05T09:59:59Z");
    assert_eq!(lake.store_bronze(&key, b"first").await?, PutOutcome::Stored);
    assert_eq!(lake.store_bronze(&key, b"second").await?, PutOutcome::AlreadyStored);
    assert_eq!(lake.read_bronze(&key).await?, b"first", "the first body stays");
    Ok(())
}

async fn a_long_listing_is_whole_and_in_order(lake: &Lake) -> Result<(), LakeError> {
    let full = hour("2026-01-05T14");
    let second = |n| full.start() + SignedDuration::from_secs(n);
    let keys: Vec<BronzeKey> =
        (0..MANY).map(|n| BronzeKey::new(system(), Feed::StationStatus, second(n))).collect();
    // Written backwards, so that a store which lists by time of writing would be found out.
    let writes = futures::stream::iter(keys.iter().rev()).map(|key| lake.store_bronze(key, b"{}"));
    writes.buffer_unordered(CONCURRENCY).try_collect::<Vec<_>>().await?;
    let listed = lake.bronze_in_hour(&system(), Feed::StationStatus, full).await?;
    assert_eq!(listed, keys, "every key of the hour, oldest first");
    assert_eq!(lake.bronze_on_day(&system(), Feed::StationStatus, full.civil().date()).await?, keys);
    assert!(lake.bronze_in_hour(&system(), Feed::StationStatus, full.next()).await?.is_empty());
    Ok(())
}

async fn the_newest_document_before_an_instant_is_found(lake: &Lake) -> Result<(), LakeError> {
    let feed = Feed::StationInformation;
    for time in ["2026-01-05T10:00:00Z", "2026-01-07T00:00:00Z"] {
        lake.store_bronze(&document(feed, time), b"{}").await?;
    }
    let newest = async |time| lake.newest_bronze_before(&system(), feed, at(time)).await;
    assert_eq!(newest("2026-01-05T09:59:58Z").await?, None);
    assert_eq!(
        newest("2026-01-05T10:00:00Z").await?,
        Some(document(feed, "2026-01-05T10:00:00Z")),
        "inclusive"
    );
    assert_eq!(newest("2026-01-06T23:00:00Z").await?, Some(document(feed, "2026-01-05T10:00:00Z")));
    let last = Some(document(feed, "2026-01-07T00:00:00Z"));
    assert_eq!(lake.newest_bronze(&system(), feed).await?, last);
    let hours = lake.bronze_hours(&system(), feed).await?;
    assert_eq!(hours, ["2026-01-05T09", "2026-01-05T10", "2026-01-07T00"].map(hour), "ascending hours");
    Ok(())
}

async fn rejected_bodies_are_kept_apart(lake: &Lake) -> Result<(), LakeError> {
    let time = at("2026-01-05T10:00:00Z");
    for expected in [PutOutcome::Stored, PutOutcome::AlreadyStored] {
        let outcome =
            lake.store_rejected(&system(), Feed::StationStatus, time, b"<html>", "not JSON").await?;
        assert_eq!(outcome, expected);
    }
    let documents = lake.bronze_in_hour(&system(), Feed::StationStatus, Hour::containing(time)).await?;
    assert!(documents.is_empty(), "a rejected body is no document");
    Ok(())
}

async fn a_silver_hour_is_replaced_whole(lake: &Lake) -> Result<(), LakeError> {
    let full = hour("2026-01-05T14");
    let rows = [observation("2", full), observation("1", full)];
    lake.write_silver_hour(&system(), full, &rows[..1]).await?;
    let size = lake.write_silver_hour(&system(), full, &rows).await?;
    assert!(size > 0, "the object's size is told");
    let sorted = vec![rows[1].clone(), rows[0].clone()];
    assert_eq!(lake.read_silver_hour(&system(), full).await?, Some(sorted), "sorted by station");
    lake.write_silver_hour(&system(), full.previous(), &[]).await?;
    assert_eq!(
        lake.read_silver_hour(&system(), full.previous()).await?,
        Some(vec![]),
        "an hour without rows"
    );
    assert_eq!(lake.silver_hours(&system()).await?, [full.previous(), full]);
    Ok(())
}

fn observation(id: &str, hour: Hour) -> Observation {
    let counts = Counts { bikes: 3, mechanical: Some(1), ebikes: Some(2), docks: None };
    Observation {
        snapshot_at: hour.start(),
        status: StationStatus {
            station_id: StationId::new(id),
            station_code: Some(StationCode::new("16107")),
            counts,
            reported_at: None,
            is_installed: Some(true),
            is_renting: Some(false),
            is_returning: None,
        },
        capacity: Some(35),
        capacity_source: Some(CapacitySource::Feed),
    }
}

async fn the_stations_table_comes_back(lake: &Lake) -> Result<(), LakeError> {
    let station = Station {
        station_id: StationId::new("1"),
        station_code: None,
        name: "Benjamin Godard - Victor Hugo".to_owned(),
        position: LatLon { lat: 48.865_983, lon: 2.275_725 },
        capacity: Some(35),
        arrondissement: Some(16),
        commune: None,
        first_seen: at("2026-01-05T14:00:00Z"),
        last_seen: at("2026-01-05T14:59:59Z"),
    };
    lake.write_stations(&system(), std::slice::from_ref(&station)).await?;
    assert_eq!(lake.read_stations(&system()).await?, [station]);
    Ok(())
}

async fn a_quality_report_comes_back(lake: &Lake) -> Result<(), LakeError> {
    let full = hour("2026-01-05T14");
    let mut report = QualityReport::new(system(), full, Origin::Bronze);
    report.quarantined.insert("missing_id".to_owned(), 3);
    lake.write_quality(&system(), full, &report).await?;
    assert_eq!(lake.read_quality(&system(), full).await?, Some(report));
    Ok(())
}

async fn a_refined_hour_tells_what_it_was_made_from(lake: &Lake) -> Result<(), LakeError> {
    let full = hour("2026-01-05T14");
    let lineage = Lineage::new("1", &[document(Feed::StationStatus, "2026-01-05T14:00:00Z")], &[], None);
    lake.write_refined_hour(&system(), full, &[observation("1", full)], &lineage).await?;
    assert_eq!(lake.silver_digest(&system(), full).await?, Some(lineage.digest), "from the object's end");
    Ok(())
}

async fn the_stations_table_is_changed_and_not_overwritten(lake: &Lake) -> Result<(), LakeError> {
    let newcomer = |id: &'static str| {
        move |mut known: Vec<StationRecord>| {
            known.push(StationRecord::seen(StationId::new(id), at("2026-01-05T14:00:00Z")));
            known
        }
    };
    let system = system();
    let writes = ["a", "b", "c", "d"].map(|id| lake.update_station_records(&system, newcomer(id)));
    futures::future::try_join_all(writes).await?;
    let ids =
        lake.read_station_records(&system).await?.into_iter().map(|record| record.station_id.to_string());
    assert_eq!(ids.collect::<Vec<_>>(), ["1", "a", "b", "c", "d"], "four writers at once, and none lost");
    Ok(())
}

async fn weather_is_answered_as_it_was_known(lake: &Lake) -> Result<(), LakeError> {
    let (system, full) = (system(), hour("2026-01-05T14"));
    let told = |origin, celsius| WeatherHour {
        valid_at: full.end(),
        origin,
        weather: Weather { temperature_c: Some(celsius), ..Weather::default() },
    };
    for (fetched_at, celsius) in [(full.start(), 4.0), (full.end(), 5.0)] {
        let row = told(WeatherOrigin::Collected { fetched_at }, celsius);
        lake.write_weather_hour(&system, Hour::containing(fetched_at), &[row], "digest").await?;
    }
    let hindsight = told(WeatherOrigin::Reanalysis, 6.0);
    lake.merge_reanalysis(&system, full.civil().date(), &[hindsight]).await?;
    let known = lake.weather_as_known(&system, full.end()..full.next().end(), full.start()).await?;
    assert_eq!(known, [told(WeatherOrigin::Collected { fetched_at: full.start() }, 4.0)], "no peeking");
    assert_eq!(lake.weather_in_hindsight(&system, full.start()..full.next().end()).await?, [hindsight]);
    assert_eq!(lake.weather_digest(&system, full).await?.as_deref(), Some("digest"));
    assert_eq!(lake.weather_hours(&system).await?, [full, full.next()]);
    Ok(())
}

async fn only_the_version_that_was_read_is_replaced_or_deleted(lake: &Lake) -> Result<(), LakeError> {
    let key = "versions/one";
    assert!(lake.get_version(&key).await?.is_none());
    assert!(lake.put_over(&key, None, "first".into()).await?);
    assert!(!lake.put_over(&key, None, "second".into()).await?, "there is one already");
    let first = lake.get_version(&key).await?.expect("it was written");
    assert!(lake.put_over(&key, Some(&first), "second".into()).await?);
    assert!(!lake.put_over(&key, Some(&first), "third".into()).await?, "the first is no more");
    assert!(!lake.delete_version(&key, &first).await?, "nor can it be deleted");
    let second = lake.get_version(&key).await?.expect("it was replaced");
    assert_eq!(second.bytes, "second");
    assert!(lake.delete_version(&key, &second).await?);
    assert!(!lake.delete_version(&key, &second).await?, "it is gone");
    assert!(!lake.put_over(&key, Some(&second), "third".into()).await?, "and nothing is written over it");
    assert!(lake.keys_under("versions").await?.is_empty());
    Ok(())
}

/// An hour made from bronze, one that was imported, and one without rows.
async fn a_compacted_day_is_read_as_its_hours(lake: &Lake) -> Result<(), LakeError> {
    let [refined, imported, empty] = ["2026-02-03T04", "2026-02-03T05", "2026-02-03T23"].map(hour);
    let day = refined.civil().date();
    let lineage = Lineage::new("1", &[document(Feed::StationStatus, "2026-02-03T04:00:00Z")], &[], None);
    let (first, second) = (observation("1", refined), observation("2", imported));
    lake.write_refined_hour(&system(), refined, std::slice::from_ref(&first), &lineage).await?;
    lake.write_silver_hour(&system(), imported, std::slice::from_ref(&second)).await?;
    lake.write_silver_hour(&system(), empty, &[]).await?;
    let hours = lake.silver_hours(&system()).await?;
    for (put_in, deleted) in [(3, 3), (0, 0)] {
        let compacted = lake.compact_day(&system(), day, HourObjects::Delete).await?;
        assert_eq!((compacted.hours, compacted.hours_put_in, compacted.hours_deleted), (3, put_in, deleted));
        assert_eq!(compacted.rows, 2);
        assert_eq!(lake.silver_hours(&system()).await?, hours, "no hour is missing and none is twice");
        let read = lake.read_silver_hours(&system(), [refined, imported, empty, empty.next()]).await?;
        let read: Vec<_> = read.into_iter().collect();
        assert_eq!(read, [(refined, vec![first.clone()]), (imported, vec![second.clone()]), (empty, vec![])]);
        assert_eq!(lake.read_silver_hour(&system(), imported).await?, Some(vec![second.clone()]));
        assert_eq!(lake.silver_digest(&system(), refined).await?, Some(lineage.digest.clone()));
        assert_eq!(lake.silver_digest(&system(), imported).await?, None, "not made from bronze");
    }
    assert!(!lake.days_with_hour_objects(&system()).await?.contains(&day));
    Ok(())
}

async fn an_hour_refined_after_its_day_speaks_for_itself(lake: &Lake) -> Result<(), LakeError> {
    let refined = hour("2026-02-03T04");
    let day = refined.civil().date();
    let lineage = Lineage::new("2", &[document(Feed::StationStatus, "2026-02-03T04:00:00Z")], &[], None);
    let rows = [observation("1", refined), observation("3", refined)];
    lake.write_refined_hour(&system(), refined, &rows, &lineage).await?;
    for (put_in, kept) in [(1, HourObjects::Keep), (0, HourObjects::Keep), (0, HourObjects::Delete)] {
        assert_eq!(lake.read_silver_hour(&system(), refined).await?, Some(rows.to_vec()));
        assert_eq!(lake.silver_digest(&system(), refined).await?, Some(lineage.digest.clone()));
        let compacted = lake.compact_day(&system(), day, kept).await?;
        assert_eq!((compacted.hours, compacted.hours_put_in, compacted.rows), (3, put_in, 3));
        assert_eq!(compacted.hours_deleted, u64::from(kept == HourObjects::Delete));
    }
    assert_eq!(
        lake.read_silver_hour(&system(), refined).await?,
        Some(rows.to_vec()),
        "as its day has it now"
    );
    Ok(())
}

async fn the_first_forecasts_of_an_hour_stay(lake: &Lake) -> Result<(), LakeError> {
    let bikes = IssuedCount { counted: 3, mean: 3.2, p10: 1.0, p50: 3.0, p90: 6.0, p_at_least_1: 0.97 };
    let first = Issue {
        issued_at: at("2026-01-08T14:00:02Z"),
        input_age: SignedDuration::ZERO,
        basis: "model".to_owned(),
        model_version: "lstm-1".to_owned(),
        forecasts: vec![IssuedForecast {
            station_id: StationId::new("1"),
            horizon: SignedDuration::from_hours(1),
            bikes,
            docks: None,
        }],
    };
    let later = Issue { issued_at: at("2026-01-08T14:30:00Z"), ..first.clone() };
    assert_eq!(lake.read_issue(&system(), first.hour()).await?, None, "no forecast was kept yet");
    assert_eq!(lake.keep_issue(&system(), &first).await?, PutOutcome::Stored);
    assert_eq!(lake.keep_issue(&system(), &later).await?, PutOutcome::AlreadyStored);
    assert_eq!(lake.read_issue(&system(), first.hour()).await?, Some(first), "what was said first stays");
    Ok(())
}

async fn a_model_version_is_written_once(lake: &Lake) -> Result<(), LakeError> {
    let key = ModelKey::new("lstm", "2026-01-05.1").expect("plain names");
    assert_eq!(lake.store_model(&key, b"first".to_vec()).await?, PutOutcome::Stored);
    assert_eq!(lake.store_model(&key, b"second".to_vec()).await?, PutOutcome::AlreadyStored);
    assert_eq!(&lake.read_model(&key).await?[..], b"first");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_every_promise() {
        check(&Lake::in_memory()).await;
    }

    #[tokio::test]
    async fn a_folder_keeps_every_promise() {
        let folder = tempfile::tempdir().unwrap();
        check(&Lake::folder(folder.path()).unwrap()).await;
    }

    #[tokio::test]
    async fn a_prefix_keeps_every_promise() {
        let store = std::sync::Arc::new(object_store::memory::InMemory::new());
        check(&Lake::new(store, "city/lake".into())).await;
    }
}
