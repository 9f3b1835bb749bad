//! `velib lake` as it is typed, over a small lake in a folder.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use velib_domain::SystemId;
use velib_lake::{BronzeKey, Feed, Lake};

fn run(lake: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_velib"));
    command.args(arguments).args(["--lake", lake.to_str().unwrap()]).output().unwrap()
}

fn said(lake: &Path, arguments: &[&str]) -> String {
    let output = run(lake, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(lake: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&said(lake, &[arguments, &["--json"]].concat())).unwrap()
}

/// Two hours of one evening and one of the next morning, with one station.
async fn three_hours() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    let velib: SystemId = "velib".parse().unwrap();
    let body = r#"{"data":{"stations":[{"station_id":1,"num_bikes_available":3,"num_docks_available":4,
        "is_installed":1,"is_renting":1,"is_returning":1,"last_reported":1795183200}]}}"#;
    for time in
        ["2024-11-20T22:05:00Z", "2024-11-20T23:05:00Z", "2024-11-20T23:35:00Z", "2024-11-21T02:05:00Z"]
    {
        let key = BronzeKey::new(velib.clone(), Feed::StationStatus, time.parse().unwrap());
        lake.store_bronze(&key, body.as_bytes()).await.unwrap();
    }
    folder
}

#[tokio::test]
async fn days_are_listed_with_their_gaps() {
    let lake = three_hours().await;
    said(lake.path(), &["silver"]);
    let listed = json(lake.path(), &["lake", "ls"]);
    assert_eq!((&listed["oldest"], &listed["newest"]), (&"2024-11-20T22".into(), &"2024-11-21T02".into()));
    assert_eq!(listed["gaps"][0]["hours"], 2);
    assert_eq!(listed["days"]["2024-11-20"]["rows"], 3);
    let text = said(lake.path(), &["lake", "ls"]);
    assert!(
        text.contains("······················▁█") && text.contains("gap from 2024-11-21T00 to 2024-11-21T02")
    );
    assert!(said(lake.path(), &["lake", "quality"]).contains("repeated documents"));
}

#[tokio::test]
async fn an_hour_is_shown_with_its_documents_and_its_report() {
    let lake = three_hours().await;
    said(lake.path(), &["silver"]);
    let shown = json(lake.path(), &["lake", "show", "2024-11-20T23"]);
    assert_eq!((shown["documents"].as_array().unwrap().len(), &shown["report"]["rows"]), (2, &2.into()));
    assert!(!run(lake.path(), &["lake", "show", "2020-01-01T00"]).status.success());
}

