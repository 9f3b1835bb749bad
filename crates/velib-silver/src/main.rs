//! The refining function on AWS Lambda: a notification of new bronze, or a list of hours, becomes silver, and a list of
//! days becomes one object a day.

use anyhow::Context;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use velib_domain::Timestamp;
use velib_silver::{Config, perform};

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt().json().with_env_filter(log_filter()).without_time().init();
    let config = Config::from_environment(|name| std::env::var(name).ok())?;
    let lake = velib_aws::open_lake(&config.lake_url, None)
        .await
        .with_context(|| format!("cannot open the lake {}", config.lake_url))?;
    let lake = &lake;
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<Value>| {
        Ok::<_, Error>(perform(lake, event.payload, now()).await?)
    }))
    .await
}

#[expect(clippy::disallowed_methods, reason = "the edge of the program is where time enters")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn log_filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into())
}
