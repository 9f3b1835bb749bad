//! Stations that do not rent, do not take back, are certainly empty or full, or that nobody knows: never recommended.

use velib_domain::StationId;
use velib_planner::Reason;

use crate::street::{check, check_dropped, planned};

const OUT_OF_SERVICE: &str = "Bastille 300 bike 1 dock 1 not-installed
     Charonne 400 bike 1 dock 1 not-renting
     Ledru    500 bike 0 dock 1
     Roquette 600 bike ? dock 1
     Voltaire 700 bike 1 dock 0
     Avron   2600 bike 1 dock 0
     Buzenval 2700 bike 1 dock ?
     Maraichers 2800 bike 1 dock 1 not-returning
     Nation  2900 bike 0 dock 1";

#[test]
fn what_is_out_of_service_is_passed_by() {
    check(
        "0 → 3000",
        OUT_OF_SERVICE,
        "walk 9m → Voltaire (bike 1.00) → ride 9m → Nation (dock 1.00) → walk 1m [21m, p90 21m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn what_is_passed_by_is_told_with_the_reason() {
    check_dropped(
        "0 → 3000",
        OUT_OF_SERVICE,
        &[
            "Bastille → ?: not_renting",
            "Charonne → ?: not_renting",
            "Roquette → ?: no_outlook",
            "Ledru → ?: certainly_empty",
            "? → Maraichers: not_returning",
            "? → Buzenval: no_outlook",
            "Voltaire → Avron: certainly_full",
        ],
    );
}

#[test]
fn a_station_out_of_service_is_no_fallback_either() {
    check(
        "0 → 3000",
        "Bastille 300 bike .5 dock 0
         Roquette 600 bike 1  dock 0 not-renting
         Nation  2900 bike 0  dock .5
         Picpus  2500 bike 0  dock 1 not-returning",
        "walk 4m → Bastille (bike .50) → ride 10m → Nation (dock .50) → walk 1m [32m, p90 40m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn a_journey_too_slow_is_told_too() {
    check_dropped(
        "0 → 300",
        "Bastille 100 bike 1 dock 0
         Nation   200 bike 0 dock 1",
        &["Nation → ?: certainly_empty", "Bastille → Nation: slower_than_walking"],
    );
}

#[test]
fn a_station_that_fell_silent_is_not_believed() {
    let stations = "Bastille 300 bike 1 dock 0 silent 30
         Roquette 600 bike 1  dock 0 silent 20
         Nation  2900 bike 0  dock 1";
    check(
        "0 → 3000",
        stations,
        "walk 8m → Roquette (bike 1.00) → ride 9m → Nation (dock 1.00) → walk 1m [20m, p90 20m] fastest safest least_walking
         walk 40m [40m]",
    );
    let reasons = &planned("0 → 3000", stations).journeys[0].reasons;
    let silent = Reason::StationSilent { station_id: StationId::new("Roquette"), silent_s: 20 * 3600 };
    assert!(reasons.contains(&silent), "{reasons:?}");
}
