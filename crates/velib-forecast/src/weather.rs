//! The weather as a forecaster is told it: hour by hour, past and to come, as it was known when the forecast was asked for.

use velib_domain::{SignedDuration, Timestamp, WeatherHour};

/// How long before and after a moment the weather is told that a forecast made then looks at.
pub const AROUND: SignedDuration = SignedDuration::from_hours(4);

/// The weather of the hour that ends at a full hour. What nobody told is `None`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HourlyWeather {
    /// The full hour.
    pub valid_at: Timestamp,
    /// Rain, showers and molten snow over the hour, in mm.
    pub precipitation_mm: Option<f64>,
    /// Wind then, in km/h.
    pub wind_kmh: Option<f64>,
}

impl From<&WeatherHour> for HourlyWeather {
    fn from(hour: &WeatherHour) -> Self {
        Self {
            valid_at: hour.valid_at,
            precipitation_mm: hour.weather.precipitation_mm,
            wind_kmh: hour.weather.wind_kmh,
        }
    }
}
