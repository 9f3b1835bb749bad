//! One document: parallel lists of hours and values, checked for being what was asked for, then read hour by hour.
//!
//! A document whose lists do not fit each other or whose units are others is refused whole. A single impossible value
//! costs that value, a bad time that hour; both are counted by reason.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use velib_domain::{Hour, LatLon, Timestamp, Weather, WeatherHour, WeatherOrigin, WeatherQuantity};

use crate::{
    TIME_COLUMN, WeatherDocumentError,
    variable::{unit, variable_name},
};

/// How times are written when seconds since 1970 are asked for.
const TIME_UNIT: &str = "unixtime";

/// What came of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct WeatherDocument {
    /// The middle of the grid cell that the service answers for, near the place asked for.
    pub place: LatLon,
    /// Height of the ground that temperatures are told for, in metres.
    pub elevation_m: Option<f64>,
    /// Hours of which anything is known, oldest first.
    pub hours: Vec<WeatherHour>,
    /// Hours and values that could not be used, by reason code.
    pub quarantined: BTreeMap<String, u64>,
}

/// Reads a document that was fetched at a time.
pub fn parse_weather(body: &[u8], fetched_at: Timestamp) -> Result<WeatherDocument, WeatherDocumentError> {
    let document = json(body)?;
    if document["error"] == true {
        let reason = document["reason"].as_str().unwrap_or("no reason is given").to_owned();
        return Err(WeatherDocumentError::Refused { reason });
    }
    let hourly = object(&document, "hourly")?;
    check_units(object(&document, "hourly_units")?)?;
    let times = list(hourly, TIME_COLUMN)?;
    let columns = WeatherQuantity::ALL.map(|quantity| column(hourly, quantity, times.len()));
    let columns = columns.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut hours = Hours::new(fetched_at);
    for (index, time) in times.iter().enumerate() {
        hours.take(time, WeatherQuantity::ALL.into_iter().zip(columns.iter().map(|values| &values[index])));
    }
    if hours.kept.is_empty() {
        return Err(WeatherDocumentError::NothingUsable { hours: times.len() });
    }
    Ok(WeatherDocument {
        place: place(&document)?,
        elevation_m: document["elevation"].as_f64(),
        hours: hours.kept.into_values().collect(),
        quarantined: hours.quarantined,
    })
}

fn json(body: &[u8]) -> Result<Value, WeatherDocumentError> {
    if body.trim_ascii().is_empty() {
        return Err(WeatherDocumentError::Empty);
    }
    serde_json::from_slice(body).map_err(|error| {
        if error.is_eof() {
            WeatherDocumentError::Truncated { bytes: body.len() }
        } else {
            WeatherDocumentError::NotJson { reason: error.to_string() }
        }
    })
}

fn lacks(path: impl Into<String>) -> WeatherDocumentError {
    WeatherDocumentError::Lacks { path: path.into() }
}

fn object<'a>(document: &'a Value, name: &str) -> Result<&'a Map<String, Value>, WeatherDocumentError> {
    document[name].as_object().ok_or_else(|| lacks(name))
}

fn list<'a>(hourly: &'a Map<String, Value>, name: &str) -> Result<&'a Vec<Value>, WeatherDocumentError> {
    hourly.get(name).and_then(Value::as_array).ok_or_else(|| lacks(format!("hourly.{name}")))
}

fn column(
    hourly: &Map<String, Value>,
    quantity: WeatherQuantity,
    hours: usize,
) -> Result<&Vec<Value>, WeatherDocumentError> {
    let variable = variable_name(quantity);
    let values = list(hourly, variable)?;
    if values.len() == hours {
        return Ok(values);
    }
    Err(WeatherDocumentError::Length { variable, values: values.len(), hours })
}

fn check_units(units: &Map<String, Value>) -> Result<(), WeatherDocumentError> {
    let expected = WeatherQuantity::ALL.map(|quantity| (variable_name(quantity), unit(quantity)));
    for (variable, expected) in [(TIME_COLUMN, TIME_UNIT)].into_iter().chain(expected) {
        let found = units.get(variable).and_then(Value::as_str);
        let found = found.ok_or_else(|| lacks(format!("hourly_units.{variable}")))?;
        if found != expected {
            return Err(WeatherDocumentError::Unit { variable, found: found.to_owned(), expected });
        }
    }
    Ok(())
}

fn place(document: &Value) -> Result<LatLon, WeatherDocumentError> {
    let degrees = |name: &str| document[name].as_f64();
    let place = degrees("latitude").zip(degrees("longitude"));
    place.and_then(|(lat, lon)| LatLon::new(lat, lon)).ok_or_else(|| lacks("latitude and longitude"))
}

/// The hours of a document that can be used, by time, and a count of what cannot.
struct Hours {
    fetched_at: Timestamp,
    told: BTreeSet<Timestamp>,
    kept: BTreeMap<Timestamp, WeatherHour>,
    quarantined: BTreeMap<String, u64>,
}

impl Hours {
    fn new(fetched_at: Timestamp) -> Self {
        Self { fetched_at, told: BTreeSet::new(), kept: BTreeMap::new(), quarantined: BTreeMap::new() }
    }

    /// Takes one hour. Of two that say they are the same the first counts, as with stations.
    fn take<'a>(&mut self, time: &Value, values: impl Iterator<Item = (WeatherQuantity, &'a Value)>) {
        let Some(valid_at) = full_hour(time) else { return self.count("bad_time") };
        if !self.told.insert(valid_at) {
            return self.count("repeated_hour");
        }
        let mut weather = Weather::default();
        for (quantity, value) in values.filter(|(_, value)| !value.is_null()) {
            if !value.as_f64().is_some_and(|number| weather.set(quantity, number)) {
                self.count(&format!("impossible_{}", quantity.column()));
            }
        }
        if weather.is_empty() {
            return self.count("empty_hour");
        }
        let origin = WeatherOrigin::Collected { fetched_at: self.fetched_at };
        self.kept.insert(valid_at, WeatherHour { valid_at, origin, weather });
    }

    fn count(&mut self, reason: &str) {
        *self.quarantined.entry(reason.to_owned()).or_default() += 1;
    }
}

/// A time in seconds since 1970, if it is a full hour that a lake can hold.
fn full_hour(time: &Value) -> Option<Timestamp> {
    let at = Timestamp::from_second(time.as_i64()?).ok()?;
    let in_four_digits = (0..=253_402_207_200).contains(&at.as_second());
    (in_four_digits && Hour::containing(at).start() == at).then_some(at)
}
