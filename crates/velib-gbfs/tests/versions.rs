//! Whole systems of other cities and versions: their status read with their own vehicle types, a line a station.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::path::Path;

use velib_domain::Timestamp;
use velib_gbfs::{parse_station_status_with, parse_vehicle_types};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/gbfs_fixtures");

/// A system's first two stations: bikes = mechanical + e-bikes, docks, time of report.
fn check(status: &str, vehicle_types: &str, expect: [&str; 2]) {
    let folder = Path::new(FIXTURES);
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let types = parse_vehicle_types(&std::fs::read(folder.join(vehicle_types)).unwrap()).unwrap();
    let body = std::fs::read(folder.join(status)).unwrap();
    let much_later: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    let parsed = parse_station_status_with(&body, much_later, &types).unwrap();
    let number = |count: Option<u16>| count.map_or("?".to_owned(), |count| count.to_string());
    let lines: Vec<String> = parsed.value.stations[..2]
        .iter()
        .map(|station| {
            let counts = station.counts;
            let (mechanical, ebikes) = (number(counts.mechanical), number(counts.ebikes));
            let reported_at = station.reported_at.unwrap();
            format!(
                "{} = {mechanical} + {ebikes}, docks {}, {reported_at}",
                counts.bikes,
                number(counts.docks)
            )
        })
        .collect();
    assert_eq!(lines, expect, "{status}");
}

#[test]
fn gbfs_2_1_counts_scooters_among_its_bikes_and_names_a_type_it_does_not_describe() {
    check(
        "entur_lamassu/v2/station_status.json",
        "entur_lamassu/v2/vehicle_types.json",
        ["1 = ? + ?, docks 3, 2015-06-11T20:31:18Z", "6 = ? + ?, docks 8, 2015-06-11T20:31:18Z"],
    );
}

#[test]
fn gbfs_2_2_has_bikes_only() {
    let folder = "opentripplanner/lillestrombysykkel";
    check(
        &format!("{folder}/station_status.json"),
        &format!("{folder}/vehicle_types.json"),
        ["10 = 10 + 0, docks 10, 2021-09-10T07:23:51Z", "8 = 8 + 0, docks 12, 2021-09-10T07:23:51Z"],
    );
}

#[test]
fn gbfs_3_0_writes_its_times_as_text() {
    check(
        "spec_examples/v3.0/station_status-1.json",
        "spec_examples/v3.0/vehicle_types-1.json",
        ["1 = 1 + 0, docks 3, 2023-07-17T11:34:13Z", "6 = 2 + 0, docks 8, 2023-07-17T11:34:13Z"],
    );
}

#[test]
fn gbfs_3_1_is_read_as_3_0() {
    let folder = "gbfs-json-schema/testFixtures/v3.1-RC3";
    check(
        &format!("{folder}/station_status.json"),
        &format!("{folder}/vehicle_types.json"),
        ["1 = 1 + 0, docks 3, 2023-07-17T11:34:13Z", "6 = 2 + 0, docks 8, 2023-07-17T11:34:13Z"],
    );
}
