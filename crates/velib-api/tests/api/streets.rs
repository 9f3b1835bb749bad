//! Journeys on street tables: times and lines follow the streets, and without tables the answer says so.

use std::path::Path;

use serde_json::Value;
use velib_domain::{LatLon, StationId};
use velib_streets::{GraphBuilder, StreetTables};

use crate::world::{World, notices};

const FROM_REPUBLIQUE: &str = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970";

/// Streets as on squared paper over the small city, 220 metres from north to south and 150 from west to east.
fn squared_paper(file: &Path, stations: &[(StationId, LatLon)]) {
    let mut builder = GraphBuilder::default();
    let (rows, columns) = (25, 35);
    let place = |row: u32, column: u32| LatLon {
        lat: 48.835 + 0.002 * f64::from(row),
        lon: 2.345 + 0.002 * f64::from(column),
    };
    let corners: Vec<Vec<u32>> = (0..rows)
        .map(|row| (0..columns).map(|column| builder.corner(place(row, column))).collect())
        .collect();
    let mut street = |a: u32, b: u32| {
        let metres = builder.straight_m(a, b);
        builder.walk(a, b, metres);
        builder.ride(a, b, metres);
        builder.ride(b, a, metres);
    };
    for row in &corners {
        row.windows(2).for_each(|pair| street(pair[0], pair[1]));
    }
    for (south, north) in corners.iter().zip(&corners[1..]) {
        south.iter().zip(north).for_each(|(a, b)| street(*a, *b));
    }
    let tables = StreetTables::build("squared paper", builder.finish(), stations, |_, _| ()).unwrap();
    tables.write(file).unwrap();
}

/// The stations as the API tells them.
async fn stations() -> Vec<(StationId, LatLon)> {
    let told = World::new().await.get("/v1/stations").await.ok();
    let station = |station: &Value| {
        let degrees = |name: &str| station[name].as_f64().unwrap();
        let place = LatLon { lat: degrees("lat"), lon: degrees("lon") };
        (StationId::new(station["station_id"].as_str().unwrap()), place)
    };
    told["stations"].as_array().unwrap().iter().map(station).collect()
}

fn points(journey: &Value) -> Vec<usize> {
    let legs = journey["legs"].as_array().unwrap().iter();
    legs.map(|leg| leg["geometry"]["coordinates"].as_array().unwrap().len()).collect()
}

#[tokio::test]
async fn a_journey_is_timed_and_drawn_along_the_streets() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paris.streets");
    squared_paper(&file, &stations().await);
    let answer = World::with_streets(&file).await.get(FROM_REPUBLIQUE).await.ok();
    assert_eq!(
        (&answer["data"]["street_basis"], &answer["data"]["street_version"]),
        (&"graph".into(), &"squared paper".into())
    );
    assert!(answer["attribution"].as_array().unwrap().contains(&"© OpenStreetMap contributors".into()));
    assert!(!notices(&answer).contains(&"no_street_tables"));
    let ride = &answer["journeys"][0]["legs"][1];
    let line: Vec<LatLon> = ride["geometry"]["coordinates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| LatLon { lat: point[1].as_f64().unwrap(), lon: point[0].as_f64().unwrap() })
        .collect();
    let drawn: f64 = line.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
    assert!(
        line.len() > 10 && (drawn - ride["distance_m"].as_f64().unwrap()).abs() < 10.0,
        "{drawn} m: {ride}"
    );
}

#[tokio::test]
async fn without_tables_that_can_be_read_streets_are_straight_lines_and_the_answer_says_why() {
    let answer =
        World::with_streets(Path::new("/nowhere/paris.streets")).await.get(FROM_REPUBLIQUE).await.ok();
    assert_eq!(answer["data"]["street_basis"], "detour");
    assert!(notices(&answer).contains(&"no_street_tables"));
    assert!(points(&answer["journeys"][0]).iter().all(|points| *points == 2));
}
