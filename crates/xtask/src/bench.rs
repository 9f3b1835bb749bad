//! `cargo xtask bench`: the speed that the documents claim, measured again on this machine.

mod compared;
mod measured;
mod silver;
mod tables;

use std::{path::Path, process::Command};

use crate::progress::run_to_end;

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
}

/// Measures.
pub fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    match &options.what {
        What::Silver(options) => silver::run(root, options),
        What::Parse => {
            let bench = ["bench", "-p", "velib-gbfs", "--bench", "parse"];
            run_to_end("cargo bench", Command::new("cargo").args(bench).current_dir(root))
        }
    }
}
