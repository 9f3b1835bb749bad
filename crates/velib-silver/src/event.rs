//! What the function was called for: new bronze objects, or a list of hours.
//!
//! A notification names objects, a backfill names hours; both become hours by system. A weather document asks for the
//! weather of its hour, another document for the stations of its hour, a list of hours for both. An object that is no
//! bronze document (a rejected body, a stranger's file) asks for nothing and is counted.

use std::collections::{BTreeMap, BTreeSet};

use aws_lambda_events::s3::S3Event;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use velib_domain::{Hour, SystemId};
use velib_lake::{Feed, Lake};

use crate::{
    RefineError, RefineOptions, RefinedHour, RefinedRange, RefinedWeather, RefinedWeatherHour, refine_range,
    refine_weather,
};

/// The hours to refine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HourRequest {
    /// Hours by system, each once, oldest first.
    pub hours: BTreeMap<SystemId, BTreeSet<Hour>>,
    /// Hours of which the weather is to be refined, likewise.
    pub weather_hours: BTreeMap<SystemId, BTreeSet<Hour>>,
    /// Objects in a notification that are no bronze documents.
    pub ignored_objects: usize,
}

/// What was refined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefinedRequest {
    /// The stations, system by system.
    pub stations: Vec<RefinedRange>,
    /// The weather, system by system.
    pub weather: Vec<RefinedWeather>,
}

/// An event that asks for nothing this function does.
#[derive(Debug, thiserror::Error)]
#[error(
    "the event is neither an S3 notification nor a list of hours: send {{\"system\": \"velib\", \"hours\": [\"2026-11-20T14\"]}} ({0})"
)]
pub struct UnknownEvent(#[from] serde_json::Error);

/// `{"system": "velib", "hours": ["2026-11-20T14", …]}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HourList {
    system: SystemId,
    hours: BTreeSet<Hour>,
}

/// Reads an event of either kind.
pub fn hours_of_event(lake: &Lake, event: Value) -> Result<HourRequest, UnknownEvent> {
    if event.get("Records").is_some() {
        return Ok(hours_of_objects(lake, &serde_json::from_value(event)?));
    }
    let HourList { system, hours } = serde_json::from_value(event)?;
    let hours = BTreeMap::from([(system, hours)]);
    Ok(HourRequest { weather_hours: hours.clone(), hours, ignored_objects: 0 })
}

/// Refines every hour that was asked for, system by system: the stations first, the weather then.
pub async fn refine_request(lake: &Lake, request: HourRequest) -> Result<RefinedRequest, RefineError> {
    let HourRequest { hours, weather_hours, ignored_objects } = request;
    tracing::info!(systems = hours.len(), ignored_objects, "refining");
    let mut refined = RefinedRequest { stations: Vec::new(), weather: Vec::new() };
    for (system, hours) in hours {
        let told = |hour: &RefinedHour| {
            tracing::info!(%system, hour = %hour.hour, documents = hour.documents, rows = hour.rows, "refined");
        };
        refined.stations.push(refine_range(lake, &system, hours.into_iter(), told).await?);
    }
    for (system, hours) in weather_hours {
        let told = |hour: &RefinedWeatherHour| {
            tracing::info!(%system, hour = %hour.hour, documents = hour.documents, rows = hour.rows, "refined the weather");
        };
        let options = RefineOptions::default();
        refined.weather.push(refine_weather(lake, &system, hours.into_iter(), options, told).await?);
    }
    Ok(refined)
}

fn hours_of_objects(lake: &Lake, event: &S3Event) -> HourRequest {
    let mut request = HourRequest::default();
    for object in event.records.iter().map(|record| &record.s3.object) {
        let name = object.key.as_deref().map(decoded).unwrap_or_default();
        match lake.bronze_key_of(&name) {
            Ok(key) => {
                let hour = key.hour();
                let hours = match key.feed {
                    Feed::Weather => &mut request.weather_hours,
                    _ => &mut request.hours,
                };
                hours.entry(key.system).or_default().insert(hour);
            }
            Err(_) => request.ignored_objects += 1,
        }
    }
    request
}

/// An object name as notifications write it: form-encoded, so that `=` stands as `%3D` and a blank as `+`.
fn decoded(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escape = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (first, escape.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            (byte, _) => {
                bytes.push(if byte == b'+' { b' ' } else { byte });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    use serde_json::json;

    fn hours(event: Value) -> Result<String, UnknownEvent> {
        let request = hours_of_event(&Lake::in_memory(), event)?;
        let told = |hours: &BTreeMap<SystemId, BTreeSet<Hour>>| {
            let each = hours
                .iter()
                .flat_map(|(system, hours)| hours.iter().map(move |hour| format!("{system} {hour}")));
            each.collect::<Vec<_>>().join(", ")
        };
        let (hours, weather) = (told(&request.hours), told(&request.weather_hours));
        Ok(format!("{hours} weather {weather} ignored {}", request.ignored_objects))
    }

    fn notification(keys: &[&str]) -> Value {
        let records = keys.iter().map(|key| {
            json!({
                "eventTime": "2026-11-20T14:05:04Z",
                "eventName": "ObjectCreated:Put",
                "userIdentity": {"principalId": "A"},
                "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                "responseElements": {},
                "s3": {"bucket": {"name": "lake"}, "object": {"key": key, "size": 61_000}},
            })
        });
        json!({"Records": records.collect::<Vec<_>>()})
    }

    #[test]
    fn a_new_document_asks_for_its_hour() {
        let key = "bronze/system%3Dvelib/feed%3Dstation_status/date%3D2026-11-20/hour%3D14/20261120T140503Z.json.gz";
        assert_eq!(hours(notification(&[key, key])).unwrap(), "velib 2026-11-20T14 weather  ignored 0");
    }

    #[test]
    fn a_new_weather_document_asks_for_the_weather_of_its_hour_alone() {
        let key = "bronze/system%3Dvelib/feed%3Dweather/date%3D2026-11-20/hour%3D14/20261120T140000Z.json.gz";
        assert_eq!(hours(notification(&[key])).unwrap(), " weather velib 2026-11-20T14 ignored 0");
    }

    #[test]
    fn a_rejected_body_asks_for_nothing() {
        let key = "bronze/system%3Dvelib/rejected/feed%3Dstation_status/date%3D2026-11-20/hour%3D14/20261120T140503Z.body.gz";
        assert_eq!(hours(notification(&[key])).unwrap(), " weather  ignored 1");
    }

    #[test]
    fn a_list_of_hours_is_taken_in_order_and_once() {
        let event = json!({"system": "velib", "hours": ["2026-11-20T15", "2026-11-20T14", "2026-11-20T15"]});
        assert_eq!(
            hours(event).unwrap(),
            "velib 2026-11-20T14, velib 2026-11-20T15 weather velib 2026-11-20T14, velib 2026-11-20T15 ignored 0"
        );
    }

    #[test]
    fn any_other_event_is_refused_with_the_shape_to_send() {
        for event in [json!({}), json!({"system": "velib", "hours": ["noon"]}), json!(3)] {
            assert!(hours(event).unwrap_err().to_string().contains("\"hours\": [\"2026-11-20T14\"]"));
        }
    }

    #[test]
    fn a_stray_percent_sign_is_kept() {
        assert_eq!(decoded("a%3Db+c%2"), "a=b c%2");
    }
}
