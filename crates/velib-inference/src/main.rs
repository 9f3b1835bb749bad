//! The model service over the trained network, run by libtorch where it was built with it, else by plain arithmetic.

use std::io::{IsTerminal, Write};

use anyhow::Context;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use velib_forecast::Forecaster;
use velib_inference::{Health, ModelService, config::Config, serve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let level = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let is_terminal = std::io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(level)
        .with_writer(std::io::stderr)
        .with_ansi(is_terminal)
        .init();
    let config = Config::parse();

    let listener = tokio::net::TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}: choose another with --listen", config.listen))?;
    let address = listener.local_addr().context("the socket has no address")?;
    let mut terminated = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let shutdown = async move {
        tokio::select! { _ = terminated.recv() => {}, _ = tokio::signal::ctrl_c() => {} }
    };

    let model = config.model;
    let load = move || open(&model).map(|network| Box::new(network) as Box<dyn Forecaster>);
    let service = ModelService::start(load, config.queue);
    tokio::spawn(report(service.clone()));

    println!("listening on http://{address}");
    std::io::stdout().flush().context("cannot write to standard output")?;
    serve(listener, service, shutdown).await.context("the server failed")
}

#[cfg(feature = "libtorch")]
use velib_lstm::open;

#[cfg(not(feature = "libtorch"))]
fn open(model: &std::path::Path) -> Result<impl Forecaster + use<>, velib_model::ModelError> {
    velib_model::ModelForecaster::open(model)
}

/// Logs how loading ended.
async fn report(service: ModelService) {
    match service.loaded().await {
        Health::Failed { reason } => tracing::error!(%reason, "no model: /ping answers 503"),
        Health::Ready { version, .. } => tracing::info!(%version, "model loaded"),
        Health::Loading => {}
    }
}
