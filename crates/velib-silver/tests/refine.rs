//! Bronze in, silver out: one small world a test.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

mod velib_documents;

use velib_domain::{Hour, Station};
use velib_lake::{BronzeKey, Feed, Lake, PutOutcome};
use velib_silver::{RefinedHour, refine_hour, refine_range};

use velib_documents::{
    at, counted, described, document, files_under, hour, information, silver, status, store, velib,
};

async fn refine(lake: &Lake, hour: Hour) -> RefinedHour {
    refine_hour(lake, &velib(), hour).await.unwrap()
}

async fn stations(lake: &Lake) -> Vec<Station> {
    lake.read_stations(&velib()).await.unwrap()
}

fn two_pm() -> Hour {
    hour("2026-11-20T14")
}

#[tokio::test]
async fn every_record_of_every_snapshot_becomes_one_row() {
    let lake = Lake::in_memory();
    described(
        &lake,
        "2026-11-20T14:00:00Z",
        &[information(16107, "Benjamin Godard", 35), information(9020, "Trinité", 20)],
    )
    .await;
    counted(&lake, "2026-11-20T14:05:00Z", &[status(16107, 3, 2, 30), status(9020, 0, 1, 18)]).await;
    counted(&lake, "2026-11-20T14:35:00Z", &[status(16107, 4, 2, 29), status(9020, 0, 0, 20)]).await;
    let refined = refine(&lake, two_pm()).await;
    assert_eq!((refined.documents, refined.rows), (2, 4));
    assert_eq!(
        silver(&lake, two_pm()).await,
        "14:05:00 16107 3+2 bikes 30 docks of 35 (feed)\n\
         14:35:00 16107 4+2 bikes 29 docks of 35 (feed)\n\
         14:05:00 9020 0+1 bikes 18 docks of 20 (feed)\n\
         14:35:00 9020 0+0 bikes 20 docks of 20 (feed)"
    );
}

#[tokio::test]
async fn the_stations_table_tells_name_arrondissement_and_when_a_station_was_seen() {
    let lake = Lake::in_memory();
    described(&lake, "2026-11-20T13:59:00Z", &[information(16107, "Benjamin Godard", 35)]).await;
    counted(&lake, "2026-11-20T14:05:00Z", &[status(16107, 3, 2, 30), status(99, 1, 1, 1)]).await;
    refine(&lake, two_pm()).await;
    let stations = stations(&lake).await;
    assert_eq!(stations.len(), 1, "a station without name and place is no row for travellers yet");
    let godard = &stations[0];
    assert_eq!(
        (godard.name.as_str(), godard.capacity, godard.arrondissement),
        ("Benjamin Godard", Some(35), Some(16))
    );
    assert_eq!(
        (godard.first_seen, godard.last_seen),
        (at("2026-11-20T13:59:00Z"), at("2026-11-20T14:05:00Z"))
    );
    assert_eq!(lake.read_station_records(&velib()).await.unwrap().len(), 2, "and yet it was seen");
}

#[tokio::test]
async fn a_capacity_of_zero_in_the_feed_is_remembered_from_earlier_documents() {
    let lake = Lake::in_memory();
    described(
        &lake,
        "2026-08-20T09:00:00Z",
        &[information(16107, "Benjamin Godard", 35), information(9020, "Trinité", 19)],
    )
    .await;
    described(
        &lake,
        "2026-11-20T12:00:00Z",
        &[information(16107, "Benjamin Godard", 0), information(9020, "Trinité", 20)],
    )
    .await;
    described(
        &lake,
        "2026-11-20T14:00:00Z",
        &[information(16107, "Benjamin Godard", 0), information(9020, "Trinité", 0)],
    )
    .await;
    counted(&lake, "2026-11-20T14:05:00Z", &[status(16107, 3, 2, 30), status(9020, 1, 0, 10)]).await;
    refine(&lake, two_pm()).await;
    assert_eq!(
        silver(&lake, two_pm()).await,
        "14:05:00 16107 3+2 bikes 30 docks of 35 (remembered)\n\
         14:05:00 9020 1+0 bikes 10 docks of 20 (remembered)"
    );
    let capacities: Vec<_> = stations(&lake).await.iter().map(|station| station.capacity).collect();
    assert_eq!(capacities, [Some(35), Some(20)]);
}

