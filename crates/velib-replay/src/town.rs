//! A made-up town for tests: a grid of stations whose counts walk at random, faster by day.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use velib_domain::{
    CapacitySource, Counts, LatLon, Observation, SignedDuration, Station, StationId, StationStatus, Timestamp,
};
use velib_forecast::protocol::{CityHistory, CityHistoryBuilder};

const SIDE: usize = 8;
const DOCKS: u16 = 12;

/// From midnight of 9 September 2024, every ten minutes for ten days; after a moment counts are drawn at random. Half of the
/// bikes are e-bikes.
pub(crate) fn town(seed: u64, known_until: Option<Timestamp>) -> CityHistory {
    town_whose_ebikes_are(seed, known_until, |bikes| Some(bikes / 2))
}

/// The same by a feed that does not tell kinds of bike apart.
pub(crate) fn town_without_kinds(seed: u64) -> CityHistory {
    town_whose_ebikes_are(seed, None, |_| None)
}

fn town_whose_ebikes_are(
    seed: u64,
    known_until: Option<Timestamp>,
    ebikes: fn(u16) -> Option<u16>,
) -> CityHistory {
    let first: Timestamp = "2024-09-08T22:00:00Z".parse().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut bikes = [5_u16; SIDE * SIDE];
    let mut history = CityHistoryBuilder::new(&stations(first));
    for step in 0..10 * 24 * 6 {
        let at = first + SignedDuration::from_mins(10) * step;
        for (station, bikes) in bikes.iter_mut().enumerate() {
            *bikes = match rng.random_range(0..4) {
                0 => bikes.saturating_sub(1),
                1 => (*bikes + 1).min(DOCKS),
                _ => *bikes,
            };
            let shown = match known_until {
                Some(until) if at > until => (station as u16 * 7 + step as u16) % (DOCKS + 1),
                _ => *bikes,
            };
            history.add(&observation(at, station, (shown, ebikes(shown))));
        }
    }
    history.finish()
}

fn stations(seen: Timestamp) -> Vec<Station> {
    let station = |index: usize| Station {
        station_id: StationId::new(format!("{index:03}")),
        station_code: None,
        name: format!("station {index}"),
        position: LatLon {
            lat: 59.90 + 0.004 * (index / SIDE) as f64,
            lon: 10.70 + 0.008 * (index % SIDE) as f64,
        },
        capacity: Some(DOCKS),
        arrondissement: None,
        commune: None,
        first_seen: seen,
        last_seen: seen,
    };
    (0..SIDE * SIDE).map(station).collect()
}

fn observation(at: Timestamp, station: usize, (bikes, ebikes): (u16, Option<u16>)) -> Observation {
    let counts = Counts { bikes, ebikes, docks: Some(DOCKS - bikes), ..Counts::default() };
    let status = StationStatus {
        station_id: StationId::new(format!("{station:03}")),
        station_code: None,
        counts,
        reported_at: None,
        is_installed: Some(true),
        is_renting: Some(true),
        is_returning: Some(true),
    };
    Observation {
        snapshot_at: at,
        status,
        capacity: Some(DOCKS),
        capacity_source: Some(CapacitySource::Feed),
    }
}
