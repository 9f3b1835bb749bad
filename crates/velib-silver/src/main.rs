//! The refining function on AWS Lambda: a notification of new bronze, or a list of hours, becomes silver.

use anyhow::Context;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use velib_silver::{Config, hours_of_event, refine_request};

#[tokio::main]
async fn main() -> Result<(), Error> {
    tracing_subscriber::fmt().json().with_env_filter(log_filter()).without_time().init();
    let config = Config::from_environment(|name| std::env::var(name).ok())?;
    let lake = velib_aws::open_lake(&config.lake_url, None)
        .await
        .with_context(|| format!("cannot open the lake {}", config.lake_url))?;
    let lake = &lake;
    lambda_runtime::run(service_fn(async move |event: LambdaEvent<Value>| {
        let request = hours_of_event(lake, event.payload)?;
        Ok::<_, Error>(refine_request(lake, request).await?)
    }))
    .await
}

fn log_filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into())
}
