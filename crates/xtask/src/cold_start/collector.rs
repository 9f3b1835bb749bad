//! The collector: from the start of its process to the stored snapshot.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::ensure;
use serde::Serialize;

use super::{BUCKET, STARTS, Started, median, s3::S3, zipped};
use crate::{footprint::Server, progress::run_to_end, python};

/// Medians of [`STARTS`] starts.
#[derive(Serialize)]
struct ColdStart {
    /// Of the program alone, deflated as Lambda's archives are, for this machine's processor.
    zip_bytes: usize,
    /// From process start to the answer; the snapshot is stored before it.
    stored_ms: f64,
    /// The answer to a second event in the same process.
    warm_ms: f64,
    /// Highest resident memory of the process.
    peak_mb: f64,
}

struct Start {
    stored: Duration,
    warm: Duration,
    peak_mb: f64,
}

/// Builds the programs and measures.
pub(super) fn run(root: &Path, json: bool) -> anyhow::Result<()> {
    let venv = python::ensure_venv(root, python::Requirements::Tests)?;
    let build = |arguments: &[&str]| {
        run_to_end("cargo build", Command::new("cargo").arg("build").args(arguments).current_dir(root))
    };
    build(&["--release", "-p", "velib-collector"])?;
    // The city only hands out documents that are ready: the profile of the demo will do.
    build(&["-p", "velib-cli"])?;
    let mut city = Command::new(root.join("target/debug/velib"));
    let mut feed = Server::start(city.args(["sim", "city", "--listen", "127.0.0.1:0"]))?;
    feed.first_answer("/station_status.json")?;
    feed.first_answer("/station_information.json")?;
    let s3 = S3::start(&venv, BUCKET)?;
    let program = root.join("target/release/velib-collector");
    let discovery = format!("http://{}/gbfs.json", feed.address());
    let starts: Vec<Start> =
        (0..STARTS).map(|number| start(&program, &discovery, &s3, number)).collect::<anyhow::Result<_>>()?;
    let measured = ColdStart {
        zip_bytes: zipped(&program, &[])?,
        stored_ms: median(&starts, |start| start.stored.as_secs_f64() * 1e3),
        warm_ms: median(&starts, |start| start.warm.as_secs_f64() * 1e3),
        peak_mb: median(&starts, |start| start.peak_mb),
    };
    measured.print(json)
}

/// Starts the program, gives it two events an hour apart, and watches.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this verb is for")]
fn start(program: &Path, discovery: &str, s3: &S3, number: usize) -> anyhow::Result<Start> {
    let mut collector = Started::new(program, "collector", 128, |command| {
        command.env("AWS_ENDPOINT_URL_S3", s3.endpoint()).env("LAKE_URL", format!("s3://{BUCKET}"));
        command.env("SYSTEM_ID", "simulated").env("DISCOVERY_URL", discovery);
    })?;
    let hour = |hour: usize| format!(r#"{{"time":"2026-11-{:02}T{hour:02}:00:00Z"}}"#, number + 1);
    store(&mut collector, &hour(13))?;
    let stored = collector.since.elapsed();
    let again = Instant::now();
    store(&mut collector, &hour(14))?;
    Ok(Start { stored, warm: again.elapsed(), peak_mb: collector.memory_mb("VmHWM")? })
}

fn store(collector: &mut Started, event: &str) -> anyhow::Result<()> {
    let answer = collector.runtime.answer_to(event)?;
    ensure!(answer.contains(r#""kept":"stored""#), "the function stored nothing: {answer}");
    Ok(())
}

impl ColdStart {
    fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string_pretty(self)?);
            return Ok(());
        }
        println!("| velib-collector as a Lambda function | median of {STARTS} |\n|---|---|");
        println!("| archive, deflated, this processor | {:.1} MB |", self.zip_bytes as f64 / 1e6);
        println!("| process start to stored snapshot and answer | {:.0} ms |", self.stored_ms);
        println!("| a second event in the same process | {:.0} ms |", self.warm_ms);
        println!("| peak memory | {:.0} MB |", self.peak_mb);
        Ok(())
    }
}
