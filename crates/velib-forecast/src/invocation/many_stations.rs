//! The form that carries many stations: `{issued_at, cadence_seconds, stations: […], weather: […]}`, read and written. The
//! weather may be left out, and so may a station's `bikes_week_before`.
//!
//! Positions are written to a millionth of a degree (0.1 m) and cadences in whole seconds. What is read is bounded, so
//! that no request can make a forecast too large to hold or to answer.

use std::ops::RangeInclusive;

use serde::Serialize;
use velib_domain::{LatLon, SignedDuration, StationId, Timestamp, WeatherQuantity};

use super::{BadInvocation, field::Field};
use crate::{ForecastRequest, HourlyWeather, StationHistory};

/// The most stations in one request: three horizons of bikes and docks for each then fit in
/// the 4 MB that a serverless endpoint returns.
pub const MOST_STATIONS: usize = 3_500;

/// The most counts, over all stations, that may get a probability at each horizon: 16 MB of them. Paris needs 60,000.
const MOST_ROOM: usize = 2_000_000;

/// The most hours of weather: four days before and after.
const MOST_WEATHER: usize = 192;

/// Years in which a forecast may be issued: far from the ends of time, where adding a horizon would fail.
const YEARS: RangeInclusive<i16> = 2000..=2100;

/// Writes the request's body.
pub fn encode_request(request: &ForecastRequest) -> Vec<u8> {
    let stations = request.stations.iter().map(WrittenStation::from).collect();
    let weather = request.weather.iter().map(WrittenWeather::from).collect();
    let (issued_at, cadence_seconds) = (request.issued_at, request.cadence.as_secs());
    let written = WrittenRequest { issued_at, cadence_seconds, stations, weather };
    serde_json::to_vec(&written).expect("numbers, text and lists always have a JSON form")
}

/// Reads the request from its JSON.
pub(super) fn read(body: &Field) -> Result<ForecastRequest, BadInvocation> {
    let issued_at = read_instant(&body.key("issued_at"))?;
    let cadence = body.key("cadence_seconds").whole(1, 86_400, "no cadence", "whole seconds, 1…86400")?;
    let listed = body.key("stations");
    let items = listed.items("a list of stations")?;
    if items.len() > MOST_STATIONS {
        return Err(listed.bad(format!("{} stations, send at most {MOST_STATIONS}", items.len())));
    }
    let stations = items.map(|station| read_station(&station)).collect::<Result<Vec<_>, _>>()?;
    let room: usize = stations.iter().map(|station| usize::from(station.support()) + 1).sum();
    if room > MOST_ROOM {
        return Err(listed.bad(format!("counts reach {room} over all stations, send at most {MOST_ROOM}")));
    }
    let weather = read_weather(&body.key("weather"))?;
    Ok(ForecastRequest { issued_at, cadence: SignedDuration::from_secs(cadence.into()), stations, weather })
}

fn read_instant(field: &Field) -> Result<Timestamp, BadInvocation> {
    let refuse =
        || field.refuse("no instant", "RFC 3339 between 2000 and 2100, such as 2026-11-20T14:00:00Z");
    let instant: Timestamp =
        field.text("RFC 3339").ok().and_then(|text| text.parse().ok()).ok_or_else(refuse)?;
    let year = velib_domain::calendar::paris_time(instant).year();
    if YEARS.contains(&year) { Ok(instant) } else { Err(refuse()) }
}

fn read_weather(weather: &Field) -> Result<Vec<HourlyWeather>, BadInvocation> {
    if weather.is_null() {
        return Ok(Vec::new());
    }
    let hours = weather.items("a list of hours of weather, or null")?;
    if hours.len() > MOST_WEATHER {
        return Err(weather.bad(format!("{} hours, send at most {MOST_WEATHER}", hours.len())));
    }
    hours.map(|hour| read_hour_of_weather(&hour)).collect()
}

