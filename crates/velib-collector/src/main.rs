//! The collector as a program: under Lambda it answers scheduled events, elsewhere it collects once and prints what
//! it did as JSON.

use anyhow::Context;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use velib_collector::{Collector, Config, ScheduledEvent, collect_weather_of, metric_lines};
use velib_domain::Timestamp;
use velib_gbfs::client::{ClientConfig, FeedClient};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let here = std::env::current_dir().context("finding the current folder")?;
    let config = Config::read(|name| std::env::var(name).ok(), &here)?;
    start_logging(config.in_lambda);

    let lake = velib_aws::open_lake(&config.lake_url, config.s3_endpoint.as_deref()).await;
    let lake = lake.with_context(|| format!("opening the lake {}", config.lake_url))?;
    let client = FeedClient::new(ClientConfig::default())?;
    let collector = Collector::new(lake.clone(), client.clone());
    let collect = |at| collector.collect_all(&config.systems.0, at);
    let weather = |at| collect_weather_of(&lake, &client, &config.weather, at);

    if config.in_lambda {
        let answer = async |event: LambdaEvent<ScheduledEvent>| {
            let at = event.payload.time;
            let (feeds, weather) = (collect(at).await, weather(at).await);
            for line in metric_lines(&feeds, at) {
                println!("{line}");
            }
            let outcomes = feeds.map_err(|error| diagnosis(error.code(), &error))?;
            weather.map_err(|error| diagnosis(error.code(), &error))?;
            Ok::<_, Diagnostic>(outcomes)
        };
        return lambda_runtime::run(service_fn(answer)).await.map_err(anyhow::Error::from_boxed);
    }
    let at = now();
    let (feeds, weather) = (collect(at).await, weather(at).await);
    println!("{}", serde_json::to_string_pretty(&feeds?)?);
    Ok(weather?)
}

fn diagnosis(code: &str, error: &dyn std::error::Error) -> Diagnostic {
    Diagnostic { error_type: code.to_owned(), error_message: error.to_string() }
}

#[expect(clippy::disallowed_methods, reason = "the edge of the program is where time enters")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// Lambda reads standard output and has its own format; elsewhere standard output is for the answer.
fn start_logging(in_lambda: bool) {
    if in_lambda {
        lambda_runtime::tracing::init_default_subscriber();
    } else {
        let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    }
}
