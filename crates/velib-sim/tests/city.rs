//! The laws and habits of the simulated city.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use velib_domain::{SignedDuration, Timestamp};
use velib_sim::{City, CityConfig, Service, StationKind};

/// Monday 2 March 2026, midnight in Paris.
fn monday() -> Timestamp {
    "2026-03-01T23:00:00Z".parse().unwrap()
}

/// A town of 150 stations, as they stand this many hours into Monday.
fn town_at(hours: i64) -> City {
    town(2007, hours)
}

fn town(seed: u64, hours: i64) -> City {
    let config = CityConfig { seed, stations: 150, ..CityConfig::default() };
    City::new(config, monday() + SignedDuration::from_hours(hours))
}

fn bikes_at(city: &City, kind: StationKind) -> u32 {
    let stations = city.sites().iter().zip(city.stocks()).filter(|(site, _)| site.kind == kind);
    stations.map(|(_, stock)| u32::from(stock.bikes())).sum()
}

#[test]
fn no_bike_is_made_or_lost() {
    let mut city = town_at(0);
    let all = |city: &City| city.census().parked + city.census().under_way;
    let at_first = all(&city);
    assert!(at_first > 1_000, "{at_first}");
    for hour in 0..72 {
        city.advance_to(monday() + SignedDuration::from_hours(hour));
        assert_eq!(all(&city), at_first, "after {hour} hours");
    }
}

#[test]
fn docks_never_hold_more_than_they_are() {
    let mut city = town_at(0);
    for hour in 0..48 {
        city.advance_to(monday() + SignedDuration::from_hours(hour));
        for stock in city.stocks() {
            assert_eq!(stock.bikes() + stock.free_docks() + stock.blocked, stock.docks);
        }
    }
}

#[test]
fn broken_bikes_stay_where_they_are_until_they_are_mended() {
    let config = CityConfig { stations: 150, breakdowns_per_trip: 0.02, ..CityConfig::default() };
    let mut city = City::new(config, monday());
    let broken_at = |city: &City, station: usize| {
        city.breakdowns().iter().filter(|broken| broken.station == station).count()
    };
    for hour in 0..48 {
        city.advance_to(monday() + SignedDuration::from_hours(hour));
        for (station, stock) in city.stocks().iter().enumerate() {
            assert_eq!(usize::from(stock.broken()), broken_at(&city, station));
            assert!(stock.broken() <= stock.bikes());
        }
    }
    let oldest = city.breakdowns().first().unwrap().since;
    assert!(city.breakdowns().len() > 100 && oldest < monday() + SignedDuration::from_hours(24));
}

#[test]
fn without_breakdowns_every_bike_can_be_ridden() {
    let config = CityConfig { stations: 150, breakdowns_per_trip: 0.0, ..CityConfig::default() };
    let city = City::new(config, monday() + SignedDuration::from_hours(30));
    assert!(city.breakdowns().is_empty());
}

#[test]
fn the_same_seed_gives_the_same_bytes_however_time_passes() {
    let later = monday() + SignedDuration::from_hours(30);
    let mut in_one_go = town_at(0);
    in_one_go.advance_to(later);
    let mut by_minutes = town_at(0);
    while by_minutes.now() < later {
        let next = by_minutes.now() + SignedDuration::from_mins(7);
        by_minutes.advance_to(next.min(later));
    }
    assert_eq!(in_one_go.station_status_json(), by_minutes.station_status_json());
    assert_eq!(in_one_go.station_information_json(), by_minutes.station_information_json());
}

#[test]
fn another_seed_is_another_city() {
    assert_ne!(town(1, 8).station_status_json(), town(2, 8).station_status_json());
}

#[test]
fn time_does_not_run_backwards() {
    let mut city = town_at(5);
    let before = city.station_status_json();
    city.advance_to(monday());
    assert_eq!(city.station_status_json(), before);
}

#[test]
fn the_morning_fills_the_offices_and_the_evening_the_homes() {
    let mut city = town_at(6);
    let (work_at_6, home_at_6) = (bikes_at(&city, StationKind::Work), bikes_at(&city, StationKind::Home));
    city.advance_to(monday() + SignedDuration::from_hours(11));
    let (work_at_11, home_at_11) = (bikes_at(&city, StationKind::Work), bikes_at(&city, StationKind::Home));
    assert!(work_at_11 * 10 > work_at_6 * 12, "offices: {work_at_6} bikes at 6, {work_at_11} at 11");
    assert!(home_at_11 * 12 < home_at_6 * 10, "homes: {home_at_6} bikes at 6, {home_at_11} at 11");
    city.advance_to(monday() + SignedDuration::from_hours(22));
    assert!(bikes_at(&city, StationKind::Home) > home_at_11);
    assert!(bikes_at(&city, StationKind::Work) < work_at_11);
}

#[test]
fn people_ride_by_day_and_less_on_sunday_mornings() {
    let under_way = |hours: i64| town_at(hours).census().under_way;
    let (night, rush, sunday) = (under_way(4), under_way(9), under_way(6 * 24 + 9));
    assert!(rush > 5 * night, "{night} under way at 4, {rush} at 9");
    assert!(rush > 2 * sunday, "{rush} under way on Monday at 9, {sunday} on Sunday");
}

#[test]
fn nothing_moves_at_a_station_out_of_service() {
    let city = City::new(CityConfig::default(), monday() + SignedDuration::from_hours(18));
    let out: Vec<_> =
        city.sites().iter().zip(city.stocks()).filter(|(site, _)| site.service != Service::Open).collect();
    assert!(out.len() > 10);
    assert!(out.iter().all(|(_, stock)| stock.bikes() == 0));
}

#[test]
fn a_city_without_stations_is_quiet() {
    let city = City::new(CityConfig { stations: 0, ..CityConfig::default() }, monday());
    assert_eq!(city.census().parked + city.census().under_way, 0);
}