#[tokio::test]
async fn a_capacity_that_only_a_later_document_tells_is_not_used() {
    let lake = Lake::in_memory();
    counted(&lake, "2026-11-20T14:05:00Z", &[status(16107, 3, 2, 20)]).await;
    counted(&lake, "2026-11-20T14:06:00Z", &[status(16107, 3, 2, 25)]).await;
    described(&lake, "2026-11-20T15:00:00Z", &[information(16107, "Benjamin Godard", 35)]).await;
    refine(&lake, two_pm()).await;
    assert!(silver(&lake, two_pm()).await.contains("14:05:00 16107 3+2 bikes 20 docks of 30 (observed)"));
}

#[tokio::test]
async fn a_station_that_shows_nothing_has_no_capacity() {
    let lake = Lake::in_memory();
    counted(&lake, "2026-11-20T14:05:00Z", &[status(16107, 0, 0, 0)]).await;
    refine(&lake, two_pm()).await;
    assert_eq!(silver(&lake, two_pm()).await, "14:05:00 16107 0+0 bikes 0 docks of ? (unknown)");
}

#[tokio::test]
async fn refining_twice_and_in_any_order_makes_the_same_bytes() {
    let forwards = tempfile::tempdir().unwrap();
    let backwards = tempfile::tempdir().unwrap();
    let hours = ["2026-11-20T13", "2026-11-20T14", "2026-11-20T23", "2026-11-21T00"].map(hour);
    for folder in [&forwards, &backwards] {
        a_day_with_renamings_and_outages(&Lake::folder(folder.path()).unwrap()).await;
    }
    let lake = Lake::folder(forwards.path()).unwrap();
    refine_range(&lake, &velib(), hours.into_iter(), |_| {}).await.unwrap();
    let once = files_under(&forwards.path().join("silver"));
    refine_range(&lake, &velib(), hours.into_iter(), |_| {}).await.unwrap();
    assert_eq!(files_under(&forwards.path().join("silver")), once, "again");
    let lake = Lake::folder(backwards.path()).unwrap();
    for hour in hours.into_iter().rev() {
        refine(&lake, hour).await;
    }
    assert_eq!(files_under(&backwards.path().join("silver")), once, "one by one, the last first");
    assert_eq!(once.len(), 2 * hours.len() + 1);
}

async fn a_day_with_renamings_and_outages(lake: &Lake) {
    described(
        lake,
        "2026-11-20T13:00:00Z",
        &[information(1001, "Old name", 30), information(2002, "Bourse", 40)],
    )
    .await;
    described(lake, "2026-11-20T14:00:00Z", &[information(1001, "New name", 32)]).await;
    described(lake, "2026-11-20T23:30:00Z", &[information(1001, "Newest name", 0)]).await;
    for time in
        ["2026-11-20T13:05:00Z", "2026-11-20T14:05:00Z", "2026-11-20T23:05:00Z", "2026-11-21T00:05:00Z"]
    {
        counted(lake, time, &[status(1001, 3, 2, 20), status(2002, 1, 1, 1), status(3003, 1, 0, 9)]).await;
    }
}

