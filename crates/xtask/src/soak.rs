//! `cargo xtask soak inference`: the model service under more callers than its queue holds, good and bad ones mixed, for
//! minutes on end, while another artefact comes every half minute, sound and damaged in turns.
//!
//! It must answer every request with a status that fits it, stay ready, and hold no more memory at the end than soon
//! after the start. The release program runs as it is shipped; the callers are on loopback.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use tokio::time::{interval, sleep};

use crate::{footprint::Server, libtorch, progress::run_to_end};

mod api;
pub mod kinds;
mod memory;
mod tally;

use kinds::Kind;
use tally::Tally;

/// Beyond what the queue, the model and the reader hold: some callers are always turned away.
const CALLERS: usize = 20;

/// What the service is told to let wait.
const QUEUE: usize = 8;

/// What the container's image tells its allocator.
const ALLOCATOR: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "1048576");

const NEW_ARTEFACT_EVERY: Duration = Duration::from_secs(30);

/// What to load with requests.
#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// The model service.
    Inference(Inference),
    /// The API, over a feed that fails and a model service that comes and goes.
    Api(api::Options),
}

#[derive(clap::Args)]
struct Inference {
    /// How long.
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// With libtorch instead of plain arithmetic.
    #[arg(long)]
    libtorch: bool,
}

/// Builds the release program, loads it with requests and prints what became of them; fails if it did not hold.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    match &options.what {
        What::Inference(options) => inference(root, options),
        What::Api(options) => api::run(root, options),
    }
}

fn inference(root: &Path, options: &Inference) -> anyhow::Result<()> {
    let program = build(root, options.libtorch)?;
    let place = root.join("target/soak/model.tar.gz");
    fs::create_dir_all(place.parent().expect("it stands in a folder"))?;
    let sound = fs::read(root.join("model/model.tar.gz")).context("reading the shipped model")?;
    put(&place, &sound)?;
    let mut service = Command::new(program);
    service.args(["--listen", "127.0.0.1:0", "--look-every", "2", "--queue", &QUEUE.to_string(), "--model"]);
    let (allocator, threshold) = ALLOCATOR;
    service.arg(&place).env("RUST_LOG", "warn").env(allocator, threshold);
    let mut server = Server::start(&mut service)?;
    server.first_answer("/ping")?;
    let length = Duration::from_secs(60 * options.minutes);
    let tally = tokio::runtime::Runtime::new()?.block_on(load(&server, length, &place, &sound))?;
    tally.print(options.minutes);
    tally.check()
}

fn build(root: &Path, with_libtorch: bool) -> anyhow::Result<PathBuf> {
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "-p", "velib-inference"]).current_dir(root);
    if with_libtorch {
        libtorch::ensure(root)?;
        build.args(["--features", "velib-inference/libtorch"]);
    }
    run_to_end("cargo build --release", &mut build)?;
    Ok(root.join("target/release/velib-inference"))
}

/// Whole or not at all, as a careful deployer does it.
fn put(place: &Path, artefact: &[u8]) -> anyhow::Result<()> {
    let unfinished = place.with_extension("unfinished");
    fs::write(&unfinished, artefact)?;
    fs::rename(&unfinished, place).with_context(|| format!("putting a model at {}", place.display()))
}

/// All callers at once until the time is over; watches the service beside them.
async fn load(server: &Server, length: Duration, place: &Path, sound: &[u8]) -> anyhow::Result<Tally> {
    let url = format!("http://{}", server.address());
    let kinds = Arc::new(Kind::all()?);
    let tally = Arc::new(Tally::default());
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| tokio::spawn(call(url.clone(), kinds.clone(), tally.clone(), caller)))
        .collect();
    let artefacts = tokio::spawn(exchange(place.to_owned(), sound.to_owned()));
    watch(server, &url, length, &tally).await?;
    for task in callers.into_iter().chain([artefacts]) {
        task.abort();
        // A caller that failed by itself is an error; one that was stopped is not.
        match task.await {
            Ok(ended) => ended?,
            Err(stopped) => ensure!(stopped.is_cancelled(), "a caller panicked"),
        }
    }
    tally.scraped(&reqwest::get(format!("{url}/metrics")).await?.text().await?);
    Arc::into_inner(tally).context("a caller still holds the tally")
}

/// One caller: one request after the other, each caller in an order of its own.
async fn call(url: String, kinds: Arc<Vec<Kind>>, tally: Arc<Tally>, caller: usize) -> anyhow::Result<()> {
    let client = reqwest::Client::builder().timeout(Duration::from_mins(1)).build()?;
    for turn in 0.. {
        // A step that shares no factor with the number of kinds visits them all, the callers out of step.
        let kind = &kinds[(caller * 5 + turn) % kinds.len()];
        tally.answered(kind, &kind.send(&client, &url).await);
    }
    Ok(())
}

/// Another artefact every half minute: the sound one under a new time, then one cut in half.
async fn exchange(place: PathBuf, sound: Vec<u8>) -> anyhow::Result<()> {
    loop {
        sleep(NEW_ARTEFACT_EVERY).await;
        put(&place, &sound[..sound.len() / 2])?;
        sleep(NEW_ARTEFACT_EVERY).await;
        put(&place, &sound)?;
    }
}

/// Asks the service once a second how it is and how much memory it holds.
#[expect(clippy::disallowed_methods, reason = "the length of the run is real time")]
async fn watch(server: &Server, url: &str, length: Duration, tally: &Tally) -> anyhow::Result<()> {
    let since = Instant::now();
    let mut seconds = interval(Duration::from_secs(1));
    while since.elapsed() < length {
        seconds.tick().await;
        let status = reqwest::get(format!("{url}/ping")).await.context("the service is gone")?.status();
        ensure!(status.is_success(), "the service is not ready: {status}");
        tally.resident(server.resident_mb()?);
        let second = since.elapsed().as_secs();
        if second.is_multiple_of(30) {
            eprintln!("{second:>5} s of {}: {}", length.as_secs(), tally.line());
        }
    }
    Ok(())
}
