use super::*;

use velib_domain::{
    CapacitySource, Counts, METRES_PER_DEGREE, Observation, Station, StationId, StationStatus,
};
use velib_forecast::protocol::{CityHistory, CityHistoryBuilder};

use velib_planner::Correlation;

use crate::{
    Recording, Wishes,
    foresight::HourlyModel,
    pace::Pace,
    recovery::{AskedAgain, Common},
};

const NOON: &str = "2024-09-16T10:00:00Z";

/// Stations in a row, 300 m apart, each with bikes and docks that stay as they are.
fn street(counts: &[(u16, u16)]) -> CityHistory {
    histories(&[counts.to_vec(), counts.to_vec(), counts.to_vec()])
}

/// The same with other counts every half hour.
fn histories(snapshots: &[Vec<(u16, u16)>]) -> CityHistory {
    let at: Timestamp = NOON.parse().unwrap();
    let stations: Vec<Station> = (0..snapshots[0].len())
        .map(|index| Station {
            station_id: StationId::new(index.to_string()),
            station_code: None,
            name: index.to_string(),
            position: place(300.0 * index as f64),
            capacity: Some(20),
            arrondissement: None,
            commune: None,
            first_seen: at,
            last_seen: at,
        })
        .collect();
    let mut history = CityHistoryBuilder::new(&stations);
    for (half_hour, counts) in (0..).zip(snapshots) {
        for (station, &(bikes, docks)) in stations.iter().zip(counts) {
            let status = StationStatus {
                station_id: station.station_id.clone(),
                station_code: None,
                counts: Counts { bikes, docks: Some(docks), ..Counts::default() },
                reported_at: None,
                is_installed: Some(true),
                is_renting: Some(true),
                is_returning: Some(true),
            };
            history.add(&Observation {
                snapshot_at: at + SignedDuration::from_mins(30) * half_hour,
                status,
                capacity: Some(20),
                capacity_source: Some(CapacitySource::Feed),
            });
        }
    }
    history.finish()
}

fn place(east_m: f64) -> LatLon {
    LatLon { lat: 0.0, lon: east_m / METRES_PER_DEGREE }
}

/// From the first station to the last, as planned.
fn went(counts: &[(u16, u16)]) -> Travelled {
    went_at(counts, Pace::USUAL)
}

fn went_at(counts: &[(u16, u16)], pace: Pace) -> Travelled {
    went_through(&street(counts), pace)
}

fn went_through(city: &CityHistory, pace: Pace) -> Travelled {
    let stage = Stage::new(Recording::new(city));
    let last = city.stations().len() - 1;
    let trip =
        Trip { departs_at: NOON.parse().unwrap(), from: place(0.0), to: place(300.0 * last as f64), pace };
    travel(&stage, &trip, (0, last), &Common { stage: &stage, trip: &trip })
}

const FINE: (u16, u16) = (5, 5);
const EMPTY: (u16, u16) = (0, 10);
const FULL: (u16, u16) = (10, 0);

#[test]
fn with_a_bike_and_a_dock_it_is_a_ride() {
    let went = went(&[FINE; 8]);
    assert!(!went.missed() && !went.stranded);
    // Two doorsteps of 20 s, unlocking, 2,100 m by 1.35 at 4.2 m/s and its 20 s, docking.
    assert!((went.seconds - (40.0 + 60.0 + 675.0 + 20.0 + 30.0)).abs() < 2.0, "{went:?}");
}

#[test]
fn who_is_slow_needs_longer_for_every_way_and_as_long_at_stations() {
    let slow = went_at(&[FINE; 8], Pace { on_foot: 2.0, riding: 1.5 });
    assert!((slow.seconds - (80.0 + 60.0 + 1.5 * 695.0 + 30.0)).abs() < 3.0, "{slow:?}");
}

#[test]
fn an_empty_station_costs_the_walk_to_the_next_that_shows_a_bike() {
    let ok = went(&[FINE; 8]);
    let one = went(&[EMPTY, FINE, FINE, FINE, FINE, FINE, FINE, FINE]);
    let skipped = went(&[EMPTY, EMPTY, FINE, FINE, FINE, FINE, FINE, FINE]);
    assert_eq!((one.found_bike, one.found_dock), (Some(false), Some(true)));
    assert!((one.walk_m - ok.walk_m - 390.0).abs() < 2.0, "{one:?}");
    assert!((skipped.walk_m - ok.walk_m - 780.0).abs() < 2.0, "{skipped:?}");
}

#[test]
fn a_full_station_costs_the_ride_to_the_next_with_a_dock_and_the_walk_back() {
    let went = went(&[FINE, FINE, FINE, FINE, FINE, FINE, FINE, FULL]);
    assert_eq!((went.found_bike, went.found_dock), (Some(true), Some(false)));
    assert!((went.walk_m - 390.0).abs() < 2.0 && !went.stranded, "{went:?}");
}

#[test]
fn without_any_bike_it_is_a_walk_and_without_any_dock_a_long_wait() {
    let on_foot = went(&[EMPTY; 8]);
    assert!(on_foot.stranded && on_foot.found_dock.is_none());
    assert!((on_foot.walk_m - 2_730.0).abs() < 2.0, "{on_foot:?}");
    let waited = went(&[FULL; 8]);
    assert!(waited.stranded && waited.seconds > LAST_RESORT_S, "{waited:?}");
}

/// What was counted when somebody leaves, and half an hour later.
fn went_while(bikes_at_start: [u16; 2], docks_at_end: [u16; 2]) -> Travelled {
    let counts = |then: usize| [(bikes_at_start[then], 5), FINE, FINE, FINE, (5, docks_at_end[then])];
    let city = histories(&[counts(0).to_vec(), counts(1).to_vec()]);
    went_through(&city, Pace::USUAL)
}

#[test]
fn strictly_only_what_both_snapshots_hold_was_there() {
    for (bikes, docks, missed, missed_strictly) in [
        ([1, 1], [1, 1], false, false),
        ([1, 0], [1, 1], false, true),
        ([1, 1], [1, 0], false, true),
        ([0, 1], [1, 1], true, true),
    ] {
        let went = went_while(bikes, docks);
        assert_eq!((went.missed(), went.missed_strictly), (missed, missed_strictly), "{bikes:?}, {docks:?}");
    }
}

#[test]
fn who_asks_again_does_not_walk_back_for_the_last_bike() {
    let city = street(&[(1, 9), EMPTY, EMPTY, FINE, FINE, FINE, FINE, FINE, FULL]);
    let stage = Stage::new(Recording::new(&city));
    let (from, to) = (place(300.0), place(2_400.0));
    let trip = Trip { departs_at: NOON.parse().unwrap(), from, to, pace: Pace::USUAL };
    let correlation = Correlation::default();
    let asked_again = AskedAgain {
        stage: &stage,
        trip: &trip,
        foresight: &HourlyModel::law(),
        correlation: &correlation,
        wishes: Wishes::default(),
    };
    let common = Common { stage: &stage, trip: &trip };
    let next = |recovery: &dyn Recovery| recovery.without_bike(trip.departs_at, 8, &[1]).unwrap().0;
    assert_eq!((next(&common), next(&asked_again)), (0, 3));
    let dock = |recovery: &dyn Recovery| recovery.without_dock(trip.departs_at, &[8]);
    assert_eq!((dock(&common), dock(&asked_again)), (Some(7), Some(7)));
}
