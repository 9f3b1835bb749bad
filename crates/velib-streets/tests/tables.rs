//! Tables from real streets: a part of the Marais out of OpenStreetMap, and all of Paris as a contest once published it.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[path = "../examples/cities/contest.rs"]
mod contest;

use std::path::{Path, PathBuf};

use velib_domain::{LatLon, StationId};
use velib_planner::{BikeKind, DetourStreets, Network, NetworkStation, StreetTimes};
use velib_streets::{Graph, GraphBuilder, StreetTables, StreetsError, TableStreets, read_osm};

fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

fn network(stations: &[(StationId, LatLon)]) -> Network {
    let station = |(station_id, position): &(StationId, LatLon)| NetworkStation {
        station_id: station_id.clone(),
        name: station_id.to_string(),
        position: *position,
        is_installed: true,
        is_renting: true,
        is_returning: true,
        silent_for: None,
    };
    Network::new(stations.iter().map(station).collect())
}

fn at(name: &str, lat: f64, lon: f64) -> (StationId, LatLon) {
    (StationId::new(name), LatLon { lat, lon })
}

/// A square of a kilometre of one-way streets, ridden clockwise from the south-west: a, b (north), c, d (east).
fn square() -> (Graph, Vec<(StationId, LatLon)>) {
    let mut builder = GraphBuilder::default();
    let places =
        [at("a", 48.85, 2.35), at("b", 48.859, 2.35), at("c", 48.859, 2.3637), at("d", 48.85, 2.3637)];
    let corners: Vec<u32> = places.iter().map(|(_, place)| builder.corner(*place)).collect();
    for side in 0..4 {
        let (from, to) = (corners[side], corners[(side + 1) % 4]);
        builder.walk(from, to, 1_000.0);
        builder.ride(from, to, 1_000.0);
    }
    (builder.finish(), places.to_vec())
}

fn tables() -> (StreetTables, Vec<(StationId, LatLon)>) {
    let (graph, stations) = square();
    (StreetTables::build("square", graph, &stations, |_, _| ()).unwrap(), stations)
}

#[test]
fn one_way_streets_are_ridden_round_and_walked_back() {
    let (tables, stations) = tables();
    let network = network(&stations);
    let streets = TableStreets::new(&tables, &network);
    let ride_m =
        |from, to| streets.ride_between(network.site(from), network.site(to), BikeKind::Any).distance_m;
    assert_eq!((ride_m(0, 1), ride_m(1, 0)), (1_000.0, 3_000.0));
    let walk_m = |from: usize, to| streets.walk_between(network.site(from), network.site(to)).distance_m;
    assert_eq!((walk_m(0, 1), walk_m(1, 0), walk_m(0, 2)), (1_000.0, 1_000.0, 2_000.0));
}

#[test]
fn an_ebike_is_faster_on_the_same_streets() {
    let (tables, stations) = tables();
    let network = network(&stations);
    let streets = TableStreets::new(&tables, &network);
    let ride = |kind| streets.ride_between(network.site(0), network.site(1), kind);
    assert!((ride(BikeKind::Mechanical).duration_s - (1_000.0 / 4.2 + 20.0)).abs() < 1e-9);
    assert!((ride(BikeKind::Ebike).duration_s - (1_000.0 / 5.0 + 20.0)).abs() < 1e-9);
}

#[test]
fn a_line_follows_the_streets() {
    let (tables, stations) = tables();
    let network = network(&stations);
    let streets = TableStreets::new(&tables, &network);
    let (a, b, d) = (stations[0].1, stations[1].1, stations[3].1);
    assert_eq!(streets.line(a, b, true).unwrap().len(), 4);
    assert_eq!(streets.line(b, a, true).unwrap().len(), 6, "by bike round the square");
    assert_eq!(streets.line(a, d, false).unwrap().len(), 4, "on foot straight back");
    assert_eq!(streets.line(a, LatLon { lat: 45.0, lon: 5.0 }, true), None);
}

#[test]
fn a_line_is_the_same_whatever_was_drawn_before() {
    let (tables, stations) = tables();
    let network = network(&stations);
    let streets = TableStreets::new(&tables, &network);
    for (from, to, by_bike) in [(0, 1, true), (1, 0, true), (3, 0, false), (0, 1, false), (0, 1, true)] {
        let [from, to] = [from, to].map(|station: usize| stations[station].1);
        let (untouched, _) = self::tables();
        let alone = TableStreets::new(&untouched, &network).line(from, to, by_bike);
        assert_eq!(streets.line(from, to, by_bike), alone);
        // Another answer over the same tables, with nothing drawn yet.
        assert_eq!(TableStreets::new(&tables, &network).line(from, to, by_bike), alone);
    }
}

#[test]
fn what_tables_do_not_know_is_estimated_from_straight_lines() {
    let (tables, mut stations) = tables();
    stations[1].1.lat += 0.01;
    stations.push(at("new", 48.855, 2.355));
    let network = network(&stations);
    let streets = TableStreets::new(&tables, &network);
    assert_eq!(streets.unknown_stations(), 2, "b moved, and one is new");
    let new = network.site(4);
    let estimated = streets.ride_between(network.site(0), new, BikeKind::Any).distance_m;
    let straight = stations[0].1.distance_m(new.position);
    assert!((estimated / straight - tables.calibration().ride_detour).abs() < 1e-9);
}

