//! A trained model: the file it is kept in, and its answers by plain arithmetic, without libtorch.
//!
//! [`Artefact`] is the file. [`ModelForecaster`] turns what a network says into distributions, whoever runs the network:
//! [`PlainNetwork`] here, libtorch in `velib-lstm`. Nothing here learns.

pub mod artefact;
pub mod blend;
mod error;
mod forecaster;
mod manifest;
pub mod mixture;
mod plain_network;
mod profile_file;
mod table_file;
mod weights;

pub use artefact::Artefact;
pub use blend::BlendRecord;
pub use error::ModelError;
pub use forecaster::{ModelForecaster, Network};
pub use manifest::{
    HorizonMetrics, Manifest, NetworkShape, PlanRecord, TrainingDays, TrainingRecord, UsualWeekRecord,
};
pub use plain_network::{FURTHEST, PlainNetwork};
pub use weights::Weights;
