//! Real Vélib' documents of four years through bronze into silver.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

mod velib_documents;

use std::path::Path;

use velib_domain::Hour;
use velib_lake::{BronzeKey, Feed, Lake};
use velib_silver::refine_hour;

use velib_documents::{at, velib};

const DOCUMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/paris_raw_gbfs");

/// Stores both documents of a folder as fetched when the status was served, refines, and tells the stations.
async fn check(information: &str, status: &str, fetched_at: &str, stations: u64) {
    let folder = Path::new(DOCUMENTS);
    if !folder.is_dir() {
        println!("skipped: {DOCUMENTS} is not there");
        return;
    }
    let lake = Lake::in_memory();
    for (feed, file) in [(Feed::StationInformation, information), (Feed::StationStatus, status)] {
        let body = std::fs::read(folder.join(file)).unwrap();
        let key = BronzeKey::new(velib(), feed, at(fetched_at));
        lake.store_bronze(&key, &body).await.unwrap();
        assert_eq!(lake.read_bronze(&key).await.unwrap(), body, "exactly as served");
    }
    let hour = Hour::containing(at(fetched_at));
    let refined = refine_hour(&lake, &velib(), hour).await.unwrap();
    assert_eq!((refined.documents, refined.unreadable, refined.rows), (1, 0, stations));
    assert!(refined.quarantined.is_empty() && refined.duplicates == 0, "{refined:?}");
    let rows = lake.read_silver_hour(&velib(), hour).await.unwrap().unwrap();
    assert_eq!(rows.len() as u64, stations);
    assert!(rows.iter().all(|row| row.status.counts.docks.is_some() && row.status.station_code.is_some()));
    let known = lake.read_stations(&velib()).await.unwrap();
    assert!(known.len() as u64 >= stations - 2, "{} stations described", known.len());
    assert!(
        known.iter().filter(|station| station.arrondissement.is_some()).count() > 900,
        "most stand in Paris"
    );
}

#[tokio::test]
async fn a_document_of_2022() {
    check(
        "samhrrl_2022/station_information.json",
        "samhrrl_2022/station_status.json",
        "2022-02-23T18:29:00Z",
        1439,
    )
    .await;
}

#[tokio::test]
async fn a_document_of_october_2024() {
    let information = "jmgbt_2024/station_info_2024-11-03_09-51-54.json";
    let status = "jmgbt_2024/velib_station_status_2024-10-30_18-12-13.json";
    check(information, status, "2024-10-30T18:12:13Z", 1485).await;
}

#[tokio::test]
async fn a_document_of_november_2024() {
    let (information, status) =
        ("banacchini_2024/station_information.json", "banacchini_2024/station_status.json");
    check(information, status, "2024-11-19T08:22:30Z", 1485).await;
}

#[tokio::test]
async fn a_document_of_2025() {
    let (information, status) =
        ("dariusbengo_2025/station_information.json", "dariusbengo_2025/station_status.json");
    check(information, status, "2025-10-18T09:09:20Z", 1495).await;
}

#[tokio::test]
async fn a_document_of_2026() {
    let information = "cchoooots98_2026/station_information.sample.json";
    check(information, "cchoooots98_2026/station_status.sample.json", "2026-03-04T14:29:58Z", 1511).await;
}
