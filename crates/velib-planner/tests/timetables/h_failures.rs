//! What a failure tells, waiting, and the second station that fails.

use crate::street::{check, planned};

#[test]
fn a_second_station_may_fail_too() {
    // Half of the time 17.2 min; else 4 min on to Roquette, half of that 20.0 min; else 4 more to Voltaire, 22.8 min.
    check(
        "0 → 3000",
        "Bastille 300 bike .5 dock 0
         Roquette 600 bike .5 dock 0
         Voltaire 900 bike 1  dock 0
         Nation  2900 bike 0  dock 1",
        "walk 4m → Bastille (bike .50) → ride 10m → Nation (dock 1.00) → walk 1m [19m, p90 23m] fastest least_walking
         walk 12m → Voltaire (bike 1.00) → ride 8m → Nation (dock 1.00) → walk 1m [23m, p90 23m] safest
         walk 40m [40m]",
    );
}

#[test]
fn the_stations_to_try_are_told_in_turn() {
    let plan = planned(
        "0 → 3000 risk fast",
        "Bastille 300 bike .5 dock 0
         Roquette 600 bike .5 dock 0
         Voltaire 900 bike 1  dock 0
         Nation  2900 bike 0  dock .5
         Picpus  2600 bike 0  dock .5
         Bercy   2300 bike 0  dock 1",
    );
    let journey = &plan.journeys[0];
    let names = |stop: &velib_planner::Stop| -> Vec<String> {
        stop.fallbacks.iter().map(|fallback| fallback.name.clone()).collect()
    };
    assert_eq!(names(journey.pickup.as_ref().unwrap()), ["Roquette", "Voltaire"]);
    assert_eq!(names(&journey.dropoff), ["Picpus", "Bercy"]);
}

#[test]
fn nobody_goes_back_to_where_nothing_was() {
    let plan = planned(
        "0 → 3000",
        "Bastille 300 bike .9 dock 0
         Roquette 400 bike .1 dock 0
         Nation  2900 bike 0  dock .9
         Picpus  2800 bike 0  dock .1",
    );
    let journey = &plan.journeys[0];
    let pickup = journey.pickup.as_ref().unwrap();
    assert!(pickup.fallbacks.len() <= 1 && journey.dropoff.fallbacks.len() <= 1, "{journey:?}");
}

#[test]
fn where_neighbours_fail_together_the_next_one_is_no_help() {
    let stations = "Bastille 300 bike .5 dock 0
         Roquette 600 bike .5 dock 0
         Nation  2900 bike 0  dock 1";
    let fallback = |request: &str| {
        let plan = planned(request, stations);
        let pickup = plan.journeys[0].pickup.clone().unwrap();
        (pickup.fallbacks[0].p, plan.journeys[0].durations.expected_s)
    };
    let (alone, alone_s) = fallback("0 → 3000");
    let (together, together_s) = fallback("0 → 3000 rho -1");
    // Odds of one to one, divided by e.
    assert!((alone - 0.5).abs() < 1e-9 && (together - 0.2689).abs() < 1e-4, "{alone} {together}");
    assert!(together_s > alone_s + 60.0, "{together_s} {alone_s}");
}

#[test]
fn a_sure_bike_stays_sure() {
    let stations = "Bastille 300 bike .5 dock 0
         Roquette 600 bike 1 dock 0
         Nation  2900 bike 0  dock 1";
    let best = |request: &str| planned(request, stations).journeys[0].durations;
    assert_eq!(best("0 → 3000"), best("0 → 3000 rho -2"));
}

#[test]
fn waiting_is_tried_before_a_long_walk() {
    // Roquette is 9 min away; half of the time a bike comes within three.
    let plan = planned(
        "0 → 3000 comes .5",
        "Bastille 300 bike .6 dock 0
         Roquette 975 bike 1 dock 0
         Nation  2900 bike 0  dock 1",
    );
    let pickup = plan.journeys[0].pickup.clone().unwrap();
    let wait = pickup.wait.unwrap();
    assert_eq!((wait.seconds, wait.p), (180.0, 0.5));
    assert_eq!(pickup.fallbacks[0].name, "Roquette");
}

#[test]
fn nothing_comes_to_a_station_that_stays_empty() {
    let plan = planned(
        "0 → 3000 comes .5",
        "Bastille 300 bike .6→0@5 dock 0
         Roquette 975 bike 1 dock 0
         Nation  2900 bike 0  dock 1",
    );
    assert_eq!(plan.journeys[0].pickup.clone().unwrap().wait, None);
}

#[test]
fn a_full_station_next_to_a_free_one_is_not_waited_at() {
    let plan = planned(
        "0 → 3000 comes .9",
        "Bastille 300 bike 1 dock 0
         Nation  2900 bike 0 dock .5
         Picpus  2950 bike 0 dock .9",
    );
    let nation = plan.journeys.iter().find(|journey| journey.dropoff.station_id.as_str() == "Nation");
    assert_eq!(nation.and_then(|journey| journey.dropoff.wait), None);
}
