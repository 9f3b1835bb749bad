//! From a lake of silver to a trained model: reads the history, draws rows, trains, judges, packages.
//!
//! The network and its loss are in `velib-lstm`, the rows' rules and features in `velib-forecast`; here is only what
//! needs all of them. Nothing reads the clock: the same data, seed and program make the same file.

pub mod config;
mod draw;
mod error;
mod evaluate;
mod fit;
mod history;
mod masking;
mod report;
mod run;

pub use draw::Rows;
pub use error::TrainError;
pub use evaluate::{baselines, evaluate};
pub use fit::{FitPlan, Fitted, fit};
pub use history::{data_sha256, read_history};
pub use report::Report;
pub use run::{DataSource, evaluate_file, fit_to_file};
