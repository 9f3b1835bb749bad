//! The questions the demo asks the running API, as any client would.

use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::{Response, StatusCode, header::RETRY_AFTER};
use serde_json::Value;

/// How often a question is put again that will be answered soon.
const TRIES: u32 = 30;

/// République to Montparnasse: a ride across the river that nobody wants to walk.
const FROM: &str = "48.8674,2.3636";
const TO: &str = "48.8421,2.3219";

/// The forecast of a station that has bikes now.
pub async fn forecast_of_a_station(api: &str) -> anyhow::Result<Value> {
    let answer = get(&format!("{api}/stations?all=true")).await?;
    let records = answer["records"].as_array().context("/stations answered without records")?;
    let has_bikes = |record: &&Value| record["numbikesavailable"].as_u64().is_some_and(|bikes| bikes >= 3);
    let record = records.iter().find(has_bikes).context("no station has three bikes now")?;
    let code = record["stationcode"].as_str().context("the station has no code")?;
    get(&format!("{api}/predict/{code}")).await
}

/// One journey.
pub async fn journey(api: &str) -> anyhow::Result<Value> {
    let answer = get(&format!("{api}/v1/journeys?from={FROM}&to={TO}")).await?;
    if answer["journeys"].as_array().is_none_or(Vec::is_empty) {
        bail!("no journey by bike from {FROM} to {TO}: {answer}");
    }
    Ok(answer)
}

/// The age of every input.
pub async fn status(api: &str) -> anyhow::Result<Value> {
    get(&format!("{api}/v1/status")).await
}

async fn get(url: &str) -> anyhow::Result<Value> {
    let mut answer = ask(url).await?;
    for _ in 1..TRIES {
        let Some(wait) = asks_again_after(&answer) else { break };
        tokio::time::sleep(wait).await;
        answer = ask(url).await?;
    }
    let status = answer.status();
    let body = answer.text().await.with_context(|| format!("reading the answer of {url}"))?;
    if !status.is_success() {
        bail!("{url} answered {status}: {body}");
    }
    serde_json::from_str(&body).with_context(|| format!("{url} answered something that is not JSON"))
}

async fn ask(url: &str) -> anyhow::Result<Response> {
    reqwest::get(url).await.with_context(|| format!("asking {url}"))
}

/// How long a service that is starting wants to be left alone.
fn asks_again_after(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    (answer.status() == StatusCode::SERVICE_UNAVAILABLE).then(|| Duration::from_secs(seconds))
}
