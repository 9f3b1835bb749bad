//! `velib sim history`: many hours of a simulated city in bronze at once, for demonstrations and benchmarks.
//!
//! The objects are those that a collector would have stored on the hour; nothing is served and no time is waited for.

use indicatif::{ProgressBar, ProgressStyle};
use velib_domain::{Hour, SystemId, Timestamp};
use velib_lake::{BronzeKey, Feed, Lake};
use velib_sim::{City, CityConfig};

use crate::edge::LakeOptions;

/// Which past of which city.
#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    lake: LakeOptions,
    /// The first hour (UTC), as 2026-11-20T14.
    #[arg(long, value_name = "HOUR")]
    from: Hour,
    /// How many hours.
    #[arg(long, default_value_t = 720)]
    hours: usize,
    /// The same seed makes the same city.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stations of the city.
    #[arg(long, default_value_t = 1_480)]
    stations: usize,
}

/// Lives through the hours and stores what the feed says at each; stored documents are left as they are.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let lake = options.lake.open().await?;
    let system = &options.lake.system;
    let config = CityConfig { seed: options.seed, stations: options.stations, ..CityConfig::default() };
    let mut city = City::new(config, options.from.start());
    let style = ProgressStyle::with_template("living {bar:40} {pos}/{len} hours {eta}")?;
    let progress = ProgressBar::new(options.hours as u64).with_style(style);
    // What stands where never changes in a simulated city, so one document describes it.
    let information = city.station_information_json();
    store(&lake, system, Feed::StationInformation, options.from.start(), &information).await?;
    for hour in std::iter::successors(Some(options.from), |hour| Some(hour.next())).take(options.hours) {
        city.advance_to(hour.start());
        store(&lake, system, Feed::StationStatus, hour.start(), &city.station_status_json()).await?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    println!("{} hours of {} stations stored", options.hours, options.stations);
    Ok(())
}

async fn store(lake: &Lake, system: &SystemId, feed: Feed, at: Timestamp, body: &[u8]) -> anyhow::Result<()> {
    lake.store_bronze(&BronzeKey::new(system.clone(), feed, at), body).await?;
    Ok(())
}
