//! The network in libtorch: how it learns, and how libtorch runs it.
//!
//! [`training::Trainer`] learns, [`open`] loads what was learned. The file and what its numbers mean are
//! `velib-model`'s, features `velib-forecast`'s, the same for both. No data is read here and no choice is made of rows,
//! days or epochs: that is `velib-train`.

#![allow(
    clippy::cast_possible_wrap,
    reason = "libtorch counts in i64, and no size here comes near its range"
)]

mod adamw;
mod average;
mod forecaster;
mod mixture;
mod network;
pub mod training;
mod weights;

pub use forecaster::{LstmForecaster, TorchNetwork, forecaster, network, open};
