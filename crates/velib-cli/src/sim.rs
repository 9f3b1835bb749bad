//! `velib sim`: a GBFS feed on this machine, from a simulated city or from stored documents, or a city's past at once.

mod history;
mod likeness;

use std::path::PathBuf;

use anyhow::Context;
use tokio::net::TcpListener;
use velib_domain::{SignedDuration, Timestamp};
use velib_sim::{City, CityConfig};

use crate::edge;

/// How long before the start of the server the simulated city begins to live.
const PAST: SignedDuration = SignedDuration::from_hours(9 * 24);

/// What to serve.
#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    feed: Feed,
}

#[derive(clap::Subcommand)]
enum Feed {
    /// A simulated city that lives in real time, with nine days of past under `/at/TIME/gbfs.json`.
    City {
        /// Address to listen on; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8081")]
        listen: String,
        /// The same seed makes the same city.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Stations of the city.
        #[arg(long, default_value_t = 1_480)]
        stations: usize,
    },
    /// The GBFS documents of a folder, byte for byte.
    Replay {
        /// Folder with a station status and a station information document.
        dir: PathBuf,
        /// Address to listen on; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:8081")]
        listen: String,
    },
    /// Stores the past of a simulated city in bronze, as if it had been collected hour by hour.
    History(history::Options),
    /// Tells how like the real network a simulated city is.
    Likeness(likeness::Options),
}

/// Serves until the process is stopped.
pub async fn run(options: Options) -> anyhow::Result<()> {
    match options.feed {
        Feed::City { listen, seed, stations } => {
            let listener = bind(&listen).await?;
            let config = CityConfig { seed, stations, ..CityConfig::default() };
            let city = City::new(config, start_of_day(edge::now() - PAST));
            velib_sim::serve_simulated(listener, city, edge::now).await?;
        }
        Feed::Replay { dir, listen } => {
            // Before anyone is told that there is a feed to ask.
            drop(velib_sim::documents_router(&dir)?);
            let listener = bind(&listen).await?;
            velib_sim::serve_documents(listener, dir).await?;
        }
        Feed::History(options) => history::run(options).await?,
        Feed::Likeness(options) => likeness::run(options).await?,
    }
    Ok(())
}

/// Binds and says where, in the one line that other programs wait for.
pub async fn bind(address: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(listener)
}

/// Midnight UTC before an instant, so that servers started on the same day show the same past.
fn start_of_day(instant: Timestamp) -> Timestamp {
    let second = instant.as_second();
    Timestamp::from_second(second - second.rem_euclid(86_400)).expect("rounding down a day stays in range")
}
