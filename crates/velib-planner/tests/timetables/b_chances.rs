//! Bikes and docks may be missing: a failure costs the way to the next station.

use crate::street::{check, planned};

#[test]
fn a_missing_bike_costs_the_walk_to_the_next_one() {
    check(
        "0 → 3000 risk fast",
        "Bastille 300 bike .5 dock 0
         Roquette 600 bike 1  dock 0
         Nation  2900 bike 0  dock 1",
        "walk 4m → Bastille (bike .50) → ride 10m → Nation (dock 1.00) → walk 1m [19m, p90 20m] fastest least_walking
         walk 8m → Roquette (bike 1.00) → ride 9m → Nation (dock 1.00) → walk 1m [20m, p90 20m] safest
         walk 40m [40m]",
    );
}

#[test]
fn a_missing_dock_costs_the_ride_to_the_next_one() {
    check(
        "0 → 3000",
        "Bastille 300 bike 1 dock 0
         Nation  2900 bike 0 dock .8
         Picpus  2500 bike 0 dock 1",
        "walk 4m → Bastille (bike 1.00) → ride 10m → Nation (dock .80) → walk 1m [19m, p90 25m] fastest least_walking
         walk 4m → Bastille (bike 1.00) → ride 9m → Picpus (dock 1.00) → walk 7m [21m, p90 21m] safest
         walk 40m [40m]",
    );
}

#[test]
fn with_no_other_bike_the_traveller_walks_on() {
    check(
        "0 → 3000",
        "Bastille 300 bike .7 dock 0
         Nation  2900 bike 0  dock 1",
        "walk 4m → Bastille (bike .70) → ride 10m → Nation (dock 1.00) → walk 1m [24m, p90 40m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn with_no_other_dock_the_traveller_waits() {
    check(
        "0 → 3000",
        "Bastille 300 bike 1 dock 0
         Nation  2900 bike 0 dock .7",
        "walk 4m → Bastille (bike 1.00) → ride 10m → Nation (dock .70) → walk 1m [22m, p90 32m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn an_unlikely_bike_is_not_worth_going_back_for() {
    check(
        "100 → 1100",
        "Bastille   0 bike .05 dock 0
         Nation  1000 bike 0   dock 1",
        "walk 13m [13m]",
    );
}

#[test]
fn the_fallbacks_are_named_with_their_chances() {
    let plan = planned(
        "0 → 3000 risk fast",
        "Bastille 300 bike .5 dock 0
         Roquette 600 bike .9 dock 0
         Nation  2900 bike 0 dock .8
         Picpus  2500 bike 0 dock .7",
    );
    let journey = &plan.journeys[0];
    let bike = &journey.pickup.as_ref().unwrap().fallbacks[0];
    assert_eq!((bike.name.as_str(), bike.p, bike.away_s.round()), ("Roquette", 0.9, 240.0));
    let dock = &journey.dropoff.fallbacks[0];
    assert_eq!((dock.name.as_str(), dock.p, dock.away_s.round()), ("Picpus", 0.7, 96.0));
    assert!((journey.p_no_failure() - 0.4).abs() < 1e-9);
}
