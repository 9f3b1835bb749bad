//! The model service: any [`velib_forecast::Forecaster`] behind `GET /ping` and `POST /invocations`.
//!
//! It speaks SageMaker's container contract, and the SDK's own path (`/endpoints/{name}/invocations`) as well, so that
//! a laptop and an endpoint are called by the same code. It builds no feature and knows no network: only the binary
//! links libtorch. It reads neither S3 nor the SDK, because the platform mounts the model before it starts.
//!
//! A later artefact at the model's place is taken while requests are answered ([`reload`]); one that does not load leaves
//! the model before in its place, and `/ping` says so.
//!
//! A model that cannot be loaded does not end the process. The server stays up, `/ping` answers 503 and says why, and
//! the reason is logged: a platform that watches `/ping` withdraws the container either way, and a person who asks
//! gets the reason instead of a refused connection.

pub mod config;
mod gzip;
mod metrics;
mod model_service;
mod model_thread;
mod refusal;
pub mod reload;
mod routes;

use std::{future::Future, time::Duration};

use tokio::sync::oneshot;

pub use model_service::{DEFAULT_QUEUE, Forecasted, Health, ModelService, NotForecast};
pub(crate) use routes::BODY_WITHIN;
pub use routes::{MOST_BYTES, router};

/// What requests under way get at shutdown: the platform kills what is still there after 30 s.
const DRAIN_WITHIN: Duration = Duration::from_secs(25);

/// Serves until `shutdown` completes; requests under way are answered first, as far as they end in time.
pub async fn serve(
    listener: tokio::net::TcpListener,
    service: ModelService,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (begin, draining) = oneshot::channel::<()>();
    let shutdown = async move {
        shutdown.await;
        drop(begin);
    };
    let drained = axum::serve(listener, router(service)).with_graceful_shutdown(shutdown);
    let out_of_time = async {
        let _ = draining.await;
        tokio::time::sleep(DRAIN_WITHIN).await;
    };
    tokio::select! {
        ended = async { drained.await } => ended,
        () = out_of_time => {
            tracing::warn!("some requests were still under way when their time was over");
            Ok(())
        }
    }
}
