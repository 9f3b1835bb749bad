//! Laws of dividing bikes into kinds.

use proptest::prelude::*;
use velib_domain::{Distribution, SignedDuration};

use super::{KindsNow, Turnover, usual_share};

fn now(of_kind: u16, of_other: u16) -> KindsNow {
    KindsNow { of_kind, of_other, usual_share: 0.4 }
}

fn other(now: KindsNow) -> KindsNow {
    KindsNow { of_kind: now.of_other, of_other: now.of_kind, usual_share: 1.0 - now.usual_share }
}

#[test]
fn in_no_time_every_bike_is_what_it_is() {
    let turnover = Turnover::after(SignedDuration::ZERO);
    assert_eq!(turnover.of_kind(now(3, 5), &Distribution::certain(8, 20)), Distribution::certain(3, 20));
}

#[test]
fn when_all_bikes_that_stay_are_of_one_kind_only_those_that_come_can_be_of_the_other() {
    let turnover = Turnover { stayed: 1.0, stayed_concentration: 2.0, usual_bikes: 4.0, concentration: 8.0 };
    let ten_of_six = turnover.of_kind(now(0, 6), &Distribution::certain(10, 20));
    assert!(ten_of_six.at_least(5) < 1e-12 && ten_of_six.at_least(1) > 0.1);
}

#[test]
fn with_time_the_kinds_become_the_usual_ones() {
    let mean = |hours: i64| {
        let turnover = Turnover::after(SignedDuration::from_hours(hours));
        turnover.of_kind(now(0, 10), &Distribution::certain(10, 20)).mean()
    };
    assert!(mean(0) < mean(1) && mean(1) < mean(3) && mean(3) < 4.0);
}

proptest! {
    #[test]
    fn both_kinds_together_are_the_bikes(
        of_kind in 0..30_u16, of_other in 0..30_u16, usual_share in 0.0..1.0_f64, minutes in 0..300_i64,
        masses in prop::collection::vec(0.0..1.0_f64, 1..40),
    ) {
        prop_assume!(masses.iter().sum::<f64>() > 1e-6);
        let bikes = Distribution::from_masses(masses).unwrap();
        let now = KindsNow { usual_share, ..now(of_kind, of_other) };
        let turnover = Turnover::after(SignedDuration::from_mins(minutes));
        let (one, two) = (turnover.of_kind(now, &bikes), turnover.of_kind(other(now), &bikes));
        prop_assert!((one.mean() + two.mean() - bikes.mean()).abs() < 1e-6);
        for n in 0..=bikes.support() {
            prop_assert!(one.at_least(n) <= bikes.at_least(n) + 1e-9);
        }
        prop_assert!((turnover.any_of_kind(now, &bikes) - one.at_least(1)).abs() < 1e-9);
    }

    #[test]
    fn what_is_one_kind_is_not_the_other(of_kind in 0..20_u16, of_other in 0..20_u16, total in 0..40_usize) {
        let turnover = Turnover { stayed: 0.7, stayed_concentration: 1.5, usual_bikes: 3.0, concentration: 5.0 };
        let one = turnover.among(now(of_kind, of_other), total);
        let two = turnover.among(other(now(of_kind, of_other)), total);
        for (a, b) in one.iter().zip(two.iter().rev()) {
            prop_assert!((a - b).abs() < 1e-9);
        }
    }
}

#[test]
fn a_lone_bike_may_have_been_replaced_by_one_of_the_other_kind() {
    let turnover = Turnover::after(SignedDuration::from_hours(1));
    let of_kind = turnover.any_of_kind(now(0, 1), &Distribution::certain(1, 20));
    assert!((0.02..0.4).contains(&of_kind), "{of_kind}");
}

#[test]
fn the_more_often_a_bike_there_is_of_the_kind_the_likelier_one_is() {
    let turnover = Turnover::after(SignedDuration::from_hours(2));
    let p = |usual_share| {
        let now = KindsNow { usual_share, ..now(1, 4) };
        turnover.any_of_kind(now, &Distribution::certain(5, 20))
    };
    assert!(p(0.2) < p(0.4) && p(0.4) < p(0.8), "{} {} {}", p(0.2), p(0.4), p(0.8));
}

#[test]
fn a_station_hardly_counted_has_the_share_of_the_city() {
    assert!((usual_share(0, 0, 0.4) - 0.4).abs() < 1e-12);
    assert!(usual_share(2, 3, 0.4) < 0.45);
    assert!((usual_share(200, 250, 0.4) - 0.8).abs() < 0.05);
}
