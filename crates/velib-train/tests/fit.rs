//! Training from the lake to the file, on a small city with a rhythm that persistence cannot know.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

use std::f64::consts::TAU;

use velib_domain::{
    CapacitySource, Counts, Hour, LatLon, Observation, SignedDuration, Station, StationId, StationStatus,
    SystemId, Timestamp,
};
use velib_lake::{HourObjects, Lake};
use velib_model::{Artefact, NetworkShape};
use velib_train::{DataSource, FitPlan, TrainError, config::ProtocolName, evaluate_file, fit_to_file};

const STATIONS: u16 = 24;
const CAPACITY: u16 = 20;

/// Stations fill and empty once a day, each at its own hour.
fn bikes(station: u16, hour: i64) -> u16 {
    let turns = hour as f64 / 24.0 + f64::from(station) / f64::from(STATIONS);
    (10.0 + 9.0 * (TAU * turns).sin()).round() as u16
}

fn station(number: u16, seen: Timestamp) -> Station {
    let place =
        LatLon { lat: 48.8 + 0.004 * f64::from(number % 5), lon: 2.3 + 0.004 * f64::from(number / 5) };
    Station {
        station_id: StationId::new(number.to_string()),
        station_code: None,
        name: format!("station {number}"),
        position: place,
        capacity: Some(CAPACITY),
        arrondissement: None,
        commune: None,
        first_seen: seen,
        last_seen: seen,
    }
}

fn observation(number: u16, snapshot_at: Timestamp, bikes: u16) -> Observation {
    let counts = Counts { bikes, docks: Some(CAPACITY - bikes), ..Counts::default() };
    let status = StationStatus {
        station_id: StationId::new(number.to_string()),
        station_code: None,
        counts,
        reported_at: None,
        is_installed: Some(true),
        is_renting: Some(true),
        is_returning: Some(true),
    };
    Observation { snapshot_at, status, capacity: Some(CAPACITY), capacity_source: Some(CapacitySource::Feed) }
}

async fn lake_with(days: i64) -> DataSource {
    let (lake, system): (Lake, SystemId) = (Lake::in_memory(), "toytown".parse().unwrap());
    let start: Timestamp = "2024-03-04T00:00:00Z".parse().unwrap();
    for hour in 0..days * 24 {
        let at = start + SignedDuration::from_hours(hour);
        let rows: Vec<Observation> =
            (0..STATIONS).map(|number| observation(number, at, bikes(number, hour))).collect();
        lake.write_silver_hour(&system, Hour::containing(at), &rows).await.unwrap();
    }
    let stations: Vec<Station> = (0..STATIONS).map(|number| station(number, start)).collect();
    lake.write_stations(&system, &stations).await.unwrap();
    DataSource { lake, system, protocol: ProtocolName::ByTime }
}

fn small_plan() -> FitPlan {
    FitPlan {
        shape: NetworkShape { lstm: 16, dense: 16, components: 3, members: 2 },
        epochs: 5,
        rows_per_epoch: 2_500,
        validation_rows: 300,
        batch: 64,
        learning_rate: 1e-2,
        ..FitPlan::default()
    }
}

#[tokio::test]
async fn a_city_with_a_rhythm_is_learned_and_persistence_beaten_on_later_days() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("model.tar.gz");
    let source = lake_with(12).await;
    let report = fit_to_file(&source, &small_plan(), &out).await.unwrap();
    let mae = |name: &str| -> Vec<f64> {
        report
            .metrics
            .iter()
            .filter(|line| line.forecaster == name)
            .map(|line| line.scores.bikes.mae)
            .collect()
    };
    let (ours, persistence) = (mae(&report.version), mae("persistence"));
    assert_eq!((ours.len(), persistence.len()), (6, 6), "three horizons on validation and test days");
    assert!(
        ours.iter().zip(&persistence).all(|(ours, theirs)| ours / theirs < 0.7),
        "{ours:?} {persistence:?}"
    );
    let (first, last) = (report.losses[0], report.losses[report.losses.len() - 1]);
    assert!(last.0 < first.0 && last.1 < first.1, "the loss falls: {:?}", report.losses);
    let again = evaluate_file(&source, &out).await.unwrap();
    assert!(
        again.metrics == report.metrics,
        "judged again, the same model on the same rows gets the same scores"
    );
    assert_eq!(velib_lstm::open(&out).unwrap().manifest().version, report.version);
}

#[tokio::test]
async fn the_same_seed_makes_the_same_file_and_another_seed_another() {
    let folder = tempfile::tempdir().unwrap();
    let source = lake_with(6).await;
    let plan = FitPlan { epochs: 1, rows_per_epoch: 200, validation_rows: 50, ..small_plan() };
    let mut files = Vec::new();
    for (name, seed) in [("a", 1), ("b", 1), ("c", 2)] {
        // One day more is one object each time, and no model tells which.
        let days = source.lake.days_with_hour_objects(&source.system).await.unwrap();
        source.lake.compact_day(&source.system, days[1], HourObjects::Delete).await.unwrap();
        let out = folder.path().join(name);
        fit_to_file(&source, &FitPlan { seed, ..plan }, &out).await.unwrap();
        files.push((std::fs::read(&out).unwrap(), Artefact::load(&out).unwrap().weights));
    }
    assert_eq!(files[0].0, files[1].0);
    assert_ne!(files[0].1, files[2].1);
}

#[tokio::test]
async fn an_empty_lake_is_named_with_the_fix() {
    let source = DataSource { lake: Lake::in_memory(), ..lake_with(0).await };
    let error = fit_to_file(&source, &small_plan(), "unused".as_ref()).await.unwrap_err();
    assert!(matches!(error, TrainError::NoHistory { .. }));
    assert!(error.to_string().contains("toytown"), "{error}");
}

#[tokio::test]
async fn two_days_are_too_short_to_learn_and_judge() {
    let error = fit_to_file(&lake_with(2).await, &small_plan(), "unused".as_ref()).await.unwrap_err();
    assert!(matches!(error, TrainError::TooShort { .. }), "{error}");
}
