//! Several good journeys: time, chance and walking pull apart.

use crate::street::{check, planned};

use velib_planner::MAX_JOURNEYS;

#[test]
fn the_risky_near_and_the_safe_far_are_both_offered() {
    check(
        "0 → 4000",
        "Bastille 200 bike .8 dock 0
         Roquette 500 bike 1  dock 0
         Nation  3900 bike 0  dock 1",
        "walk 3m → Bastille (bike .80) → ride 15m → Nation (dock 1.00) → walk 1m [21m, p90 23m] fastest least_walking
         walk 7m → Roquette (bike 1.00) → ride 14m → Nation (dock 1.00) → walk 1m [23m, p90 23m] safest
         walk 53m [53m]",
    );
}

#[test]
fn less_walking_is_worth_an_offer_though_it_takes_longer() {
    // To who minds walking, a minute and a half less on foot count as more than two: what is offered first is not the fastest.
    check(
        "0 → 4000 risk safe",
        "Bastille 400 bike 1 dock 0
         Nation  3700 bike 0 dock 1
         Picpus  4195 bike 0 dock 1",
        "walk 5m → Bastille (bike 1.00) → ride 15m → Picpus (dock 1.00) → walk 3m [25m, p90 25m] safest least_walking
         walk 5m → Bastille (bike 1.00) → ride 13m → Nation (dock 1.00) → walk 4m [24m, p90 24m] fastest
         walk 53m [53m]",
    );
}

#[test]
fn what_is_offered_first_depends_on_what_the_traveller_minds() {
    let stations = "Bastille 200 bike .8 dock 0
         Roquette 500 bike 1  dock 0
         Nation  3900 bike 0  dock 1";
    let first = |risk: &str| {
        let plan = planned(&format!("0 → 4000 risk {risk}"), stations);
        plan.journeys[0].pickup.as_ref().unwrap().station_id.to_string()
    };
    // Bastille: 3 min on foot, and one time of five 4 min more. Roquette: 7 min on foot. Ten minutes to be spared a
    // failure are two minutes each time, and walking less is worth more than that; half an hour are six.
    assert_eq!([first("fast"), first("balanced"), first("safe")], ["Bastille", "Bastille", "Roquette"]);
    let stations = stations.replace("bike .8", "bike .4");
    let first = |risk: &str| {
        let plan = planned(&format!("0 → 4000 risk {risk}"), &stations);
        plan.journeys[0].pickup.as_ref().unwrap().station_id.to_string()
    };
    assert_eq!([first("fast"), first("balanced"), first("safe")], ["Bastille", "Roquette", "Roquette"]);
}

#[test]
fn a_risk_nobody_would_notice_is_no_second_offer() {
    check(
        "0 → 4000",
        "Bastille 200 bike .99 dock 0
         Roquette 260 bike 1   dock 0
         Nation  3900 bike 0   dock 1",
        "walk 3m → Bastille (bike .99) → ride 15m → Nation (dock 1.00) → walk 1m [20m, p90 20m] fastest safest least_walking
         walk 53m [53m]",
    );
}

#[test]
fn equal_journeys_are_told_apart_by_station_id() {
    check(
        "0 → 3000",
        "Zola    300 bike 1 dock 0
         Arago   300 bike 1 dock 0
         Nation 2900 bike 0 dock 1",
        "walk 4m → Arago (bike 1.00) → ride 10m → Nation (dock 1.00) → walk 1m [17m, p90 17m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn no_more_is_offered_than_a_person_can_weigh() {
    let mut stations = vec!["Nation 6000 bike 0 dock 1".to_owned()];
    for step in 1..=9 {
        stations.push(format!("Start{step} {} bike .{step} dock 0", 100 * step));
    }
    let plan = planned("0 → 6000", &stations.join("\n"));
    assert!(!plan.journeys.is_empty() && plan.journeys.len() <= MAX_JOURNEYS, "{plan}");
}
