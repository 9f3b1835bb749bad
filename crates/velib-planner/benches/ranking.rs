//! How long a plan takes on one core: `cargo bench -p velib-planner`.
//!
//! A made-up city of 1,500 stations as dense as Paris, with chances that were tabulated beforehand, as an API does once for
//! every status: what is measured is choosing among 144 pairs (a dozen stations at each end), every failure thought
//! through, advice and reasons included. No framework: percentiles of single calls are what a rider waits for. Each
//! request is planned three times: on a busy machine all but the quickest tell of its neighbours, and the first, which finds
//! nothing in a cache, tells what a rider waits for.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock and prints"
)]

use std::{
    fmt,
    time::{Duration, Instant},
};

use velib_domain::{LatLon, StationId, Timestamp};
use velib_planner::{
    BikeKind, Correlation, DetourStreets, Dropped, Inputs, JourneyRequest, Network, NetworkStation, Outlook,
    Site, When, plan,
};

const STATIONS: usize = 1_500;
const REQUESTS: usize = 5_000;

/// Times that each is planned.
const TURNS: usize = 3;

/// Five-minute steps over two hours; beyond, the last one stays.
const SLOTS: usize = 25;
const SLOT_S: f64 = 300.0;

/// Chances of every station: any bike, an e-bike, a dock.
struct Tabulated {
    start: Timestamp,
    chances: Vec<[[f32; SLOTS]; 3]>,
}

impl Tabulated {
    fn p(&self, site: Site<'_>, what: usize, at: Timestamp) -> f64 {
        let slot = (at.duration_since(self.start).as_secs_f64() / SLOT_S).clamp(0.0, (SLOTS - 1) as f64);
        let before = slot as usize;
        let part = slot - before as f64;
        let row = &self.chances[site.index()][what];
        let (from, to) = (row[before], row[(before + 1).min(SLOTS - 1)]);
        f64::from(from) + part * f64::from(to - from)
    }
}

impl Outlook for Tabulated {
    fn p_bikes_at_least(&self, site: Site<'_>, kind: BikeKind, _: u16, at: Timestamp) -> Option<f64> {
        Some(self.p(site, usize::from(kind == BikeKind::Ebike), at))
    }

    fn p_docks_at_least(&self, site: Site<'_>, _: u16, at: Timestamp) -> Option<f64> {
        Some(self.p(site, 2, at))
    }

    fn p_bikes_had_it(&self, now: u16, _: Site<'_>, _: BikeKind, _: u16, _: Timestamp) -> Option<f64> {
        Some(1.0 - 0.5_f64.powi(now.into()))
    }

    fn p_docks_had_it(&self, now: u16, _: Site<'_>, _: u16, _: Timestamp) -> Option<f64> {
        Some(1.0 - 0.5_f64.powi(now.into()))
    }
}

/// A linear congruential generator: the same city on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }

    /// A place in a rectangle as large as Paris.
    fn place(&mut self) -> LatLon {
        LatLon { lat: 48.815 + 0.087 * self.roll(), lon: 2.255 + 0.16 * self.roll() }
    }
}

fn city(dice: &mut Dice) -> Network {
    let station = |index| NetworkStation {
        station_id: StationId::new(format!("{index:05}")),
        name: format!("station {index}"),
        position: dice.place(),
        is_installed: true,
        is_renting: true,
        is_returning: true,
        silent_for: None,
    };
    Network::new((0..STATIONS).map(station).collect())
}

/// Most stations have what is needed, some may not, a few hardly do; chances move towards the middle with time.
fn chances(dice: &mut Dice, start: Timestamp) -> Tabulated {
    let mut row = |scarce: f64| {
        let now = if dice.roll() < scarce { dice.roll() } else { 1.0 };
        std::array::from_fn(|slot| (0.85 + (now - 0.85) * 0.93_f64.powf(slot as f64)) as f32)
    };
    let chances = (0..STATIONS).map(|_| [row(0.25), row(0.5), row(0.15)]).collect();
    Tabulated { start, chances }
}

fn main() {
    let mut dice = Dice(2026);
    let start: Timestamp = "2026-11-20T07:00:00Z".parse().expect("a timestamp");
    let (network, outlook) = (city(&mut dice), chances(&mut dice, start));
    let (streets, correlation) = (DetourStreets::default(), Correlation::default());
    let inputs =
        Inputs { network: &network, outlook: &outlook, streets: &streets, correlation: &correlation };
    let at = |seconds: i64| start + velib_domain::SignedDuration::from_secs(seconds);
    let depart = When::DepartAt(start);
    let arrive = When::ArriveBy { at: at(3_600), not_before: start };
    println!("{STATIONS} stations, {REQUESTS} requests each; microseconds for one whole plan");
    println!("{:<34} {:^26} {:^26}", "", "quickest of three", "the first time");
    let columns = ["p50", "p99", "max"].map(|column| format!("{column:>8}")).join(" ");
    println!("{:<34} {columns} {columns} {:>8}", "request", "pairs");
    for (name, when, bike) in [
        ("depart, one kind of bike", depart, BikeKind::Mechanical),
        ("depart, any bike (and by e-bike)", depart, BikeKind::Any),
        ("arrive by, one kind of bike", arrive, BikeKind::Mechanical),
    ] {
        let requests: Vec<_> = (0..REQUESTS)
            .map(|_| JourneyRequest { bike, ..JourneyRequest::new(dice.place(), dice.place(), when) })
            .collect();
        measure(name, inputs, &requests);
    }
}

fn measure(name: &str, inputs: Inputs<'_>, requests: &[JourneyRequest]) {
    let pairs: usize = requests.iter().map(|request| pairs(inputs, request)).sum();
    let mut turns: Vec<[Duration; TURNS]> = Vec::with_capacity(requests.len());
    for request in requests {
        turns.push(std::array::from_fn(|_| {
            let before = Instant::now();
            std::hint::black_box(plan(inputs, request));
            before.elapsed()
        }));
    }
    let quickest = Micros::of(turns.iter().map(|turns| turns.iter().min().copied().unwrap_or_default()));
    let first = Micros::of(turns.iter().map(|[first, ..]| *first));
    let mean_pairs = pairs / requests.len();
    println!("{name:<34} {quickest} {first} {mean_pairs:>8}");
}

/// Pairs of stations among which one plan chooses.
fn pairs(inputs: Inputs<'_>, request: &JourneyRequest) -> usize {
    let plan = plan(inputs, &JourneyRequest { tells_left_out: true, ..request.clone() });
    let is_pair = |dropped: &&Dropped| dropped.pickup.is_some() && dropped.dropoff.is_some();
    plan.journeys.len() + plan.dropped.iter().filter(is_pair).count()
}

/// Times in ascending order.
struct Micros(Vec<Duration>);

impl Micros {
    fn of(took: impl Iterator<Item = Duration>) -> Self {
        let mut took: Vec<_> = took.collect();
        took.sort_unstable();
        Self(took)
    }

    fn at(&self, share: f64) -> f64 {
        self.0[((self.0.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6
    }
}

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>8.1} {:>8.1} {:>8.1}", self.at(0.5), self.at(0.99), self.at(1.0))
    }
}
