//! When to switch, and why: numbers that a traveller can check.

use velib_domain::StationId;
use velib_planner::{Missing, Reason};

use crate::street::planned;

#[test]
fn below_a_count_the_other_station_is_better() {
    // Minutes, on foot a tenth more: by Bastille 1.47 + 14.8, and where there is none 4.4 + 13.6 after the 1.47, and 3.5 more for the
    // failure; by Roquette 2.93 + 13.6. Bastille is better from a chance of .96 on, which four bikes now do not give (15/16) and
    // five do (31/32).
    let plan = planned(
        "300 → 4000",
        "Bastille 200 bike .97 dock 0
         Roquette 500 bike 1   dock 0
         Nation  3900 bike 0   dock 1",
    );
    let advice = &plan.journeys[0].switch_if[0];
    assert_eq!((advice.station_id.as_str(), advice.what), ("Bastille", Missing::Bike));
    assert_eq!((advice.to.as_str(), advice.below, advice.journey), ("Roquette", 5, Some(1)));
}

#[test]
fn what_lies_on_the_way_is_always_tried_first_by_who_counts_only_time() {
    let plan = planned(
        "0 → 4000 risk fast",
        "Bastille 200 bike .8 dock 0
         Roquette 500 bike 1  dock 0
         Nation  3900 bike 0  dock 1",
    );
    assert_eq!(plan.journeys[0].switch_if, []);
}

#[test]
fn a_dock_is_looked_at_again_on_the_way() {
    let plan = planned(
        "0 → 3000",
        "Bastille 300 bike 1 dock 0
         Nation  2900 bike 0 dock .8
         Picpus  2500 bike 0 dock 1",
    );
    let advice = plan.journeys[0].switch_if.iter().find(|advice| advice.what == Missing::Dock).unwrap();
    assert_eq!((advice.station_id.as_str(), advice.to.as_str()), ("Nation", "Picpus"));
    assert!((1..=10).contains(&advice.below), "{advice:?}");
}

#[test]
fn where_there_is_no_other_station_there_is_no_advice() {
    let plan = planned("0 → 3000", "Bastille 300 bike .9 dock 0\nNation 2900 bike 0 dock .9");
    assert_eq!(plan.journeys[0].switch_if, []);
}

#[test]
fn passing_the_nearest_station_by_is_explained() {
    let plan = planned(
        "0 → 3000",
        "Bastille 300 bike .1 dock 0
         Roquette 600 bike 1  dock 0
         Nation  2900 bike 0  dock 0
         Picpus  2700 bike 0  dock 1",
    );
    let by_roquette =
        plan.journeys.iter().find(|j| j.pickup.as_ref().unwrap().station_id.as_str() == "Roquette");
    let reasons = &by_roquette.unwrap().reasons;
    let bastille = StationId::new("Bastille");
    let risky = reasons.iter().find_map(|reason| match reason {
        Reason::NearestPickupRisky { station_id, p, .. } if *station_id == bastille => Some(*p),
        _ => None,
    });
    assert_eq!(risky, Some(0.1));
    let filling = reasons.iter().find_map(|reason| match reason {
        Reason::NearestDropoffFilling { p, saves_s, .. } => Some((*p, *saves_s > 0.0)),
        _ => None,
    });
    assert_eq!(filling, Some((0.0, true)));
}

#[test]
fn safety_is_told_with_its_price() {
    let plan = planned(
        "0 → 4000",
        "Bastille 200 bike .8 dock 0
         Roquette 500 bike 1  dock 0
         Nation  3900 bike 0  dock 1",
    );
    let price = plan.journeys[1].reasons.iter().find_map(|reason| match reason {
        Reason::SaferThanFastest { gains_p, costs_s } => Some((*gains_p, *costs_s)),
        _ => None,
    });
    let (gains_p, costs_s) = price.unwrap();
    assert!((gains_p - 0.2).abs() < 1e-9 && (60.0..180.0).contains(&costs_s), "{gains_p} {costs_s}");
}
