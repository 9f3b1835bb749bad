//! The weather in Open-Meteo's own JSON: parallel lists, units beside them, refusals with a reason.
//!
//! Only what the collector asks for is understood; anything else is refused, as the real service refuses it.

use std::collections::HashMap;

use axum::{
    Json,
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use velib_domain::{SignedDuration, Timestamp, Weather};

use crate::sky::forecast_of;

/// What may be asked for by `hourly`: its name, its unit, its number.
type Variable = (&'static str, &'static str, fn(&Weather) -> Option<f64>);

const VARIABLES: [Variable; 8] = [
    ("temperature_2m", "°C", |weather| weather.temperature_c),
    ("apparent_temperature", "°C", |weather| weather.apparent_temperature_c),
    ("precipitation", "mm", |weather| weather.precipitation_mm),
    ("snowfall", "cm", |weather| weather.snowfall_cm),
    ("wind_speed_10m", "km/h", |weather| weather.wind_kmh),
    ("wind_gusts_10m", "km/h", |weather| weather.gusts_kmh),
    ("cloud_cover", "%", |weather| weather.cloud_percent),
    ("weather_code", "wmo code", |weather| weather.wmo_code.map(f64::from)),
];
/// As many as the real service gives.
const MOST_PAST_DAYS: i64 = 92;
const MOST_FORECAST_DAYS: i64 = 16;

/// Parameters of a request, as they stand in its address.
pub(crate) type Parameters = Query<HashMap<String, String>>;

/// The answer of the service at a moment.
pub(crate) fn answer(seed: u64, issued_at: Timestamp, Query(asked): &Parameters) -> Response {
    match document(seed, issued_at, asked) {
        Ok(document) => Json(document).into_response(),
        Err(reason) => {
            let refusal = json!({"error": true, "reason": reason});
            (StatusCode::BAD_REQUEST, Json(refusal)).into_response()
        }
    }
}

fn document(seed: u64, issued_at: Timestamp, asked: &HashMap<String, String>) -> Result<Value, String> {
    let text = |name: &str| asked.get(name).map(String::as_str);
    let place =
        [degrees("latitude", text("latitude"), 90.0)?, degrees("longitude", text("longitude"), 180.0)?];
    if text("timeformat") != Some("unixtime") || text("timezone").is_some_and(|zone| zone != "GMT") {
        return Err("the simulated service knows timeformat=unixtime and timezone=GMT only".to_owned());
    }
    let past_days = days("past_days", text("past_days"), 0, MOST_PAST_DAYS)?;
    let forecast_days = days("forecast_days", text("forecast_days"), 7, MOST_FORECAST_DAYS)?;
    let midnight = issued_at - SignedDuration::from_secs(issued_at.as_second().rem_euclid(86_400));
    let first = midnight - SignedDuration::from_hours(24 * past_days);
    let hours = (0..24 * (past_days + forecast_days)).map(|hour| first + SignedDuration::from_hours(hour));
    let weather: Vec<_> = hours.map(|at| (at, forecast_of(seed, issued_at, at))).collect();

    let mut units = json!({"time": "unixtime"});
    let mut hourly = json!({"time": weather.iter().map(|(at, _)| at.as_second()).collect::<Vec<_>>()});
    for name in text("hourly").unwrap_or_default().split(',') {
        let (name, unit, number) = variable(name)?;
        units[name] = json!(unit);
        hourly[name] = weather.iter().map(|(_, weather)| json!(number(weather))).collect();
    }
    Ok(json!({
        "latitude": place[0], "longitude": place[1], "generationtime_ms": 0.0, "utc_offset_seconds": 0,
        "timezone": "GMT", "timezone_abbreviation": "GMT", "elevation": 35.0, "simulated": true,
        "hourly_units": units, "hourly": hourly,
    }))
}

fn degrees(name: &str, text: Option<&str>, most: f64) -> Result<f64, String> {
    let number = text.and_then(|text| text.parse().ok()).filter(|degrees: &f64| degrees.abs() <= most);
    number.ok_or_else(|| format!("{name} must be a number from -{most} to {most}: {text:?} is none"))
}

fn days(name: &str, text: Option<&str>, usual: i64, most: i64) -> Result<i64, String> {
    let number = text.map_or(Some(usual), |text| text.parse().ok()).filter(|days| (0..=most).contains(days));
    number.ok_or_else(|| format!("{name} must be from 0 to {most}: {text:?} is not"))
}

fn variable(name: &str) -> Result<Variable, String> {
    let known = VARIABLES.into_iter().find(|(known, ..)| *known == name);
    known.ok_or_else(|| {
        format!("hourly knows no {name:?}: it knows {}", VARIABLES.map(|known| known.0).join(", "))
    })
}
