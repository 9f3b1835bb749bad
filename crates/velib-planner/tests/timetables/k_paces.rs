//! Travellers who are quicker or slower than the usual one: quantiles come apart, and whoever must be in time leaves earlier.

use crate::street::planned;

const CERTAIN: &str = "Bastille 300 bike 1 dock 0
     Nation  2900 bike 0 dock 1";

#[test]
fn where_nothing_can_be_missing_only_paces_differ() {
    let alike = planned("0 → 3000", CERTAIN).journeys.remove(0).durations;
    let differ = planned("0 → 3000 paces usual", CERTAIN).journeys.remove(0).durations;
    assert!(
        (alike.expected_s - differ.expected_s).abs() < 1e-9 && (alike.if_ok_s - differ.if_ok_s).abs() < 1e-9
    );
    assert!((alike.p50_s - alike.p90_s).abs() < 1e-9);
    // 320 s on foot, 624 s by bike, 90 s at stations: 184 s of spread.
    assert!((differ.p50_s - alike.p50_s).abs() < 30.0, "{differ:?}");
    assert!((200.0..280.0).contains(&(differ.p90_s - differ.expected_s)), "{differ:?}");
    assert!((differ.p_within_p90 - 0.9).abs() < 0.002, "{differ:?}");
}

#[test]
fn what_may_fail_is_feared_beside_what_may_take_longer() {
    let stations = "Bastille 300 bike .8 dock 0
         Roquette 600 bike 1 dock 0
         Nation  2900 bike 0 dock 1";
    let durations = |options: &str| {
        let plan = planned(&format!("0 → 3000 {options}"), stations);
        let by_bastille =
            |j: &&velib_planner::Journey| j.pickup.as_ref().unwrap().station_id.as_str() == "Bastille";
        plan.journeys.iter().find(by_bastille).unwrap().durations
    };
    let (alike, differ) = (durations("risk fast"), durations("risk fast paces usual"));
    assert!(differ.p50_s < alike.p90_s && alike.p90_s < differ.p90_s, "{alike:?} {differ:?}");
}

#[test]
fn to_be_in_time_one_leaves_time_for_being_slow() {
    let plan = planned("0 → 3000 arrive 60 paces usual", CERTAIN);
    let journey = &plan.journeys[0];
    // A usual traveller would leave at 8.42; nine of ten are there in 21 min.
    assert_eq!(journey.depart_at.to_string(), "2026-11-20T07:38:00Z");
    assert!((0.9..0.94).contains(&journey.p_on_time.unwrap()), "{:?}", journey.p_on_time);
    // Who walks is as careful: 40 min become 50.
    assert!(
        ("2026-11-20T07:08"..="2026-11-20T07:12").contains(&plan.walk_at.to_string().as_str()),
        "{}",
        plan.walk_at
    );
}
