//! `cargo xtask footprint`: how big the release programs are, how soon they answer, how much memory they hold.
//!
//! Prints the tables of `docs/footprint.md`, or JSON. Times are medians of five starts on whatever machine runs this.

mod server;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;
use serde::Serialize;

use crate::{libtorch, progress::run_to_end};
use server::Request;
pub use server::Server;

const STARTS: usize = 5;
const PROGRAMS: [&str; 5] = ["velib-collector", "velib-silver", "velib-api", "velib-inference", "velib"];
const JOURNEY: &str = "/v1/journeys?from=48.8674,2.3636&to=48.8421,2.3219";

/// Stations of Paris in one request to the model service.
const ALL_STATIONS: usize = 1_416;

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
    /// Every file of the model service's image.
    image_bytes: u64,
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
        api.env("DISCOVERY_URL", format!("http://{}/gbfs.json", feed.address()));
        api
    };
    let inference = |program: &Path| {
        let mut inference = Command::new(program);
        inference.args(["--listen", "127.0.0.1:0", "--model"]).arg(root.join("model/model.tar.gz"));
        inference
    };
    let embedding = || {
        let mut api = api();
        api.env("MODEL_FILE", root.join("model/model.tar.gz"));
        api
    };
    let with_libtorch = || inference(&release.join("velib-inference"));
    let without = || inference(&plain);
    let (one, all) = (Request::forecasts_of(1), Request::forecasts_of(ALL_STATIONS));
    let (ping, journey) = (Request::get("/ping"), Request::get(JOURNEY));
    footprint.starts = vec![
        measure("velib-api: GET /healthz", api, &Request::get("/healthz"))?,
        measure("velib-api: GET /v1/journeys, feed on loopback, no model", api, &journey)?,
        measure("velib-api: the same with the model embedded", embedding, &journey)?,
        measure("velib-inference: GET /ping, model loaded", with_libtorch, &ping)?,
        measure("velib-inference: POST /invocations, one station", with_libtorch, &one)?,
        measure("velib-inference: POST /invocations, all stations", with_libtorch, &all)?,
        measure("velib-inference without libtorch: GET /ping", without, &ping)?,
        measure("velib-inference without libtorch: POST /invocations, one station", without, &one)?,
        measure("velib-inference without libtorch: POST /invocations, all stations", without, &all)?,
    ];
    footprint.image_bytes = image_bytes(root)?;
    footprint.print(options.json)
}

/// The root file system of the model service's image, put together as its recipe does.
fn image_bytes(root: &Path) -> anyhow::Result<u64> {
    let image = root.join("target/footprint-image");
    if image.exists() {
        fs::remove_dir_all(&image)?;
    }
    let mut put_together = Command::new("sh");
    put_together.arg(root.join("infra/inference-root.sh")).arg(root.join("target/release/velib-inference"));
    put_together.arg(libtorch::ensure(root)?.join("lib")).arg(&image);
    run_to_end("sh infra/inference-root.sh", &mut put_together)?;
    let bytes = bytes_below(&image)?;
    fs::remove_dir_all(&image)?;
    Ok(bytes)
}

fn bytes_below(folder: &Path) -> std::io::Result<u64> {
    fs::read_dir(folder)?.try_fold(0, |sum, entry| {
        let entry = entry?;
        let kind = entry.file_type()?;
        Ok(sum + if kind.is_dir() { bytes_below(&entry.path())? } else { entry.metadata()?.len() })
    })
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

fn measure(what: &'static str, program: impl Fn() -> Command, request: &Request) -> anyhow::Result<Start> {
    let mut starts = Vec::new();
    let mut resident_mb = 0.0;
    for _ in 0..STARTS {
        let mut server = Server::start(&mut program())?;
        starts.push(server.first_answer_to(request)?.as_secs_f64() * 1e3);
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
        println!("\nRoot file system of the model service's image: {:.1} MB.", self.image_bytes as f64 / 1e6);
        println!(
            "\n| program and request | process start to first answer | memory after it |\n|---|---|---|"
        );
        for Start { what, first_answer_ms, resident_mb } in &self.starts {
            println!("| {what} | {first_answer_ms:.0} ms | {resident_mb:.0} MB |");
        }
        Ok(())
    }
}
