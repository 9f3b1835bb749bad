//! Laws of feature rows: as wide as their names say, blind to the future, silent about what was not observed.

mod meaning;

use proptest::prelude::*;
use velib_domain::{LatLon, SignedDuration, StationId, Timestamp};

use super::{FeatureBuilder, FeatureSpec, Features, spec, weather};
use crate::{
    ForecastError, ForecastRequest, HourlyWeather, Profile, StationHistory,
    profile::{StationProfile, Usual, WEEK_HOURS},
};

const PLACE: LatLon = LatLon { lat: 48.86, lon: 2.34 };

fn station(bikes: Vec<Option<u16>>) -> StationHistory {
    let docks = bikes.iter().map(|count| count.map(|count| 40 - count)).collect();
    StationHistory {
        station_id: StationId::new("1"),
        capacity: Some(40),
        position: PLACE,
        bikes_week_before: bikes.iter().rev().take(4).copied().collect(),
        bikes,
        docks,
        ebikes: Some(1),
    }
}

fn request(stations: Vec<StationHistory>) -> ForecastRequest {
    request_at("2022-06-07T06:00:00Z", stations)
}

fn request_at(issued_at: &str, stations: Vec<StationHistory>) -> ForecastRequest {
    let issued_at: Timestamp = issued_at.parse().unwrap();
    ForecastRequest { issued_at, cadence: SignedDuration::from_hours(1), stations, weather: Vec::new() }
}

/// What looks at the week before too.
fn remembering() -> FeatureSpec {
    FeatureSpec { week_before: true, ..FeatureSpec::hourly(PLACE) }
}

fn built(stations: Vec<StationHistory>) -> Features {
    remembering().build(&request(stations), &Profile::default()).unwrap()
}

/// A profile of station 1 that is the same at every hour but noon in Paris, when the share is 1.
fn always(share: f32) -> Profile {
    let at = |hour| Some(Usual { share: if hour % 24 == 12 { 1.0 } else { share }, empty: 0.1, full: 0.2 });
    let hours = (0..WEEK_HOURS).map(at).collect();
    Profile::new(vec![StationProfile { station_id: StationId::new("1"), position: PLACE, hours }])
}

fn check(features: &Features, name: &str, expect: f32) {
    let at = spec::STATIC_NAMES.iter().position(|known| *known == name).unwrap();
    assert!((features.statics[at] - expect).abs() < 1e-6, "{name} is {}", features.statics[at]);
}

#[test]
fn a_row_is_as_wide_as_its_names() {
    let spec = remembering();
    let features = built(vec![station(vec![Some(3); 25]), station(vec![None; 25])]);
    assert_eq!(features.rows(), 2);
    assert_eq!(features.sequence.len(), 2 * spec.look_back * spec.sequence_width());
    assert_eq!(features.statics.len(), 2 * spec.static_width());
}

/// Hours of weather from 3:00 to 9:00: it rains 2 mm in the hour after the request, and the wind rises.
fn weather() -> Vec<HourlyWeather> {
    let hour = |hour: i32| HourlyWeather {
        valid_at: format!("2022-06-07T{hour:02}:00:00Z").parse().unwrap(),
        precipitation_mm: Some(if hour == 7 { 2.0 } else { 0.0 }),
        wind_kmh: Some(f64::from(hour)),
    };
    (3..=9).map(hour).collect()
}

#[test]
fn a_row_ends_with_the_weather_and_is_the_same_before() {
    let blind = remembering();
    let seeing = FeatureSpec { weather: true, ..blind.clone() };
    let request = ForecastRequest { weather: weather(), ..request(vec![station(vec![Some(3); 25])]) };
    let [without, with] =
        [&blind, &seeing].map(|spec| spec.build(&request, &Profile::default()).unwrap().statics);
    let (same, told) = with.split_at(without.len());
    assert_eq!((same, with.len()), (&without[..], seeing.static_width()));
    let rain = 3.0_f32.ln();
    let once = [1.0, 0.3, 0.0, 0.0];
    let then = [[1.0, rain, rain], [1.0, rain, 0.0], [1.0, rain, 0.0]];
    assert_eq!(told.len(), weather::NAMES.len() + 3 * weather::HORIZON_NAMES.len());
    let expect = once.iter().chain(then.as_flattened());
    assert!(told.iter().zip(expect).all(|(told, expect)| (told - expect).abs() < 1e-6), "{told:?}");
}

