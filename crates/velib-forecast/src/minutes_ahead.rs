//! The way from the live count to a forecast's first horizon.
//!
//! The count changes as counts do, from the live one, and by as much as the station's own forecast expects: its change by
//! the first horizon, times the share of that which has usually come by then. A correction that grows with time makes it
//! meet the forecast there: the live count at zero, the forecast at the horizon. A straight line would keep a station
//! with one bike almost certain for a quarter of an hour, which it is not. No spread of another city is in it, only the
//! course of change.

use velib_domain::Distribution;

use crate::{
    Horizon,
    persistence::{changed_at_least, usual_change},
};

/// A count now, and how long from now is asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MinutesAhead {
    /// What is counted now.
    pub now: u16,
    /// The largest count there is room for.
    pub room: u16,
    /// How long from now; no longer than to `first`.
    pub after: Horizon,
    /// The first horizon that a forecast was made for.
    pub first: Horizon,
    /// By how many bikes or docks the forecast expects the count to have changed at its first horizon, up or down.
    pub expected_change: f64,
}

/// By how many a count is expected to have changed, up or down, where `p_at_least` says P(at least 1…`room`).
pub fn expected_change(now: u16, room: u16, p_at_least: impl Fn(u16) -> f64) -> f64 {
    (1..=room.max(now)).map(|n| if n <= now { 1.0 - p_at_least(n) } else { p_at_least(n) }).sum()
}

impl MinutesAhead {
    /// P(at least `n`), where `at_first` is what the forecast says of the same at its first horizon.
    pub fn p_at_least(&self, n: u16, at_first: f64) -> f64 {
        self.p_at_least_had_it(self.now, n, at_first)
    }

    /// The same, had the station this many now: bent as much as from the real count.
    pub fn p_at_least_had_it(&self, had: u16, n: u16, at_first: f64) -> f64 {
        let come = usual_change(self.after) / usual_change(self.first);
        let changed = |count, share: f64| changed_at_least(count, self.room, n, share * self.expected_change);
        let part = self.after.as_secs_f64() / self.first.as_secs_f64();
        (changed(had, come) + part * (at_first - changed(self.now, 1.0))).clamp(0.0, 1.0)
    }

    /// All counts, where `at_first` is the forecast at its first horizon.
    pub fn distribution(&self, at_first: &Distribution) -> Distribution {
        let support = usize::from(self.room).max(at_first.support());
        let mut at_least = 1.0_f64;
        let mut masses = Vec::with_capacity(support + 1);
        for count in 0..=support {
            let more = count + 1;
            let p = if more > support { 0.0 } else { self.p_at_least(more as u16, at_first.at_least(more)) };
            // Both parts fall with the count, their sum nearly always.
            let p = p.min(at_least);
            masses.push(at_least - p);
            at_least = p;
        }
        Distribution::from_masses(masses).unwrap_or_else(|_| Distribution::certain(self.now, self.room))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_domain::SignedDuration;

    fn ahead(now: u16, minutes: i64, forecast: &Distribution) -> MinutesAhead {
        let after = SignedDuration::from_mins(minutes);
        let expected_change = expected_change(now, 20, |n| forecast.at_least(n.into()));
        MinutesAhead { now, room: 20, after, first: SignedDuration::from_hours(1), expected_change }
    }

    #[test]
    fn a_station_whose_forecast_stays_stays_on_the_way() {
        let calm = Distribution::certain(1, 20);
        assert_eq!(ahead(1, 20, &calm).distribution(&calm), calm);
    }

    #[test]
    fn a_busy_station_loses_its_last_bike_sooner_than_a_calm_one() {
        let [calm, busy] = [0.2, 2.0]
            .map(|spread: f64| Distribution::censored(20, |x| 1.0 / (1.0 + (-(x - 1.0) / spread).exp())));
        let p = |forecast| ahead(1, 10, forecast).distribution(forecast).at_least(1);
        assert!(p(&calm) > p(&busy) + 0.05, "{} {}", p(&calm), p(&busy));
    }

    proptest! {
        #[test]
        fn it_is_the_live_count_at_zero_and_the_forecast_at_its_first_horizon(
            now in 0_u16..=20, masses in prop::collection::vec(0.01..1.0_f64, 21),
        ) {
            let forecast = Distribution::from_masses(masses).unwrap();
            prop_assert_eq!(ahead(now, 0, &forecast).distribution(&forecast), Distribution::certain(now, 20));
            let met = ahead(now, 60, &forecast).distribution(&forecast);
            for n in 0..=20 {
                prop_assert!((met.at_least(n) - forecast.at_least(n)).abs() < 1e-9);
            }
        }

        #[test]
        fn what_is_expected_to_change_is_the_mean_distance_from_now(
            now in 0_u16..=20, masses in prop::collection::vec(0.01..1.0_f64, 21),
        ) {
            let forecast = Distribution::from_masses(masses).unwrap();
            let counts = (0..).zip(forecast.masses());
            let mean: f64 = counts.map(|(count, mass)| f64::from(now.abs_diff(count)) * mass).sum();
            prop_assert!((expected_change(now, 20, |n| forecast.at_least(n.into())) - mean).abs() < 1e-9);
        }

        #[test]
        fn the_distribution_says_what_the_single_probability_says_wherever_that_falls_with_the_count(
            now in 0_u16..=20, minutes in 0_i64..=60, masses in prop::collection::vec(0.01..1.0_f64, 21),
        ) {
            let forecast = Distribution::from_masses(masses).unwrap();
            let ahead = ahead(now, minutes, &forecast);
            let whole = ahead.distribution(&forecast);
            let mut least = 1.0_f64;
            for n in 1..=20_u16 {
                least = least.min(ahead.p_at_least(n, forecast.at_least(n.into())));
                prop_assert!((whole.at_least(n.into()) - least).abs() < 1e-9);
            }
        }
    }
}
