//! `cargo xtask demo`: the whole walk on this machine, from a feed to a journey, with the programs that are deployed.
//!
//! Each step starts the real program and reads what it prints; nothing is done here that a user could not type.

mod answers;
mod feed;
mod programs;
mod summary;

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Context;

use self::{
    feed::Feed,
    programs::Programs,
    summary::{Summary, Timed},
};
use crate::{
    libtorch,
    python::{self, Requirements},
};

/// How to run the demo.
#[derive(clap::Args)]
pub struct Options {
    /// Write target/demo/summary.json and stop instead of staying up.
    #[arg(long)]
    headless: bool,
    /// Replay the GBFS documents of this folder instead of asking a feed.
    #[arg(long, value_name = "DIR")]
    feed_dir: Option<PathBuf>,
}

/// Runs every step; the error says which one failed.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let mut summary = Summary::default();
    let venv = set_up(root, &mut summary.steps)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(walk(root, options, &venv, summary))
}

/// What only the first run has to do; the folder of the frontend's Python environment.
fn set_up(root: &Path, timed: &mut Vec<Timed>) -> anyhow::Result<PathBuf> {
    step(timed, "libtorch", || libtorch::ensure(root).map(drop))?;
    step(timed, "build", || programs::build(root))?;
    step(timed, "python", || python::ensure_venv(root, Requirements::Frontend))
}

async fn walk(root: &Path, options: &Options, venv: &Path, mut summary: Summary) -> anyhow::Result<()> {
    let timed = &mut summary.steps;
    let mut programs = Programs::new(root)?;
    let clock = started(timed, "feed");
    let feed = choose_feed(&mut programs, options.feed_dir.as_deref()).await.context("step feed")?;
    finished(timed, clock);

    let clock = started(timed, "collect");
    summary.collected = programs.collect(&feed).await.context("step collect")?;
    finished(timed, clock);

    let clock = started(timed, "silver");
    summary.refined = programs.refine(&feed).await.context("step silver")?;
    finished(timed, clock);

    let clock = started(timed, "model");
    let model = programs.model(&feed).await.context("step model")?;
    finished(timed, clock);

    let clock = started(timed, "inference");
    let inference = programs.start_inference(&model).await.context("step inference")?;
    finished(timed, clock);

    let clock = started(timed, "api");
    let api = programs.start_api(&feed, &inference).await.context("step api")?;
    finished(timed, clock);

    let clock = started(timed, "frontend");
    let frontend = programs.start_frontend(venv, &api).await.context("step frontend")?;
    finished(timed, clock);

    let clock = started(timed, "forecast");
    let station = answers::station_to_ask_about(&api).await.context("step forecast")?;
    summary.forecast = answers::forecast(&api, &station).await.context("step forecast")?;
    finished(timed, clock);

    let clock = started(timed, "journey");
    summary.journey = answers::journey(&api).await.context("step journey")?;
    finished(timed, clock);

    summary.data_ages = answers::status(&api).await.context("step journey")?;
    summary.feed_source = feed.source().to_owned();
    summary.urls =
        vec![("frontend".into(), frontend), ("api".into(), api), ("model service".into(), inference)];
    summary.print();
    if options.headless {
        let path = summary.write(root)?;
        println!("wrote {}", path.display());
        return Ok(());
    }
    println!("\nstays up until Ctrl-C");
    tokio::signal::ctrl_c().await?;
    Ok(())
}

/// Chooses a feed, and starts its server where it needs one.
async fn choose_feed(programs: &mut Programs, documents: Option<&Path>) -> anyhow::Result<Feed> {
    if let Some(folder) = documents {
        return Ok(Feed::Replayed(programs.start_replay(folder).await?));
    }
    if feed::live_feed_answers().await {
        eprintln!("    the live Vélib' feed answers");
        return Ok(Feed::Live);
    }
    let patience = feed::PATIENCE.as_secs();
    eprintln!("    the live Vélib' feed does not answer within {patience} s: simulating a city");
    Ok(Feed::Simulated(programs.start_simulator().await?))
}

fn step<T>(
    timed: &mut Vec<Timed>,
    name: &'static str,
    work: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let clock = started(timed, name);
    let done = work().with_context(|| format!("step {name}"))?;
    finished(timed, clock);
    Ok(done)
}

#[expect(clippy::disallowed_methods, reason = "the demo reports how long its own steps took")]
fn started(timed: &[Timed], name: &'static str) -> (&'static str, Instant) {
    eprintln!("[{}] {name}", timed.len() + 1);
    (name, Instant::now())
}

fn finished(timed: &mut Vec<Timed>, (step, since): (&'static str, Instant)) {
    timed.push(Timed { step, seconds: since.elapsed().as_secs_f64() });
}
