//! `cargo xtask test`: every test there is, after fetching what the tests stand on.

use std::{path::Path, process::Command};

use crate::{
    libtorch,
    progress::run_to_end,
    python::{self, Requirements},
};

/// What to leave out when iterating.
#[derive(clap::Args)]
pub struct Options {
    /// Only the Rust tests, without those of the frontend and the infrastructure.
    #[arg(long)]
    rust_only: bool,
}

/// Runs the tests of every crate, then those written in Python.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    libtorch::ensure(root)?;
    // Some Rust tests talk to a real S3 API server that comes as a Python package.
    let venv = python::ensure_venv(root, Requirements::Tests)?;
    let everything = ["test", "--workspace", "--features", "velib-inference/libtorch"];
    run_to_end("cargo test", Command::new("cargo").args(everything).current_dir(root))?;
    if options.rust_only {
        return Ok(());
    }
    // The last asks the API that the Rust tests have built.
    let pytest = ["-m", "pytest", "frontend", "infra", "benchmarks", "crates/velib-api/tests/schemathesis"];
    run_to_end("pytest", Command::new(venv.join("bin/python")).args(pytest).current_dir(root))
}
