//! The simulated documents are Vélib' documents: the parser takes every station, and the quirks are in them.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::collections::BTreeSet;

use velib_domain::{SignedDuration, StationStatus, Timestamp};
use velib_gbfs::{parse_station_information, parse_station_status};
use velib_sim::{City, CityConfig};

fn monday_noon() -> Timestamp {
    "2026-03-02T11:10:00Z".parse().unwrap()
}

fn city() -> City {
    City::new(CityConfig::default(), monday_noon())
}

fn statuses(city: &City) -> Vec<StationStatus> {
    let parsed = parse_station_status(&city.station_status_json(), city.now()).unwrap();
    assert_eq!(parsed.rejected, []);
    assert_eq!(parsed.updated_at, Some(city.now()));
    parsed.value.stations
}

#[test]
fn both_documents_give_all_stations() {
    let city = city();
    let places = parse_station_information(&city.station_information_json()).unwrap();
    assert_eq!(places.rejected, []);
    let ids = |id: &velib_domain::StationId| id.as_str().to_owned();
    let places: BTreeSet<_> = places.value.iter().map(|place| ids(&place.station_id)).collect();
    let counted: BTreeSet<_> = statuses(&city).iter().map(|status| ids(&status.station_id)).collect();
    assert_eq!(places.len(), 1_480);
    assert_eq!(places, counted);
}

#[test]
fn every_name_says_that_it_is_simulated() {
    let places = parse_station_information(&city().station_information_json()).unwrap().value;
    assert!(places.iter().all(|place| place.name.starts_with("Sim – ")));
}

#[test]
fn the_document_has_the_fields_of_a_real_one() {
    let body = String::from_utf8(city().station_status_json()).unwrap();
    assert!(
        body.starts_with(r#"{"lastUpdatedOther":1772449800,"ttl":3600,"data":{"stations":[{"station_id":"#)
    );
    let first = body.split("},{\"station_id\"").next().unwrap();
    for field in [
        "\"num_bikes_available\":",
        "\"numBikesAvailable\":",
        "\"num_bikes_available_types\":[{\"mechanical\":",
        "},{\"ebike\":",
        "\"numDocksAvailable\":",
        "\"is_renting\":1",
        "\"stationCode\":\"",
    ] {
        assert!(first.contains(field), "{field} is not in {first}");
    }
}

#[test]
fn last_reported_stands_still_while_the_counts_move() {
    let mut city = city();
    let before = statuses(&city);
    city.advance_to(city.now() + SignedDuration::from_mins(8));
    let after = statuses(&city);
    let pairs = || before.iter().zip(&after);
    assert!(pairs().all(|(then, now)| then.reported_at == now.reported_at));
    let moved = pairs().filter(|(then, now)| then.counts != now.counts).count();
    assert!(moved > 300, "{moved} stations moved in eight minutes");
}

#[test]
fn some_stations_are_silent_for_hours() {
    let mut city = city();
    city.advance_to(city.now() + SignedDuration::from_hours(12));
    let limit = city.now() - SignedDuration::from_hours(2);
    let silent = statuses(&city)
        .iter()
        .filter(|status| status.is_renting == Some(true))
        .filter(|status| status.reported_at.unwrap() < limit)
        .count();
    assert!((1..60).contains(&silent), "{silent}");
}

#[test]
fn kinds_add_up_to_the_bikes() {
    for status in statuses(&city()) {
        let counts = status.counts;
        assert_eq!(counts.mechanical.unwrap() + counts.ebikes.unwrap(), counts.bikes);
    }
}
