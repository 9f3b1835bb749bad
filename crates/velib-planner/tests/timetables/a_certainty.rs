//! Every bike and every dock is certain: only the way counts.

use crate::street::check;

#[test]
fn two_stations_make_one_journey() {
    // 4 min + unlock 1 + 10 min 24 s + dock ½ + 1 min 20 s
    check(
        "0 → 3000",
        "Bastille  300 bike 1 dock 0
         Nation   2900 bike 0 dock 1",
        "walk 4m → Bastille (bike 1.00) → ride 10m → Nation (dock 1.00) → walk 1m [17m, p90 17m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn no_station_leaves_the_walk() {
    check("0 → 3000", "", "walk 40m [40m]");
}

#[test]
fn one_station_is_no_journey() {
    check("0 → 3000", "Bastille 300 bike 1 dock 1", "walk 40m [40m]");
}

#[test]
fn a_bike_is_not_worth_it_round_the_corner() {
    check(
        // 1 min 20 s + unlock 1 + 24 s + dock ½ + 1 min 20 s are longer than 4 min.
        "0 → 300",
        "Bastille 100 bike 1 dock 1
         Nation   200 bike 1 dock 1",
        "walk 4m [4m]",
    );
}

#[test]
fn the_nearest_stations_win() {
    check(
        "0 → 3000",
        "Bastille 300 bike 1 dock 0
         Roquette 500 bike 1 dock 0
         Nation  2900 bike 0 dock 1
         Picpus  2700 bike 0 dock 1",
        "walk 4m → Bastille (bike 1.00) → ride 10m → Nation (dock 1.00) → walk 1m [17m, p90 17m] fastest safest least_walking
         walk 40m [40m]",
    );
}

#[test]
fn a_station_may_lie_behind_the_traveller() {
    check(
        "1000 → 4000",
        "Bastille 800 bike 1 dock 0
         Nation  4000 bike 0 dock 1",
        "walk 3m → Bastille (bike 1.00) → ride 13m → Nation (dock 1.00) → walk 0m [17m, p90 17m] fastest safest least_walking
         walk 40m [40m]",
    );
}
