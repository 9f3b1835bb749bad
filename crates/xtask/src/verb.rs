//! The verbs of `cargo xtask`, one a file.

use std::path::Path;

use clap::Subcommand;

use crate::{bench, cold_start, demo, footprint, libtorch, lint, scale, soak, test};

/// What to do.
#[derive(Subcommand)]
pub enum Verb {
    /// Takes a feed to a journey on this machine: collects, refines, forecasts, plans, and stays up.
    Demo(demo::Options),
    /// Runs every test of every crate, libtorch's and the frontend's included.
    Test(test::Options),
    /// Checks formatting and lints, warnings as errors.
    Lint,
    /// Fetches the libtorch that tch needs, unless it is there.
    Libtorch,
    /// Measures speed and size beside other tools.
    Bench(bench::Options),
    /// Loads a program with good and bad requests for minutes and watches its answers and its memory.
    Soak(soak::Options),
    /// Measures start-up time, memory and size of the release programs.
    Footprint(footprint::Options),
    /// Measures a function from process start to its first answer: the collector's, or the API's.
    ColdStart(cold_start::Options),
    /// Computes what a year of a city, or of the world, costs on AWS.
    Scale(scale::Options),
}

impl Verb {
    /// Does it, in the workspace whose root this is.
    pub fn run(&self, root: &Path) -> anyhow::Result<()> {
        match self {
            Self::Demo(options) => demo::run(root, options),
            Self::Test(options) => test::run(root, options),
            Self::Lint => lint::run(root),
            Self::Bench(options) => bench::run(root, options),
            Self::Soak(options) => soak::run(root, options),
            Self::Footprint(options) => footprint::run(root, options),
            Self::ColdStart(options) => cold_start::run(root, options),
            Self::Scale(options) => scale::run(options),
            Self::Libtorch => libtorch::run(root),
        }
    }
}
