//! `velib`: the deployed programs on one machine. Each verb is wired in the file of its name.

mod collect;
mod compact;
mod edge;
mod feed;
mod import;
mod lake;
mod serve;
mod silver;
mod sim;
mod streets;
mod table;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "velib", version, about = "bike-share data, forecasts and journeys on one machine")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Stores the feed's documents in bronze: once, or on a schedule.
    Collect(collect::Options),
    /// Tells what of a GBFS document can be used.
    Feed(feed::Options),
    /// Refines bronze hours into silver hours and the stations table.
    Silver(silver::Options),
    /// Puts the hours of days that are over into one object a day.
    Compact(compact::Options),
    /// Brings a history that you already have (Parquet or CSV) into silver.
    Import(import::Options),
    /// Tells what is stored, what became of it, and whether it is sound.
    Lake(lake::Options),
    /// Serves the API.
    Serve(serve::Options),
    /// Serves a simulated city, or stored documents, as a GBFS feed.
    Sim(sim::Options),
    /// Makes tables of walks and rides from an OpenStreetMap extract.
    Streets(streets::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    edge::log_to_stderr();
    match Arguments::parse().verb {
        Verb::Collect(options) => collect::run(options).await,
        Verb::Feed(options) => feed::run(options).await,
        Verb::Silver(options) => silver::run(options).await,
        Verb::Compact(options) => compact::run(options).await,
        Verb::Import(options) => import::run(options).await,
        Verb::Lake(options) => lake::run(options).await,
        Verb::Serve(options) => serve::run(options).await,
        Verb::Sim(options) => sim::run(options).await,
        Verb::Streets(options) => streets::run(options).await,
    }
}
