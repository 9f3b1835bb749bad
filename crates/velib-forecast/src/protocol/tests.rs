//! The rules of rows, on a small city whose every snapshot is written here.

use proptest::prelude::*;
use velib_domain::{
    CapacitySource, Counts, LatLon, Observation, SignedDuration, Station, StationId, StationStatus, Timestamp,
};

use jiff::civil::date;

use super::{
    CityHistory, CityHistoryBuilder, Fold, Folds, Origin, Protocol, nearest, row_checks, slot_snapshots,
};
use crate::{
    FeatureSpec, Forecaster, Persistence, ProfileLearner,
    baselines::{Climatology, DailyNaive, LastCount, MarkovQueue, Ridge, TransitionTable},
    made_up_city::{self, CENTRE, Counted, HOURS},
};

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
    // Each is off by one, and 13, 13, 14, 14 lie half a bike from their mean.
    assert!((checks.bikes_r2.unwrap() - (1.0 - 1.0 / 0.25)).abs() < 1e-6, "{checks:?}");
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

/// The moment asked at: eight days are known, a holiday morning has begun, a week more is to come.
const ASKED_AT: i64 = 8 * 24 + 7;

/// The same counts until the moment asked at, and after it those of other stations and hours, with holes elsewhere.
fn with_another_future(seed: u64) -> Vec<Counted> {
    let (mut counted, later): (Vec<_>, Vec<_>) =
        made_up_city::counted().into_iter().partition(|(hour, ..)| *hour <= ASKED_AT);
    let mut places: Vec<(u64, i64, u16)> = (ASKED_AT + 1..HOURS)
        .flat_map(|hour| (0..made_up_city::STATIONS).map(move |station| (hour, station)))
        .map(|(hour, station)| {
            (made_up_city::hash(seed ^ hour.unsigned_abs(), station.into()), hour, station)
        })
        .collect();
    places.sort_unstable();
    counted.extend(later.iter().zip(places).map(|(&(.., cell), (_, hour, station))| (hour, station, cell)));
    counted
}

/// Everything that a forecast is made of, and what every simple forecaster answers: written out, to be compared as a whole.
fn everything_said(counted: &[Counted]) -> String {
    let city = made_up_city::city(counted);
    let protocol = Protocol::hourly(Folds {
        train: vec![date(2022, 10, 24)..=date(2022, 10, 31)],
        validation: vec![date(2022, 11, 1)..=date(2022, 11, 1)],
        test: vec![date(2022, 11, 2)..=date(2022, 11, 8)],
    });
    let spec = FeatureSpec { week_before: true, weather: true, ..FeatureSpec::hourly(CENTRE) };
    let (horizons, origins) = (spec.horizons(), protocol.origins(&city));
    let training: Vec<&Origin> = origins.iter().filter(|origin| origin.fold == Fold::Train).collect();
    assert!(training.len() > 100, "{} origins to learn from", training.len());
    let snapshots = || protocol.snapshots(&city, Fold::Train);
    let usual = ProfileLearner::of(&city, snapshots());
    let forecasters: [Box<dyn Forecaster>; 7] = [
        Box::new(Persistence),
        Box::new(LastCount::new(&horizons)),
        Box::new(TransitionTable::fit(&city, &training, &horizons)),
        Box::new(Climatology::fit(&city, snapshots(), usual.profile(), &horizons)),
        Box::new(MarkovQueue::fit(&city, snapshots(), &horizons)),
        Box::new(DailyNaive::new(&horizons)),
        Box::new(Ridge::fit(&city, &protocol, &training, &spec, &usual).unwrap()),
    ];
    let (counted, request) = protocol.request(&city, ASKED_AT as usize, spec.look_back);
    assert!(counted.len() > 20 && request.stations.iter().all(|one| !one.bikes_week_before.is_empty()));
    let rows = spec.build(&request, &usual.profile()).unwrap();
    let answers = forecasters.map(|mut one| (one.version().to_owned(), one.forecast(&request).unwrap()));
    format!("{counted:?} {request:?} {rows:?} {answers:?}")
}

#[test]
fn what_is_known_by_then_is_looked_at() {
    let mut counted = made_up_city::counted();
    let before = everything_said(&counted);
    let asked = counted.iter_mut().find(|(hour, ..)| *hour == ASKED_AT - 30).unwrap();
    asked.2.bikes = (asked.2.bikes + 5) % 12;
    assert_ne!(
        everything_said(&counted),
        before,
        "or it would prove nothing that the future is not looked at"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn nothing_that_happens_later_changes_a_request_a_row_or_an_answer(seed in any::<u64>()) {
        let known: Vec<Counted> =
            made_up_city::counted().into_iter().filter(|(hour, ..)| *hour <= ASKED_AT).collect();
        let said = everything_said(&known);
        prop_assert!(everything_said(&with_another_future(seed)) == said, "the future was looked at");
    }
}

proptest! {
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
