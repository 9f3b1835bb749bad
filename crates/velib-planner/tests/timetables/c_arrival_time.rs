//! What counts is the moment of standing there: a bike on arrival at the first station, a dock on arrival at the last.

use crate::street::check;

#[test]
fn a_bike_that_will_be_gone_is_no_bike() {
    check(
        "0 → 3000",
        "Bastille 300 bike 1→0@3 dock 0
         Roquette 600 bike 1     dock 0
         Nation  2900 bike 0     dock 1",
        "walk 8m → Roquette (bike 1.00) → ride 9m → Nation (dock 1.00) → walk 1m [20m, p90 20m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn a_bike_that_will_have_come_is_a_bike() {
    check(
        "0 → 3000",
        "Bastille 300 bike 0→1@3 dock 0
         Nation  2900 bike 0     dock 1",
        "walk 4m → Bastille (bike 1.00) → ride 10m → Nation (dock 1.00) → walk 1m [17m, p90 17m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn a_dock_is_judged_when_the_bike_gets_there() {
    check(
        "0 → 3000",
        "Bastille 300 bike 1 dock 0
         Nation  2900 bike 0 dock 1→0@15
         Picpus  2500 bike 0 dock 0→1@13",
        "walk 4m → Bastille (bike 1.00) → ride 9m → Picpus (dock 1.00) → walk 7m [21m, p90 21m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn a_fallback_is_judged_at_its_own_arrival() {
    // Bastille fails after 4 minutes; Roquette, 4 minutes farther, is empty by then.
    check(
        "0 → 3000",
        "Bastille 300 bike .5    dock 0
         Roquette 600 bike 1→0@6 dock 0
         Nation  2900 bike 0     dock 1",
        "walk 4m → Bastille (bike .50) → ride 10m → Nation (dock 1.00) → walk 1m [29m, p90 40m] fastest safest least_walking
         walk 40m [40m]",
    );
}
