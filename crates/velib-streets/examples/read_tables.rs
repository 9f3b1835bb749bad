//! What reading street tables costs a process that has just started: time, and memory at most and for good.
//!
//!     cargo run --release -p velib-streets --example read_tables -- grid.tables

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock and prints"
)]

use std::{env, error::Error, fs, path::Path, time::Instant};

use velib_streets::StreetTables;

fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args().nth(1).ok_or("usage: read_tables FILE")?;
    let before = Instant::now();
    let tables = StreetTables::read(Path::new(&file))?;
    let took_ms = before.elapsed().as_secs_f64() * 1e3;
    println!(
        "{} stations, {} corners read in {took_ms:.1} ms: {:.1} MB then, {:.1} MB at most",
        tables.station_count(),
        tables.corner_count(),
        memory_mb("VmRSS")?,
        memory_mb("VmHWM")?,
    );
    Ok(())
}

/// What the kernel tells of this process.
fn memory_mb(name: &str) -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kilobytes: f64 = line.and_then(|line| line.split_whitespace().next()).ok_or("no Linux")?.parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