#[test]
fn tables_survive_their_file_and_are_the_same_bytes_twice() {
    let (tables, _) = tables();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("square.streets");
    tables.write(&path).unwrap();
    let read = StreetTables::read(&path).unwrap();
    assert_eq!((read.version(), read.station_count()), ("square", 4));
    assert_eq!(read.to_bytes(), tables.to_bytes());
}

#[test]
fn damaged_and_older_tables_are_refused_with_the_fix() {
    let bytes = tables().0.to_bytes();
    let refused = |bytes: &[u8]| StreetTables::from_bytes(bytes).unwrap_err().to_string();
    let mut older = bytes.clone();
    older[8] = 0;
    assert_eq!(
        refused(&older),
        "street tables are of format 0, this program reads 3: build them again with `velib streets build`"
    );
    let mut flipped = bytes.clone();
    *flipped.last_mut().unwrap() ^= 1;
    assert!(refused(&flipped).contains("checksum"), "{}", refused(&flipped));
    for index in 0..bytes.len() {
        assert!(StreetTables::from_bytes(&bytes[..index]).is_err(), "cut after {index} bytes");
        flipped.clone_from(&bytes);
        flipped[index] ^= 1;
        assert!(StreetTables::from_bytes(&flipped).is_err(), "byte {index} is another");
    }
    assert!(StreetTables::from_bytes(&[bytes, vec![0]].concat()).is_err(), "a byte more");
}

#[test]
fn what_is_no_extract_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("streets.osm.pbf");
    assert!(matches!(read_osm(&path), Err(StreetsError::NotOsm { .. })));
    std::fs::write(&path, b"<html>not found</html>").unwrap();
    assert!(matches!(read_osm(&path), Err(StreetsError::NotOsm { .. })));
}

#[test]
fn the_marais_is_walked_and_ridden() {
    let Some(extract) = shared("osm_test_extracts/paris_bss.osm.pbf") else { return };
    let graph = read_osm(&extract).unwrap();
    assert!(graph.corner_count() > 1_000, "{}", graph.corner_count());
    let stations = [
        at("archives", 48.8601, 2.3585),
        at("bretagne", 48.8632, 2.3625),
        at("francs-bourgeois", 48.8588, 2.3600),
        at("turenne", 48.8615, 2.3655),
    ];
    let tables = StreetTables::build("marais", graph, &stations, |_, _| ()).unwrap();
    let network = network(&stations);
    let streets = TableStreets::new(&tables, &network);
    for from in 0..4 {
        for to in (0..4).filter(|to| *to != from) {
            let straight = stations[from].1.distance_m(stations[to].1);
            let ride = streets.ride_between(network.site(from), network.site(to), BikeKind::Any).distance_m;
            let walk = streets.walk_between(network.site(from), network.site(to)).distance_m;
            // One-way streets may lead round half of a map as small as this one, and walls round a block of it.
            let longer = |most_m: f64| 0.99 * straight..straight + most_m;
            assert!(longer(1_000.0).contains(&ride), "{from} {to}: {ride} m for {straight} m");
            assert!(longer(400.0).contains(&walk), "{from} {to}: {walk} m for {straight} m");
            let line = streets.line(stations[from].1, stations[to].1, true).unwrap();
            let drawn: f64 = line.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
            assert!((drawn - ride).abs() < 5.0, "drawn {drawn} m, tabulated {ride} m");
        }
    }
}

#[test]
fn detours_measured_on_the_streets_of_paris_time_rides_better_than_the_usual_ones() {
    let Some(junctions) = shared("paris_streets_hashcode2014/paris_54000.txt") else { return };
    let graph = contest::contest(&std::fs::read_to_string(junctions).unwrap()).unwrap();
    let stations: Vec<_> = graph
        .corners()
        .iter()
        .step_by(75)
        .enumerate()
        .map(|(number, place)| (StationId::new(format!("{number:03}")), *place))
        .collect();
    let tables = StreetTables::build("contest", graph, &stations, |_, _| ()).unwrap();
    let measured = tables.calibration();
    println!("{} stations: {measured:?}", tables.station_count());
    // Cars' streets, their one-way rules, and lengths that are 1.30 times the straight line from corner to corner.
    assert!((1.3..1.7).contains(&measured.ride_detour), "{measured:?}");
    assert!((1.3..1.6).contains(&measured.walk_detour), "{measured:?}");
    let network = network(&stations);
    let on_streets = TableStreets::new(&tables, &network);
    let error_m = |streets: &dyn StreetTimes| {
        let pairs = (0..stations.len()).flat_map(|from| (0..stations.len()).map(move |to| (from, to)));
        let error = |(from, to)| {
            let (from, to) = (network.site(from), network.site(to));
            let estimated = streets.ride(from.position, to.position, BikeKind::Any).distance_m;
            (estimated - on_streets.ride_between(from, to, BikeKind::Any).distance_m).abs()
        };
        pairs.map(error).sum::<f64>()
    };
    assert!(error_m(&on_streets) < 0.8 * error_m(&DetourStreets::default()));
}
