//! The trained forecaster: a network over raw hourly counts, run by libtorch, and the file it is kept in.
//!
//! [`LstmForecaster`] answers, [`training::Trainer`] learns, [`artefact`] keeps. Features come from `velib-forecast`,
//! the same for both. No data is read here and no choice is made of rows, days or epochs: that is `velib-train`.

#![allow(
    clippy::cast_possible_wrap,
    reason = "libtorch counts in i64, and no size here comes near its range"
)]

pub mod artefact;
mod error;
mod forecaster;
mod manifest;
mod mixture;
mod network;
pub mod training;
mod weights;

pub use artefact::Artefact;
pub use error::ModelError;
pub use forecaster::LstmForecaster;
pub use manifest::{HorizonMetrics, Manifest, TrainingRecord};
pub use network::NetworkShape;