#[test]
fn weather_that_nobody_told_is_unknown_and_not_dry() {
    let seeing = FeatureSpec { weather: true, ..remembering() };
    let row = seeing.build(&request(vec![station(vec![Some(3); 25])]), &Profile::default()).unwrap().statics;
    let told = &row[row.len() - weather::NAMES.len() - 3 * weather::HORIZON_NAMES.len()..];
    assert!(told.iter().all(|number| *number == 0.0), "the flags of what is known among them: {told:?}");
    let columns: Vec<usize> = seeing.statics_of_horizon(2).collect();
    assert_eq!(columns.last(), Some(&(row.len() - 1)));
}

#[test]
fn what_was_not_observed_is_masked_and_not_zero_bikes() {
    let mut bikes = vec![Some(0); 25];
    bikes[10] = None;
    let features = built(vec![station(bikes)]);
    let known = |slot: usize| features.sequence[slot * spec::SEQUENCE_NAMES.len() + 1];
    assert_eq!((known(9), known(10)), (1.0, 0.0));
}

#[test]
fn a_station_nobody_counted_gets_a_row_that_says_so() {
    let features = built(vec![station(vec![None; 25])]);
    check(&features, "bikes_known", 0.0);
    check(&features, "bikes_age", 1.0);
    assert!(!features.anchors[0].has_docks);
}

#[test]
fn a_shorter_history_is_one_whose_oldest_hours_are_missing() {
    let short: Vec<Option<u16>> = (0..20).map(Some).collect();
    let mut padded = vec![None; 5];
    padded.extend(&short);
    assert_eq!(built(vec![station(short)]), built(vec![station(padded)]));
}

#[test]
fn the_age_of_the_newest_count_is_told() {
    let mut bikes = vec![Some(7); 25];
    bikes[23] = None;
    bikes[24] = None;
    let features = built(vec![station(bikes)]);
    check(&features, "bikes_share_now", 7.0 / 40.0);
    check(&features, "bikes_age", 2.0 / 25.0);
}

#[test]
fn the_same_hours_yesterday_stand_in_the_row() {
    let features = built(vec![station((0..25).map(Some).collect())]);
    let first_horizon = &features.statics[spec::STATIC_NAMES.len()..];
    let yesterday_change = spec::HORIZON_NAMES.iter().position(|name| *name == "yesterday_change").unwrap();
    assert!((first_horizon[yesterday_change] - 1.0 / 40.0_f32.sqrt()).abs() < 1e-6);
}

/// What a row tells of the week before: once, and for each of three horizons.
fn week_before(features: &Features) -> (f32, [[f32; 4]; 3]) {
    let spec = remembering();
    let told =
        &features.statics[spec::STATIC_NAMES.len() + 3 * spec::HORIZON_NAMES.len()..spec.static_width()];
    let (horizons, _) = told[1..].as_chunks();
    (told[0], horizons.try_into().unwrap())
}

#[test]
fn the_same_hours_of_a_week_before_stand_in_the_row() {
    let last_week = vec![Some(10), Some(14), None, Some(4)];
    let own = StationHistory { bikes_week_before: last_week, ..station(vec![Some(20); 25]) };
    let request = request_at("2022-06-07T04:00:00Z", vec![own]);
    let features = remembering().build(&request, &always(0.5)).unwrap();
    let units = 40.0_f32.sqrt();
    let (surprise, horizons) = week_before(&features);
    assert!((surprise - -0.25 * units).abs() < 1e-6, "{surprise}");
    let expect = [[0.1 * units, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 0.0], [-0.15 * units, 1.0, 1.0, 0.0]];
    let far = |(told, expect): (&f32, &f32)| (told - expect).abs() > 1e-6;
    assert!(!horizons.as_flattened().iter().zip(expect.as_flattened()).any(far), "{horizons:?}");
}

#[test]
fn a_holiday_is_no_week_after_a_working_day() {
    let whit_monday = request_at("2022-06-06T08:00:00Z", vec![station(vec![Some(20); 25])]);
    let features = remembering().build(&whit_monday, &Profile::default()).unwrap();
    let (_, horizons) = week_before(&features);
    assert!(horizons.iter().all(|[_, _, same_kind, _]| *same_kind < 0.5), "{horizons:?}");
}

#[test]
fn a_change_of_the_network_is_that_of_stations_counted_at_both_ends() {
    let empty_then = |bikes_week_before| StationHistory { bikes_week_before, ..station(vec![Some(20); 25]) };
    let mut stations = vec![empty_then(vec![Some(0), Some(4), None, None]); 20];
    stations.extend(vec![empty_then(vec![Some(40), None, None, None]); 20]);
    let (_, horizons) = week_before(&built(stations));
    assert!((horizons[0][3] - 0.1 * 40.0_f32.sqrt()).abs() < 1e-6, "{horizons:?}");
    assert!(horizons[1][3].abs() < 1e-6, "{horizons:?}");
}

