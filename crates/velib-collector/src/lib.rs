//! Feed and weather to bronze: fetches a system's documents and keeps them exactly as they were served.
//!
//! Each document is checked for being a feed, and nothing more: what its records mean is for the refiner to say. A
//! run is named by the moment it was scheduled for, so that a repeated run stores nothing twice. Lambda's types stay
//! in the binary, the clock at its edge.

mod checked;
mod collect;
mod collector;
mod config;
mod error;
mod event;
mod every;
mod memory;
mod metrics;
mod outcome;
mod stillness;
mod systems;
mod weather;

pub use collect::{FeedSource, collect_once};
pub use collector::{Collector, FailedRun};
pub use config::{Config, ConfigError};
pub use error::CollectError;
pub use event::ScheduledEvent;
pub use every::{Cadence, InvalidCadence, Logged, collect_every};
pub use metrics::metric_lines;
pub use outcome::{FeedOutcome, Kept, Outcome, Stillness};
pub use systems::{InvalidSystems, Systems};
pub use weather::{WeatherError, WeatherOutcome, WeatherSource, collect_weather, collect_weather_of};
