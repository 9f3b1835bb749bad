//! A city of seven stations in the words of Vélib's documents, small enough to check every answer by hand.

use serde_json::{Value, json};
use velib_domain::{LatLon, Observation, Station, StationId, StationInformation, StationStatus, Timestamp};
use velib_forecast::{
    Profile,
    profile::{StationProfile, Usual, WEEK_HOURS},
};
use velib_gbfs::{parse_station_information, parse_station_status};

/// Friday 20 November 2026, 15:20 in Paris.
pub(crate) const NOW: &str = "2026-11-20T14:20:00Z";

/// Id, code, name, latitude, longitude, capacity. The capacity of Picpus is one that the feed has lost.
const STATIONS: [(u64, &str, &str, f64, f64, u16); 7] = [
    (3001, "3001", "République", 48.8674, 2.3636, 30),
    (3002, "3002", "Temple", 48.8663, 2.3610, 20),
    (11_001, "11001", "Bastille", 48.8531, 2.3691, 40),
    (12_001, "12001", "Nation", 48.8484, 2.3959, 35),
    (12_002, "12002", "Picpus", 48.8465, 2.3990, 0),
    (213_688_169_001, "12003", "Bel-Air", 48.8502, 2.3988, 25),
    (1001, "1001", "Louvre", 48.8606, 2.3376, 22),
];

/// Id, mechanical bikes, e-bikes, docks, renting. Louvre is not counted.
const COUNTS: [(u64, u16, u16, u16, u16); 6] = [
    (3001, 0, 1, 29, 1),
    (3002, 6, 5, 9, 1),
    (11_001, 10, 10, 19, 0),
    (12_001, 20, 15, 0, 1),
    (12_002, 4, 1, 20, 1),
    (213_688_169_001, 3, 2, 20, 1),
];

pub(crate) fn discovery(base: &str) -> Value {
    let feed = |name: &str| json!({ "name": name, "url": format!("{base}/{name}.json") });
    json!({ "data": { "en": { "feeds": [feed("station_information"), feed("station_status")] } } })
}

pub(crate) fn station_information() -> Value {
    let station = |(id, code, name, lat, lon, capacity): (u64, &str, &str, f64, f64, u16)| json!({ "station_id": id, "stationCode": code, "name": name, "lat": lat, "lon": lon, "capacity": capacity });
    let stations: Vec<Value> = STATIONS.into_iter().map(station).collect();
    json!({ "lastUpdatedOther": 1_795_184_340, "ttl": 3600, "data": { "stations": stations } })
}

/// Counts as of now; a minute later somebody took the last bike of République.
pub(crate) fn station_status(bike_at_republique: bool) -> Value {
    let station = |(id, mechanical, ebikes, docks, renting): (u64, u16, u16, u16, u16)| {
        let taken = id == 3001 && !bike_at_republique;
        let (ebikes, docks) = if taken { (ebikes - 1, docks + 1) } else { (ebikes, docks) };
        let bikes = mechanical + ebikes;
        json!({
            "station_id": id, "stationCode": id.to_string(),
            "num_bikes_available": bikes, "numBikesAvailable": bikes,
            "num_bikes_available_types": [{ "mechanical": mechanical }, { "ebike": ebikes }],
            "num_docks_available": docks, "numDocksAvailable": docks,
            "is_installed": 1, "is_returning": 1, "is_renting": renting, "last_reported": 1_795_184_280,
        })
    };
    let stations: Vec<Value> = COUNTS.into_iter().map(station).collect();
    json!({ "lastUpdatedOther": 1_795_184_340, "ttl": 3600, "data": { "stations": stations } })
}

/// What is usual at some of the stations: two fifths of their docks hold a bike, at every hour.
pub(crate) fn usual_week(stations: &[&str]) -> Profile {
    let hours = || vec![Some(Usual { share: 0.4, empty: 0.05, full: 0.05 }); WEEK_HOURS];
    let of = |(id, _, _, lat, lon, _): (u64, _, _, f64, f64, _)| StationProfile {
        station_id: StationId::new(id.to_string()),
        position: LatLon { lat, lon },
        hours: hours(),
    };
    let known = STATIONS.into_iter().filter(|(id, ..)| stations.contains(&id.to_string().as_str()));
    Profile::new(known.map(of).collect())
}

/// What the collector and the refiner make of these documents, fetched at a moment: rows and stations of silver.
pub(crate) fn refined(at: Timestamp) -> (Vec<Observation>, Vec<Station>) {
    let status = parse_station_status(station_status(true).to_string().as_bytes(), at).unwrap().value;
    let information = parse_station_information(station_information().to_string().as_bytes()).unwrap().value;
    let counted = |status: StationStatus| Observation {
        snapshot_at: at,
        capacity: None,
        capacity_source: None,
        status,
    };
    let known = |station: StationInformation| Station {
        station_id: station.station_id,
        station_code: station.station_code,
        name: station.name,
        position: station.position,
        capacity: station.capacity.filter(|docks| *docks > 0),
        arrondissement: None,
        commune: None,
        first_seen: at,
        last_seen: at,
    };
    (status.stations.into_iter().map(counted).collect(), information.into_iter().map(known).collect())
}
