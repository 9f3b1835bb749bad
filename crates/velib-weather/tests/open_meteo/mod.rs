//! A document as the service writes it: three hours of a November afternoon in Paris, the last one beyond the reach of
//! some of the models behind it.

#![allow(dead_code, reason = "each test file uses its own part")]

use serde_json::{Value, json};
use velib_domain::Timestamp;

/// When the tests' documents were fetched.
pub(crate) const FETCHED_AT: &str = "2026-11-20T14:00:00Z";
/// 2026-11-20T13:00:00Z.
pub(crate) const FIRST_HOUR_S: i64 = 1_795_179_600;

pub(crate) fn fetched_at() -> Timestamp {
    FETCHED_AT.parse().unwrap()
}

pub(crate) fn document() -> Value {
    json!({
        "latitude": 48.86, "longitude": 2.339_999_7, "generationtime_ms": 0.074, "utc_offset_seconds": 0,
        "timezone": "GMT", "timezone_abbreviation": "GMT", "elevation": 43.0,
        "hourly_units": {
            "time": "unixtime", "temperature_2m": "°C", "apparent_temperature": "°C", "precipitation": "mm",
            "snowfall": "cm", "wind_speed_10m": "km/h", "wind_gusts_10m": "km/h", "cloud_cover": "%",
            "weather_code": "wmo code"
        },
        "hourly": {
            "time": [FIRST_HOUR_S, FIRST_HOUR_S + 3_600, FIRST_HOUR_S + 7_200],
            "temperature_2m": [7.1, 6.8, 6.0],
            "apparent_temperature": [3.9, 3.5, null],
            "precipitation": [0.0, 0.4, 1.2],
            "snowfall": [0.0, 0.0, 0.07],
            "wind_speed_10m": [14.8, 15.1, 16.0],
            "wind_gusts_10m": [31.0, 33.5, null],
            "cloud_cover": [100, 96, 100],
            "weather_code": [3, 61, 71]
        }
    })
}
