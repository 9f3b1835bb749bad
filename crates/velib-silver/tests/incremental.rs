//! What a second run does, and several at once: only what is due, and the same bytes as one clean run.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

mod velib_documents;

use std::num::NonZeroUsize;

use velib_domain::Hour;
use velib_lake::{Feed, Lake};
use velib_silver::{Redo, RefineOptions, RefinedRange, refine_hour, refine_hours, refine_range};

use velib_documents::{counted, described, files_under, hour, information, silver, status, velib};

async fn all_hours(lake: &Lake) -> Vec<Hour> {
    lake.bronze_hours(&velib(), Feed::StationStatus).await.unwrap()
}

async fn run(lake: &Lake) -> RefinedRange {
    refine_range(lake, &velib(), all_hours(lake).await.into_iter(), |_| {}).await.unwrap()
}

async fn run_with(lake: &Lake, redo: Redo, jobs: usize) -> RefinedRange {
    let options = RefineOptions { redo, jobs: NonZeroUsize::new(jobs).unwrap() };
    refine_hours(lake, &velib(), all_hours(lake).await.into_iter(), options, |_| {}).await.unwrap()
}

/// Hours of two days, two documents each, with stations that come, go and lose their capacity.
async fn two_days(lake: &Lake) {
    described(
        lake,
        "2026-11-20T00:00:00Z",
        &[information(1001, "First", 30), information(2002, "Second", 40)],
    )
    .await;
    described(lake, "2026-11-20T12:10:00Z", &[information(1001, "Renamed", 0)]).await;
    described(lake, "2026-11-21T06:00:00Z", &[information(1001, "Again", 32), information(3003, "Third", 9)])
        .await;
    for hour in hour("2026-11-20T00").until(hour("2026-11-22T00")) {
        let bikes = u16::try_from(hour.civil().hour()).unwrap();
        for minute in ["05", "35"] {
            let time = format!("{hour}:{minute}:00Z");
            let stations = [status(1001, bikes, 1, 5), status(2002, 1, bikes, 3), status(3003, 1, 0, bikes)];
            counted(lake, &time, &stations).await;
        }
    }
}

#[tokio::test]
async fn a_second_run_finds_nothing_to_do() {
    let lake = Lake::in_memory();
    two_days(&lake).await;
    let first = run(&lake).await;
    assert_eq!((first.hours, first.unchanged_hours, first.rows), (48, 0, 48 * 6));
    let second = run(&lake).await;
    assert_eq!((second.hours, second.unchanged_hours, second.rows), (0, 48, 0));
    assert_eq!(second.stations, first.stations);
    assert_eq!(run_with(&lake, Redo::All, 1).await, first, "unless it is told to do all again");
}

#[tokio::test]
async fn a_new_document_makes_its_hour_due_and_no_other() {
    let lake = Lake::in_memory();
    two_days(&lake).await;
    run(&lake).await;
    counted(&lake, "2026-11-20T09:50:00Z", &[status(1001, 9, 9, 9)]).await;
    let mut told = Vec::new();
    let range = refine_range(&lake, &velib(), all_hours(&lake).await.into_iter(), |hour| {
        told.extend((!hour.unchanged).then_some(hour.hour.to_string()));
    })
    .await
    .unwrap();
    assert_eq!((told, range.unchanged_hours), (vec!["2026-11-20T09".to_owned()], 47));
    assert!(silver(&lake, hour("2026-11-20T09")).await.contains("09:50:00 1001 9+9 bikes"));
}

#[tokio::test]
async fn station_information_that_arrives_late_makes_the_hours_due_that_may_use_it() {
    let lake = Lake::in_memory();
    two_days(&lake).await;
    run(&lake).await;
    described(&lake, "2026-11-21T20:30:00Z", &[information(1001, "Last", 33)]).await;
    let range = run(&lake).await;
    assert_eq!((range.hours, range.unchanged_hours), (4, 44), "20:00 to midnight");
    assert!(silver(&lake, hour("2026-11-21T23")).await.contains("of 33 (feed)"));
}

#[tokio::test]
async fn what_is_missing_from_silver_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    two_days(&lake).await;
    run(&lake).await;
    let tables = folder.path().join("silver");
    let clean = files_under(&tables);
    let day = tables.join("station_status/system=velib/date=2026-11-20");
    std::fs::remove_file(day.join("hour=03/part-0.parquet")).unwrap();
    std::fs::write(day.join("hour=04/part-0.parquet"), "PAR1").unwrap();
    std::fs::write(tables.join("quality/system=velib/date=2026-11-20/hour=05.json"), "{").unwrap();
    std::fs::remove_file(tables.join("quality/system=velib/date=2026-11-20/hour=06.json")).unwrap();
    assert_eq!(run(&lake).await.hours, 4);
    assert!(files_under(&tables) == clean);
    std::fs::remove_file(tables.join("stations/system=velib/stations.parquet")).unwrap();
    assert_eq!(run(&lake).await.hours, 48, "the stations table needs every hour");
    assert!(files_under(&tables) == clean);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn any_number_of_jobs_makes_the_same_bytes() {
    let mut lakes = Vec::new();
    for jobs in [1, 3, 16] {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::folder(folder.path()).unwrap();
        two_days(&lake).await;
        let range = run_with(&lake, Redo::Changed, jobs).await;
        lakes.push((range, files_under(&folder.path().join("silver"))));
    }
    assert!(lakes[0] == lakes[1] && lakes[1] == lakes[2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn refiners_of_different_hours_at_once_lose_no_station() {
    for folder in [None, Some(tempfile::tempdir().unwrap())] {
        let lake =
            folder.as_ref().map_or_else(Lake::in_memory, |folder| Lake::folder(folder.path()).unwrap());
        let hours: Vec<Hour> = hour("2026-11-20T00").until(hour("2026-11-20T16")).collect();
        for (id, hour) in (1_u64..).zip(&hours) {
            counted(&lake, &format!("{hour}:05:00Z"), &[status(id, 1, 1, 1)]).await;
        }
        let refiners = hours.iter().map(|hour| {
            let (lake, hour) = (lake.clone(), *hour);
            tokio::spawn(async move { refine_hour(&lake, &velib(), hour).await.unwrap() })
        });
        for refiner in refiners.collect::<Vec<_>>() {
            refiner.await.unwrap();
        }
        let stations = lake.read_station_records(&velib()).await.unwrap();
        assert_eq!(stations.len(), hours.len());
        assert_eq!(run(&lake).await.unchanged_hours, 16, "and every hour is finished");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_hour_refined_for_each_new_document_at_once_ends_with_all_of_them() {
    for _ in 0..20 {
        let lake = Lake::in_memory();
        let events = (10..40).map(|minute| {
            let lake = lake.clone();
            tokio::spawn(async move {
                let time = format!("2026-11-20T14:{minute}:00Z");
                counted(&lake, &time, &[status(1001, minute, 1, 5)]).await;
                refine_hour(&lake, &velib(), hour("2026-11-20T14")).await.unwrap();
            })
        });
        for event in events.collect::<Vec<_>>() {
            event.await.unwrap();
        }
        let rows = lake.read_silver_hour(&velib(), hour("2026-11-20T14")).await.unwrap().unwrap();
        assert_eq!(rows.len(), 30);
    }
}
