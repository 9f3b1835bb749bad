//! Every verb of `velib`, and where it is wired.

use clap::Subcommand;
use velib_api::LogFormat;

use crate::{collect, compact, feed, import, lake, replay, serve, silver, sim, streets};

/// What to do.
#[derive(Subcommand)]
pub enum Verb {
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
    /// Sends travellers through days that are over, by our planner and by others, and tells how they fared.
    Replay(replay::Options),
    /// Serves the API.
    Serve(serve::Options),
    /// Serves a simulated city, or stored documents, as a GBFS feed.
    Sim(sim::Options),
    /// Makes tables of walks and rides from an OpenStreetMap extract.
    Streets(streets::Options),
}

impl Verb {
    /// How its log lines are written.
    pub fn log_format(&self) -> LogFormat {
        if let Self::Serve(options) = self { options.log_format } else { LogFormat::Text }
    }

    /// Does it.
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Collect(options) => collect::run(options).await,
            Self::Feed(options) => feed::run(options).await,
            Self::Silver(options) => silver::run(options).await,
            Self::Compact(options) => compact::run(options).await,
            Self::Import(options) => import::run(options).await,
            Self::Lake(options) => lake::run(options).await,
            Self::Replay(options) => replay::run(options).await,
            Self::Serve(options) => serve::run(options).await,
            Self::Sim(options) => sim::run(options).await,
            Self::Streets(options) => streets::run(options).await,
        }
    }
}
