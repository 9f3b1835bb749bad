//! `cargo xtask footprint`: how big the release programs are, how soon they answer, how much memory they hold.
//!
//! Prints the tables of `docs/footprint.md`, or JSON. Times are medians of five starts on whatever machine runs this.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use serde::Serialize;

use crate::{libtorch, progress::run_to_end};

const STARTS: usize = 5;
const PROGRAMS: [&str; 5] = ["velib-collector", "velib-silver", "velib-api", "velib-inference", "velib"];
const JOURNEY: &str = "/v1/journeys?from=48.8674,2.3636&to=48.8421,2.3219";

/// How to print what was measured.
#[derive(clap::Args)]
pub struct Options {
    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
}

/// Everything that was measured.
#[derive(Default, Serialize)]
struct Footprint {
    stripped_bytes: BTreeMap<&'static str, u64>,
    starts: Vec<Start>,
}

/// One program's way to its first answer.
#[derive(Serialize)]
struct Start {
    what: &'static str,
    /// Milliseconds from process start to the first successful answer, median of [`STARTS`].
    first_answer_ms: f64,
    /// Resident memory after that answer.
    resident_mb: f64,
}

/// Builds the release programs and measures them.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let plain = build_plain(root)?;
    build(root)?;
    let release = root.join("target/release");
    let mut footprint = Footprint::default();
    for program in PROGRAMS {
        let bytes = fs::metadata(release.join(program)).with_context(|| format!("no {program}"))?.len();
        footprint.stripped_bytes.insert(program, bytes);
    }

    let mut city = Command::new(release.join("velib"));
    let mut feed = Server::start(city.args(["sim", "city", "--listen", "127.0.0.1:0"]))?;
    feed.first_answer("/station_status.json")?;
    let lake = root.join("target/footprint-lake");
    fs::create_dir_all(&lake)?;
    let api = || {
        let mut api = Command::new(release.join("velib-api"));
        api.env("LISTEN", "127.0.0.1:0").env("LAKE_URL", format!("file://{}", lake.display()));
        api.env("SYSTEM_ID", "simulated").env("FEED_SOURCE", "simulated");
        api.env("DISCOVERY_URL", format!("http://{}/gbfs.json", feed.address));
        api
    };
    let inference = |program: &Path| {
        let mut inference = Command::new(program);
        inference.args(["--listen", "127.0.0.1:0", "--model"]).arg(root.join("model/model.tar.gz"));
        inference
    };
    let with_libtorch = || inference(&release.join("velib-inference"));
    footprint.starts = vec![
        measure("velib-api: GET /healthz", api, "/healthz")?,
        measure("velib-api: GET /v1/journeys, feed on loopback, no model", api, JOURNEY)?,
        measure("velib-inference: GET /ping, model loaded", with_libtorch, "/ping")?,
        measure("velib-inference without libtorch: GET /ping", || inference(&plain), "/ping")?,
    ];
    footprint.print(options.json)
}

/// The model service by plain arithmetic, put aside before the one with libtorch takes its name.
fn build_plain(root: &Path) -> anyhow::Result<PathBuf> {
    let plain = ["build", "--release", "-p", "velib-inference"];
    run_to_end("cargo build --release", Command::new("cargo").args(plain).current_dir(root))?;
    let aside = root.join("target/release/velib-inference-plain");
    fs::copy(root.join("target/release/velib-inference"), &aside).context("putting the program aside")?;
    Ok(aside)
}

fn build(root: &Path) -> anyhow::Result<()> {
    libtorch::ensure(root)?;
    let packages = ["velib-collector", "velib-silver", "velib-api", "velib-inference", "velib-cli"];
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "--features", "velib-inference/libtorch"]);
    build.args(packages.iter().flat_map(|package| ["-p", package]));
    run_to_end("cargo build --release", build.current_dir(root))
}

fn measure(what: &'static str, program: impl Fn() -> Command, path: &str) -> anyhow::Result<Start> {
    let mut starts = Vec::new();
    let mut resident_mb = 0.0;
    for _ in 0..STARTS {
        let mut server = Server::start(&mut program())?;
        starts.push(server.first_answer(path)?.as_secs_f64() * 1e3);
        resident_mb = server.resident_mb()?;
    }
    starts.sort_by(f64::total_cmp);
    Ok(Start { what, first_answer_ms: starts[STARTS / 2], resident_mb })
}

impl Footprint {
    fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string_pretty(self)?);
            return Ok(());
        }
        println!("| program | stripped size |\n|---|---|");
        for (program, bytes) in &self.stripped_bytes {
            println!("| {program} | {:.1} MB |", *bytes as f64 / 1e6);
        }
        println!(
            "\n| program and request | process start to first answer | memory after it |\n|---|---|---|"
        );
        for Start { what, first_answer_ms, resident_mb } in &self.starts {
            println!("| {what} | {first_answer_ms:.0} ms | {resident_mb:.0} MB |");
        }
        Ok(())
    }
}

/// A program that listens, stopped when dropped.
pub struct Server {
    child: Child,
    address: String,
    since: Instant,
}

impl Server {
    /// Starts it and waits until it says where it listens.
    #[expect(clippy::disallowed_methods, reason = "measuring time is what this verb is for")]
    pub fn start(command: &mut Command) -> anyhow::Result<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let since = Instant::now();
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().with_context(|| format!("starting {program}"))?;
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("stdout is piped")).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://");
        let Some(address) = address.map(ToOwned::to_owned) else {
            bail!("{program} printed {line:?} instead of where it listens");
        };
        Ok(Self { child, address, since })
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Time from the start of the process to its first successful answer.
    pub fn first_answer(&mut self, path: &str) -> anyhow::Result<Duration> {
        while self.since.elapsed() < Duration::from_mins(1) {
            let mut stream = TcpStream::connect(&self.address)?;
            write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            if answer.starts_with("HTTP/1.1 200") {
                return Ok(self.since.elapsed());
            }
        }
        bail!("no successful answer of {path} within 60 s")
    }

    /// Resident memory of the process, where the system shows it.
    pub fn resident_mb(&self) -> anyhow::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kb: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kb / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that has stopped already is as good as a killed one.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
