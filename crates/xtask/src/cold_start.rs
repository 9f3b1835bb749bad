//! `cargo xtask cold-start`: how long the collector's function takes from the start of its process to the stored
//! snapshot, how much memory that takes, and how large its archive is.
//!
//! The release program runs as Lambda would run it. All that it talks to is on loopback: a simulated city as the feed,
//! moto's server as S3, and the runtime API, which hands it one event and takes its answer. What Lambda itself adds
//! (fetching the archive, starting the machine) and TLS to a distant feed are not in the figures.

use std::{
    fs,
    io::{Cursor, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde::Serialize;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{footprint::Server, progress::run_to_end, python};

mod runtime_api;
mod s3;

use runtime_api::RuntimeApi;
use s3::S3;

const STARTS: usize = 5;
const BUCKET: &str = "cold-start";

/// How to print what was measured.
#[derive(clap::Args)]
pub struct Options {
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

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
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
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
    let median = |of: &dyn Fn(&Start) -> f64| {
        let mut values: Vec<f64> = starts.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[STARTS / 2]
    };
    let measured = ColdStart {
        zip_bytes: zipped(&program)?,
        stored_ms: median(&|start| start.stored.as_secs_f64() * 1e3),
        warm_ms: median(&|start| start.warm.as_secs_f64() * 1e3),
        peak_mb: median(&|start| start.peak_mb),
    };
    measured.print(options.json)
}

/// Starts the program, gives it two events an hour apart, and watches.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this verb is for")]
fn start(program: &Path, discovery: &str, s3: &S3, number: usize) -> anyhow::Result<Start> {
    let mut api = RuntimeApi::start()?;
    let mut command = Command::new(program);
    command.env_clear().stdout(Stdio::null()).stderr(Stdio::null());
    command.env("AWS_LAMBDA_RUNTIME_API", api.address()).env("AWS_LAMBDA_FUNCTION_NAME", "collector");
    command.env("AWS_LAMBDA_FUNCTION_VERSION", "1").env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
    command.env("AWS_LAMBDA_LOG_FORMAT", "JSON").env("AWS_REGION", "eu-west-3");
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    command.env("AWS_ENDPOINT_URL_S3", s3.endpoint()).env("LAKE_URL", format!("s3://{BUCKET}"));
    command.env("SYSTEM_ID", "simulated").env("DISCOVERY_URL", discovery);
    let hour = |hour: usize| format!(r#"{{"time":"2026-11-{:02}T{hour:02}:00:00Z"}}"#, number + 1);
    let since = Instant::now();
    let mut child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
    let stored = answered(&mut api, &hour(13)).map(|()| since.elapsed());
    let again = Instant::now();
    let warm = answered(&mut api, &hour(14)).map(|()| again.elapsed());
    let peak_mb = peak_mb(child.id());
    child.kill()?;
    child.wait()?;
    Ok(Start { stored: stored?, warm: warm?, peak_mb: peak_mb? })
}

fn answered(api: &mut RuntimeApi, event: &str) -> anyhow::Result<()> {
    let answer = api.answer_to(event)?;
    ensure!(answer.contains(r#""kept":"stored""#), "the function stored nothing: {answer}");
    Ok(())
}

fn peak_mb(process: u32) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kb: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kb / 1024.0)
}

fn zipped(program: &Path) -> anyhow::Result<usize> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("bootstrap", SimpleFileOptions::default().unix_permissions(0o755))?;
    archive.write_all(&fs::read(program)?)?;
    Ok(archive.finish()?.into_inner().len())
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
