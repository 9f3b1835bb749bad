//! One file a route: what it takes, what it answers.

pub(crate) mod forecast;
pub(crate) mod forecasts;
pub(crate) mod geocode;
pub(crate) mod health;
pub(crate) mod journeys;
pub(crate) mod kpis;
pub(crate) mod map;
pub(crate) mod predict;
pub(crate) mod station;
pub(crate) mod stations;
pub(crate) mod status;
pub(crate) mod watch;
