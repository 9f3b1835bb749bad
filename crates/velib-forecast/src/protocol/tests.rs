//! The rules of rows, on a small city whose every snapshot is written here.

use proptest::prelude::*;
use velib_domain::{
    CapacitySource, Counts, LatLon, Observation, SignedDuration, Station, StationId, StationStatus, Timestamp,
};

use super::{CityHistory, CityHistoryBuilder, Fold, Folds, Protocol, nearest, row_checks, slot_snapshots};
use crate::{FeatureSpec, ProfileLearner};

const PLACE: LatLon = LatLon { lat: 48.86, lon: 2.34 };

/// Snapshots on the hour from 30 May 2022, 00:00 in Paris: hours from then, and the bikes counted.
fn city(snapshots: &[(i64, u16)]) -> CityHistory {
    let midnight: Timestamp = "2022-05-29T22:00:00Z".parse().unwrap();
    let mut city = CityHistoryBuilder::new(&[station(midnight)]);
    for &(hour, bikes) in snapshots {
        city.add(&observation(midnight + SignedDuration::from_hours(hour), bikes));
    }
    city.finish()
}

fn station(seen: Timestamp) -> Station {
    Station {
        station_id: StationId::new("1"),
        station_code: None,
        name: "Bastille".to_owned(),
        position: PLACE,
        capacity: Some(40),
        arrondissement: None,
        commune: None,
        first_seen: seen,
        last_seen: seen,
    }
}

fn observation(snapshot_at: Timestamp, bikes: u16) -> Observation {
    Observation {
        snapshot_at,
        status: StationStatus {
            station_id: StationId::new("1"),
            station_code: None,
            counts: Counts { bikes, docks: Some(40 - bikes), ..Counts::default() },
            reported_at: None,
            is_installed: Some(true),
            is_renting: None,
            is_returning: None,
        },
        capacity: Some(40),
        capacity_source: Some(CapacitySource::Feed),
    }
}

fn hourly(hours: impl Iterator<Item = i64>) -> Vec<(i64, u16)> {
    hours.map(|hour| (hour, (hour % 20) as u16)).collect()
}

fn protocol() -> Protocol {
    Protocol::hourly(Folds::of_2022())
}

#[test]
fn an_origin_needs_a_day_behind_it_and_a_target_in_its_own_fold() {
    let origins = protocol().origins(&city(&hourly(0..50)));
    let by_fold: Vec<(usize, Fold, Vec<bool>)> = origins
        .iter()
        .map(|origin| (origin.at, origin.fold, origin.targets.iter().map(Option::is_some).collect()))
        .collect();
    assert_eq!(by_fold[0], (24, Fold::Validation, vec![true, true, true]));
    assert_eq!(by_fold.last(), Some(&(48, Fold::Validation, vec![true, false, false])));
}

#[test]
fn no_history_and_no_target_spans_a_long_gap() {
    let with_gap = hourly((0..30).chain(35..80));
    let origins = protocol().origins(&city(&with_gap));
    let hours: Vec<i64> = origins.iter().map(|origin| with_gap[origin.at].0).collect();
    let unbroken: Vec<i64> = (24..=28).chain(59..=78).collect();
    assert_eq!(hours, unbroken, "the gap from 29 to 35 poisons a day after it");
}

#[test]
fn checks_count_rows_and_score_persistence() {
    let city = city(&(0..30).map(|hour| (hour, (hour / 2) as u16)).collect::<Vec<_>>());
    let checks = row_checks(&city, &protocol().origins(&city), Fold::Validation, 1).unwrap();
    assert_eq!((checks.origins, checks.bikes.rows, checks.bikes.mae), (4, 4, 1.0));
    assert_eq!(checks.origin_bikes, 12 + 12 + 13 + 13);
}

#[test]
fn the_nearest_snapshot_is_taken_and_of_two_the_earlier() {
    let times = [0, 600, 1200].map(|second| Timestamp::from_second(second).unwrap());
    let tolerance = SignedDuration::from_secs(300);
    let check = |wanted: i64, expect: Option<usize>| {
        assert_eq!(nearest(&times, Timestamp::from_second(wanted).unwrap(), tolerance), expect, "{wanted}");
    };
    check(0, Some(0));
    check(299, Some(0));
    check(300, Some(0));
    check(301, Some(1));
    check(1500, Some(2));
    check(1501, None);
}

#[test]
fn a_slot_without_a_snapshot_near_it_is_empty() {
    let times = [0, 3600, 14_400].map(|second| Timestamp::from_second(second).unwrap());
    let slots = slot_snapshots(&times, SignedDuration::from_hours(1), 5, SignedDuration::from_mins(30));
    assert_eq!(slots, [Some(0), Some(1), None, None, Some(2)]);
}

proptest! {
    #[test]
    fn nothing_that_happens_later_changes_a_row(later in prop::collection::vec(0_u16..=40, 20)) {
        let known = hourly(0..30);
        let changed: Vec<(i64, u16)> = known.iter().copied().chain((30..50).zip(later)).collect();
        let rows = |city: &CityHistory| {
            let (_, request) = protocol().request(city, 29, 25);
            let profile = ProfileLearner::of(city, 0..29).profile();
            FeatureSpec { week_before: true, ..FeatureSpec::hourly(PLACE) }.build(&request, &profile).unwrap()
        };
        prop_assert_eq!(rows(&city(&known)), rows(&city(&changed)));
    }

    #[test]
    fn nothing_but_the_hours_a_week_before_stands_in_them(bikes in prop::collection::vec(0_u16..=40, 200)) {
        let counted: Vec<(i64, u16)> = (0..).zip(bikes.iter().copied()).collect();
        let (_, request) = protocol().request(&city(&counted), 190, 25);
        let expect: Vec<Option<u16>> = bikes[190 - 168..=190 - 165].iter().copied().map(Some).collect();
        prop_assert_eq!(&request.stations[0].bikes_week_before, &expect);
    }

    #[test]
    fn a_slot_never_holds_a_snapshot_far_from_it(seconds in prop::collection::btree_set(0_i64..100_000, 1..40)) {
        let times: Vec<Timestamp> = seconds.into_iter().map(|second| Timestamp::from_second(second).unwrap()).collect();
        let newest = times[times.len() - 1];
        let tolerance = SignedDuration::from_mins(90);
        for (slot, found) in slot_snapshots(&times, SignedDuration::from_hours(1), 25, tolerance).into_iter().enumerate() {
            let wanted = newest - SignedDuration::from_hours(1) * (24 - i32::try_from(slot).unwrap());
            prop_assert!(found.is_none_or(|index| times[index].duration_since(wanted).abs() <= tolerance));
        }
    }
}
