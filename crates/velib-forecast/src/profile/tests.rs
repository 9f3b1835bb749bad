//! Laws of a profile: what it learned comes back, a day left out leaves no trace, and what was not seen is unknown.

use jiff::civil::date;
use proptest::prelude::*;
use velib_domain::{
    CapacitySource, Counts, LatLon, Observation, SignedDuration, Station, StationId, StationStatus, Timestamp,
};

use super::{Profile, ProfileLearner, StationProfile, Usual, WEEK_HOURS, WeekMoment};
use crate::protocol::{CityHistory, CityHistoryBuilder};

const PLACE: LatLon = LatLon { lat: 48.86, lon: 2.34 };

/// Bikes at one station of 20 docks, every hour from Monday 2 May 2022, 0:00 in Paris.
fn city(bikes: &[u16]) -> CityHistory {
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
    for (hour, &bikes) in (0..).zip(bikes) {
        city.add(&Observation {
            snapshot_at: midnight + SignedDuration::from_hours(hour),
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn a_day_left_out_leaves_no_trace(day in prop::collection::vec(0_u16..=20, 24)) {
        let mut changed = vec![7; 10 * 24];
        changed[4 * 24..5 * 24].copy_from_slice(&day);
        let out = date(2022, 5, 6);
        let (flat, changed) = (city(&[7; 10 * 24]), city(&changed));
        let (expect, found) = (learner(&flat).without(out, out), learner(&changed).without(out, out));
        for (expect, found) in expect.stations()[0].hours.iter().zip(&found.stations()[0].hours) {
            let (expect, found) = (expect.unwrap(), found.unwrap());
            prop_assert!((expect.share - found.share).abs() < 1e-5, "{expect:?} {found:?}");
        }
    }
}
