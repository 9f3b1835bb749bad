//! Laws that hold whatever the city looks like: small random cities on a plane, timed by [`DetourStreets`].

use proptest::prelude::*;
use velib_domain::{LatLon, StationId};
use velib_planner::{
    BikeKind, DOCK_S, DetourStreets, JourneyRequest, Network, NetworkStation, Plan, StreetTimes, UNLOCK_S,
    plan,
};

use crate::street::{Chance, Table, eight_o_clock};

/// A station of a random city: its place in a square of four kilometres, and its chances.
#[derive(Debug, Clone)]
struct Anywhere {
    position: LatLon,
    bike: f64,
    dock: f64,
    is_renting: bool,
    is_returning: bool,
}

fn place() -> impl Strategy<Value = LatLon> {
    (0.0..0.036, 0.0..0.036_f64).prop_map(|(lat, lon)| LatLon { lat, lon })
}

fn chance() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64]
}

fn anywhere() -> impl Strategy<Value = Anywhere> {
    let in_service = || prop::bool::weighted(0.9);
    (place(), chance(), chance(), in_service(), in_service()).prop_map(
        |(position, bike, dock, is_renting, is_returning)| Anywhere {
            position,
            bike,
            dock,
            is_renting,
            is_returning,
        },
    )
}

fn city() -> impl Strategy<Value = Vec<Anywhere>> {
    prop::collection::vec(anywhere(), 0..7)
}

fn station(index: usize, anywhere: &Anywhere) -> NetworkStation {
    NetworkStation {
        station_id: StationId::new(index.to_string()),
        name: format!("station {index}"),
        position: anywhere.position,
        is_installed: true,
        is_renting: anywhere.is_renting,
        is_returning: anywhere.is_returning,
    }
}

/// Every station is within a walk, so that the laws are not blurred by which stations were looked at.
fn request(from: LatLon, to: LatLon) -> JourneyRequest {
    let depart_at = eight_o_clock();
    JourneyRequest { from, to, depart_at, bike: BikeKind::Any, max_walk_m: 1e5, riders: 1 }
}

fn planned(city: &[Anywhere], from: LatLon, to: LatLon) -> Plan {
    let stations: Vec<_> =
        city.iter().enumerate().map(|(index, anywhere)| station(index, anywhere)).collect();
    let chances = |anywhere: &Anywhere| (Chance::always(anywhere.bike), Chance::always(anywhere.dock));
    let chances = stations.iter().zip(city).map(|(s, anywhere)| (s.station_id.clone(), chances(anywhere)));
    let table = Table { chances: chances.collect() };
    plan(&Network::new(stations), &table, &DetourStreets::default(), &request(from, to))
}

/// The time to expect of the best that the plan offers, the walk included.
fn best_s(plan: &Plan) -> f64 {
    let first = plan.journeys.first().map_or(f64::INFINITY, |journey| journey.durations.expected_s);
    first.min(plan.walk.stretch.duration_s)
}

/// The quickest way if every station had a bike and a dock.
fn lower_bound_s(city: &[Anywhere], from: LatLon, to: LatLon) -> f64 {
    let streets = DetourStreets::default();
    let mut best = streets.walk(from, to).duration_s;
    for start in city {
        for end in city {
            let ride = streets.ride(start.position, end.position, BikeKind::Any).duration_s;
            let on_foot =
                streets.walk(from, start.position).duration_s + streets.walk(end.position, to).duration_s;
            best = best.min(on_foot + UNLOCK_S + ride + DOCK_S);
        }
    }
    best
}

proptest! {
    #[test]
    fn a_better_chance_never_makes_the_best_answer_worse(
        city in city(), from in place(), to in place(), which in 0..7_usize, lift in 0.0..1.0_f64, dock in any::<bool>(),
    ) {
        prop_assume!(which < city.len());
        let mut luckier = city.clone();
        let chance = if dock { &mut luckier[which].dock } else { &mut luckier[which].bike };
        *chance += (1.0 - *chance) * lift;
        let (before, after) = (best_s(&planned(&city, from, to)), best_s(&planned(&luckier, from, to)));
        prop_assert!(after <= before + 1e-6, "{before} s became {after} s");
    }

    #[test]
    fn nothing_beats_a_city_where_all_is_there(city in city(), from in place(), to in place()) {
        let bound = lower_bound_s(&city, from, to);
        for journey in planned(&city, from, to).journeys {
            prop_assert!(journey.durations.expected_s >= bound - 1e-6);
            prop_assert!(journey.durations.p50_s <= journey.durations.p90_s);
        }
    }

    #[test]
    fn where_all_is_there_the_quickest_way_is_found(mut city in city(), from in place(), to in place()) {
        for anywhere in &mut city {
            *anywhere = Anywhere { bike: 1.0, dock: 1.0, is_renting: true, is_returning: true, ..anywhere.clone() };
        }
        let best = best_s(&planned(&city, from, to));
        prop_assert!((best - lower_bound_s(&city, from, to)).abs() < 1e-6);
    }

    #[test]
    fn walking_is_always_offered_and_no_bike_is_slower(city in city(), from in place(), to in place()) {
        let plan = planned(&city, from, to);
        prop_assert!(plan.walk.bike.is_none() && plan.walk.stretch.duration_s > 0.0);
        for journey in &plan.journeys {
            prop_assert!(journey.durations.expected_s < plan.walk.stretch.duration_s);
        }
    }

    #[test]
    fn the_order_of_the_stations_changes_nothing(city in city(), from in place(), to in place()) {
        let stations: Vec<_> = city.iter().enumerate().map(|(index, anywhere)| station(index, anywhere)).collect();
        let reversed: Vec<_> = stations.iter().rev().cloned().collect();
        prop_assert_eq!(Network::new(stations), Network::new(reversed));
        prop_assert_eq!(planned(&city, from, to), planned(&city, from, to));
    }

    #[test]
    fn no_hopeless_station_is_recommended(city in city(), from in place(), to in place()) {
        for journey in planned(&city, from, to).journeys {
            let index = |id: &StationId| id.as_str().parse::<usize>().unwrap();
            let (start, end) = (&city[index(&journey.pickup.station_id)], &city[index(&journey.dropoff.station_id)]);
            prop_assert!(start.bike > 0.0 && start.is_renting);
            prop_assert!(end.dock > 0.0 && end.is_returning);
        }
    }
}
