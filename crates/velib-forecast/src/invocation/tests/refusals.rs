//! Every bad field by its name, with what was found there and what to send.

use serde_json::{Value, json};

use super::{many, one};
use crate::invocation::{BadInvocation, Invocation};

/// Replaces the value at a JSON pointer (creating the key where the pointer's parent is an object) and reads it.
fn decoded_with(mut body: Value, pointer: &str, value: Value) -> Result<Invocation, BadInvocation> {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Object(fields) => fields.insert(key.to_owned(), value),
        Value::Array(items) => Some(std::mem::replace(&mut items[key.parse::<usize>().unwrap()], value)),
        _ => panic!("{parent} holds nothing"),
    };
    Invocation::decode(body.to_string().as_bytes())
}

#[track_caller]
fn refuses(body: Value, pointer: &str, value: Value, expect: &str) {
    let refused = decoded_with(body, pointer, value).unwrap_err();
    assert_eq!(refused.to_string(), expect);
    assert_eq!(refused.field(), expect.split_once(": ").map(|(field, _)| field));
}

#[test]
fn every_bad_field_of_many_stations_is_named() {
    let check = |pointer: &str, value: Value, expect: &str| refuses(many(), pointer, value, expect);
    let count = "send 0…65535 or null";
    check("/stations/1/bikes/2", json!(-1), &format!("stations[1].bikes[2]: -1 is no count, {count}"));
    check("/stations/1/bikes/2", json!(2.5), &format!("stations[1].bikes[2]: 2.5 is no count, {count}"));
    check("/stations/1/bikes/2", json!(65_536), &format!("stations[1].bikes[2]: 65536 is no count, {count}"));
    check("/stations/1/bikes/2", json!("3"), &format!("stations[1].bikes[2]: \"3\" is no count, {count}"));
    check(
        "/stations/0/bikes",
        json!(null),
        "stations[0].bikes: missing, send a list of counts, oldest first",
    );
    check(
        "/stations/0/bikes",
        json!({}),
        "stations[0].bikes: an object is no list, send a list of counts, oldest first",
    );
    check("/stations/1/docks/0", json!(true), &format!("stations[1].docks[0]: true is no count, {count}"));
    check(
        "/stations/1/docks",
        json!([1]),
        "stations[1].docks: 1 slots beside 3 of bikes, send as many or null",
    );
    check("/stations/0/capacity", json!([]), &format!("stations[0].capacity: a list is no count, {count}"));
    check(
        "/stations/0/mechanical",
        json!("2"),
        &format!("stations[0].mechanical: \"2\" is no count, {count}"),
    );
    let hour = |mm: Value| json!([{"valid_at": "2026-11-20T14:00:00Z", "precipitation_mm": mm}]);
    check("/weather", json!("wet"), "weather: \"wet\" is no list, send a list of hours of weather, or null");
    check(
        "/weather",
        hour(json!(-1)),
        "weather[0].precipitation_mm: -1 is no weather on Earth, send a number or null",
    );
    check(
        "/weather",
        hour(json!("2")),
        "weather[0].precipitation_mm: \"2\" is no weather, send a number or null",
    );
    check("/weather", json!(vec![0; 193]), "weather: 193 hours, send at most 192");
    check("/stations/1/ebikes", json!([1, -1]), &format!("stations[1].ebikes[1]: -1 is no count, {count}"));
    check("/stations/0/lat", json!(91), "stations[0].lat: 91 is no latitude, send −90…90");
    check("/stations/0/lon", json!(null), "stations[0].lon: missing, send −180…180");
    check(
        "/stations/0/station_id",
        json!(1.5),
        "stations[0].station_id: 1.5 is no text, send the station's id",
    );
    check("/stations/0", json!(7), "stations[0].bikes: missing, send a list of counts, oldest first");
    check("/stations", json!("x"), "stations: \"x\" is no list, send a list of stations");
    check("/cadence_seconds", json!(0), "cadence_seconds: 0 is no cadence, send whole seconds, 1…86400");
    let instant = "send RFC 3339 between 2000 and 2100, such as 2026-11-20T14:00:00Z";
    check("/issued_at", json!("now"), &format!("issued_at: \"now\" is no instant, {instant}"));
    check(
        "/issued_at",
        json!("9999-12-30T00:00:00Z"),
        &format!("issued_at: \"9999-12-30T00:00:00Z\" is no instant, {instant}"),
    );
    check("/issued_at", json!(null), &format!("issued_at: missing, {instant}"));
}

#[test]
fn every_bad_field_of_one_station_is_named() {
    let check = |pointer: &str, value: Value, expect: &str| refuses(one(), pointer, value, expect);
    check("/historical_bikes/7", json!(-3), "historical_bikes[7]: -3 is no count, send 0…65535 or null");
    check(
        "/historical_bikes",
        json!([1, 2]),
        "historical_bikes: 2 counts, send the last 24 hours, oldest first",
    );
    check("/station_code", json!(null), "station_code: missing, send the station's code");
    check("/hour", json!(24), "hour: 24 is no hour, send 0…23, Paris time");
    check("/day_of_week", json!(7), "day_of_week: 7 is no weekday, send 0 (Monday) … 6 (Sunday)");
    check("/is_weekend", json!("no"), "is_weekend: \"no\" is neither, send true or false");
    check("/capacity", json!(-1), "capacity: -1 is no count, send 0…65535 or null");
    check("/latitude", json!("48"), "latitude: \"48\" is no latitude, send −90…90");
    check("/longitude", json!(-181), "longitude: -181 is no longitude, send −180…180");
}

#[test]
fn a_body_without_either_form_is_told_both() {
    let refused = |body: &str| Invocation::decode(body.as_bytes()).unwrap_err().to_string();
    let forms = "send an object with stations (many) or historical_bikes (one)";
    assert_eq!(refused("{}"), format!("body: an object is no request, {forms}"));
    assert_eq!(refused("[3]"), format!("body: a list is no request, {forms}"));
    assert!(refused("{\"stations\": [").starts_with("the body is no JSON: EOF"));
}

#[test]
fn a_long_bad_value_is_repeated_only_in_part() {
    let refused = decoded_with(one(), "/hour", json!("h".repeat(9_999))).unwrap_err();
    assert!(refused.to_string().len() < 120, "{refused}");
}

#[test]
fn a_request_too_large_to_answer_is_refused_before_it_is_tried() {
    let station = json!({"station_id": "a", "bikes": [1], "capacity": 65_535, "lat": 48.85, "lon": 2.35});
    let refused = decoded_with(many(), "/stations", json!(vec![station.clone(); 31])).unwrap_err();
    assert_eq!(refused.to_string(), "stations: counts reach 2031616 over all stations, send at most 2000000");
    let refused = decoded_with(many(), "/stations", json!(vec![station; 3_501])).unwrap_err();
    assert_eq!(refused.to_string(), "stations: 3501 stations, send at most 3500");
}
