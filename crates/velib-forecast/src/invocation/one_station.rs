//! The form that carries one station: 24 hourly counts and the hour of the week, and its answer.
//!
//! Older clients send it. It names no instant, only an hour and a weekday, while a forecaster works at an instant:
//! [`OneStation::issued_at`] says which one is taken. It carries no docks, and its answer is one count a horizon.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use velib_domain::{
    LatLon, SignedDuration, StationCode, StationId, Timestamp,
    calendar::{PARIS, paris_time},
};

use super::{BadInvocation, field::Field, many_stations::read_position};
use crate::{ForecastRequest, Horizon, StationForecast, StationHistory};

/// Hourly counts that the form carries.
pub const HOURS_OF_ONE_STATION: usize = 24;

/// The last second of an hour, counted from its start.
const LAST_SECOND: SignedDuration = SignedDuration::from_secs(3599);

/// One station's last 24 hours.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OneStation {
    /// The printed code: all that the form has for a key.
    pub station_code: StationCode,
    /// Bikes at each of the last 24 hours, oldest first; `None` where nothing was observed.
    pub historical_bikes: Vec<Option<u16>>,
    /// Paris wall-clock hour of the newest count, 0–23.
    pub hour: u8,
    /// Its weekday in Paris, 0 = Monday … 6 = Sunday.
    pub day_of_week: u8,
    /// Whether the caller takes it for a weekend. Not used: the calendar knows, and knows public holidays too.
    pub is_weekend: bool,
    /// Docks built; `None` where the caller does not know.
    pub capacity: Option<u16>,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// The answer to [`OneStation`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OneStationAnswer {
    /// The median forecast of bikes as a whole number, by horizon: `T+1h`.
    pub predictions: BTreeMap<String, u16>,
    /// Slots of the model's look-back in which bikes were not observed; the form carries a day, and a model may want an hour
    /// more. `None` where an older service answered.
    #[serde(default)]
    pub missing_slots: Option<usize>,
    /// Milliseconds that the model took.
    pub inference_time_ms: f64,
    /// What made the forecast.
    pub model_version: String,
    /// When it was answered.
    pub timestamp: Timestamp,
}

/// Reads the form from its JSON.
pub(super) fn read(body: &Field) -> Result<OneStation, BadInvocation> {
    let listed = body.key("historical_bikes");
    let historical_bikes = listed.counts()?;
    if historical_bikes.len() != HOURS_OF_ONE_STATION {
        let found = historical_bikes.len();
        return Err(
            listed.bad(format!("{found} counts, send the last {HOURS_OF_ONE_STATION} hours, oldest first"))
        );
    }
    let position = read_position(&body.key("latitude"), &body.key("longitude"))?;
    Ok(OneStation {
        station_code: StationCode::new(body.key("station_code").text("the station's code")?),
        historical_bikes,
        hour: body.key("hour").whole(0, 23, "no hour", "0…23, Paris time")? as u8,
        day_of_week: body.key("day_of_week").whole(0, 6, "no weekday", "0 (Monday) … 6 (Sunday)")? as u8,
        is_weekend: body.key("is_weekend").flag()?,
        capacity: body.key("capacity").count()?,
        latitude: position.lat,
        longitude: position.lon,
    })
}

impl OneStation {
    /// The instant that the form leaves out: of all instants whose Paris wall clock shows its hour and weekday, the
    /// one nearest to `now`. A client that asks about the present hour gets `now` itself.
    pub fn issued_at(&self, now: Timestamp) -> Timestamp {
        let today = paris_time(now).date();
        let days = (-7..=7).map(|days| SignedDuration::from_hours(24 * days));
        let dates = days.filter_map(|days| today.checked_add(days).ok());
        let starts = dates
            .filter(|date| date.weekday().to_monday_zero_offset().unsigned_abs() == self.day_of_week)
            .filter_map(|date| PARIS.to_timestamp(date.at(self.hour.cast_signed(), 0, 0, 0)).ok())
            // In spring one hour of one Sunday does not exist: another Sunday's is taken.
            .filter(|start| paris_time(*start).hour().unsigned_abs() == self.hour);
        let nearest = starts
            .map(|start| now.clamp(start, start + LAST_SECOND))
            .min_by_key(|instant| instant.duration_since(now).abs());
        nearest.unwrap_or(now)
    }

    /// The form as a forecaster takes it: one station, keyed by its code, without docks.
    pub fn to_request(&self, now: Timestamp) -> ForecastRequest {
        let history = StationHistory {
            station_id: StationId::new(self.station_code.as_str()),
            capacity: self.capacity,
            position: LatLon { lat: self.latitude, lon: self.longitude },
            bikes: self.historical_bikes.clone(),
            docks: Vec::new(),
            ebikes: None,
            bikes_week_before: Vec::new(),
        };
        ForecastRequest {
            issued_at: self.issued_at(now),
            cadence: SignedDuration::from_hours(1),
            stations: vec![history],
            weather: Vec::new(),
        }
    }
}

impl OneStationAnswer {
    /// The answer made of one station's forecast.
    pub fn new(version: &str, took_ms: f64, answered_at: Timestamp, forecast: &StationForecast) -> Self {
        let median = |at: &crate::HorizonForecast| at.bikes.quantile(0.5).round() as u16;
        Self {
            predictions: forecast.horizons.iter().map(|at| (horizon_label(at.horizon), median(at))).collect(),
            missing_slots: Some(forecast.missing_slots),
            inference_time_ms: took_ms,
            model_version: version.to_owned(),
            timestamp: answered_at,
        }
    }
}

/// `T+1h` for whole hours, `T+90min` for others.
fn horizon_label(horizon: Horizon) -> String {
    let minutes = horizon.as_mins();
    if minutes % 60 == 0 { format!("T+{}h", minutes / 60) } else { format!("T+{minutes}min") }
}
