//! Later today, in time for something, on slow feet, by e-bike, or with a bike in hand.

use velib_planner::Label;

use crate::street::{check, planned};

const CERTAIN: &str = "Bastille 300 bike 1 dock 0
     Nation  2900 bike 0 dock 1";

#[test]
fn later_is_judged_later() {
    check(
        "0 → 3000 depart 600",
        "Bastille 300 bike 0→1@600 dock 0
         Nation  2900 bike 0 dock 0→1@600",
        "walk 4m → Bastille (bike 1.00) → ride 10m → Nation (dock 1.00) → walk 1m [17m, p90 17m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn to_be_in_time_one_leaves_as_late_as_will_do() {
    // The way takes 17 min 14 s: to be there at 9.00 is to leave at 8.42.
    let plan = planned("0 → 3000 arrive 60", CERTAIN);
    let journey = &plan.journeys[0];
    assert_eq!(journey.depart_at.to_string(), "2026-11-20T07:42:00Z");
    assert_eq!(journey.p_on_time, Some(1.0));
    assert_eq!(plan.walk_at.to_string(), "2026-11-20T07:20:00Z");
}

#[test]
fn a_risk_is_left_time_for() {
    // One time of five there is no bike: the next one is 4 min 24 s farther on. Nine times of ten are not reached without.
    let plan = planned(
        "0 → 3000 arrive 60",
        "Bastille 300 bike .8 dock 0
         Roquette 600 bike 1 dock 0
         Nation  2900 bike 0 dock 1",
    );
    let by_bastille =
        plan.journeys.iter().find(|j| j.pickup.as_ref().unwrap().station_id.as_str() == "Bastille");
    let by_bastille = by_bastille.unwrap();
    assert_eq!(by_bastille.depart_at.to_string(), "2026-11-20T07:39:00Z");
    assert_eq!(by_bastille.p_on_time, Some(1.0));
    let fast = planned(
        "0 → 3000 arrive 60 risk fast",
        "Bastille 300 bike .8 dock 0
         Roquette 600 bike 1 dock 0
         Nation  2900 bike 0 dock 1",
    );
    assert_eq!(fast.journeys[0].depart_at.to_string(), "2026-11-20T07:42:00Z");
    assert_eq!(fast.journeys[0].p_on_time, Some(0.8));
}

#[test]
fn who_would_have_to_leave_with_the_walkers_walks() {
    // Three times of ten there is no bike, and the way goes on on foot: nine times of ten need as long as walking does.
    check(
        "0 → 3000 arrive 60",
        "Bastille 300 bike .7 dock 0
         Nation  2900 bike 0 dock 1",
        "walk 40m [40m]",
    );
}

#[test]
fn too_late_is_said_and_not_hidden() {
    let plan = planned("0 → 3000 arrive 15", CERTAIN);
    let journey = &plan.journeys[0];
    assert_eq!(journey.depart_at.to_string(), "2026-11-20T07:00:00Z");
    assert_eq!(journey.p_on_time, Some(0.0));
    assert!(journey.reasons.iter().any(|reason| reason.code() == "may_be_late"), "{:?}", journey.reasons);
}

#[test]
fn slow_feet_take_longer() {
    check(
        "0 → 3000 m_per_minute 37.5",
        CERTAIN,
        "walk 8m → Bastille (bike 1.00) → ride 10m → Nation (dock 1.00) → walk 3m [23m, p90 23m] fastest safest least_walking
         walk 80m [80m]",
    );
}

#[test]
fn with_a_bike_in_hand_only_docks_matter() {
    check(
        "0 → 3000 start riding",
        "Bastille 300 bike 0 dock 1
         Nation  2900 bike 0 dock .5
         Picpus  2600 bike 0 dock 1",
        "ride 10m → Picpus (dock 1.00) → walk 5m [16m, p90 16m] fastest safest
         ride 12m → Nation (dock .50) → walk 1m [16m, p90 19m] least_walking
         walk 40m [40m]",
    );
}

#[test]
fn an_ebike_is_offered_where_it_is_sooner() {
    check(
        "0 → 6000",
        "Bastille 300 bike 1 dock 0
         Roquette 600 bike 1 dock 0 ebike .9
         Nation  5900 bike 0 dock 1",
        "walk 4m → Bastille (bike 1.00) → ride 22m → Nation (dock 1.00) → walk 1m [29m, p90 29m] fastest safest least_walking
         walk 8m → Roquette (e-bike .90) → ride 11m → Nation (dock 1.00) → walk 1m [27m, p90 21m] ebike
         walk 80m [80m]",
    );
}

#[test]
fn an_ebike_nobody_can_count_on_is_not() {
    let plan = planned(
        "0 → 6000",
        "Bastille 300 bike 1 dock 0 ebike .3
         Nation  5900 bike 0 dock 1",
    );
    assert!(plan.journeys.iter().all(|journey| !journey.labels.contains(&Label::Ebike)), "{plan}");
}
