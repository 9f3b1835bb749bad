//! Rows are drawn in proportion to those there are, so that snapshots of a whole city and of a few stations can be learned
//! from together.

#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

use jiff::civil::date;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use velib_domain::{
    CapacitySource, Counts, LatLon, Observation, SignedDuration, Station, StationId, StationStatus, Timestamp,
};
use velib_forecast::{
    FeatureSpec, ProfileLearner,
    protocol::{CityHistory, CityHistoryBuilder, Fold, Folds, Protocol},
};
use velib_train::Rows;

const STATIONS: u16 = 20;
const FEW: u16 = 2;
const CAPACITY: u16 = 15;
const CAPACITY_LATER: u16 = 30;

fn station(number: u16, seen: Timestamp) -> Station {
    Station {
        station_id: StationId::new(number.to_string()),
        station_code: None,
        name: format!("station {number}"),
        position: LatLon { lat: 48.8 + 0.004 * f64::from(number), lon: 2.3 },
        capacity: None,
        arrondissement: None,
        commune: None,
        first_seen: seen,
        last_seen: seen,
    }
}

/// Two days of every station, then two days of few, which have grown by then.
fn city() -> CityHistory {
    let start: Timestamp = "2024-03-04T00:00:00Z".parse().unwrap();
    let stations: Vec<Station> = (0..STATIONS).map(|number| station(number, start)).collect();
    let mut city = CityHistoryBuilder::new(&stations);
    for hour in 0..4 * 24 {
        let (counted, capacity) = if hour < 48 { (STATIONS, CAPACITY) } else { (FEW, CAPACITY_LATER) };
        for number in 0..counted {
            let status = StationStatus {
                station_id: StationId::new(number.to_string()),
                station_code: None,
                counts: Counts { bikes: 5, docks: Some(capacity - 5), ..Counts::default() },
                reported_at: None,
                is_installed: Some(true),
                is_renting: Some(true),
                is_returning: Some(true),
            };
            city.add(&Observation {
                snapshot_at: start + SignedDuration::from_hours(hour),
                status,
                capacity: Some(capacity),
                capacity_source: Some(CapacitySource::Feed),
            });
        }
    }
    city.finish()
}

#[test]
fn a_snapshot_of_few_stations_gives_few_rows() {
    let city = city();
    let later = vec![date(2024, 4, 1)..=date(2024, 4, 1)];
    let train = vec![date(2024, 3, 4)..=date(2024, 3, 8)];
    let protocol = Protocol::hourly(Folds { train, validation: later.clone(), test: later });
    let origins = protocol.origins(&city);
    let (spec, profile) = (
        FeatureSpec::hourly(city.centre().unwrap()),
        ProfileLearner::of(&city, protocol.snapshots(&city, Fold::Train)),
    );
    let rows = Rows::of(&city, &protocol, &spec, &profile, &origins, Fold::Train).unwrap();
    let drawn = rows.draw(220, &mut ChaCha8Rng::seed_from_u64(1)).unwrap();
    let early = drawn.features.anchors.iter().filter(|anchor| anchor.support == CAPACITY).count();
    let (all, of_few) = (drawn.features.rows(), drawn.features.rows() - early);
    // A day of 20 stations an hour, of which the last hour's can be judged by few only, and two days of two.
    assert!(all.abs_diff(220) <= 3, "{all} rows");
    assert!((0.13..0.20).contains(&(of_few as f64 / all as f64)), "{of_few} of {all} from the later days");
}
