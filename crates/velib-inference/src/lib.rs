//! The model service: any [`velib_forecast::Forecaster`] behind `GET /ping` and `POST /invocations`.
//!
//! It speaks SageMaker's container contract, and the SDK's own path (`/endpoints/{name}/invocations`) as well, so that
//! a laptop and an endpoint are called by the same code. It builds no feature and knows no network: only the binary
//! links libtorch. It reads neither S3 nor the SDK, because the platform mounts the model before it starts.
//!
//! A model that cannot be loaded does not end the process. The server stays up, `/ping` answers 503 and says why, and
//! the reason is logged: a platform that watches `/ping` withdraws the container either way, and a person who asks
//! gets the reason instead of a refused connection.

pub mod config;
mod model_thread;
mod refusal;
mod routes;

use std::future::Future;

pub use model_thread::{DEFAULT_QUEUE, Forecasted, Health, ModelService, NotForecast};
pub use routes::{MOST_BYTES, router};

/// Serves until `shutdown` completes; requests under way are answered first.
pub async fn serve(
    listener: tokio::net::TcpListener,
    service: ModelService,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(service)).with_graceful_shutdown(shutdown).await
}
