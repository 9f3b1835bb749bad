//! Laws of a profile: what it learned comes back, a day left out leaves no trace, and what was not seen is unknown.

use jiff::{ToSpan, civil::date};
use proptest::prelude::*;
use velib_domain::{
    CapacitySource, Counts, LatLon, Observation, SignedDuration, Station, StationId, StationStatus,
    Timestamp, calendar::paris_time,
};

use super::{HalfLife, Profile, ProfileLearner, StationProfile, Usual, WEEK_HOURS, WeekMoment};
use crate::protocol::{CityHistory, CityHistoryBuilder};

const PLACE: LatLon = LatLon { lat: 48.86, lon: 2.34 };

/// Bikes at one station of 20 docks, every hour from Monday 2 May 2022, 0:00 in Paris.
fn city(bikes: &[u16]) -> CityHistory {
    city_every(60, bikes)
}

/// The same, every so many minutes.
fn city_every(minutes: i64, bikes: &[u16]) -> CityHistory {
    let midnight: Timestamp = "2022-05-01T22:00:00Z".parse().unwrap();
    let station = Station {
        station_id: StationId::new("1"),
        station_code: None,
        name: "Bastille".to_owned(),
        position: PLACE,
        capacity: Some(20),
        arrondissement: None,
        commune: None,
        first_seen: midnight,
        last_seen: midnight,
    };
    let mut city = CityHistoryBuilder::new(&[station]);
    for (at, &bikes) in (0..).zip(bikes) {
        city.add(&Observation {
            snapshot_at: midnight + SignedDuration::from_mins(minutes * at),
            status: StationStatus {
                station_id: StationId::new("1"),
                station_code: None,
                counts: Counts { bikes, docks: Some(20 - bikes), ..Counts::default() },
                reported_at: None,
                is_installed: Some(true),
                is_renting: None,
                is_returning: None,
            },
            capacity: Some(20),
            capacity_source: Some(CapacitySource::Feed),
        });
    }
    city.finish()
}

fn learner(city: &CityHistory) -> ProfileLearner {
    ProfileLearner::of(city, 0..city.times().len())
}

fn usual(profile: &Profile, instant: &str) -> Option<Usual> {
    let moment = WeekMoment::of(instant.parse().unwrap());
    profile.station(&StationId::new("1"), PLACE)?.at(moment)
}

#[test]
fn what_happens_every_day_at_an_hour_is_usual_then() {
    let bikes: Vec<u16> = (0..14 * 24).map(|hour| if hour % 24 < 12 { 0 } else { 10 }).collect();
    let profile = learner(&city(&bikes)).profile();
    assert_eq!(usual(&profile, "2022-06-01T04:00:00Z"), Some(Usual { share: 0.0, empty: 1.0, full: 0.0 }));
    assert_eq!(usual(&profile, "2022-06-01T14:00:00Z"), Some(Usual { share: 0.5, empty: 0.0, full: 0.0 }));
    assert_eq!(usual(&profile, "2022-06-01T09:30:00Z"), Some(Usual { share: 0.25, empty: 0.5, full: 0.0 }));
}

#[test]
fn a_public_holiday_is_a_sunday() {
    let bikes: Vec<u16> = (0..14 * 24).map(|hour| if hour / 24 % 7 < 5 { 2 } else { 18 }).collect();
    let profile = learner(&city(&bikes)).profile();
    let whit_monday = usual(&profile, "2022-06-06T10:00:00Z").unwrap();
    assert!(whit_monday.share > 0.7, "{whit_monday:?}");
    assert_eq!(Some(whit_monday), usual(&profile, "2022-06-05T10:00:00Z"));
}

#[test]
fn a_weekday_seen_once_leans_on_the_days_of_its_kind() {
    let bikes: Vec<u16> = (0..5 * 24).map(|hour| if hour < 24 { 20 } else { 0 }).collect();
    let profile = learner(&city(&bikes)).profile();
    let monday = usual(&profile, "2022-05-30T10:00:00Z").unwrap();
    let tuesday = usual(&profile, "2022-05-31T10:00:00Z").unwrap();
    assert!(
        (0.4..0.6).contains(&monday.share) && (0.05..0.2).contains(&tuesday.share),
        "{monday:?} {tuesday:?}"
    );
}

#[test]
fn a_station_under_another_id_is_known_by_its_place() {
    let profile = learner(&city(&[5; 48])).profile();
    let a_step_away = LatLon { lat: PLACE.lat + 0.0002, ..PLACE };
    let across_the_street = LatLon { lat: PLACE.lat + 0.001, ..PLACE };
    assert!(profile.station(&StationId::new("other"), a_step_away).is_some());
    assert!(profile.station(&StationId::new("other"), across_the_street).is_none());
}

#[test]
fn an_hour_never_seen_is_unknown() {
    let profile = learner(&city(&[5; 6])).profile();
    assert_eq!(usual(&profile, "2022-05-31T10:00:00Z"), None);
    let one_hour = |hour| (hour == 3).then_some(Usual { share: 0.5, empty: 0.0, full: 0.0 });
    let hours = (0..WEEK_HOURS).map(one_hour).collect();
    let station = StationProfile { station_id: StationId::new("1"), position: PLACE, hours };
    let moment = WeekMoment { earlier: 3, later: 4, weight_of_later: 0.5 };
    assert_eq!(station.at(moment), one_hour(3), "beside an unknown hour the known one stands alone");
}

