//! The model service over the trained network, run by libtorch where it was built with it, else by plain arithmetic.

use std::{
    io::{IsTerminal, Write},
    time::Duration,
};

use anyhow::Context;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use velib_forecast::Forecaster;
use velib_inference::{
    ModelService,
    config::Config,
    reload::{Watch, keep_current},
    serve,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let level = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let log = tracing_subscriber::fmt().with_env_filter(level).with_writer(std::io::stderr);
    log.with_ansi(std::io::stderr().is_terminal()).init();
    let Config { model, listen, queue, look_every, .. } = Config::parse();

    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}: choose another with --listen"))?;
    let address = listener.local_addr().context("the socket has no address")?;
    let mut terminated = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let shutdown = async move {
        tokio::select! { _ = terminated.recv() => {}, _ = tokio::signal::ctrl_c() => {} }
    };

    let watch = Watch::new(model.clone());
    let load = move || open(&model).map(|network| Box::new(network) as Box<dyn Forecaster>);
    let service = ModelService::start(load.clone(), queue);
    tokio::spawn(keep_current(service.clone(), watch, load, Duration::from_secs(look_every)));

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
