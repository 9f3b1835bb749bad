//! The API: live stations, forecasts and journeys over HTTP.
//!
//! [`router`] is all of it, without a Lambda type and without a clock of its own; `main.rs` runs it on Lambda or on a
//! port, `velib serve` on a port. What a journey is worth is decided in `velib-planner`, what a station will hold in
//! the model service; here inputs are kept fresh, joined and shown, each number with its source and its age.

mod admission;
mod answer;
mod api;
mod body;
mod city;
mod config;
mod feed;
mod forecast_log;
mod forecasts;
mod geocode;
mod history;
mod lang;
mod large;
mod live;
mod metrics;
mod models;
mod notice;
mod openapi;
mod outlook;
mod parameters;
mod present;
mod problem;
mod refusal;
mod router;
mod routes;
mod streets;
mod usable;
mod vintage;
mod weather;

use tokio::net::TcpListener;
use velib_domain::Timestamp;

pub use api::{Api, Clock, OpenApiError};
pub use config::{
    COUNTS_HOLD_FOR, Config, ConfigErrors, FEED_PATIENCE, Geocoders, Limits, LogFormat, MODEL_PATIENCE, Model,
};
pub use metrics::{LogLines, MetricsOutput};
pub use router::router;

/// Answers requests on a listener until the process ends.
pub async fn serve(config: Config, listener: TcpListener) -> Result<(), ServeError> {
    let api = Api::open(config, system_clock()).await?;
    axum::serve(listener, router(api)).await.map_err(ServeError::Listener)
}

/// The machine's clock: the only one the API ever reads.
pub fn system_clock() -> Clock {
    #[expect(clippy::disallowed_methods, reason = "the edge of the program, where the time comes in")]
    std::sync::Arc::new(Timestamp::now)
}

/// Why the API does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// It could not be set up.
    #[error(transparent)]
    Open(#[from] OpenApiError),
    /// The port gave up.
    #[error("the listener failed: {0}")]
    Listener(std::io::Error),
}
