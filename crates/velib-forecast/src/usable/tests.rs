//! What gives a stuck bike away, and what does not.

use proptest::prelude::*;
use velib_domain::{Distribution, LatLon, SignedDuration, StationId, Timestamp};

use super::{StuckEstimate, StuckEstimator, usable};
use crate::{ForecastRequest, StationHistory};

/// Stations around the one that is watched.
const OTHERS: usize = 12;

/// A station of these bikes, hour by hour, among others whose bikes come and go.
fn request(bikes: &[u16]) -> ForecastRequest {
    let come_and_go = |other: usize, hour: usize| Some([9, 5, 10, 3, 6, 2, 8, 4][(hour * 3 + other) % 8]);
    let others = (0..OTHERS).map(|other| (0..bikes.len()).map(|hour| come_and_go(other, hour)).collect());
    let all = std::iter::once(bikes.iter().copied().map(Some).collect()).chain(others);
    let station = |(index, bikes): (usize, Vec<Option<u16>>)| StationHistory {
        station_id: StationId::new(index.to_string()),
        capacity: Some(20),
        position: LatLon { lat: 48.85, lon: 2.35 + 0.002 * index as f64 },
        docks: bikes.iter().map(|bikes| bikes.map(|bikes| 20 - bikes)).collect(),
        bikes,
        ebikes: None,
        bikes_week_before: Vec::new(),
    };
    ForecastRequest {
        issued_at: Timestamp::from_second(1_790_000_000).unwrap(),
        cadence: SignedDuration::from_hours(1),
        stations: all.enumerate().map(station).collect(),
        weather: Vec::new(),
    }
}

fn first(estimate: StuckEstimate) -> Distribution {
    estimate.stations.into_iter().next().unwrap().unwrap()
}

/// P(at least so many are stuck) at the station with these bikes.
fn p_stuck(bikes: &[u16], at_least: usize) -> f64 {
    first(StuckEstimator::default().bikes(&request(bikes))).at_least(at_least)
}

/// A count that moves, but never below three.
const FLOOR_OF_THREE: [u16; 24] = [9, 6, 3, 3, 3, 4, 3, 3, 3, 5, 3, 3, 3, 3, 4, 3, 3, 3, 3, 5, 4, 3, 3, 3];

#[test]
fn a_count_that_comes_back_to_three_and_stays_there_gives_three_away() {
    assert!(p_stuck(&FLOOR_OF_THREE, 3) > 0.75, "{}", p_stuck(&FLOOR_OF_THREE, 3));
}

#[test]
fn a_bike_that_leaves_was_not_stuck() {
    let mut bikes = FLOOR_OF_THREE;
    bikes[23] = 1;
    assert!(p_stuck(&bikes, 2) < 1e-9);
}

#[test]
fn a_station_whose_bikes_come_and_go_has_probably_none_stuck() {
    let bikes = [9, 5, 10, 3, 6, 2, 8, 0, 3, 1, 6, 0, 2, 7, 3, 5, 1, 0, 4, 8, 2, 5, 3, 6];
    assert!(p_stuck(&bikes, 1) < 0.4, "{}", p_stuck(&bikes, 1));
}

#[test]
fn a_station_that_says_nothing_for_a_day_has_rather_fallen_silent() {
    let spoke = [9, 5, 10, 3, 6, 2, 8, 4, 3, 1, 6, 3];
    let silent: Vec<u16> = spoke.into_iter().chain([3; 24]).collect();
    assert!(p_stuck(&silent, 3) < 0.6, "{}", p_stuck(&silent, 3));
}

#[test]
fn docks_that_are_never_filled_are_stuck_too() {
    let bikes: Vec<u16> = FLOOR_OF_THREE.iter().map(|docks| 20 - docks).collect();
    let stuck = first(StuckEstimator::default().docks(&request(&bikes)));
    assert!(stuck.at_least(3) > 0.5, "{}", stuck.at_least(3));
}

#[test]
fn of_a_station_without_a_newest_count_nothing_is_said() {
    let mut request = request(&FLOOR_OF_THREE);
    request.stations[0].bikes[23] = None;
    assert_eq!(StuckEstimator::default().bikes(&request).stations[0], None);
}

#[test]
fn a_bike_that_is_stuck_is_counted_and_cannot_be_ridden() {
    let stuck = Distribution::from_masses(vec![0.2, 0.0, 0.0, 0.8]).unwrap();
    let free = usable(&Distribution::certain(3, 20), &stuck);
    assert!((free.at_least(1) - 0.2).abs() < 1e-12 && (free.at_least(3) - 0.2).abs() < 1e-12);
}

proptest! {
    #[test]
    fn never_more_are_stuck_than_there_are(bikes in prop::collection::vec(0..20_u16, 2..30)) {
        let estimate = StuckEstimator::default().bikes(&request(&bikes));
        for (station, stuck) in request(&bikes).stations.iter().zip(estimate.stations) {
            let stuck = stuck.unwrap();
            prop_assert!(stuck.support() <= usize::from(station.bikes.last().unwrap().unwrap()));
            prop_assert!((stuck.masses().iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn what_can_be_ridden_is_never_more_than_what_is_counted(
        count in prop::collection::vec(0.01..1.0_f64, 1..30), stuck in prop::collection::vec(0.01..1.0_f64, 1..30),
    ) {
        let [count, stuck] = [count, stuck].map(|masses| Distribution::from_masses(masses).unwrap());
        let free = usable(&count, &stuck);
        for n in 0..=count.support() {
            prop_assert!(free.at_least(n) <= count.at_least(n) + 1e-9);
        }
    }
}
