//! A forecast count's few numbers, read as probabilities of any number of bikes, of any kind.
//!
//! A [`CountForecast`] says P(at least 1…5) and three quantiles. Beyond five, probabilities go straight from one
//! quantile to the next, and fall off exponentially outside of them. Kinds are told of one, two, three and four bikes apart, of more together at their mean.

use std::iter::once;

use velib_domain::Distribution;
use velib_forecast::{
    CountForecast,
    kinds::{KindsNow, Turnover},
};

/// No outer quantile is nearer to the median than this, as far as tails are concerned.
const LEAST_SPREAD: f64 = 0.25;

/// P(at least `n`), where there is room for so many.
pub(super) fn p_at_least(forecast: &CountForecast, room: u16, n: u16) -> f64 {
    let most = forecast.p_at_least.len();
    match usize::from(n) {
        0 => 1.0,
        few if few <= most => forecast.p_at_least[few - 1],
        _ => p_of_many(forecast, room, n),
    }
}

/// Quantiles hold for the middle of a count, so that half a bike lies between a median of 9 and P(at least 10).
fn p_of_many(forecast: &CountForecast, room: u16, n: u16) -> f64 {
    let &CountForecast { p10, p50, p90, p_at_least, .. } = forecast;
    if n > room {
        return 0.0;
    }
    let x = f64::from(n) - 0.5;
    let straight = |from: f64, to: f64| ((x - from) / (to - from)).clamp(0.0, 1.0);
    // A tenth lies beyond an outer quantile, a fifth of the half beyond the median: ln 5 in between.
    let tail = |beyond: f64, spread: f64| 0.1 * (-beyond * 5.0_f64.ln() / spread.max(LEAST_SPREAD)).exp();
    let p = if x <= p10 {
        1.0 - tail(p10 - x, p50 - p10)
    } else if x <= p50 {
        0.9 - 0.4 * straight(p10, p50)
    } else if x <= p90 {
        0.5 - 0.4 * straight(p50, p90)
    } else {
        tail(x - p90, p90 - p50)
    };
    p.min(p_at_least[p_at_least.len() - 1])
}

/// P(at least 1, 2, … of the kind asked for), as far as it is not zero, where there is room for so many bikes.
pub(super) fn of_kind(forecast: &CountForecast, room: u16, now: KindsNow, turnover: &Turnover) -> Vec<f64> {
    let most = forecast.p_at_least.len();
    let p_none = 1.0 - forecast.p_at_least[0];
    let p_few = forecast.p_at_least.windows(2).map(|pair| pair[0] - pair[1]);
    let mut bikes: Vec<f64> = once(p_none).chain(p_few).map(|p| p.max(0.0)).collect();
    let p_many = forecast.p_at_least[most - 1];
    if p_many > 0.0 {
        let mean_below: f64 = bikes.iter().zip(0..).map(|(p, count)| f64::from(count) * p).sum();
        // No whole number of bikes: the one below and the one above, so that kinds add up to the mean.
        // Where many are next to impossible their mean is anything: it is held within the room there is.
        let mean = ((forecast.mean - mean_below) / p_many).min(room.into()).max(most as f64);
        bikes.resize(mean.ceil() as usize + 1, 0.0);
        bikes[mean as usize] = p_many * (1.0 - mean.fract());
        bikes[mean.ceil() as usize] += p_many * mean.fract();
    }
    let bikes = Distribution::from_masses(bikes).expect("what is not none, few or many is nothing");
    turnover.of_kind(now, &bikes).at_least_each().split_off(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_domain::SignedDuration;

    fn forecast(mean: f64, p_at_least: [f64; 5]) -> CountForecast {
        CountForecast { mean, p10: 0.0, p50: mean, p90: mean + 4.0, p_at_least }
    }

    #[test]
    fn five_and_fewer_are_told_and_more_lie_between_the_quantiles() {
        let ten = forecast(10.0, [1.0, 1.0, 1.0, 0.99, 0.98]);
        assert!((p_at_least(&ten, 20, 4) - 0.99).abs() < 1e-12);
        assert!(p_at_least(&ten, 20, 10) > 0.5 && p_at_least(&ten, 20, 11) < 0.5);
        assert!(p_at_least(&ten, 20, 21) < 1e-12);
    }

    #[test]
    fn far_below_its_quantiles_a_count_is_nearly_sure() {
        let twenty = CountForecast { mean: 20.0, p10: 17.5, p50: 20.0, p90: 22.5, p_at_least: [1.0; 5] };
        assert!(p_at_least(&twenty, 40, 10) > 0.999);
        assert!((p_at_least(&twenty, 40, 18) - 0.9).abs() < 1e-9);
        let at_least: Vec<f64> = (0..=40).map(|n| p_at_least(&twenty, 40, n)).collect();
        let changed = velib_forecast::minutes_ahead::ExpectedChange::of(20, &at_least).size();
        assert!((1.0..2.0).contains(&changed), "{changed}");
    }

    #[test]
    fn many_bikes_that_are_next_to_impossible_are_no_more_than_there_is_room_for() {
        let rounded = forecast(4.1, [0.9, 0.8, 0.7, 0.5, 1e-12]);
        let now = KindsNow { of_kind: 2, of_other: 3, usual_share: 0.4 };
        let p = of_kind(&rounded, 20, now, &Turnover::after(SignedDuration::from_hours(1)));
        assert!(p.len() <= 21, "{} numbers of bikes in room for 20", p.len());
    }

    #[test]
    fn the_kind_that_stands_there_is_the_likelier_one() {
        let three = forecast(3.0, [1.0, 1.0, 1.0, 0.0, 0.0]);
        let turnover = Turnover::after(SignedDuration::from_hours(1));
        let p = |of_kind, of_other| {
            of_kind_at(&three, KindsNow { of_kind, of_other, usual_share: 0.4 }, &turnover)
        };
        assert!(p(3, 0) > 0.95 && p(0, 3) < p(1, 2) && p(1, 2) < p(3, 0));
    }

    fn of_kind_at(forecast: &CountForecast, now: KindsNow, turnover: &Turnover) -> f64 {
        of_kind(forecast, 20, now, turnover)[0]
    }

    proptest! {
        #[test]
        fn a_kind_is_never_likelier_than_any_bike_nor_two_than_one(
            mut told in prop::array::uniform5(0.0..1.0_f64), more in 0.0..30.0_f64,
            kind in 0..20_u16, of_other in 0..20_u16, usual_share in 0.0..1.0_f64,
        ) {
            told.sort_by(|a, b| b.total_cmp(a));
            let count = forecast(told.iter().sum::<f64>() + more, told);
            let turnover = Turnover::after(SignedDuration::from_hours(2));
            let p = of_kind(&count, 60, KindsNow { of_kind: kind, of_other, usual_share }, &turnover);
            for (index, pair) in p.windows(2).enumerate() {
                prop_assert!(pair[1] <= pair[0] + 1e-9);
                prop_assert!(index >= 5 || pair[0] <= told[index] + 1e-9);
            }
            prop_assert!(p.len() <= 61);
            for n in 0..60 {
                prop_assert!(p_at_least(&count, 60, n + 1) <= p_at_least(&count, 60, n) + 1e-9);
            }
        }
    }
}
