//! The two commands a newcomer needs, and what they stand on: `cargo xtask demo`, `cargo xtask test`.
//!
//! Everything here only fetches, builds, starts and checks; the product itself is in the other crates.

mod bench;
mod cold_start;
mod demo;
mod footprint;
mod libtorch;
mod lint;
mod progress;
mod python;
mod scale;
mod test;
mod workspace;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "set up, try and test Paris Pulse")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
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
    /// Measures start-up time, memory and size of the release programs.
    Footprint(footprint::Options),
    /// Measures the collector's function from process start to the stored snapshot.
    ColdStart(cold_start::Options),
    /// Computes what a year of a city, or of the world, costs on AWS.
    Scale(scale::Options),
}

fn main() -> anyhow::Result<()> {
    let root = workspace::root();
    match Arguments::parse().verb {
        Verb::Demo(options) => demo::run(&root, &options),
        Verb::Test(options) => test::run(&root, &options),
        Verb::Lint => lint::run(&root),
        Verb::Bench(options) => bench::run(&root, &options),
        Verb::Footprint(options) => footprint::run(&root, &options),
        Verb::ColdStart(options) => cold_start::run(&root, &options),
        Verb::Scale(options) => scale::run(&options),
        Verb::Libtorch => libtorch::run(&root),
    }
}
