//! The address of a document: which place, which quantities, how far back and ahead.

use velib_domain::{LatLon, WeatherQuantity};

use crate::variable_name;

/// Where Open-Meteo answers, without a key; its data is CC BY 4.0, "Weather data by Open-Meteo.com".
pub const OPEN_METEO_URL: &str = "https://api.open-meteo.com/v1/forecast";

/// Whole days before today: more than the longest look-back of a feature.
const PAST_DAYS: u32 = 1;
/// Whole days, today included: further than any journey is planned ahead.
const FORECAST_DAYS: u32 = 3;

/// The address of a place's recent past and forecast, at a service of Open-Meteo's kind.
///
/// The place is rounded to a hundredth of a degree, about a kilometre: finer than the forecast's own grid, and a city's
/// middle keeps its address while single stations come and go.
pub fn forecast_url(service: &str, place: LatLon) -> String {
    let joint = if service.contains('?') { '&' } else { '?' };
    let variables = WeatherQuantity::ALL.map(variable_name).join(",");
    let LatLon { lat, lon } = place;
    format!(
        "{service}{joint}latitude={lat:.2}&longitude={lon:.2}&hourly={variables}&past_days={PAST_DAYS}\
         &forecast_days={FORECAST_DAYS}&timezone=GMT&timeformat=unixtime"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_asks_for_every_quantity_in_utc() {
        let paris = LatLon { lat: 48.856_612, lon: 2.352_234 };
        assert_eq!(
            forecast_url(OPEN_METEO_URL, paris),
            "https://api.open-meteo.com/v1/forecast?latitude=48.86&longitude=2.35&hourly=temperature_2m,\
             apparent_temperature,precipitation,snowfall,wind_speed_10m,wind_gusts_10m,cloud_cover,weather_code\
             &past_days=1&forecast_days=3&timezone=GMT&timeformat=unixtime"
        );
    }

    #[test]
    fn a_service_with_parameters_of_its_own_keeps_them() {
        let url =
            forecast_url("https://weather.example.org/v1/forecast?model=x", LatLon { lat: 0.0, lon: -0.5 });
        assert!(
            url.starts_with("https://weather.example.org/v1/forecast?model=x&latitude=0.00&longitude=-0.50&")
        );
    }
}
