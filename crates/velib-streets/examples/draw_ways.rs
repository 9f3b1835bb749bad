//! Ways drawn by tables beside the same ways searched with the straight line for a guide, in one run: on a made-up grid, and
//! on what there is of real streets beside the repository.
//!
//!     cargo run --release -p velib-streets --example draw_ways

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock and prints"
)]

#[path = "cities/contest.rs"]
mod contest;
#[path = "cities/grid.rs"]
mod grid;

use std::{error::Error, fs, hint::black_box, path::Path, time::Instant};

use velib_domain::{LatLon, StationId};
use velib_planner::Network;
use velib_streets::{Graph, StationRows, StreetTables, TableStreets, read_osm};

/// Ways of each kind; those of a small extract are drawn several times.
const WAYS: usize = 2_000;

/// Nobody walks farther to a station, as the crow flies.
const A_WALK_M: f64 = 1_000.0;

/// A way to draw: from, to, by bike.
type Asked = (LatLon, LatLon, bool);

fn main() -> Result<(), Box<dyn Error>> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    measure("grid", grid::grid(), 1_480)?;
    let junctions = shared.join("paris_streets_hashcode2014/paris_54000.txt");
    if junctions.exists() {
        let graph = contest::contest(&fs::read_to_string(junctions)?).ok_or("not the contest's format")?;
        measure("junctions of Paris", graph, 1_480)?;
    }
    let extract = shared.join("osm_test_extracts/paris_bss.osm.pbf");
    if extract.exists() {
        measure("the Marais", read_osm(&extract)?, 20)?;
    }
    Ok(())
}

fn measure(city: &str, graph: Graph, stations: usize) -> Result<(), Box<dyn Error>> {
    let mut dice = Dice(2026);
    let corners = graph.corners().to_vec();
    let stations: Vec<(StationId, LatLon)> =
        (0..stations).map(|number| (StationId::new(format!("{number:04}")), dice.one_of(&corners))).collect();
    let before = Instant::now();
    let tables = StreetTables::build(city, graph, &stations, |_, _| ())?;
    let built_s = before.elapsed().as_secs_f64();
    let bytes = tables.to_bytes();
    let before = Instant::now();
    let tables = StreetTables::from_bytes(&bytes)?;
    println!(
        "{city}: {} stations, {} corners, built in {built_s:.0} s, {:.1} MB read in {:.0} ms",
        tables.station_count(),
        tables.corner_count(),
        bytes.len() as f64 / 1e6,
        before.elapsed().as_secs_f64() * 1e3
    );
    let places: Vec<LatLon> = stations.into_iter().map(|(_, place)| place).collect();
    let mut ways = |draw: &dyn Fn(&mut Dice) -> Asked| (0..WAYS).map(|_| draw(&mut dice)).collect::<Vec<_>>();
    let station_to_station = ways(&|dice| (dice.one_of(&places), dice.one_of(&places), true));
    let door_to_station = ways(&|dice| {
        let door = dice.one_of(&corners);
        let near: Vec<LatLon> =
            places.iter().copied().filter(|place| place.distance_m(door) < A_WALK_M).collect();
        (door, if near.is_empty() { door } else { dice.one_of(&near) }, false)
    });
    let door_to_door = ways(&|dice| (dice.one_of(&corners), dice.one_of(&corners), false));
    for (kind, asked) in [
        ("rides from station to station", station_to_station),
        ("walks to a station", door_to_station),
        ("walks from door to door", door_to_door),
    ] {
        compare(kind, &tables, &asked);
    }
    Ok(())
}

/// Both ways of drawing, in turns.
fn compare(kind: &str, tables: &StreetTables, asked: &[Asked]) {
    let rows = StationRows::of(&Network::new(Vec::new()), tables);
    let (mut drawn, mut searched) = (Timed::default(), Timed::default());
    for &(from, to, by_bike) in asked {
        drawn.time(|| TableStreets::with_rows(tables, rows.clone()).line(from, to, by_bike));
        searched.time(|| tables.searched_line(from, to, by_bike));
    }
    println!(
        "  {kind}: drawn {drawn}; searched {searched}: {:.0} times faster at the median, {:.0} at the 99th",
        searched.quantile_us(0.5) / drawn.quantile_us(0.5),
        searched.quantile_us(0.99) / drawn.quantile_us(0.99),
    );
}

/// Microseconds of each way: the quickest of three times, as other programs share the machine.
#[derive(Default)]
struct Timed(Vec<f64>);

impl Timed {
    fn time<T>(&mut self, draw: impl Fn() -> T) {
        let once = || {
            let before = Instant::now();
            black_box(draw());
            before.elapsed().as_secs_f64() * 1e6
        };
        self.0.push(once().min(once()).min(once()));
    }

    fn quantile_us(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted[((sorted.len() - 1) as f64 * share) as usize]
    }
}

impl std::fmt::Display for Timed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let a_second = 1e6 * self.0.len() as f64 / self.0.iter().sum::<f64>();
        let (half, most) = (self.quantile_us(0.5), self.quantile_us(0.99));
        write!(out, "p50 {half:.0} µs, p99 {most:.0} µs, {a_second:.0} a second")
    }
}

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all[(self.0 >> 33) as usize % all.len()]
    }
}
