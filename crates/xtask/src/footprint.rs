//! `cargo xtask footprint`: how big the release programs are, how soon they answer, how much memory they hold.
//!
//! Prints the table of `docs/footprint.md`. Times are medians of five starts on whatever machine runs this.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

use crate::{libtorch, progress::run_to_end};

const STARTS: usize = 5;
const PROGRAMS: [&str; 5] = ["velib-collector", "velib-silver", "velib-api", "velib-inference", "velib"];

/// Builds the release programs and measures them.
pub fn run(root: &Path) -> anyhow::Result<()> {
    libtorch::ensure(root)?;
    let packages = ["velib-collector", "velib-silver", "velib-api", "velib-inference", "velib-cli"];
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "--features", "velib-inference/libtorch"]);
    build.args(packages.iter().flat_map(|package| ["-p", package]));
    run_to_end("cargo build --release", build.current_dir(root))?;

    let release = root.join("target/release");
    println!("| program | stripped size |\n|---|---|");
    for program in PROGRAMS {
        let bytes = fs::metadata(release.join(program)).with_context(|| format!("no {program}"))?.len();
        println!("| {program} | {:.1} MB |", bytes as f64 / 1e6);
    }

    let mut feed = Server::start(release.join("velib"), &["sim", "city", "--listen", "127.0.0.1:0"])?;
    let discovery = format!("http://{}/gbfs.json", feed.address);
    feed.first_answer("/station_status.json")?;
    let model = root.join("model/model.tar.gz");
    let lake = root.join("target/footprint-lake");
    fs::create_dir_all(&lake)?;

    println!("\n| program | process start to first answer | RSS when idle |\n|---|---|---|");
    let lake = format!("file://{}", lake.display());
    let api = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--lake",
        &lake,
        "--system",
        "simulated",
        "--discovery",
        &discovery,
    ];
    let journey = "/v1/journeys?from=48.8674,2.3636&to=48.8421,2.3219";
    measure("api, /healthz", &release.join("velib"), &api, "/healthz")?;
    measure("api, /v1/journeys (feed on loopback, no model)", &release.join("velib"), &api, journey)?;
    let model = model.display().to_string();
    let inference = ["--listen", "127.0.0.1:0", "--model", &model];
    measure("model service, /ping", &release.join("velib-inference"), &inference, "/ping")
}

/// One row: the median start and the memory of the last process, a second answer later.
fn measure(what: &str, program: &Path, arguments: &[&str], path: &str) -> anyhow::Result<()> {
    let mut starts = Vec::new();
    let mut memory_mb = 0.0;
    for _ in 0..STARTS {
        let mut server = Server::start(program.to_path_buf(), arguments)?;
        starts.push(server.first_answer(path)?.as_secs_f64() * 1e3);
        memory_mb = server.resident_mb()?;
    }
    starts.sort_by(f64::total_cmp);
    println!("| {what} | {:.0} ms | {memory_mb:.0} MB |", starts[STARTS / 2]);
    Ok(())
}

/// A program that listens, stopped when dropped.
struct Server {
    child: Child,
    address: String,
    since: Instant,
}

impl Server {
    #[expect(clippy::disallowed_methods, reason = "measuring time is what this verb is for")]
    fn start(program: PathBuf, arguments: &[&str]) -> anyhow::Result<Self> {
        let since = Instant::now();
        let mut command = Command::new(&program);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("stdout is piped")).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://");
        let Some(address) = address.map(ToOwned::to_owned) else {
            bail!("{} printed {line:?} instead of where it listens", program.display());
        };
        Ok(Self { child, address, since })
    }

    /// Time from the start of the process to its first successful answer.
    fn first_answer(&mut self, path: &str) -> anyhow::Result<Duration> {
        while self.since.elapsed() < Duration::from_secs(60) {
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
    fn resident_mb(&self) -> anyhow::Result<f64> {
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
