//! A feed that stands before the simulated city's and fails 30 % of the time, in all the ways that feeds do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// It works or fails for so long at a time.
const SLOT: Duration = Duration::from_secs(5);

/// Of so many slots.
const FAILING_OF_100: u64 = 30;

/// Longer than anybody waits for it.
const SILENCE: Duration = Duration::from_secs(15);

/// The feed; it serves until the program ends.
pub struct FaultyFeed {
    address: String,
    served: Arc<Served>,
}

#[derive(Default)]
struct Served {
    whole: AtomicU64,
    failed: AtomicU64,
}

/// How it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Unavailable,
    ErrorPage,
    CutOff,
    Silent,
}

impl FaultyFeed {
    /// Listens on a loopback port; what works is fetched from the feed at `upstream`.
    #[expect(clippy::disallowed_methods, reason = "faults come and go by the clock")]
    pub async fn start(upstream: &str) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let served = Arc::new(Served::default());
        let (counts, own, upstream) = (Arc::clone(&served), address.clone(), upstream.to_owned());
        tokio::spawn(async move {
            let since = Instant::now();
            while let Ok((stream, _)) = listener.accept().await {
                let fault = fault(since.elapsed().as_secs() / SLOT.as_secs());
                let count = if fault.is_some() { &counts.failed } else { &counts.whole };
                count.fetch_add(1, Ordering::Relaxed);
                let (own, upstream) = (own.clone(), upstream.clone());
                // A caller that hangs up is no error here.
                tokio::spawn(async move { drop(answer(stream, &own, &upstream, fault).await) });
            }
        });
        Ok(Self { address, served })
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it did, in words.
    pub fn told(&self) -> String {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        format!(
            "The feed answered {} requests and failed {}.",
            of(&self.served.whole),
            of(&self.served.failed)
        )
    }
}

/// What is wrong with the feed in a slot; never in the first, in which everything starts.
fn fault(slot: u64) -> Option<Fault> {
    let dice = slot.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let fails = slot > 0 && dice % 100 < FAILING_OF_100;
    let faults = [Fault::Unavailable, Fault::ErrorPage, Fault::CutOff, Fault::Silent];
    fails.then(|| faults[(dice / 100 % 4) as usize])
}

async fn answer(
    mut stream: TcpStream,
    own: &str,
    upstream: &str,
    fault: Option<Fault>,
) -> anyhow::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head)?;
    let path = head.split(' ').nth(1).context("no path")?;
    let page = "<html><body>The service is busy</body></html>";
    let (status, body) = match fault {
        Some(Fault::Silent) => {
            sleep(SILENCE).await;
            return Ok(());
        }
        Some(Fault::Unavailable) => ("503 Service Unavailable", page.to_owned()),
        Some(Fault::ErrorPage) => ("200 OK", page.to_owned()),
        Some(Fault::CutOff) | None => {
            let body = reqwest::get(format!("http://{upstream}{path}")).await?.text().await?;
            // The documents that it names are to be asked for here too.
            ("200 OK", body.replace(upstream, own))
        }
    };
    let sent = if fault == Some(Fault::CutOff) { body.len() / 2 } else { body.len() };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body.as_bytes()[..sent]).await?;
    Ok(stream.shutdown().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_slots_of_ten_fail_each_in_one_of_four_ways() {
        let faults: Vec<Fault> = (0..10_000).filter_map(fault).collect();
        assert!((2_800..3_200).contains(&faults.len()), "{}", faults.len());
        for kind in [Fault::Unavailable, Fault::ErrorPage, Fault::CutOff, Fault::Silent] {
            assert!(faults.iter().filter(|fault| **fault == kind).count() > 500, "{kind:?}");
        }
    }
}
