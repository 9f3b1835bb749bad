//! The nouns of bike sharing and their laws, shared by every other crate.
//!
//! No network, no file, no clock, no logger: values in, values out. Time is always an argument and always UTC;
//! [`calendar`] alone knows Paris wall-clock time, because people's habits follow it.

pub mod calendar;
pub mod distribution;
pub mod geo;
pub mod hour;
pub mod ids;
pub mod issue;
pub mod observation;
pub mod provenance;
pub mod station;
pub mod stillness;
pub mod weather;

pub use distribution::Distribution;
pub use geo::{Direction, LatLon, METRES_PER_DEGREE};
pub use hour::Hour;
pub use ids::{StationCode, StationId, SystemId};
pub use issue::{Issue, IssuedCount, IssuedForecast};
pub use jiff::{SignedDuration, Timestamp};
pub use observation::{CapacitySource, Counts, Observation, StationStatus, StatusSnapshot};
pub use provenance::Source;
pub use station::{Station, StationInformation};
pub use stillness::{StandingContent, StatusContent, Stretch};
pub use weather::{Weather, WeatherHour, WeatherOrigin, WeatherQuantity};
