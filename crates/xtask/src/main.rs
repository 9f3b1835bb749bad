//! The two commands a newcomer needs, and what they stand on: `cargo xtask demo`, `cargo xtask test`.
//!
//! Everything here only fetches, builds, starts and checks; the product itself is in the other crates.

mod bench;
mod city;
mod cold_start;
mod demo;
mod footprint;
mod libtorch;
mod lint;
mod load;
mod progress;
mod python;
mod scale;
mod soak;
mod test;
mod verb;
mod workspace;

use clap::Parser;
use verb::Verb;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "set up, try and test Paris Pulse")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

fn main() -> anyhow::Result<()> {
    Arguments::parse().verb.run(&workspace::root())
}
