//! `velib-api`: the API on Lambda, or, outside Lambda, on the address that `LISTEN` names.

use std::io::IsTerminal;

use anyhow::{Context, anyhow};
use tokio::net::TcpListener;
use tracing_subscriber::{EnvFilter, fmt};
use velib_api::{Api, Config, LogFormat, router, serve, system_clock};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_variables(|name| std::env::var(name).ok()).context("the environment")?;
    start_logging(config.log_format);
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        let api = Api::open(config, system_clock()).await?;
        return lambda_http::run(router(api)).await.map_err(|error| anyhow!(error));
    }
    let address = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8000".to_owned());
    let listener = TcpListener::bind(&address).await.with_context(|| format!("listening on {address}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(serve(config, listener).await?)
}

fn start_logging(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log =
        fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.init(),
    }
}
