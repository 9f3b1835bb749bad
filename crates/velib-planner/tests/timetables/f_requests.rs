//! Requests: how far to walk, how many ride, and what cannot be answered.

use velib_domain::{SignedDuration, StationId};
use velib_planner::{JourneyRequest, Network, NetworkStation, RequestError, When};

use crate::street::{at_metre, check, eight_o_clock};

#[test]
fn nobody_is_sent_farther_on_foot_than_asked() {
    check("0 → 3000 max_walk 299", "Bastille 300 bike 1 dock 0\nNation 2900 bike 0 dock 1", "walk 40m [40m]");
}

#[test]
fn two_riders_need_two_bikes_and_two_docks() {
    check(
        "0 → 3000 riders 2",
        "Bastille 300 bike .9 dock 0
         Nation  2900 bike 0  dock .8",
        "walk 4m → Bastille (bike .81) → ride 10m → Nation (dock .64) → walk 1m [26m, p90 40m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn beyond_a_dozen_poor_stations_more_are_tried() {
    let mut stations = vec!["Nation 4000 bike 0 dock 1\nBastille 900 bike 1 dock 0".to_owned()];
    for step in 1..=12 {
        stations.push(format!("Poor{step} {} bike .01 dock 0", 30 * step));
    }
    check(
        "0 → 4000",
        &stations.join("\n"),
        "walk 12m → Bastille (bike 1.00) → ride 12m → Nation (dock 1.00) → walk 0m [26m, p90 26m] fastest safest least_walking
         walk 53m [53m]",
    );
}

fn check_refused(change: impl Fn(&mut JourneyRequest), message: &str) {
    let bastille = NetworkStation {
        station_id: StationId::new("1"),
        name: "Bastille".to_owned(),
        position: at_metre(0.0),
        is_installed: true,
        is_renting: true,
        is_returning: true,
        silent_for: None,
    };
    let network = Network::new(vec![bastille]);
    let mut request = JourneyRequest::new(at_metre(0.0), at_metre(1000.0), When::DepartAt(eight_o_clock()));
    assert_eq!(request.check(&network, eight_o_clock()), Ok(()));
    change(&mut request);
    let refused: RequestError = request.check(&network, eight_o_clock()).unwrap_err();
    assert_eq!(refused.to_string(), message);
}

#[test]
fn a_place_without_a_station_in_reach_is_refused_by_name() {
    check_refused(
        |request| request.to = at_metre(3500.0),
        "to (0.00000, 0.03148) is outside the service area: the nearest station is 3.5 km away, it must be within 2.0 km",
    );
}

#[test]
fn yesterday_and_the_day_after_tomorrow_are_refused() {
    check_refused(
        |request| request.when = When::DepartAt(eight_o_clock() - SignedDuration::from_hours(24)),
        "depart_at 2026-11-19T07:00:00Z is out of range: it must lie between 2026-11-20T06:55:00Z and 2026-11-21T07:00:00Z",
    );
    check_refused(
        |request| request.when = When::DepartAt(eight_o_clock() + SignedDuration::from_hours(48)),
        "depart_at 2026-11-22T07:00:00Z is out of range: it must lie between 2026-11-20T06:55:00Z and 2026-11-21T07:00:00Z",
    );
}

#[test]
fn absurd_numbers_are_refused() {
    check_refused(|request| request.riders = 0, "riders is 0: it must be 1 to 5");
    check_refused(|request| request.max_walk_m = f64::NAN, "max_walk_m is NaN: it must be 1 to 5000");
}
