//! Bytes of an Open-Meteo document in, hours of weather out, with every refused hour and value counted.
//!
//! This is the only crate that knows Open-Meteo's address, names and units. It fetches nothing and reads no clock. What
//! a document does not say is `None`; a document in other units than were asked for is refused whole, because a number
//! in the wrong unit looks like any other number.

mod document;
mod error;
mod request;
mod variable;

pub use document::{WeatherDocument, parse_weather};
pub use error::WeatherDocumentError;
pub use request::{OPEN_METEO_URL, forecast_url};
pub use variable::{TIME_COLUMN, variable_name};
