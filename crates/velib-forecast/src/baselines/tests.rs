//! What each baseline says of a city whose counts are written here.

use velib_domain::{
    CapacitySource, Counts, LatLon, Observation, SignedDuration, Station, StationId, StationStatus, Timestamp,
};

use super::{Climatology, DailyNaive, LastCount, MarkovQueue, Ridge, TransitionTable};
use crate::{
    FeatureSpec, Forecaster, Horizon, HorizonForecast, ProfileLearner,
    protocol::{CityHistory, CityHistoryBuilder, Fold, Folds, Origin, Protocol},
};

const PLACE: LatLon = LatLon { lat: 48.86, lon: 2.34 };
const HORIZONS: [Horizon; 3] = [Horizon::from_hours(1), Horizon::from_hours(2), Horizon::from_hours(3)];

/// Ten days of one station of 30 docks, every hour from 12 May 2022, 0:00 in Paris.
fn city(bikes: impl Fn(i64) -> u16) -> CityHistory {
    let midnight: Timestamp = "2022-05-11T22:00:00Z".parse().unwrap();
    let station = Station {
        station_id: StationId::new("1"),
        station_code: None,
        name: "Bastille".to_owned(),
        position: PLACE,
        capacity: Some(30),
        arrondissement: None,
        commune: None,
        first_seen: midnight,
        last_seen: midnight,
    };
    let mut city = CityHistoryBuilder::new(&[station]);
    for hour in 0..240 {
        let bikes = bikes(hour);
        city.add(&Observation {
            snapshot_at: midnight + SignedDuration::from_hours(hour),
            status: StationStatus {
                station_id: StationId::new("1"),
                station_code: None,
                counts: Counts { bikes, docks: Some(30 - bikes), ..Counts::default() },
                reported_at: None,
                is_installed: Some(true),
                is_renting: None,
                is_returning: None,
            },
            capacity: Some(30),
            capacity_source: Some(CapacitySource::Feed),
        });
    }
    city.finish()
}

/// What a baseline says at the last origin of a city.
fn said<F: Forecaster>(
    city: &CityHistory,
    fit: impl Fn(&CityHistory, &Protocol, &[&Origin]) -> F,
) -> Vec<HorizonForecast> {
    let protocol = Protocol::hourly(Folds::of_2022());
    let origins = protocol.origins(city);
    let mut baseline = fit(city, &protocol, &origins.iter().collect::<Vec<_>>());
    let (_, request) = protocol.request(city, city.times().len() - 1, baseline.look_back());
    baseline.forecast(&request).unwrap().remove(0).horizons
}

fn medians(forecasts: &[HorizonForecast]) -> Vec<f64> {
    forecasts.iter().map(|at| at.bikes.quantile(0.5).round()).collect()
}

/// The last origin is at 23:00, with 23 bikes.
fn bikes_at_the_hour(hour: i64) -> u16 {
    (hour % 24) as u16
}

#[test]
fn the_last_count_is_carried_forward() {
    let forecasts = said(&city(bikes_at_the_hour), |_, _, _| LastCount::new(&HORIZONS));
    assert_eq!(medians(&forecasts), [23.0; 3]);
    assert!((forecasts[2].docks.as_ref().unwrap().mean() - 7.0).abs() < 1e-12);
}

#[test]
fn the_table_knows_what_followed_a_count() {
    let fit = |city: &CityHistory, _: &Protocol, origins: &[&Origin]| {
        TransitionTable::fit(city, origins, &HORIZONS)
    };
    let forecasts = said(&city(bikes_at_the_hour), fit);
    assert_eq!(medians(&forecasts), [0.0, 1.0, 2.0]);
    assert!((forecasts[0].docks.as_ref().unwrap().mean() - 30.0).abs() < 1e-12);
}

#[test]
fn climatology_knows_the_hour_and_nothing_of_today() {
    let fit = |city: &CityHistory, protocol: &Protocol, _: &[&Origin]| {
        let days = || protocol.snapshots(city, Fold::Train);
        Climatology::fit(city, days(), ProfileLearner::of(city, days()).profile(), &HORIZONS)
    };
    let medians = medians(&said(&city(bikes_at_the_hour), fit));
    assert!(
        medians.iter().zip([0.0, 1.0, 2.0]).all(|(said, usual)| (said - usual).abs() <= 1.0),
        "{medians:?}"
    );
}

#[test]
fn a_station_that_steadily_fills_is_a_queue_of_arrivals() {
    let fit = |city: &CityHistory, protocol: &Protocol, _: &[&Origin]| {
        MarkovQueue::fit(city, protocol.snapshots(city, Fold::Train), &HORIZONS)
    };
    // A bike every ten hours, 23 at the last origin.
    let forecasts = said(&city(|hour| (hour / 10) as u16), fit);
    let means: Vec<f64> = forecasts.iter().map(|at| at.bikes.mean()).collect();
    assert!(means[0] > 23.0 && means[2] > 23.1 && means[2] < 24.0, "{means:?}");
    let docks = forecasts[2].docks.as_ref().unwrap().mean();
    assert!((means[2] + docks - 30.0).abs() < 1e-9, "what is no bike is a free dock");
}

#[test]
fn a_queue_answers_for_any_moment_and_from_no_time_on() {
    let city = city(|hour| (hour % 30) as u16);
    let protocol = Protocol::hourly(Folds::of_2022());
    let queue = MarkovQueue::fit(&city, protocol.snapshots(&city, Fold::Train), &HORIZONS);
    let from = city.times()[200];
    let after =
        |minutes| queue.bikes_after(&StationId::new("1"), 10, 30, from, SignedDuration::from_mins(minutes));
    assert!((after(0).at_least(10) - after(0).at_least(11) - 1.0).abs() < 1e-12);
    let means: Vec<f64> = [7, 40, 300].map(|minutes| after(minutes).mean()).to_vec();
    assert!(means.windows(2).all(|pair| pair[0] < pair[1]) && means[0] > 10.0, "{means:?}");
    let stranger = queue.bikes_after(&StationId::new("new"), 10, 30, from, SignedDuration::from_mins(40));
    assert!(stranger.mean() > 10.0, "a station that was never counted moves as the others do");
}

#[test]
fn the_day_before_is_repeated() {
    let forecasts = said(&city(bikes_at_the_hour), |_, _, _| DailyNaive::new(&HORIZONS));
    assert_eq!(medians(&forecasts), [0.0, 1.0, 2.0]);
}

#[test]
fn a_straight_line_is_continued() {
    let rising = city(|hour| (hour / 10) as u16);
    let fit = |city: &CityHistory, protocol: &Protocol, origins: &[&Origin]| {
        let usual = ProfileLearner::of(city, protocol.snapshots(city, Fold::Train));
        Ridge::fit(city, protocol, origins, &FeatureSpec::hourly(PLACE), &usual).unwrap()
    };
    let means: Vec<f64> = said(&rising, fit).iter().map(|at| at.bikes.mean()).collect();
    assert!(means[0] > 22.8 && means[2] > means[0], "{means:?}");
}
