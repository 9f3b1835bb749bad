//! `velib`: the deployed programs on one machine. Each verb is wired in the file of its name.

mod collect;
mod compact;
mod edge;
mod feed;
mod import;
mod lake;
mod replay;
mod serve;
mod silver;
mod sim;
mod streets;
mod table;
mod verbs;

use clap::Parser;

#[derive(Parser)]
#[command(name = "velib", version, about = "bike-share data, forecasts and journeys on one machine")]
struct Arguments {
    #[command(subcommand)]
    verb: verbs::Verb,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let verb = Arguments::parse().verb;
    edge::log_to_stderr(verb.log_format());
    verb.run().await
}