#[tokio::test]
async fn a_check_names_what_to_do_again_and_is_content_when_it_is_done() {
    let lake = three_hours().await;
    let check = |expected: &[&str]| {
        let output = run(lake.path(), &["lake", "check"]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.success(), expected.is_empty(), "{text}");
        for part in expected {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    };
    check(&["the hour 2024-11-20T22", "velib silver"]);
    said(lake.path(), &["silver"]);
    check(&[]);
    let day = lake.path().join("silver/station_status/system=velib/date=2024-11-20");
    let hour = day.join("hour=22/part-0.parquet");
    let mut bytes = fs::read(&hour).unwrap();
    // Rows are damaged and the metadata at the end is not.
    bytes[..40].fill(0);
    fs::write(&hour, bytes).unwrap();
    check(&["hour=22/part-0.parquet", "velib silver --all --from 2024-11-20T22 --to 2024-11-20T23"]);
    said(lake.path(), &["silver", "--all", "--from", "2024-11-20T22", "--to", "2024-11-20T23"]);
    fs::write(day.join("hour=22/part-0.parquet#1"), "half").unwrap();
    check(&[]);
}

#[tokio::test]
async fn a_compacted_day_is_listed_shown_and_checked_as_its_hours_were() {
    let lake = three_hours().await;
    said(lake.path(), &["silver"]);
    let before = json(lake.path(), &["lake", "ls"]);
    let compacted = json(lake.path(), &["compact", "--from", "2024-11-20T00", "--to", "2024-11-21T00"]);
    assert_eq!(
        (&compacted["days"], &compacted["hours_put_in"], &compacted["rows"]),
        (&1.into(), &2.into(), &3.into())
    );
    assert_eq!(json(lake.path(), &["lake", "ls"]), before);
    assert_eq!(json(lake.path(), &["lake", "show", "2024-11-20T23"])["report"]["rows"], 2);
    assert!(said(lake.path(), &["lake", "check"]).contains("3 silver hours read"));
    assert_eq!(json(lake.path(), &["silver"])["unchanged_hours"], 3);
    assert!(said(lake.path(), &["compact"]).contains("1 days, 1 hours put in"));
    let day = lake.path().join("silver/station_status_daily/system=velib/date=2024-11-20/part-0.parquet");
    let mut bytes = fs::read(&day).unwrap();
    bytes[..40].fill(0);
    fs::write(&day, bytes).unwrap();
    let output = run(lake.path(), &["lake", "check"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success() && text.contains("date=2024-11-20/part-0.parquet"), "{text}");
    assert!(text.contains("move it out of the lake, run velib silver"), "{text}");
    fs::remove_file(day).unwrap();
    said(lake.path(), &["silver"]);
    said(lake.path(), &["compact"]);
    assert_eq!(json(lake.path(), &["lake", "ls"]), before, "and that mends it");
}

#[tokio::test]
async fn a_run_ends_with_a_table_of_its_days_and_only_of_the_hours_asked_for() {
    let lake = three_hours().await;
    let text =
        said(lake.path(), &["silver", "--from", "2024-11-20T22", "--to", "2024-11-21T00", "--jobs", "2"]);
    let day: Vec<&str> =
        text.lines().find(|line| line.starts_with("2024-11-20")).unwrap().split_whitespace().collect();
    assert_eq!(day[..4], ["2024-11-20", "2", "3", "3"], "{text}");
    assert!(!text.contains("2024-11-21"), "{text}");
    assert!(text.contains("2 hours, 3 rows, 1 stations known, 0 hours unchanged"), "{text}");
}

#[tokio::test]
async fn hours_that_are_due_are_listed_without_refining_any() {
    let lake = three_hours().await;
    let due = json(lake.path(), &["silver", "--list"]);
    assert_eq!(due, serde_json::json!(["2024-11-20T22", "2024-11-20T23", "2024-11-21T02"]));
    assert!(!lake.path().join("silver").exists());
    said(lake.path(), &["silver", "--to", "2024-11-20T23"]);
    assert_eq!(said(lake.path(), &["silver", "--list"]), "2024-11-20T23\n2024-11-21T02\n");
    assert_eq!(json(lake.path(), &["silver", "--list", "--all"]).as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_lake_is_drawn_into_a_file() {
    let lake = three_hours().await;
    said(lake.path(), &["silver", "--to", "2024-11-21T00"]);
    let file = lake.path().join("lake.svg");
    said(lake.path(), &["lake", "ls", "--svg", file.to_str().unwrap()]);
    let picture = fs::read_to_string(file).unwrap();
    assert!(picture.contains("velib, 2024-11-20T22 to 2024-11-21T02 (UTC)"));
    assert!(
        picture.contains("3 hours held, 2 missing in 1 gaps; 4 documents, 3 rows; 1 hours not refined yet")
    );
}

#[tokio::test]
async fn boundaries_are_taken_into_the_lake_and_a_file_that_is_none_is_named() {
    let lake = three_hours().await;
    let file = lake.path().join("areas.geojson");
    fs::write(&file, "<html>").unwrap();
    let refused = run(lake.path(), &["silver", "--boundaries", file.to_str().unwrap()]);
    let complaint = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && complaint.contains("areas.geojson"), "{complaint}");
    let area = r#"{"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [3, 49]]]}"#;
    let areas = format!(
        r#"{{"type": "FeatureCollection", "features": [{{"properties": {{"c_ar": 1}}, "geometry": {area}}}]}}"#
    );
    fs::write(&file, areas).unwrap();
    said(lake.path(), &["silver", "--boundaries", file.to_str().unwrap()]);
    assert!(lake.path().join("reference/boundaries/system=velib/boundaries.geojson").is_file());
}
