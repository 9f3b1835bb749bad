//! `cargo xtask bench`: the speed that the documents claim, measured again on this machine.

mod compared;
mod measured;
mod silver;
mod tables;

use std::{path::Path, process::Command};

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

fn bench(root: &Path, package: &str, name: &str, more: &[&str]) -> anyhow::Result<()> {
    let bench = ["bench", "-p", package, "--bench", name];
    run_to_end("cargo bench", Command::new("cargo").args(bench).args(more).current_dir(root))
}
