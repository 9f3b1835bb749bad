//! `cargo xtask bench api`: the API beside a `FastAPI` server that does the originals' plan, in turns, then alone at 200
//! requests a second, over straight lines and over street tables.
//!
//! Both serve the same simulated city with one worker each; the requests come from one thread of this process. The API
//! answers with the shipped model, its fallbacks and reasons; the other with the nearest stations and a straight line.

mod report;

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::Context;

use crate::{
    bench::load_average,
    city::City,
    footprint::Server,
    load::{self, Load, Reads},
    progress::run_to_end,
    python::{self, Requirements},
};
use report::{Compared, Open, Report};

const CONNECTIONS: usize = 16;

/// Turns of either server; the middle one counts.
const ROUNDS: usize = 3;

/// Different journeys that are asked for.
const JOURNEYS: usize = 500;

const OPEN_A_SECOND: u32 = 200;

/// The same asked of both servers.
struct Asked<'a> {
    what: &'static str,
    ours: &'a [String],
    theirs: &'a [String],
    reads: Reads,
    goal: f64,
}

/// How to measure and how to print it.
#[derive(clap::Args)]
pub struct Options {
    /// Seconds of each turn.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Seconds at 200 requests a second; counts are renewed every minute.
    #[arg(long, default_value_t = 150)]
    open_seconds: u64,
    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
}

/// Builds, starts both servers and measures.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let venv = python::ensure_venv(root, Requirements::Api)?;
    let release = ["build", "--release", "-p", "velib-api"];
    run_to_end("cargo build --release", Command::new("cargo").args(release).current_dir(root))?;
    let city = City::with_folder(root)?;
    let mut api = Command::new(root.join("target/release/velib-api"));
    let mut api = Server::start(one_worker(&city, &mut api))?;
    let journeys = journeys(("from", "to"));
    api.first_answer(&journeys[0])?;
    let fastapi = FastApi::start(root, &venv, &city)?;

    let busy = load_average()?;
    // One thread sends, so that it takes no more than one core from the servers.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let turn = Duration::from_secs(options.seconds);
    let all = ["/stations?all=true".to_owned()];
    let untyped = ["/untyped/stations?all=true".to_owned()];
    let theirs = self::journeys(("start", "end"));
    let asked = [
        Asked { what: "`/v1/journeys`", ours: &journeys, theirs: &theirs, reads: Reads::Plain, goal: 20.0 },
        Asked { what: "all stations", ours: &all, theirs: &all, reads: Reads::Plain, goal: 100.0 },
        Asked { what: "all stations, gzip read", ours: &all, theirs: &all, reads: Reads::Gzip, goal: 100.0 },
        Asked {
            what: "all stations, gzip read, without a return type",
            ours: &all,
            theirs: &untyped,
            reads: Reads::Gzip,
            goal: 100.0,
        },
    ];
    let turn = |paths: &[String], server: &str, reads| {
        runtime.block_on(load::closed(paths, server, reads, CONNECTIONS, turn))
    };
    let compare = |asked: &Asked<'_>| {
        let mut turns = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            turns[0].push(turn(asked.ours, api.address(), asked.reads)?);
            turns[1].push(turn(asked.theirs, &fastapi.address, asked.reads)?);
        }
        let [ours, theirs] = turns.map(middle);
        anyhow::Ok(Compared { what: asked.what, ours, theirs, goal: asked.goal })
    };
    let compared = asked.iter().map(compare).collect::<anyhow::Result<Vec<_>>>()?;
    let length = Duration::from_secs(options.open_seconds);
    let open = |api: &Server| {
        let load = runtime.block_on(load::open(&journeys, api.address(), OPEN_A_SECOND, length))?;
        anyhow::Ok(Open { load, resident_mb: api.resident_mb()? })
    };
    let straight = open(&api)?;
    drop(api);
    let streets = runtime.block_on(street_tables(root, &city))?;
    let mut api = Command::new(root.join("target/release/velib-api"));
    let mut api = Server::start(one_worker(&city, &mut api).env("STREETS_FILE", streets))?;
    api.first_answer(&journeys[0])?;
    let streets = open(&api)?;
    Report { busy, compared, straight, streets }.print(options.json)
}

/// Tables of a grid of streets as dense as those of Paris, for the stations of the city.
async fn street_tables(root: &Path, city: &City) -> anyhow::Result<PathBuf> {
    let stations = root.join("target/bench-stations.json");
    let url = format!("http://{}/station_information.json", city.feed().address());
    fs::write(&stations, reqwest::get(url).await?.error_for_status()?.bytes().await?)?;
    let tables = root.join("target/bench.streets");
    let mut build = Command::new("cargo");
    build.args(["run", "--release", "-p", "velib-streets", "--example", "grid_city", "--"]);
    // What it prints is no part of what is measured.
    build.arg(stations).arg(&tables).current_dir(root).stdout(Stdio::null());
    run_to_end("cargo run --example grid_city", &mut build)?;
    Ok(tables)
}

/// One worker, as the other server has.
fn one_worker<'a>(city: &City, api: &'a mut Command) -> &'a mut Command {
    city.tell(api).env("LISTEN", "127.0.0.1:0").env("TOKIO_WORKER_THREADS", "1")
}

/// The turn with the middle number of requests a second.
fn middle(mut turns: Vec<Load>) -> Load {
    turns.sort_by(|a, b| a.a_second.total_cmp(&b.a_second));
    turns.swap_remove(ROUNDS / 2)
}

/// Journeys between places in the middle of Paris, always the same ones.
fn journeys((from, to): (&str, &str)) -> Vec<String> {
    let mut dice = 2026_u64;
    let mut roll = || {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as f64 / (1_u64 << 31) as f64
    };
    let mut place = || format!("{:.4},{:.4}", 48.84 + 0.045 * roll(), 2.29 + 0.1 * roll());
    (0..JOURNEYS).map(|_| format!("/v1/journeys?{from}={}&{to}={}", place(), place())).collect()
}

/// The other server, stopped when dropped.
struct FastApi {
    address: String,
    process: std::process::Child,
}

impl FastApi {
    #[expect(clippy::disallowed_methods, reason = "a server is waited for in real time")]
    fn start(root: &Path, venv: &Path, city: &City) -> anyhow::Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut server = Command::new(venv.join("bin/python"));
        server.arg(root.join("benchmarks/api/server.py")).arg(city.discovery_url()).arg(port.to_string());
        let process = server.spawn().context("starting the FastAPI server")?;
        let fastapi = Self { address: format!("127.0.0.1:{port}"), process };
        let since = std::time::Instant::now();
        while std::net::TcpStream::connect(&fastapi.address).is_err() {
            anyhow::ensure!(since.elapsed() < Duration::from_mins(1), "the FastAPI server does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(fastapi)
    }
}

impl Drop for FastApi {
    fn drop(&mut self) {
        // A server that has stopped already is as good as a killed one.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
