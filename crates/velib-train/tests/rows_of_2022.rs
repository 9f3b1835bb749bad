//! The published rows of May and June 2022, read from the history itself: their checksums, to the last digit given.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

use std::{collections::BTreeMap, path::Path};

use velib_domain::{CapacitySource, Observation, Station, StationId};
use velib_forecast::protocol::{
    CityHistory, CityHistoryBuilder, Eligibility, Fold, Folds, Protocol, RowChecks, row_checks,
};
use velib_lake::history_file::{ColumnMapping, HistoryFile, HistoryRow};

const HISTORY: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/paris_velibscraper_2022/status.parquet");

fn observation(row: HistoryRow) -> Observation {
    let capacity = row.capacity.filter(|&capacity| capacity > 0);
    let capacity_source = capacity.map(|_| CapacitySource::Feed);
    Observation { snapshot_at: row.snapshot_at, status: row.status, capacity, capacity_source }
}

fn station(row: &HistoryRow) -> Option<Station> {
    Some(Station {
        station_id: row.status.station_id.clone(),
        station_code: row.status.station_code.clone(),
        name: row.name.clone().unwrap_or_default(),
        position: row.position?,
        capacity: row.capacity,
        arrondissement: None,
        commune: None,
        first_seen: row.snapshot_at,
        last_seen: row.snapshot_at,
    })
}

fn read(history: &Path) -> CityHistory {
    let file = HistoryFile::open(history, &ColumnMapping::default()).unwrap();
    let rows: Vec<HistoryRow> = file.flat_map(|batch| batch.unwrap().rows).collect();
    let stations: BTreeMap<StationId, Station> =
        rows.iter().filter_map(|row| Some((row.status.station_id.clone(), station(row)?))).collect();
    let mut city = CityHistoryBuilder::new(&stations.into_values().collect::<Vec<_>>());
    for row in rows {
        let observation = observation(row);
        if Eligibility::FeedCapacity.admits(&observation) {
            city.add(&observation);
        }
    }
    city.finish()
}

#[test]
fn the_rows_are_the_published_ones() {
    let history = Path::new(HISTORY);
    if !history.exists() {
        println!("skipped: {HISTORY} is not there");
        return;
    }
    let city = read(history);
    let protocol = Protocol::hourly(Folds::of_2022());
    let origins = protocol.origins(&city);
    let told = |fold: Fold| -> Vec<String> {
        (0..3).map(|horizon| line(&row_checks(&city, &origins, fold, horizon).unwrap())).collect()
    };
    assert_eq!(city.times().len(), 721);
    assert_eq!(
        told(Fold::Test),
        [
            "95 origins, 134295 rows, 1457559 bikes, MAE 1.9932, RMSE 3.1953, R² 0.9016, docks 1.9875",
            "88 origins, 124395 rows, 1352022 bikes, MAE 3.0324, RMSE 4.7887, R² 0.7801, docks 3.0232",
            "79 origins, 111679 rows, 1207196 bikes, MAE 4.0154, RMSE 6.1654, R² 0.6423, docks 4.0050",
        ]
    );
    let rows =
        |fold: Fold| [0, 1, 2].map(|horizon| row_checks(&city, &origins, fold, horizon).unwrap().bikes.rows);
    assert_eq!(rows(Fold::Train), [303_262, 300_514, 327_366]);
    assert_eq!(rows(Fold::Validation), [137_274, 128_360, 127_361]);
    let validation =
        [0, 1, 2].map(|horizon| row_checks(&city, &origins, Fold::Validation, horizon).unwrap().bikes.mae);
    assert_eq!(validation.map(|mae| format!("{mae:.4}")), ["2.2821", "3.5902", "4.4735"]);
}

fn line(checks: &RowChecks) -> String {
    let RowChecks { origins, origin_bikes, bikes, bikes_r2, docks } = checks;
    format!(
        "{origins} origins, {} rows, {origin_bikes} bikes, MAE {:.4}, RMSE {:.4}, R² {:.4}, docks {:.4}",
        bikes.rows,
        bikes.mae,
        bikes.rmse,
        bikes_r2.unwrap(),
        docks.unwrap().mae
    )
}
