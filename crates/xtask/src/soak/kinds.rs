//! The requests of the soak, good and bad, and the statuses that each may get.

use std::io::Write;

use anyhow::Context;
use flate2::{Compression, write::GzEncoder};
use reqwest::{
    Client,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING},
};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream};

/// Vélib' stations in the month whose figures are published.
const STATIONS: usize = 1_416;

/// The largest body that the service takes.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Any request may be turned away at the queue's limit.
const FULL: u16 = 429;

/// One kind of request.
pub struct Kind {
    pub name: &'static str,
    path: &'static str,
    encoding: Option<&'static str>,
    body: Vec<u8>,
    hangs_up: bool,
    expect: u16,
}

/// How a request ended.
pub enum Ended {
    /// With a status, which fits the request or does not.
    Status(u16),
    /// Without one: the service closed the connection, or the caller did.
    Closed,
}

impl Kind {
    /// Every kind, as often as it is to be sent in a round.
    pub fn all() -> anyhow::Result<Vec<Self>> {
        let paris = body(STATIONS).to_string().into_bytes();
        let mut wrong = body(STATIONS);
        wrong["stations"][STATIONS - 1]["bikes"][24] = json!(-1);
        let mut lacking = one_station();
        lacking["latitude"] = Value::Null;
        let half = paris[..paris.len() / 2].to_vec();
        let packed = gzip(&paris)?;
        Ok(vec![
            Self::new("all stations", paris.clone(), 200),
            Self { encoding: Some("gzip"), ..Self::new("all stations, packed", packed.clone(), 200) },
            Self::new("twenty stations", body(20).to_string().into_bytes(), 200),
            Self::new("one station", one_station().to_string().into_bytes(), 200),
            Self::new("all stations, the last count negative", wrong.to_string().into_bytes(), 400),
            Self::new("one station without its latitude", lacking.to_string().into_bytes(), 400),
            Self::new("half of the JSON", half, 400),
            Self::new("a page of HTML", b"<html><body>busy</body></html>".to_vec(), 400),
            Self {
                encoding: Some("gzip"),
                ..Self::new("half of the gzip", packed[..packed.len() / 2].to_vec(), 400)
            },
            Self { encoding: Some("br"), ..Self::new("another encoding", packed, 415) },
            Self::new("a body above the limit", vec![b' '; MOST_BYTES + 1], 413),
            Self {
                encoding: Some("gzip"),
                ..Self::new("gzip that unfolds to 64 MB", gzip(&vec![b' '; 64 << 20])?, 413)
            },
            Self { path: "/elsewhere", ..Self::new("another path", b"{}".to_vec(), 404) },
            Self { hangs_up: true, ..Self::new("a caller that hangs up", paris, 0) },
        ])
    }

    fn new(name: &'static str, body: Vec<u8>, expect: u16) -> Self {
        Self { name, path: "/invocations", encoding: None, body, hangs_up: false, expect }
    }

    /// Sends it; a connection that breaks is an outcome, not an error.
    pub async fn send(&self, client: &Client, url: &str) -> Ended {
        if self.hangs_up {
            // That it could not even be reached shows in the pings.
            let _ = self.send_half(url).await;
            return Ended::Closed;
        }
        let mut request = client.post(format!("{url}{}", self.path)).body(self.body.clone());
        if let Some(encoding) = self.encoding {
            request = request.header(CONTENT_ENCODING, encoding).header(ACCEPT_ENCODING, "gzip");
        }
        let Ok(response) = request.send().await else { return Ended::Closed };
        let status = response.status().as_u16();
        if response.bytes().await.is_ok() { Ended::Status(status) } else { Ended::Closed }
    }

    async fn send_half(&self, url: &str) -> anyhow::Result<()> {
        let address = url.strip_prefix("http://").context("the service speaks plain HTTP")?;
        let mut stream = TcpStream::connect(address).await?;
        let length = self.body.len();
        let head = format!("POST {} HTTP/1.1\r\nHost: soak\r\nContent-Length: {length}\r\n\r\n", self.path);
        stream.write_all(head.as_bytes()).await?;
        Ok(stream.write_all(&self.body[..length / 2]).await?)
    }

    /// Whether it may end like that. A body above the limit may be cut off before its caller reads why.
    pub fn may_end(&self, ended: &Ended) -> bool {
        match ended {
            Ended::Status(status) => [self.expect, FULL].contains(status),
            Ended::Closed => self.hangs_up || self.expect == 413,
        }
    }
}

fn gzip(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// A day and an hour of counts at so many stations around the Seine, every seventh count missing.
pub fn body(stations: usize) -> Value {
    let station = |at: usize| {
        let capacity = 15 + at % 40;
        let count = |slot: usize| (!(at + slot).is_multiple_of(7)).then_some((at * 7 + slot * 3) % capacity);
        let bikes: Vec<Option<usize>> = (0..25).map(count).collect();
        let docks: Vec<Option<usize>> =
            bikes.iter().map(|bikes| bikes.map(|bikes| capacity - bikes)).collect();
        json!({
            "station_id": format!("{}", 36_881_000_000 + at), "bikes": bikes, "docks": docks, "ebikes": at % 5,
            "capacity": capacity, "lat": 48.80 + (at / 40) as f64 * 0.003, "lon": 2.25 + (at % 40) as f64 * 0.005,
        })
    };
    let listed: Vec<Value> = (0..stations).map(station).collect();
    json!({"issued_at": "2026-11-20T14:00:00Z", "cadence_seconds": 3600, "stations": listed})
}

fn one_station() -> Value {
    json!({
        "station_code": "16107", "historical_bikes": vec![5; 24], "hour": 15, "day_of_week": 4, "is_weekend": false,
        "capacity": 35, "latitude": 48.865, "longitude": 2.275,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_does_not_fit_its_request_is_told_apart() {
        let kinds = Kind::all().unwrap();
        let of = |name: &str| kinds.iter().find(|kind| kind.name == name).unwrap();
        assert!(of("all stations").may_end(&Ended::Status(200)));
        assert!(of("all stations").may_end(&Ended::Status(429)));
        assert!(!of("all stations").may_end(&Ended::Status(503)));
        assert!(!of("all stations").may_end(&Ended::Closed));
        assert!(!of("half of the JSON").may_end(&Ended::Status(200)));
        assert!(of("a caller that hangs up").may_end(&Ended::Closed));
    }
}
