//! A small city with a rhythm that persistence cannot know, in a lake in memory.

use std::f64::consts::TAU;

use velib_domain::{
    CapacitySource, Counts, Hour, LatLon, Observation, SignedDuration, Station, StationId, StationStatus,
    SystemId, Timestamp,
};
use velib_lake::Lake;
use velib_model::NetworkShape;
use velib_train::{DataSource, FitPlan, RowRules};

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

/// So many days of snapshots on the hour.
pub async fn lake_with(days: i64) -> DataSource {
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
    DataSource { lake, system, rules: RowRules::ByTime }
}

/// A fit of a second.
pub fn small_plan() -> FitPlan {
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
