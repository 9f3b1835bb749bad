//! The weather from documents, and from a history, to silver.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

#[path = "../../velib-weather/tests/open_meteo/mod.rs"]
mod open_meteo;
mod velib_documents;

use std::{io::Write, num::NonZeroUsize, path::Path};

use tempfile::NamedTempFile;
use velib_domain::{Hour, WeatherHour, WeatherOrigin};
use velib_lake::{Feed, Lake, WeatherQuality};
use velib_silver::{
    Redo, RefineOptions, RefinedWeather, WeatherImport, check_lake, import_weather, is_weather_file,
    refine_weather,
};

use velib_documents::{at, files_under, hour, store, velib};

/// Stores a document of these tests whose first temperature is this.
async fn told(lake: &Lake, time: &str, celsius: &str) {
    let body = open_meteo::document().to_string().replace("7.1", celsius);
    store(lake, Feed::Weather, time, &body).await;
}

async fn run_with(lake: &Lake, options: RefineOptions) -> RefinedWeather {
    let hours = lake.bronze_hours(&velib(), Feed::Weather).await.unwrap();
    refine_weather(lake, &velib(), hours.into_iter(), options, |_| {}).await.unwrap()
}

async fn run(lake: &Lake) -> RefinedWeather {
    run_with(lake, RefineOptions::default()).await
}

async fn report(lake: &Lake, hour: Hour) -> WeatherQuality {
    lake.read_weather_quality(&velib(), hour).await.unwrap().unwrap()
}

/// An hour's rows, one a line: `14:05 says 13:00 7.1°`.
async fn silver(lake: &Lake, hour: Hour) -> Vec<String> {
    let rows = lake.read_weather_hour(&velib(), hour).await.unwrap().unwrap();
    rows.iter().map(line).collect()
}

fn line(row: &WeatherHour) -> String {
    let celsius = row.weather.temperature_c.map_or("?".to_owned(), |celsius| celsius.to_string());
    format!(
        "{} says {} {celsius}°",
        row.known_at().unwrap().strftime("%H:%M"),
        row.valid_at.strftime("%H:%M")
    )
}

