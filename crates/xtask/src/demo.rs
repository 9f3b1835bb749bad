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
    let feed = choose_feed(&mut programs, options.feed_dir.as_deref());
    let feed = awaited_step(timed, "feed", feed).await?;
    summary.collected = awaited_step(timed, "collect", programs.collect(&feed)).await?;
    summary.refined = awaited_step(timed, "silver", programs.refine(&feed)).await?;
    let model = awaited_step(timed, "model", programs.model(&feed)).await?;
    let inference = awaited_step(timed, "inference", programs.start_inference(&model)).await?;
    let api = awaited_step(timed, "api", programs.start_api(&feed, &inference)).await?;
    let frontend = awaited_step(timed, "frontend", programs.start_frontend(venv, &api)).await?;
    summary.forecast = awaited_step(timed, "forecast", answers::forecast_of_a_station(&api)).await?;
    summary.journey = awaited_step(timed, "journey", answers::journey(&api)).await?;
    summary.data_ages = awaited_step(timed, "status", answers::status(&api)).await?;

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

/// As [`step`], for work that waits on other programs.
async fn awaited_step<T>(
    timed: &mut Vec<Timed>,
    name: &'static str,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let clock = started(timed, name);
    let done = work.await.with_context(|| format!("step {name}"))?;
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
