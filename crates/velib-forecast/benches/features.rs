//! How many rows of features a second are built on one core: `cargo bench -p velib-forecast --bench features`.
//!
//! All stations of a city, hour after hour, as training, evaluation and the model service build them: with the builder
//! that remembers who is near whom. Beside it one that has to find that out for every request. Each is measured many
//! times in turns, in processor time where the system tells it (Linux), which a busy machine disturbs least.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, and stops where it cannot"
)]

use std::{fs, hint::black_box, time::Instant};

use velib_domain::{LatLon, SignedDuration, StationId, Timestamp};
use velib_forecast::{
    FeatureBuilder, FeatureSpec, Features, ForecastRequest, Profile, StationHistory,
    profile::{StationProfile, Usual, WEEK_HOURS},
};

const STATIONS: usize = 1_416;
const HOURS: i32 = 24;
const TURNS: usize = 25;

/// Days built in a turn: processor time is told every few milliseconds only, of which one day takes a dozen.
const DAYS: usize = 8;
const CENTRE: LatLon = LatLon { lat: 48.86, lon: 2.34 };

fn main() {
    let spec = FeatureSpec::hourly(CENTRE);
    let profile = profile();
    let requests: Vec<ForecastRequest> = (0..HOURS).map(request).collect();
    let (mut remembering, mut rows) = (FeatureBuilder::default(), Features::default());
    let speeds = measured([
        ("one builder for all requests", &mut || {
            for request in &requests {
                rows.clear();
                remembering.build(&spec, request, &profile, &mut rows).unwrap();
                black_box(&rows);
            }
        }),
        ("a new builder for each request", &mut || {
            for request in &requests {
                black_box(spec.build(request, &profile).unwrap());
            }
        }),
    ]);
    println!("| rows a second on one core | fastest of {TURNS} | median |\n|---|---|---|");
    for (name, [fastest, median]) in speeds {
        println!("| {name} | {fastest:.0} | {median:.0} |");
    }
}

/// Rows a second of each contender, in turns: of the fastest turn and of the median one.
fn measured<const N: usize>(
    mut contenders: [(&'static str, &mut dyn FnMut()); N],
) -> [(&'static str, [f64; 2]); N] {
    let mut seconds = [const { Vec::new() }; N];
    for _ in 0..TURNS {
        for ((_, build), seconds) in contenders.iter_mut().zip(&mut seconds) {
            let (since, processor_since) = (Instant::now(), processor_seconds());
            for _ in 0..DAYS {
                build();
            }
            let processor = processor_seconds().zip(processor_since).map(|(now, then)| now - then);
            seconds.push(processor.unwrap_or_else(|| since.elapsed().as_secs_f64()));
        }
    }
    let rows = STATIONS as f64 * f64::from(HOURS) * DAYS as f64;
    std::array::from_fn(|at| {
        seconds[at].sort_by(f64::total_cmp);
        (contenders[at].0, [seconds[at][0], seconds[at][TURNS / 2]].map(|seconds| rows / seconds))
    })
}

/// Processor time that this thread has had.
fn processor_seconds() -> Option<f64> {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(told.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

fn place(at: usize) -> LatLon {
    LatLon { lat: 48.80 + (at / 40) as f64 * 0.003, lon: 2.25 + (at % 40) as f64 * 0.005 }
}

fn id(at: usize) -> StationId {
    StationId::new(format!("{}", 36_881_000_000 + at))
}

fn profile() -> Profile {
    let usual = |at: usize, hour: usize| Usual {
        share: ((at * 7 + hour * 3) % 100) as f32 / 100.0,
        empty: (hour % 5) as f32 / 10.0,
        full: (hour % 3) as f32 / 10.0,
    };
    let station = |at| StationProfile {
        station_id: id(at),
        position: place(at),
        hours: (0..WEEK_HOURS).map(|hour| Some(usual(at, hour))).collect(),
    };
    Profile::new((0..STATIONS).map(station).collect())
}

/// Every station's last day and hour, every seventh count missing.
fn request(hour: i32) -> ForecastRequest {
    let start: Timestamp = "2026-11-20T14:00:00Z".parse().unwrap();
    let station = |at: usize| {
        let capacity = 15 + at % 40;
        let count = |slot: usize| {
            let seen = hour as usize + slot;
            (!(at + seen).is_multiple_of(7)).then_some(((at * 7 + seen * 3) % capacity) as u16)
        };
        let bikes: Vec<Option<u16>> = (0..25).map(count).collect();
        StationHistory {
            station_id: id(at),
            capacity: Some(capacity as u16),
            position: place(at),
            docks: bikes.iter().map(|bikes| bikes.map(|bikes| capacity as u16 - bikes)).collect(),
            bikes,
            ebikes: Some(1),
            bikes_week_before: Vec::new(),
        }
    };
    ForecastRequest {
        issued_at: start + SignedDuration::from_hours(hour.into()),
        cadence: SignedDuration::from_hours(1),
        stations: (0..STATIONS).map(station).collect(),
        weather: Vec::new(),
    }
}
