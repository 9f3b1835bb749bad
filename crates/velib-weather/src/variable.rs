//! Open-Meteo's names for what we ask of it, and the units in which it must answer.

use velib_domain::WeatherQuantity;

/// The list of times, in a document's `hourly` and in tables of its history.
pub const TIME_COLUMN: &str = "time";

/// What a quantity is called, in documents and in tables of their history.
pub fn variable_name(quantity: WeatherQuantity) -> &'static str {
    match quantity {
        WeatherQuantity::Temperature => "temperature_2m",
        WeatherQuantity::ApparentTemperature => "apparent_temperature",
        WeatherQuantity::Precipitation => "precipitation",
        WeatherQuantity::Snowfall => "snowfall",
        WeatherQuantity::Wind => "wind_speed_10m",
        WeatherQuantity::Gusts => "wind_gusts_10m",
        WeatherQuantity::Cloud => "cloud_cover",
        WeatherQuantity::WmoCode => "weather_code",
    }
}

/// The unit that a quantity has when no other is asked for.
pub(crate) fn unit(quantity: WeatherQuantity) -> &'static str {
    match quantity {
        WeatherQuantity::Temperature | WeatherQuantity::ApparentTemperature => "°C",
        WeatherQuantity::Precipitation => "mm",
        WeatherQuantity::Snowfall => "cm",
        WeatherQuantity::Wind | WeatherQuantity::Gusts => "km/h",
        WeatherQuantity::Cloud => "%",
        WeatherQuantity::WmoCode => "wmo code",
    }
}