#[test]
fn a_word_counts_half_after_each_half_life() {
    let check = |half_life: HalfLife, days, expect: f32| {
        assert!((half_life.weight(days) - expect).abs() < 1e-6, "{half_life}, {days} days");
    };
    let month = HalfLife::of_days(30.0).unwrap();
    check(month, 0, 1.0);
    check(month, 30, 0.5);
    check(month, 90, 0.125);
    check(HalfLife::NEVER, 3000, 1.0);
    assert_eq!(("30".parse(), "never".parse()), (Ok(month), Ok(HalfLife::NEVER)));
    assert!("0".parse::<HalfLife>().is_err() && "a month".parse::<HalfLife>().is_err());
    assert_eq!(HalfLife::of_days(0.0).or(HalfLife::of_days(f32::NAN)), None);
}

#[test]
fn what_is_usual_moves_with_the_days_and_lasts_when_nothing_more_is_counted() {
    // Four weeks of 4 bikes, then four of 16.
    let bikes: Vec<u16> = (0..8 * 7 * 24).map(|hour| if hour < 4 * 7 * 24 { 4 } else { 16 }).collect();
    let share = |profile: Profile| usual(&profile, "2022-07-05T10:00:00Z").unwrap().share;
    let (city, week) = (city(&bikes), HalfLife::of_days(7.0).unwrap());
    let (never, forgets) = (learner(&city), learner(&city).forgetting(week));
    assert!((share(never.profile()) - 0.5).abs() < 1e-6, "every week counts alike");
    assert!(share(forgets.profile()) > 0.7, "{}", share(forgets.profile()));
    let early = forgets.without(date(2022, 5, 2), date(2022, 5, 4));
    assert!(share(early) < 0.3, "in the first days what is near is early");
    let years_later = date(2024, 1, 1);
    assert_eq!(forgets.without(years_later, years_later), forgets.profile());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn days_left_out_leave_no_trace(
        days in prop::collection::vec(0_u16..=20, 2 * 48),
        half_life in prop::option::of(1.0_f32..100.0),
    ) {
        let half_life = half_life.and_then(HalfLife::of_days).unwrap_or_default();
        let mut changed = vec![7; 10 * 48];
        changed[4 * 48..6 * 48].copy_from_slice(&days);
        let [flat, changed] = [&vec![7; 10 * 48], &changed].map(|bikes| city_every(30, bikes));
        let [expect, found] = [&flat, &changed]
            .map(|city| learner(city).forgetting(half_life).without(date(2022, 5, 6), date(2022, 5, 7)));
        prop_assert_eq!(expect, found);
    }

    #[test]
    fn a_history_of_many_landmarks_says_what_the_days_outside_say(
        bikes in prop::collection::vec(0_u16..=20, 7 * 24), half_life in prop::option::of(10.0_f32..300.0),
        first in 0_i64..120, days in 0_i64..5,
    ) {
        let half_life = half_life.and_then(HalfLife::of_days).unwrap_or_default();
        // Weeks that differ from month to month, so that it matters which are heard and how much each counts.
        let month = |hour: usize| u16::try_from(hour / (30 * 24) % 4).unwrap();
        let counts: Vec<u16> = (0..130 * 24).map(|hour| bikes[hour % bikes.len()].saturating_sub(3 * month(hour))).collect();
        let city = city(&counts);
        let first = date(2022, 5, 2).saturating_add(first.days());
        let last = first.saturating_add(days.days());
        let is_outside = |snapshot: &usize| {
            let day = paris_time(city.times()[*snapshot]).date();
            day < first || day > last
        };
        // Learned from them alone, and asked on the far side of another number of landmarks.
        let of_outside = ProfileLearner::of(&city, (0..city.times().len()).filter(is_outside)).forgetting(half_life);
        let [found, expect] = [learner(&city).forgetting(half_life), of_outside].map(|learner| learner.without(first, last));
        for (found, expect) in found.stations()[0].hours.iter().zip(&expect.stations()[0].hours) {
            let (found, expect) = (found.unwrap(), expect.unwrap());
            prop_assert!((found.share - expect.share).abs() < 1e-5, "{found:?} {expect:?}");
        }
    }

    #[test]
    fn some_stations_are_told_as_all_are(bikes in prop::collection::vec(0_u16..=20, 5 * 24)) {
        let learner = learner(&city(&bikes));
        let (first, last) = (date(2022, 5, 4), date(2022, 5, 4));
        prop_assert_eq!(learner.of_stations_without([0], first, last), learner.without(first, last));
        prop_assert_eq!(learner.of_stations_without([], first, last), Profile::default());
    }

    #[test]
    fn only_the_distance_in_days_weighs(
        bikes in prop::collection::vec(0_u16..=20, 7 * 24), half_life in 1.0_f32..100.0,
        weeks in prop::sample::select(vec![1_usize, 2, 4]),
    ) {
        // The same days, and before them weeks of which nothing is learned; no public holiday is among them.
        let half_life = HalfLife::of_days(half_life).unwrap();
        let all = city(&[vec![0; weeks * 7 * 24], bikes.clone()].concat());
        let later = ProfileLearner::of(&all, weeks * 7 * 24..all.times().len()).forgetting(half_life);
        prop_assert_eq!(later.profile(), learner(&city(&bikes)).forgetting(half_life).profile());
    }

    #[test]
    fn a_half_life_of_ever_is_the_mean_of_all_days(bikes in prop::collection::vec(0_u16..=20, 21 * 24)) {
        let city = city(&bikes);
        let [never, ages] = [HalfLife::NEVER, HalfLife::of_days(1e9).unwrap()]
            .map(|half_life| learner(&city).forgetting(half_life).profile());
        for (a, b) in never.stations()[0].hours.iter().zip(&ages.stations()[0].hours) {
            let (a, b) = (a.unwrap(), b.unwrap());
            prop_assert!((a.share - b.share).abs() < 1e-4, "{a:?} {b:?}");
        }
    }
}