fn read_hour_of_weather(hour: &Field) -> Result<HourlyWeather, BadInvocation> {
    let number = |quantity: WeatherQuantity| {
        let field = hour.key(quantity.column());
        if field.is_null() {
            return Ok(None);
        }
        let told = field.number(f64::MIN, f64::MAX, "no weather", "a number or null")?;
        if quantity.admits(told) {
            Ok(Some(told))
        } else {
            Err(field.refuse("no weather on Earth", "a number or null"))
        }
    };
    Ok(HourlyWeather {
        valid_at: read_instant(&hour.key("valid_at"))?,
        precipitation_mm: number(WeatherQuantity::Precipitation)?,
        wind_kmh: number(WeatherQuantity::Wind)?,
    })
}

fn read_station(station: &Field) -> Result<StationHistory, BadInvocation> {
    let bikes = station.key("bikes").counts()?;
    Ok(StationHistory {
        station_id: StationId::new(station.key("station_id").text("the station's id")?),
        capacity: station.key("capacity").count()?,
        position: read_position(&station.key("lat"), &station.key("lon"))?,
        docks: read_docks(&station.key("docks"), bikes.len())?,
        ebikes: read_ebikes(station, bikes.last().copied().flatten())?,
        bikes_week_before: read_week_before(&station.key("bikes_week_before"))?,
        bikes,
    })
}

/// E-bikes among the newest bikes: as told, else what is left of the bikes without the mechanical ones.
fn read_ebikes(station: &Field, newest_bikes: Option<u16>) -> Result<Option<u16>, BadInvocation> {
    let told = station.key("ebikes").newest_count()?;
    let mechanical = station.key("mechanical").newest_count()?;
    let left = newest_bikes.zip(mechanical).and_then(|(bikes, mechanical)| bikes.checked_sub(mechanical));
    Ok(told.or(left))
}

/// A position from its two degrees.
pub(super) fn read_position(lat: &Field, lon: &Field) -> Result<LatLon, BadInvocation> {
    let lat = lat.number(-90.0, 90.0, "no latitude", "−90…90")?;
    let lon = lon.number(-180.0, 180.0, "no longitude", "−180…180")?;
    Ok(LatLon { lat, lon })
}

fn read_docks(docks: &Field, slots: usize) -> Result<Vec<Option<u16>>, BadInvocation> {
    if docks.is_null() {
        return Ok(Vec::new());
    }
    let counts = docks.counts()?;
    if counts.len() == slots {
        return Ok(counts);
    }
    Err(docks.bad(format!("{} slots beside {slots} of bikes, send as many or null", counts.len())))
}

fn read_week_before(bikes: &Field) -> Result<Vec<Option<u16>>, BadInvocation> {
    if bikes.is_null() { Ok(Vec::new()) } else { bikes.counts() }
}

/// The request as it is written.
#[derive(Serialize)]
struct WrittenRequest<'a> {
    issued_at: Timestamp,
    cadence_seconds: i64,
    stations: Vec<WrittenStation<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    weather: Vec<WrittenWeather>,
}

/// An hour of weather as it is written.
#[derive(Serialize)]
struct WrittenWeather {
    valid_at: Timestamp,
    precipitation_mm: Option<f64>,
    wind_kmh: Option<f64>,
}

/// One station of the request as it is written.
#[derive(Serialize)]
struct WrittenStation<'a> {
    station_id: &'a StationId,
    bikes: &'a [Option<u16>],
    docks: Option<&'a [Option<u16>]>,
    ebikes: Option<u16>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    bikes_week_before: &'a [Option<u16>],
    capacity: Option<u16>,
    lat: f64,
    lon: f64,
}

impl<'a> From<&'a StationHistory> for WrittenStation<'a> {
    fn from(history: &'a StationHistory) -> Self {
        Self {
            station_id: &history.station_id,
            bikes: &history.bikes,
            docks: (!history.docks.is_empty()).then_some(&history.docks),
            ebikes: history.ebikes,
            bikes_week_before: &history.bikes_week_before,
            capacity: history.capacity,
            lat: millionths(history.position.lat),
            lon: millionths(history.position.lon),
        }
    }
}

impl From<&HourlyWeather> for WrittenWeather {
    fn from(hour: &HourlyWeather) -> Self {
        let HourlyWeather { valid_at, precipitation_mm, wind_kmh } = *hour;
        Self { valid_at, precipitation_mm, wind_kmh }
    }
}

fn millionths(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}
