//! The answer to many stations: `{model_version, inference_time_ms, look_back, horizons_seconds, stations: […]}`.
//!
//! Reading checks its shape: a consumer that indexes a station by a horizon finds a forecast there. Whether the
//! stations are those it asked for, only the consumer knows.

use serde::{Deserialize, Serialize};
use velib_domain::StationId;

use super::CountForecast;
use crate::{Horizon, StationForecast};

/// What the model service says of many stations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelAnswer {
    /// What made the forecast.
    pub model_version: String,
    /// Milliseconds that the model took, without queueing and transport.
    pub inference_time_ms: f64,
    /// Observations of each station that the model wants, the newest included; `None` where the service does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look_back: Option<usize>,
    /// The horizons of every station's forecasts, ascending.
    #[serde(rename = "horizons_seconds", with = "seconds")]
    pub horizons: Vec<Horizon>,
    /// One entry for each station of the request, in its order.
    pub stations: Vec<StationAnswer>,
}

/// What the model service says of one station.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StationAnswer {
    /// The key.
    pub station_id: StationId,
    /// Slots of the model's look-back in which bikes were not observed.
    pub missing_slots: usize,
    /// Bikes ready to rent, one entry a horizon.
    pub bikes: Vec<CountForecast>,
    /// Free docks, one entry a horizon; `None` where none was ever observed.
    pub docks: Option<Vec<CountForecast>>,
}

/// An answer that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// The body has another form.
    #[error("the body is no model answer: {0}")]
    NoAnswer(String),
    /// A station has fewer or more forecasts than there are horizons.
    #[error("station {station_id} has {found} forecasts of its {count} for {expected} horizons")]
    WrongLength {
        /// The station.
        station_id: StationId,
        /// Which count: `bikes` or `docks`.
        count: &'static str,
        /// Forecasts found.
        found: usize,
        /// Horizons announced.
        expected: usize,
    },
}

impl ModelAnswer {
    /// The answer made of a model's forecasts.
    pub fn new(version: &str, took_ms: f64, horizons: &[Horizon], forecasts: &[StationForecast]) -> Self {
        Self {
            model_version: version.to_owned(),
            inference_time_ms: took_ms,
            look_back: None,
            horizons: horizons.to_vec(),
            stations: forecasts.iter().map(StationAnswer::from).collect(),
        }
    }

    /// The same, and how many observations of each station the model wants.
    #[must_use]
    pub fn wanting(self, look_back: usize) -> Self {
        Self { look_back: Some(look_back), ..self }
    }

    /// Writes the answer's body.
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("numbers, text and lists always have a JSON form")
    }

    /// Reads an answer's body and checks that every station has a forecast for every horizon.
    pub fn decode(body: &[u8]) -> Result<Self, BadAnswer> {
        let answer: Self =
            serde_json::from_slice(body).map_err(|error| BadAnswer::NoAnswer(error.to_string()))?;
        for station in &answer.stations {
            station.check_length("bikes", station.bikes.len(), answer.horizons.len())?;
            let docks = station.docks.as_ref().map_or(answer.horizons.len(), Vec::len);
            station.check_length("docks", docks, answer.horizons.len())?;
        }
        Ok(answer)
    }
}

impl StationAnswer {
    fn check_length(&self, count: &'static str, found: usize, expected: usize) -> Result<(), BadAnswer> {
        if found == expected {
            return Ok(());
        }
        Err(BadAnswer::WrongLength { station_id: self.station_id.clone(), count, found, expected })
    }
}

impl From<&StationForecast> for StationAnswer {
    fn from(forecast: &StationForecast) -> Self {
        let docks = forecast.horizons.iter().map(|at| at.docks.as_ref().map(CountForecast::from));
        Self {
            station_id: forecast.station_id.clone(),
            missing_slots: forecast.missing_slots,
            bikes: forecast.horizons.iter().map(|at| CountForecast::from(&at.bikes)).collect(),
            docks: docks.collect(),
        }
    }
}

/// Horizons as whole seconds.
mod seconds {
    use serde::{Deserialize, Deserializer, Serializer};
    use velib_domain::SignedDuration;

    use crate::Horizon;

    pub(super) fn serialize<S: Serializer>(horizons: &[Horizon], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(horizons.iter().map(SignedDuration::as_secs))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Horizon>, D::Error> {
        let seconds = Vec::<i64>::deserialize(deserializer)?;
        Ok(seconds.into_iter().map(SignedDuration::from_secs).collect())
    }
}
