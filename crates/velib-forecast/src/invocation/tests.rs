//! What the wire types promise: the agreed forms, read and written.

mod laws;
mod refusals;

use serde_json::{Value, json};
use velib_domain::{Distribution, StationId};

use super::*;
use crate::{Forecaster, Persistence};

fn many() -> Value {
    json!({
        "issued_at": "2026-11-20T15:00:00+01:00", "cadence_seconds": 3600,
        "stations": [
            {"station_id": 36_881_235_973_i64, "bikes": [4, null, 5.0], "docks": null, "capacity": 30, "lat": 48.85, "lon": 2.35},
            {"station_id": "b", "bikes": [1, 2, 3], "docks": [9, null, 7], "capacity": null, "lat": 48.86, "lon": 2.36, "mechanical": [1]},
        ],
    })
}

fn one() -> Value {
    json!({
        "station_code": "16107", "historical_bikes": vec![5; 24], "hour": 15, "day_of_week": 4, "is_weekend": false,
        "capacity": 35, "latitude": 48.865, "longitude": 2.275,
    })
}

#[test]
fn ids_may_be_numbers_and_whole_counts_may_be_floats() {
    let Ok(Invocation::ManyStations(request)) = Invocation::decode(many().to_string().as_bytes()) else {
        panic!("two good stations are many");
    };
    assert_eq!(request.issued_at, "2026-11-20T14:00:00Z".parse().unwrap());
    assert_eq!(request.stations[0].station_id, StationId::new("36881235973"));
    assert_eq!(request.stations[0].bikes, [Some(4), None, Some(5)]);
    assert_eq!(request.stations[0].docks, []);
    assert_eq!(request.stations[1].docks, [Some(9), None, Some(7)]);
    assert_eq!(request.stations[1].capacity, None);
}

#[track_caller]
fn ebikes(kinds: &Value, expect: Option<u16>) {
    let mut body = many();
    body["stations"][1].as_object_mut().unwrap().remove("mechanical");
    body["stations"][1].as_object_mut().unwrap().extend(kinds.as_object().unwrap().clone());
    let Ok(Invocation::ManyStations(request)) = Invocation::decode(body.to_string().as_bytes()) else {
        panic!("{body} is read");
    };
    assert_eq!(request.stations[1].ebikes, expect, "{kinds}");
}

#[test]
fn kinds_of_bikes_may_be_told_either_way_for_the_newest_slot_or_for_all() {
    ebikes(&json!({"ebikes": 2}), Some(2));
    ebikes(&json!({"ebikes": [0, 1, 2]}), Some(2));
    ebikes(&json!({"mechanical": 1}), Some(2));
    ebikes(&json!({"mechanical": [null, 2, 3]}), Some(0));
    ebikes(&json!({"ebikes": 1, "mechanical": 1}), Some(1));
    ebikes(&json!({"mechanical": 4}), None);
    ebikes(&json!({"mechanical": [1, 2, null]}), None);
    ebikes(&json!({}), None);
}

#[track_caller]
fn issued(now: &str, hour: u8, day_of_week: u8, expect: &str) {
    let Ok(Invocation::OneStation(station)) = Invocation::decode(one().to_string().as_bytes()) else {
        panic!("the form of one station is read as such");
    };
    let station = OneStation { hour, day_of_week, ..station };
    assert_eq!(station.issued_at(now.parse().unwrap()), expect.parse::<Timestamp>().unwrap());
}

#[test]
fn the_present_hour_is_now() {
    issued("2026-11-20T14:20:05Z", 15, 4, "2026-11-20T14:20:05Z");
}

#[test]
fn an_hour_of_another_day_is_the_nearest_of_its_kind() {
    issued("2026-11-20T14:20:05Z", 14, 4, "2026-11-20T13:59:59Z");
    issued("2026-11-20T14:20:05Z", 16, 4, "2026-11-20T15:00:00Z");
    issued("2026-11-20T14:20:05Z", 8, 0, "2026-11-23T07:00:00Z");
    issued("2026-11-20T14:20:05Z", 8, 1, "2026-11-17T07:59:59Z");
}