#[test]
fn what_is_unusual_stands_in_the_row_and_what_will_change_usually() {
    // Issued at 9:00 in Paris: the third horizon is noon.
    let request = request_at("2022-06-07T07:00:00Z", vec![station(vec![Some(20); 25])]);
    let features = remembering().build(&request, &always(0.25)).unwrap();
    check(&features, "usual_known", 1.0);
    check(&features, "usual_share_now", 0.25);
    check(&features, "surprise_now", 0.25 * 40.0_f32.sqrt());
    let usual_change = spec::HORIZON_NAMES.iter().position(|name| *name == "usual_change").unwrap();
    let at = |horizon: usize| {
        features.statics[spec::STATIC_NAMES.len() + horizon * spec::HORIZON_NAMES.len() + usual_change]
    };
    assert_eq!((at(0), at(1)), (0.0, 0.0));
    assert!((at(2) - 0.75 * 40.0_f32.sqrt()).abs() < 1e-5, "{}", at(2));
}

#[test]
fn a_station_unknown_to_the_profile_says_so() {
    let features = built(vec![station(vec![Some(20); 25])]);
    check(&features, "usual_known", 0.0);
    check(&features, "surprise_now", 0.0);
}

#[test]
fn finer_slots_are_read_at_every_so_many_of_them() {
    let hourly: Vec<Option<u16>> = (0..25).map(Some).collect();
    let every_20_minutes: Vec<Option<u16>> =
        (0..25_u16).flat_map(|hour| [None, Some(40 - hour), Some(hour)]).collect();
    let of_last_week: Vec<Option<u16>> = (20..30).map(Some).collect();
    let fine_station = StationHistory { bikes_week_before: of_last_week, ..station(every_20_minutes) };
    let fine = ForecastRequest { cadence: SignedDuration::from_mins(20), ..request(vec![fine_station]) };
    let features = remembering().build(&fine, &Profile::default()).unwrap();
    let coarse = StationHistory { bikes_week_before: [20, 23, 26, 29].map(Some).to_vec(), ..station(hourly) };
    assert_eq!(features, built(vec![coarse]));
}

#[test]
fn another_cadence_is_refused_with_both_numbers() {
    let request = ForecastRequest { cadence: SignedDuration::from_mins(25), ..request(vec![]) };
    let refused = remembering().build(&request, &Profile::default()).unwrap_err();
    assert!(matches!(refused, ForecastError::WrongCadence { expected_s: 3600, given_s: 1500 }));
}

#[test]
fn docks_that_do_not_line_up_are_refused_by_station() {
    let crooked = StationHistory { docks: vec![Some(1); 3], ..station(vec![Some(1); 25]) };
    let refused = remembering().build(&request(vec![crooked]), &Profile::default()).unwrap_err();
    assert!(refused.to_string().contains("station 1: 3 dock counts for 25 bike counts"), "{refused}");
}

fn counts() -> impl Strategy<Value = Vec<Option<u16>>> {
    prop::collection::vec(prop::option::weighted(0.8, 0_u16..=40), 25)
}

proptest! {
    #[test]
    fn every_number_is_finite(histories in prop::collection::vec(counts(), 1..30)) {
        let features = built(histories.into_iter().map(station).collect());
        prop_assert!(features.sequence.iter().chain(&features.statics).all(|number| number.is_finite()));
    }

    #[test]
    fn a_builder_remembers_nothing_that_shows(
        first in prop::collection::vec(counts(), 0..30), second in prop::collection::vec(counts(), 0..30), apart in any::<bool>(),
    ) {
        let (spec, profile) = (remembering(), always(0.25));
        let mut builder = FeatureBuilder::default();
        for (histories, further_north) in [(&first, 0.0), (&second, if apart { 0.02 } else { 0.0 })] {
            let mut request = request(histories.iter().cloned().map(station).collect());
            for (at, station) in (0_u8..).zip(&mut request.stations) {
                station.position.lat += f64::from(at) * (0.001 + further_north);
            }
            let mut features = Features::default();
            builder.build(&spec, &request, &profile, &mut features).unwrap();
            prop_assert_eq!(features, spec.build(&request, &profile).unwrap());
        }
    }

    #[test]
    fn some_rows_are_the_same_rows_as_among_all(histories in prop::collection::vec(counts(), 3..9)) {
        let spec = remembering();
        let request = request(histories.into_iter().map(station).collect());
        let profile = always(0.25);
        let all = spec.build(&request, &profile).unwrap();
        let one = spec.build_some(&request, &profile, &[1]).unwrap();
        prop_assert_eq!(&one.statics[..], &all.statics[spec.static_width()..2 * spec.static_width()]);
    }
}
