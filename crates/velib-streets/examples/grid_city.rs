//! Street tables of a made-up grid of streets as dense as Paris, for the stations of a feed: what tables cost in time,
//! in bytes, and in the memory of whoever loads them.
//!
//!     cargo run --release -p velib-streets --example grid_city -- station_information.json grid.tables

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock and prints"
)]

#[path = "cities/grid.rs"]
mod grid;

use std::{env, error::Error, fs, path::Path, time::Instant};

use serde_json::Value;
use velib_domain::{LatLon, StationId};
use velib_streets::StreetTables;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [feed, out] = arguments.as_slice() else { return Err("usage: grid_city FEED.json OUT".into()) };
    let stations = stations(&serde_json::from_slice(&fs::read(feed)?)?);
    let before = Instant::now();
    let graph = grid::grid();
    let report = |done, of| {
        if done % 200 == 0 {
            println!("{done} of {of} stations");
        }
    };
    let tables = StreetTables::build("grid", graph, &stations, report)?;
    tables.write(Path::new(out))?;
    let bytes = fs::metadata(out)?.len();
    println!(
        "{} stations, {} corners: {bytes} bytes after {:.0} s",
        tables.station_count(),
        tables.corner_count(),
        before.elapsed().as_secs_f64()
    );
    Ok(())
}

fn stations(feed: &Value) -> Vec<(StationId, LatLon)> {
    let listed = feed["data"]["stations"].as_array().map_or(&[][..], Vec::as_slice);
    let station = |station: &Value| {
        let id = &station["station_id"];
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        Some((StationId::new(id), LatLon::new(station["lat"].as_f64()?, station["lon"].as_f64()?)?))
    };
    listed.iter().filter_map(station).collect()
}
