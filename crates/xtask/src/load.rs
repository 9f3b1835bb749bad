//! Requests sent to a server on loopback: as many as it answers, or so many a second whatever it does.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use reqwest::{
    Client,
    header::{ACCEPT_ENCODING, HeaderMap, HeaderValue},
};
use serde::Serialize;
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

/// A request that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The encoding that whoever asks can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Plain bytes and nothing else.
    Plain,
    /// Gzip too, as browsers and most libraries do; what is sent so is counted as it comes.
    Gzip,
}

/// What requests took.
#[derive(Debug, Clone, Serialize)]
pub struct Load {
    pub requests: usize,
    /// Bytes of an answer's body as it was sent, on average.
    pub bytes: usize,
    pub a_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
}

/// As many requests as the server answers over so many connections, each sending its next once the last is answered.
pub async fn closed(
    paths: &[String],
    server: &str,
    reads: Reads,
    connections: usize,
    length: Duration,
) -> anyhow::Result<Load> {
    let since = now();
    let mut callers = JoinSet::new();
    for caller in 0..connections {
        let urls: Vec<String> = paths.iter().map(|path| format!("http://{server}{path}")).collect();
        callers.spawn(async move {
            let client = client(reads)?;
            let mut took = Vec::new();
            // Callers ask for different things at a time.
            for url in urls.iter().cycle().skip(caller * urls.len() / connections) {
                if since.elapsed() >= length {
                    break;
                }
                let before = now();
                let bytes = answered(&client, url).await?;
                took.push((before.elapsed(), bytes));
            }
            anyhow::Ok(took)
        });
    }
    let mut took = Vec::new();
    while let Some(caller) = callers.join_next().await {
        took.extend(caller.context("a caller panicked")??);
    }
    Load::of(took, since.elapsed())
}

/// So many requests a second for so long, each sent when it is due, whether the last one is answered or not. What one
/// took counts from when it was due.
pub async fn open(paths: &[String], server: &str, a_second: u32, length: Duration) -> anyhow::Result<Load> {
    let client = client(Reads::Plain)?;
    let took = Arc::new(Mutex::new(Vec::new()));
    let send = |number: usize, due: Instant| {
        let url = format!("http://{server}{}", paths[number % paths.len()]);
        let (client, took) = (client.clone(), Arc::clone(&took));
        async move {
            let bytes = answered(&client, &url).await?;
            took.lock().expect("nobody panics while pushing").push((due.elapsed(), bytes));
            Ok(())
        }
    };
    at_rate(a_second, length, send).await?;
    let took = std::mem::take(&mut *took.lock().expect("nobody panics while pushing"));
    Load::of(took, length)
}

/// Begins so many of something a second for so long, whether the last one is over or not, and waits for all of them.
pub async fn at_rate<F: Future<Output = anyhow::Result<()>> + Send + 'static>(
    a_second: u32,
    length: Duration,
    mut begin: impl FnMut(usize, Instant) -> F,
) -> anyhow::Result<()> {
    let mut ticks = interval(Duration::from_secs(1) / a_second);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (since, mut running) = (now(), JoinSet::new());
    for number in 0.. {
        let due: Instant = ticks.tick().await.into();
        if since.elapsed() >= length {
            break;
        }
        running.spawn(begin(number, due));
        while let Some(ended) = running.try_join_next() {
            ended.context("a request panicked")??;
        }
    }
    while let Some(ended) = running.join_next().await {
        ended.context("a request panicked")??;
    }
    Ok(())
}

/// A client that gives up only late, and asks no proxy.
pub fn client(reads: Reads) -> anyhow::Result<Client> {
    let gzip = (reads == Reads::Gzip).then(|| (ACCEPT_ENCODING, HeaderValue::from_static("gzip")));
    let headers: HeaderMap = gzip.into_iter().collect();
    // Nothing is decoded here, nor asked for by the client itself: unpacking would be measured as the server's work.
    let builder = Client::builder().no_gzip().no_brotli().no_deflate().no_zstd();
    Ok(builder.timeout(PATIENCE).no_proxy().default_headers(headers).build()?)
}

/// Reads the whole answer, which must be a success; tells its length.
async fn answered(client: &Client, url: &str) -> anyhow::Result<usize> {
    let mut response = client.get(url).send().await?;
    if !response.status().is_success() {
        let status = response.status();
        bail!("{url} answered {status}: {}", response.text().await?);
    }
    let mut bytes = 0;
    while let Some(piece) = response.chunk().await? {
        bytes += piece.len();
    }
    ensure!(bytes > 0, "{url} answered nothing");
    Ok(bytes)
}

impl Load {
    fn of(mut took: Vec<(Duration, usize)>, length: Duration) -> anyhow::Result<Self> {
        ensure!(!took.is_empty(), "no request was answered");
        took.sort_unstable();
        let ms = |share: f64| took[((took.len() - 1) as f64 * share).round() as usize].0.as_secs_f64() * 1e3;
        Ok(Self {
            requests: took.len(),
            bytes: took.iter().map(|(_, bytes)| bytes).sum::<usize>() / took.len(),
            a_second: took.len() as f64 / length.as_secs_f64(),
            p50_ms: ms(0.5),
            p99_ms: ms(0.99),
            max_ms: ms(1.0),
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "measuring time is what this is for")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_requests_and_the_rate_is_of_the_time() {
        let took = (1..=101).rev().map(|ms| (Duration::from_millis(ms), 7)).collect();
        let load = Load::of(took, Duration::from_secs(10)).unwrap();
        assert_eq!((load.requests, load.p50_ms, load.p99_ms, load.max_ms), (101, 51.0, 100.0, 101.0));
        assert_eq!(load.bytes, 7);
        assert!((load.a_second - 10.1).abs() < 1e-9);
        assert!(Load::of(Vec::new(), Duration::from_secs(1)).is_err());
    }
}
