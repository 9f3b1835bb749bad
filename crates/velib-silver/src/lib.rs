//! From bronze to silver: documents of an hour become typed rows, once each, with a report of everything else.
//!
//! An hour is refined from all its bronze at once and from nothing that came later than its end, so refining it
//! again, or hours in another order, gives the same bytes. [`compact_days`] puts days that are over together, without
//! changing what a reader finds. [`import_history`] brings in what somebody else collected. The weather takes the same
//! way beside it ([`refine_weather`], [`import_weather`]).
//! Nothing is fetched here, and nothing is written but silver.

mod arrondissement;
mod boundaries;
mod capacity;
mod check;
mod compact;
mod config;
mod documents;
mod due;
mod error;
mod event;
mod import;
mod information;
mod places;
mod refine;
mod run;
mod station_rows;
mod stations;
mod summary;
mod task;
mod vehicle_types;
mod weather;

pub use boundaries::{Boundaries, InvalidBoundaries};
pub use check::{Finding, LakeCheck, check_lake};
pub use compact::{CompactError, CompactOptions, CompactedRange, compact_days};
pub use config::{Config, ConfigError};
pub use due::hours_due;
pub use error::{ImportError, RefineError};
pub use event::{HourRequest, RefinedRequest, UnknownEvent, hours_of_event, refine_request};
pub use import::{ImportProgress, ImportSummary, import_history};
pub use places::{BoundariesError, keep_boundaries};
pub use run::{Redo, RefineOptions, refine_hour, refine_hours, refine_range};
pub use summary::{RefinedHour, RefinedRange};
pub use task::{Performed, TaskError, perform};
pub use weather::{
    RefinedWeather, RefinedWeatherHour, WeatherImport, import_weather, is_weather_file, refine_weather,
};
