//! How a judgement is told: a number with the interval it may lie in, and pages of charts that need nothing but a browser.
//!
//! What is judged is not known here: forecasts are judged in `velib-train`, journeys in `velib-replay`. No file, no clock.

pub mod bootstrap;
pub mod plot;

pub use bootstrap::{Bootstrap, Estimate};

/// The style of every page, light or dark as the reader's device is.
pub const STYLE: &str = include_str!("style.css");
