//! The words spoken with the model service: its two request forms and its two answers, read and written.
//!
//! Pure: bytes to values and back, for the service and for its callers, so that the two cannot disagree. A request is
//! read by hand rather than by derive, because whoever sends a bad one must learn which field it was, at which
//! station. Fields it does not know are ignored. It builds no feature and makes no forecast.

mod answer;
mod count_forecast;
mod field;
mod many_stations;
mod one_station;
#[cfg(test)]
mod tests;

use velib_domain::Timestamp;

pub use answer::{BadAnswer, ModelAnswer, StationAnswer};
pub use count_forecast::CountForecast;
pub use many_stations::{MOST_STATIONS, encode_request};
pub use one_station::{HOURS_OF_ONE_STATION, OneStation, OneStationAnswer};

use crate::ForecastRequest;
use field::Field;

/// A request to the model service, in either form.
#[derive(Debug, Clone, PartialEq)]
pub enum Invocation {
    /// The hours of one station, without an instant: what clients older than this service send.
    OneStation(OneStation),
    /// The histories of many stations on one time grid.
    ManyStations(ForecastRequest),
}

/// A request that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadInvocation {
    /// The body is no JSON.
    #[error("the body is no JSON: {0}")]
    NotJson(String),
    /// The body is JSON, and one of its fields is not what it must be.
    #[error("{field}: {reason}")]
    BadField {
        /// The path of the field: `stations[3].bikes[2]`.
        field: String,
        /// What was found there, and what to send.
        reason: String,
    },
}

impl Invocation {
    /// Reads a request body; the form is told by its fields.
    pub fn decode(body: &[u8]) -> Result<Self, BadInvocation> {
        let json = serde_json::from_slice(body).map_err(|error| BadInvocation::NotJson(error.to_string()))?;
        let request = Field::root(&json);
        if request.has("stations") {
            return many_stations::read(&request).map(Self::ManyStations);
        }
        if request.has("historical_bikes") {
            return one_station::read(&request).map(Self::OneStation);
        }
        Err(request.refuse("no request", "an object with stations (many) or historical_bikes (one)"))
    }

    /// The request as a forecaster takes it. `now` places the form that carries no instant.
    pub fn into_request(self, now: Timestamp) -> ForecastRequest {
        match self {
            Self::OneStation(station) => station.to_request(now),
            Self::ManyStations(request) => request,
        }
    }
}

impl BadInvocation {
    /// The path of the field at fault, where there is one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::NotJson(_) => None,
            Self::BadField { field, .. } => Some(field),
        }
    }
}
