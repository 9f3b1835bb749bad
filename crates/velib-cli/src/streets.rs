//! `velib streets`: street tables out of an OpenStreetMap extract, made once and looked up while planning.

use std::path::PathBuf;

use anyhow::{Context, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use velib_domain::{LatLon, StationId};
use velib_streets::{StreetTables, read_osm};

use crate::edge::LakeOptions;

/// What to do with streets.
#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    task: Task,
}

#[derive(clap::Subcommand)]
enum Task {
    /// Makes tables of walks and rides for every station that the lake knows.
    Build(BuildOptions),
}

#[derive(clap::Args)]
struct BuildOptions {
    /// An OpenStreetMap extract that covers the system: FILE.osm.pbf.
    #[arg(value_name = "FILE.osm.pbf")]
    extract: PathBuf,
    #[command(flatten)]
    lake: LakeOptions,
    /// Where to write the tables.
    #[arg(long, default_value = "streets.tables", value_name = "FILE")]
    out: PathBuf,
}

/// Builds, showing progress, and tells what was measured.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let Task::Build(options) = options.task;
    let stations = stations(&options.lake).await?;
    let graph = read_osm(&options.extract)?;
    let name = options.extract.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let style = ProgressStyle::with_template("timing {bar:40} {pos}/{len} stations {eta}")?;
    let progress = ProgressBar::new(stations.len() as u64).with_style(style);
    let tables = StreetTables::build(name, graph, &stations, |done, _| progress.set_position(done as u64))?;
    progress.finish_and_clear();
    tables.write(&options.out)?;
    let measured = tables.calibration();
    println!(
        "{}: {} stations, {} corners; streets are {:.2} times as long as straight lines on foot, {:.2} by bike \
         (mean error {:.0} m over {} rides)",
        options.out.display(),
        tables.station_count(),
        tables.corner_count(),
        measured.walk_detour,
        measured.ride_detour,
        measured.ride_mae_m,
        measured.pairs,
    );
    println!("data © OpenStreetMap contributors, ODbL");
    Ok(())
}

/// Every station with a place.
async fn stations(lake: &LakeOptions) -> anyhow::Result<Vec<(StationId, LatLon)>> {
    let known = lake.open().await?.read_stations(&lake.system).await;
    let known = known.context("reading the stations table")?;
    ensure!(!known.is_empty(), "the lake knows no station: run `velib collect` and `velib silver` first");
    Ok(known.into_iter().map(|station| (station.station_id, station.position)).collect())
}
