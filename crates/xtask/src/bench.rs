//! `cargo xtask bench`: the speed that the documents claim, measured again on this machine.

mod api;
mod compared;
mod measured;
mod silver;
mod tables;

use std::{env, fs, path::Path, process::Command};

use crate::{
    libtorch,
    progress::run_to_end,
    python::{self, Requirements},
};

/// What to measure.
#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Bronze to silver beside pandas, Polars and `DuckDB` on the same documents: time, memory and size.
    Silver(silver::Options),
    /// The API beside a `FastAPI` server that does the originals' plan, and its latency at 200 requests a second.
    Api(api::Options),
    /// Journeys ranked on one core, in microseconds.
    Ranking,
    /// Bytes of JSON read a second on one core.
    Parse,
    /// Rows of features built a second on one core.
    Features,
    /// All stations through the model service, by plain arithmetic and by libtorch, and each step by itself.
    Inference,
    /// An epoch of training beside `PyTorch`.
    Training,
}

/// Measures.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    match &options.what {
        What::Silver(options) => silver::run(root, options),
        What::Api(_) if cfg!(debug_assertions) => optimised(root),
        What::Api(options) => api::run(root, options),
        What::Ranking => bench(root, "velib-planner", "ranking", &[]),
        What::Parse => bench(root, "velib-gbfs", "parse", &[]),
        What::Features => bench(root, "velib-forecast", "features", &[]),
        What::Inference => {
            libtorch::ensure(root)?;
            bench(root, "velib-inference", "invocations", &["--features", "libtorch"])
        }
        What::Training => {
            libtorch::ensure(root)?;
            let python = python::ensure_venv(root, Requirements::Training)?.join("bin/python");
            bench(root, "velib-lstm", "epoch", &["--", &python.to_string_lossy()])
        }
    }
}

/// The same by an optimised build of this program: whoever asks for answers is slower than who gives them otherwise, and is
/// measured in their place.
fn optimised(root: &Path) -> anyhow::Result<()> {
    let cargo = ["run", "--release", "--package", "xtask", "--"];
    let mut same = Command::new("cargo");
    same.args(cargo).args(env::args_os().skip(1)).current_dir(root);
    run_to_end("cargo run --release", &mut same)
}

fn bench(root: &Path, package: &str, name: &str, more: &[&str]) -> anyhow::Result<()> {
    let bench = ["bench", "-p", package, "--bench", name];
    run_to_end("cargo bench", Command::new("cargo").args(bench).args(more).current_dir(root))
}

/// The mean number of processes that ran or wanted to in the past minute: what a figure is to be read beside.
pub fn load_average() -> anyhow::Result<f64> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').next().unwrap_or_default().parse()?)
}
