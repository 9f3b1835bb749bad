//! Documents as the service writes them, and as it should not.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

mod open_meteo;

use serde_json::{Value, json};
use velib_domain::{LatLon, Weather, WeatherOrigin};
use velib_weather::{WeatherDocument, WeatherDocumentError, parse_weather};

use open_meteo::{FIRST_HOUR_S, document, fetched_at};

fn parse(document: &Value) -> Result<WeatherDocument, WeatherDocumentError> {
    parse_weather(document.to_string().as_bytes(), fetched_at())
}

/// The document with one part replaced, or taken away.
fn with(pointer: &str, value: Option<Value>) -> Value {
    let mut changed = document();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = changed.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => parent.insert(name.to_owned(), value),
        None => parent.remove(name),
    };
    changed
}

/// The document with one part replaced is refused, and the message says so.
#[track_caller]
fn check_refused(pointer: &str, value: Option<Value>, message: &str) {
    let error = parse(&with(pointer, value)).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
}

/// The document with one part replaced keeps so many hours, and counts the rest.
#[track_caller]
fn check_counted(pointer: &str, value: Value, hours: usize, counted: &str) {
    let parsed = parse(&with(pointer, Some(value))).unwrap();
    assert_eq!((parsed.hours.len(), format!("{:?}", parsed.quarantined).as_str()), (hours, counted));
}

#[test]
fn every_hour_is_read_with_what_is_missing_left_missing() {
    let parsed = parse(&document()).unwrap();
    assert_eq!(parsed.place, LatLon { lat: 48.86, lon: 2.339_999_7 });
    assert_eq!(parsed.elevation_m, Some(43.0));
    assert!(parsed.quarantined.is_empty());
    let last = parsed.hours.last().unwrap();
    let expected = Weather {
        temperature_c: Some(6.0),
        apparent_temperature_c: None,
        precipitation_mm: Some(1.2),
        snowfall_cm: Some(0.07),
        wind_kmh: Some(16.0),
        gusts_kmh: None,
        cloud_percent: Some(100.0),
        wmo_code: Some(71),
    };
    assert_eq!(last.weather, expected);
    assert_eq!(last.origin, WeatherOrigin::Collected { fetched_at: fetched_at() });
    let ahead: Vec<i64> = parsed.hours.iter().map(|hour| hour.lead().unwrap().as_hours()).collect();
    assert_eq!(ahead, [-1, 0, 1], "the past, the present and a forecast");
}

#[test]
fn another_unit_is_refused_by_name() {
    check_refused(
        "/hourly_units/temperature_2m",
        Some(json!("°F")),
        "temperature_2m is in \"°F\" and not in \"°C\"",
    );
    check_refused("/hourly_units/wind_speed_10m", Some(json!("m/s")), "\"m/s\" and not in \"km/h\"");
    check_refused("/hourly_units/snowfall", Some(json!("mm")), "not in \"cm\"");
    check_refused("/hourly_units/time", Some(json!("iso8601")), "not in \"unixtime\"");
}

#[test]
fn what_was_asked_for_and_is_not_there_is_named() {
    check_refused("/hourly", None, "no hourly");
    check_refused("/hourly_units", None, "no hourly_units");
    check_refused("/hourly/cloud_cover", None, "no hourly.cloud_cover");
    check_refused("/hourly_units/precipitation", None, "no hourly_units.precipitation");
    check_refused("/hourly/time", Some(json!("now")), "no hourly.time");
    check_refused("/latitude", None, "no latitude");
}

#[test]
fn lists_of_other_lengths_cannot_be_told_to_hours() {
    check_refused("/hourly/snowfall", Some(json!([0.0, 0.0])), "snowfall has 2 values for 3 hours");
    check_refused("/hourly/time", Some(json!([FIRST_HOUR_S])), "3 values for 1 hours");
}

#[test]
fn a_refusal_is_told_in_the_services_own_words() {
    let refusal =
        json!({"error": true, "reason": "Daily API request limit exceeded. Please try again tomorrow."});
    assert!(parse(&refusal).unwrap_err().to_string().contains("request limit exceeded"));
}

#[test]
fn bodies_that_are_no_documents_are_told_apart() {
    let parse = |body: &str| parse_weather(body.as_bytes(), fetched_at()).unwrap_err();
    assert_eq!(parse(" \n"), WeatherDocumentError::Empty);
    assert_eq!(parse("{\"latitude\":48."), WeatherDocumentError::Truncated { bytes: 15 });
    assert!(matches!(parse("<html>502</html>"), WeatherDocumentError::NotJson { .. }));
    assert!(matches!(parse("[]"), WeatherDocumentError::Lacks { .. }));
}

#[test]
fn an_impossible_value_costs_that_value() {
    check_counted(
        "/hourly/temperature_2m",
        json!([7.1, 999.9, "mild"]),
        3,
        r#"{"impossible_temperature_c": 2}"#,
    );
    check_counted("/hourly/weather_code", json!([3, 61.5, 128]), 3, r#"{"impossible_wmo_code": 2}"#);
}

#[test]
fn a_time_that_is_no_full_hour_costs_that_hour() {
    let half_past = FIRST_HOUR_S + 5_400;
    check_counted("/hourly/time", json!([FIRST_HOUR_S, half_past, null]), 1, r#"{"bad_time": 2}"#);
    check_counted(
        "/hourly/time",
        json!([FIRST_HOUR_S, FIRST_HOUR_S, -3_600]),
        1,
        r#"{"bad_time": 1, "repeated_hour": 1}"#,
    );
}

#[test]
fn an_hour_of_which_nothing_is_said_is_counted_and_a_document_of_such_is_none() {
    let mut silent = document();
    for (name, values) in silent["hourly"].as_object_mut().unwrap() {
        if name != "time" {
            values[2] = Value::Null;
        }
    }
    let parsed = parse(&silent).unwrap();
    assert_eq!((parsed.hours.len(), parsed.quarantined["empty_hour"]), (2, 1));
    for values in silent["hourly"].as_object_mut().unwrap().values_mut() {
        *values = json!([]);
    }
    assert_eq!(parse(&silent), Err(WeatherDocumentError::NothingUsable { hours: 0 }));
}