#[tokio::test]
async fn every_hour_of_every_document_becomes_one_row() {
    let lake = Lake::in_memory();
    told(&lake, "2026-11-20T14:00:00Z", "7.1").await;
    told(&lake, "2026-11-20T14:30:00Z", "7.4").await;
    let refined = run(&lake).await;
    assert_eq!((refined.hours, refined.documents, refined.rows), (1, 2, 6));
    let expect = ["14:00 says 13:00 7.1°", "14:00 says 14:00 6.8°", "14:00 says 15:00 6°"];
    let later = ["14:30 says 13:00 7.4°", "14:30 says 14:00 6.8°", "14:30 says 15:00 6°"];
    assert_eq!(silver(&lake, hour("2026-11-20T14")).await, [expect, later].concat());
    let report = report(&lake, hour("2026-11-20T14")).await;
    assert_eq!((report.rows, report.forecast_rows, report.places.len()), (6, 2, 1));
    assert_eq!(format!("{:?}", report.missing), r#"{"apparent_temperature_c": 2, "gusts_kmh": 2}"#);
}

#[tokio::test]
async fn what_is_no_weather_or_no_number_is_counted_and_the_rest_kept() {
    let lake = Lake::in_memory();
    told(&lake, "2026-11-20T14:00:00Z", "\"warm\"").await;
    told(&lake, "2026-11-20T14:10:00Z", "\"warm\"").await;
    let page = store(&lake, Feed::Weather, "2026-11-20T14:20:00Z", "<html>").await;
    let refined = run(&lake).await;
    assert_eq!((refined.documents, refined.unreadable, refined.rows), (3, 1, 6));
    let report = report(&lake, hour("2026-11-20T14")).await;
    assert_eq!(format!("{:?}", report.quarantined), r#"{"impossible_temperature_c": 2}"#);
    assert_eq!((report.repeated_documents, report.unreadable[0].key.clone()), (1, page.to_string()));
    assert_eq!(silver(&lake, hour("2026-11-20T14")).await[0], "14:00 says 13:00 ?°");
}

/// Two documents in each hour of a day.
async fn a_day(lake: &Lake) {
    for (n, hour) in (0..).zip(hour("2026-11-20T00").until(hour("2026-11-21T00"))) {
        for minute in ["00", "30"] {
            told(lake, &format!("{hour}:{minute}:00Z"), &format!("{n}.5")).await;
        }
    }
}

#[tokio::test]
async fn a_second_run_finds_nothing_to_do_and_a_new_document_makes_its_hour_due() {
    let lake = Lake::in_memory();
    a_day(&lake).await;
    let first = run(&lake).await;
    assert_eq!((first.hours, first.unchanged_hours), (24, 0));
    assert_eq!((run(&lake).await.hours, run(&lake).await.unchanged_hours), (0, 24));
    told(&lake, "2026-11-20T09:45:00Z", "9.9").await;
    let again = run(&lake).await;
    assert_eq!((again.hours, again.unchanged_hours, again.rows), (1, 23, 9));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn any_number_of_jobs_and_runs_makes_the_same_bytes() {
    let mut lakes = Vec::new();
    for jobs in [1, 7] {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::folder(folder.path()).unwrap();
        a_day(&lake).await;
        let jobs = NonZeroUsize::new(jobs).unwrap();
        run_with(&lake, RefineOptions { redo: Redo::Changed, jobs }).await;
        let once = files_under(&folder.path().join("silver"));
        run_with(&lake, RefineOptions { redo: Redo::All, jobs }).await;
        assert!(files_under(&folder.path().join("silver")) == once, "again");
        lakes.push(once);
    }
    assert!(lakes[0] == lakes[1] && lakes[0].len() == 48);
}

#[tokio::test]
async fn what_is_missing_from_silver_or_damaged_is_named_and_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    a_day(&lake).await;
    assert_eq!(check_lake(&lake, &velib()).await.unwrap().weather_due.len(), 24);
    run(&lake).await;
    let tables = folder.path().join("silver");
    let clean = files_under(&tables);
    assert!(check_lake(&lake, &velib()).await.unwrap().is_sound());
    let day = tables.join("weather/system=velib/date=2026-11-20");
    std::fs::remove_file(day.join("hour=03/part-0.parquet")).unwrap();
    std::fs::write(day.join("hour=04/part-0.parquet"), "PAR1").unwrap();
    std::fs::write(tables.join("weather_quality/system=velib/date=2026-11-20/hour=05.json"), "{").unwrap();
    let check = check_lake(&lake, &velib()).await.unwrap();
    assert_eq!((check.weather_due.len(), check.findings.len(), check.weather_hours), (3, 2, 23));
    assert!(check.findings[0].fix.contains("velib silver --all --from 2026-11-20T04"));
    assert_eq!(run(&lake).await.hours, 3);
    assert!(files_under(&tables) == clean);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_hour_refined_for_each_new_document_at_once_ends_with_all_of_them() {
    for _ in 0..20 {
        let lake = Lake::in_memory();
        let events = (10..40).map(|minute| {
            let lake = lake.clone();
            tokio::spawn(async move {
                told(&lake, &format!("2026-11-20T14:{minute}:00Z"), "7.1").await;
                run(&lake).await;
            })
        });
        for event in events.collect::<Vec<_>>() {
            event.await.unwrap();
        }
        assert_eq!(silver(&lake, hour("2026-11-20T14")).await.len(), 90);
    }
}

const TABLE: &str = "\
time,temperature_2m,relative_humidity_2m,precipitation,snowfall,weather_code,wind_speed_10m,cloud_cover
2024-01-01 00:00:00+00:00,7.1,75,0.0,0.0,1,25.9,38
2024-01-01 01:00:00+00:00,,75,,,,,
2024-01-01 23:00:00+00:00,999,75,1.5,0.07,71,24.6,100
2024-01-02 00:00:00+00:00,6.9,75,0.0,0.0,3,20.0,99
2024-01-02 00:00:00+00:00,9.9,75,0.0,0.0,3,20.0,99
yesterday,7.0,75,0.0,0.0,3,20.0,99
";

fn csv(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

async fn import(lake: &Lake, file: &Path) -> WeatherImport {
    import_weather(lake, &velib(), file, |_| {}).await.unwrap()
}

#[tokio::test]
async fn a_history_becomes_days_of_hindsight_and_the_same_file_twice_is_the_same_lake() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    let file = csv(TABLE);
    let first = import(&lake, file.path()).await;
    assert_eq!((first.rows_read, first.hours, first.days, first.duplicates), (6, 3, 2, 1));
    let counted = r#"{"bad_time": 1, "empty_hour": 1, "impossible_temperature_c": 1}"#;
    assert_eq!(format!("{:?}", first.quarantined), counted);
    assert_eq!(first.missing["gusts_kmh"], 3, "the table has no gusts");
    assert_eq!(
        (first.first, first.last),
        (Some(at("2024-01-01T00:00:00Z")), Some(at("2024-01-02T00:00:00Z")))
    );
    let all = at("2024-01-01T00:00:00Z")..at("2024-01-03T00:00:00Z");
    let rows = lake.weather_in_hindsight(&velib(), all.clone()).await.unwrap();
    assert!(rows.iter().all(|row| row.origin == WeatherOrigin::Reanalysis && row.known_at().is_none()));
    assert_eq!(
        (rows.len(), rows[1].weather.snowfall_cm, rows[1].weather.temperature_c),
        (3, Some(0.07), None)
    );
    assert!(lake.weather_as_known(&velib(), all, at("2030-01-01T00:00:00Z")).await.unwrap().is_empty());
    let once = files_under(folder.path());
    assert_eq!(import(&lake, file.path()).await, first);
    assert!(files_under(folder.path()) == once, "the bytes changed");
}

#[test]
fn a_table_of_weather_is_told_from_one_of_stations() {
    assert!(is_weather_file(csv(TABLE).path()));
    assert!(!is_weather_file(csv("time,station_id,bikes\n").path()));
    assert!(!is_weather_file("/nowhere.csv".as_ref()));
}

#[tokio::test]
async fn two_years_of_paris_come_in() {
    let file = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/weather_paris/open_meteo_paris_hourly_2024_2026.csv"
    ));
    if !file.is_file() {
        println!("skipped: {} is not there", file.display());
        return;
    }
    let lake = Lake::in_memory();
    let import = import(&lake, file).await;
    assert_eq!((import.rows_read, import.hours, import.days, import.duplicates), (18_960, 18_960, 790, 0));
    assert!(import.quarantined.is_empty(), "{:?}", import.quarantined);
    let ends = (Some(at("2024-01-01T00:00:00Z")), Some(at("2026-02-28T23:00:00Z")));
    assert_eq!((import.first, import.last), ends);
    let silent = r#"{"apparent_temperature_c": 18960, "gusts_kmh": 18960}"#;
    assert_eq!(format!("{:?}", import.missing), silent, "the file has no such columns");
    let two_hours = at("2024-01-01T00:00:00Z")..at("2024-01-01T02:00:00Z");
    let rows = lake.weather_in_hindsight(&velib(), two_hours).await.unwrap();
    let told =
        rows.iter().map(|row| (row.weather.temperature_c, row.weather.wind_kmh, row.weather.cloud_percent));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [(Some(7.1), Some(25.9), Some(38.0)), (Some(7.1), Some(24.6), Some(30.0))]
    );
}
