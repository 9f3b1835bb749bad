//! Forecasts of bikes and docks: what goes in, what comes out, and the forecasters that need no native library.
//!
//! Raw observations come in, distributions over 0…capacity go out. No network, no file, no clock, no async: the same
//! code runs in training, in the model service and in the API. Only the LSTM lives elsewhere (`velib-lstm`), because
//! it needs libtorch.

pub mod at_moments;
pub mod baselines;
pub mod blend;
pub mod day_ahead;
pub mod features;
pub mod forecaster;
pub mod invocation;
pub mod kinds;
pub mod live_skill;
#[cfg(test)]
mod made_up_city;
pub mod minutes_ahead;
pub mod persistence;
pub mod profile;
pub mod protocol;
pub mod scores;
pub mod usable;
pub mod weather;

pub use at_moments::AtMoments;
pub use blend::{Blend, BlendLearner};
pub use day_ahead::DayAhead;
pub use features::{Anchor, FeatureBuilder, FeatureSpec, Features};
pub use forecaster::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, StationForecast, StationHistory,
};
pub use invocation::{CountForecast, Invocation, ModelAnswer, OneStation, OneStationAnswer};
pub use live_skill::{JudgedIssue, LiveSkill};
pub use minutes_ahead::MinutesAhead;
pub use persistence::Persistence;
pub use profile::{HalfLife, Profile, ProfileLearner};
pub use usable::{StuckEstimate, StuckEstimator, Wear};
pub use weather::HourlyWeather;
