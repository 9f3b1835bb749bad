//! `cargo xtask soak api`: the API at 200 requests a second for minutes on end, while the feed fails 30 % of the time and
//! the model service is killed and started again every minute.
//!
//! It must answer every request with a success or with one of the two stated 503s, say of every count how old it is and
//! call it remembered once it no longer holds, and hold no more memory at the end than soon after the start. The release
//! programs run as they are shipped; everything is on loopback.

mod answers;
mod feed;
mod model;
mod record;

use std::{
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use tokio::time::interval;

use crate::{bench::load_average, city::City, footprint::Server, load, progress::run_to_end};
use answers::Kind;
use feed::FaultyFeed;
use record::Record;

const A_SECOND: u32 = 200;

/// How long to load it.
#[derive(clap::Args)]
pub struct Options {
    /// How long.
    #[arg(long, default_value_t = 30)]
    minutes: u64,
}

/// Builds the release programs, loads the API and prints what became of it; fails if it did not hold.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let build = ["build", "--release", "-p", "velib-api", "-p", "velib-inference"];
    run_to_end("cargo build --release", Command::new("cargo").args(build).current_dir(root))?;
    let city = City::with_folder(root)?;
    println!("Load average before: {:.2}.\n", load_average()?);
    let runtime = tokio::runtime::Runtime::new()?;
    let length = Duration::from_secs(60 * options.minutes);
    let record = runtime.block_on(soak(root, &city, length))?;
    record.print(options.minutes);
    record.check()
}

async fn soak(root: &Path, city: &City, length: Duration) -> anyhow::Result<Record> {
    let feed = FaultyFeed::start(city.feed().address()).await?;
    let model = model::address()?;
    let coming_and_going = tokio::spawn(model::come_and_go(root.to_owned(), model.clone()));
    let mut api = Command::new(root.join("target/release/velib-api"));
    city.tell(&mut api).env_remove("MODEL_FILE").env("LISTEN", "127.0.0.1:0").env("RUST_LOG", "off");
    api.env("DISCOVERY_URL", format!("http://{}/gbfs.json", feed.address()));
    api.env("SAGEMAKER_ENDPOINT", "velib").env("SAGEMAKER_ENDPOINT_URL", format!("http://{model}"));
    let mut api = Server::start(&mut api)?;
    api.first_answer("/stations")?;
    let record = Arc::new(Mutex::new(Record::default()));
    let kinds = Arc::new(Kind::all(api.address()).await?);
    let client = load::client(load::Reads::Plain)?;
    let send = |number: usize, due: Instant| {
        let (client, kinds, record) = (client.clone(), Arc::clone(&kinds), Arc::clone(&record));
        async move {
            let kind = &kinds[number % kinds.len()];
            let ended = kind.send(&client).await;
            record.lock().expect("nobody panics while recording").answered(kind.name, &ended, due.elapsed());
            Ok(())
        }
    };
    let watching = watch(&api, length, &record);
    let (loaded, watched) = tokio::join!(load::at_rate(A_SECOND, length, send), watching);
    loaded.and(watched)?;
    coming_and_going.abort();
    match coming_and_going.await {
        Ok(ended) => ended?,
        Err(stopped) => ensure!(stopped.is_cancelled(), "whoever starts the model service panicked"),
    }
    let mut record = Arc::into_inner(record).context("a request still holds the record")?.into_inner()?;
    record.feed = feed.told();
    Ok(record)
}

/// Looks once a second how much memory the API holds.
#[expect(clippy::disallowed_methods, reason = "the length of the run is real time")]
async fn watch(api: &Server, length: Duration, record: &Mutex<Record>) -> anyhow::Result<()> {
    let since = Instant::now();
    let mut seconds = interval(Duration::from_secs(1));
    while since.elapsed() < length {
        seconds.tick().await;
        let mut record = record.lock().expect("nobody panics while recording");
        record.memory.held(api.resident_mb().context("the API is gone")?);
        let second = since.elapsed().as_secs();
        if second.is_multiple_of(30) {
            eprintln!("{second:>5} s of {}: {}", length.as_secs(), record.line());
        }
    }
    Ok(())
}