#[tokio::test]
async fn what_is_dropped_is_counted_by_reason() {
    let lake = Lake::in_memory();
    described(&lake, "2026-11-20T14:00:00Z", &[information(1, "One", 10), r#"{"station_id":7}"#.to_owned()])
        .await;
    let negative = status(3, 0, 0, 9).replace(r#""num_bikes_available":0"#, r#""num_bikes_available":-1"#);
    let nameless = status(4, 1, 1, 1).replace(r#""station_id":4,"#, "");
    counted(
        &lake,
        "2026-11-20T14:05:00Z",
        &[status(1, 1, 1, 8), status(1, 9, 9, 9), status(2, 1, 0, 1), negative, nameless],
    )
    .await;
    let refined = refine(&lake, two_pm()).await;
    assert_eq!((refined.rows, refined.duplicates), (2, 1));
    assert_eq!(format!("{:?}", refined.quarantined), r#"{"missing_id": 1, "negative_count": 1}"#);
    let report = lake.read_quality(&velib(), two_pm()).await.unwrap().unwrap();
    assert_eq!(report.unknown_stations, 1, "station 2 is described nowhere, and its row is kept");
    assert_eq!(report.information_quarantined.values().sum::<u64>(), 1);
    assert!(
        silver(&lake, two_pm()).await.starts_with("14:05:00 1 1+1 bikes 8 docks"),
        "the first record of a station counts"
    );
}

#[tokio::test]
async fn the_same_body_served_again_is_told_and_its_rows_are_kept() {
    let lake = Lake::in_memory();
    let body = document("2026-11-20T14:05:00Z", &[status(1, 1, 1, 8)]);
    let first = store(&lake, Feed::StationStatus, "2026-11-20T14:05:00Z", &body).await;
    assert_eq!(lake.store_bronze(&first, body.as_bytes()).await.unwrap(), PutOutcome::AlreadyStored);
    store(&lake, Feed::StationStatus, "2026-11-20T14:06:00Z", &body).await;
    let refined = refine(&lake, two_pm()).await;
    assert_eq!((refined.documents, refined.rows, refined.duplicates), (2, 2, 0));
    let report = lake.read_quality(&velib(), two_pm()).await.unwrap().unwrap();
    assert_eq!(report.repeated_documents, 1);
    let age = report.feed_age.unwrap();
    assert_eq!((age.min_seconds, age.max_seconds), (0, 60), "the second came a minute late");
}

#[tokio::test]
async fn the_longest_stretch_without_any_change_is_told_whatever_the_feeds_own_time_says() {
    let lake = Lake::in_memory();
    for (time, bikes) in [("14:05", 1), ("14:15", 2), ("14:25", 2), ("14:45", 2), ("14:55", 1), ("14:59", 1)]
    {
        counted(&lake, &format!("2026-11-20T{time}:00Z"), &[status(1, bikes, 1, 8)]).await;
    }
    refine(&lake, two_pm()).await;
    let report = lake.read_quality(&velib(), two_pm()).await.unwrap().unwrap();
    assert_eq!((report.longest_unchanged_seconds, report.repeated_documents), (30 * 60, 0));
}

#[tokio::test]
async fn a_document_that_is_none_is_reported_and_the_rest_of_the_hour_is_kept() {
    let lake = Lake::in_memory();
    counted(&lake, "2026-11-20T14:05:00Z", &[status(1, 1, 1, 8)]).await;
    let page = store(&lake, Feed::StationStatus, "2026-11-20T14:06:00Z", "<html>502</html>").await;
    let broken = store(&lake, Feed::StationInformation, "2026-11-20T14:07:00Z", "{").await;
    described(&lake, "2026-11-20T13:00:00Z", &[information(1, "One", 10)]).await;
    let refined = refine(&lake, two_pm()).await;
    assert_eq!((refined.documents, refined.unreadable, refined.rows), (2, 2, 1));
    let report = lake.read_quality(&velib(), two_pm()).await.unwrap().unwrap();
    let named: Vec<_> = report.unreadable.iter().map(|document| document.key.clone()).collect();
    assert_eq!(named, [page.to_string(), broken.to_string()]);
    assert!(silver(&lake, two_pm()).await.ends_with("of 10 (feed)"), "the information before it is used");
}

#[tokio::test]
async fn an_hour_without_documents_is_left_as_it_is() {
    let lake = Lake::in_memory();
    let range = refine_range(&lake, &velib(), [two_pm()].into_iter(), |_| {}).await.unwrap();
    assert_eq!((range.hours, range.empty_hours, range.rows), (0, 1, 0));
    assert_eq!(lake.read_silver_hour(&velib(), two_pm()).await.unwrap(), None);
    assert_eq!(lake.read_quality(&velib(), two_pm()).await.unwrap(), None);
}

#[tokio::test]
async fn a_damaged_object_stops_the_hour_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    let key: BronzeKey = counted(&lake, "2026-11-20T14:05:00Z", &[status(1, 1, 1, 8)]).await;
    let object = folder.path().join(key.to_string());
    let bytes = std::fs::read(&object).unwrap();
    std::fs::write(&object, &bytes[..bytes.len() / 2]).unwrap();
    let message = refine_hour(&lake, &velib(), two_pm()).await.unwrap_err().to_string();
    assert!(message.contains("2026-11-20T14") && message.contains(&key.to_string()), "{message}");
    assert_eq!(lake.read_silver_hour(&velib(), two_pm()).await.unwrap(), None, "nothing half done");
}

#[tokio::test]
async fn a_run_tells_of_each_hour_and_sums_up() {
    let lake = Lake::in_memory();
    a_day_with_renamings_and_outages(&lake).await;
    let mut told = Vec::new();
    let hours = hour("2026-11-20T12").until(hour("2026-11-20T15"));
    let range = refine_range(&lake, &velib(), hours, |hour| told.push(hour.rows)).await.unwrap();
    assert_eq!(told, [0, 3, 3]);
    assert_eq!((range.hours, range.empty_hours, range.rows, range.stations), (2, 1, 6, 3));
}