#[test]
fn the_hour_that_spring_skips_is_found_on_another_sunday() {
    issued("2026-03-29T01:00:00Z", 2, 6, "2026-04-05T00:00:00Z");
}

#[test]
fn a_single_station_is_answered_in_whole_bikes_and_told_how_many_hours_were_missing() {
    let now: Timestamp = "2026-11-20T14:20:05Z".parse().unwrap();
    let mut asked = one();
    asked["historical_bikes"][3] = json!(null);
    asked["historical_bikes"][7] = json!(null);
    let request = Invocation::decode(asked.to_string().as_bytes()).unwrap().into_request(now);
    let forecast = Persistence.forecast(&request).unwrap().remove(0);
    let answer = OneStationAnswer::new("persistence", 0.25, now, &forecast);
    let expect = json!({
        "predictions": {"T+1h": 5, "T+2h": 5, "T+3h": 5}, "missing_slots": 2, "inference_time_ms": 0.25,
        "model_version": "persistence", "timestamp": "2026-11-20T14:20:05Z",
    });
    assert_eq!(serde_json::to_value(answer).unwrap(), expect);
    let mut of_before = expect;
    of_before.as_object_mut().unwrap().remove("missing_slots");
    assert_eq!(serde_json::from_value::<OneStationAnswer>(of_before).unwrap().missing_slots, None);
}

#[test]
fn the_answer_to_many_stations_has_the_agreed_form() {
    let Invocation::ManyStations(request) = Invocation::decode(many().to_string().as_bytes()).unwrap() else {
        panic!("two good stations are many");
    };
    let forecasts = Persistence.forecast(&request).unwrap();
    let answer = ModelAnswer::new("persistence", 1.5, Persistence.horizons(), &forecasts).wanting(24);
    let json: Value = serde_json::from_slice(&answer.encode()).unwrap();
    assert_eq!((&json["look_back"], &json["horizons_seconds"]), (&json!(24), &json!([3600, 7200, 10800])));
    assert_eq!(json["stations"][0]["missing_slots"], json!(22));
    assert_eq!(json["stations"][0]["docks"], json!(null));
    let bikes = CountForecast::from(&forecasts[0].horizons[0].bikes);
    let read: CountForecast = serde_json::from_value(json["stations"][0]["bikes"][0].clone()).unwrap();
    assert!(
        (read.mean - bikes.mean).abs() <= 0.5e-4
            && (read.p_at_least[4] - bikes.p_at_least[4]).abs() <= 0.5e-4
    );
    assert!(read.p10 < read.p50 && read.p50 < read.p90);
    assert_eq!(json["stations"][1]["docks"].as_array().unwrap().len(), 3);
}

#[test]
fn an_answer_with_a_horizon_too_few_or_a_chance_above_one_is_none() {
    let count = serde_json::to_value(CountForecast::from(&Distribution::certain(2, 9))).unwrap();
    let answer = |bikes: Value| {
        let body = json!({"model_version": "m", "inference_time_ms": 1, "horizons_seconds": [3600, 7200],
            "stations": [{"station_id": "a", "missing_slots": 0, "bikes": bikes, "docks": null}]});
        ModelAnswer::decode(body.to_string().as_bytes())
    };
    assert_eq!(answer(json!([count, count])).unwrap().look_back, None, "older services do not tell it");
    let too_few = answer(json!([count])).unwrap_err();
    assert_eq!(too_few.to_string(), "station a has 1 forecasts of its bikes for 2 horizons");
    let mut impossible = count.clone();
    impossible["p_at_least_2"] = json!(1.5);
    let refused = answer(json!([count, impossible])).unwrap_err().to_string();
    assert!(refused.contains("p_at_least_2: 1.5 is no probability"), "{refused}");
}

fn one_station() -> OneStation {
    match Invocation::decode(one().to_string().as_bytes()) {
        Ok(Invocation::OneStation(station)) => station,
        other => panic!("the form of one station is read as such, not as {other:?}"),
    }
}
