//! The way from the live count to a forecast's first horizon.
//!
//! Of the bikes by which a station will have changed at the first horizon, each has changed by a moment before it, or not
//! yet, whatever the others do. So the change until then is a share of the forecast's own change, bike by bike: nothing of
//! it at the live count, all of it at the horizon, and no spread of another city in between.
//!
//! How large a share is follows from the forecast too. What the count is expected to rise or fall by comes evenly with
//! time. What may go either way comes as a random walk goes: with time where changes are few, with its root where there
//! are many, because more of them undo each other the longer one waits.
//!
//! A station that is empty at the horizon does not tell how many more would have left it, and with them it was empty
//! sooner; and so a full one.

use std::f64::consts::FRAC_PI_2;

use velib_domain::Distribution;

use crate::{Horizon, persistence::persisted_at_least};

/// The share of empty stations that somebody comes to in vain, of those that somebody came to so, and so on; of full ones too.
/// Chosen on validation days of Oslo, where all from a half to two thirds are nearly alike.
const IN_VAIN: f64 = 0.6;

/// Of a probability by which somebody chooses where to go, the part that is doubted now; see [`MinutesAhead::p_to_go_by`].
/// Chosen on two weeks of September in Oslo.
const DOUBT: f64 = 0.5;

/// Probabilities smaller than this are left out.
const HARDLY: f64 = 1e-9;

/// By how much a count is expected to have changed at a forecast's first horizon: up minus down is the mean change, and both
/// together how large a change is on average.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExpectedChange {
    /// What is expected above the count now.
    pub up: f64,
    /// What is expected to be missing from it.
    pub down: f64,
}

/// A count now, and how long from now is asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MinutesAhead<'a> {
    /// What is counted now.
    pub now: u16,
    /// What the forecast says of its first horizon: P(at least 0, 1, 2, …), to the largest count there is room for.
    pub at_first: &'a [f64],
    /// What the forecast expects to have changed by then; worked out once for many moments.
    pub change: ExpectedChange,
    /// How long from now; no longer than to `first`.
    pub after: Horizon,
    /// The first horizon that the forecast was made for.
    pub first: Horizon,
}

impl ExpectedChange {
    /// From the count now to a forecast that says P(at least 0, 1, 2, …).
    pub fn of(now: u16, at_first: &[f64]) -> Self {
        let now = usize::from(now);
        let up = at_first.iter().skip(now + 1).sum();
        let told: f64 = at_first.iter().take(now + 1).skip(1).sum();
        Self { up, down: (now as f64 - told).max(0.0) }
    }

    /// The mean of the change, up or down.
    pub fn size(self) -> f64 {
        self.up + self.down
    }

    /// The shares of what comes and of what goes that have done so after this part of the time.
    fn come_and_gone(self, part: f64) -> (f64, f64) {
        let either_way = walked(self.size(), part);
        let (less, more) = (self.up.min(self.down), self.up.max(self.down));
        if more <= 0.0 {
            return (part, part);
        }
        // So that the mean change comes evenly.
        let mostly = part + (either_way - part) * less / more;
        if self.up < self.down { (either_way, mostly) } else { (mostly, either_way) }
    }
}

/// How far a walk has come after a part of its time, as a share of how far it comes: single steps at random moments, up or
/// down as a coin falls, which end `size` from their beginning on average.
fn walked(size: f64, part: f64) -> f64 {
    // size² = steps² / (1 + ½π · steps), within a few percent for any number of steps.
    let half = 0.5 * FRAC_PI_2 * size * size;
    let crowded = FRAC_PI_2 * (half + (half * half + size * size).sqrt());
    part * ((1.0 + crowded) / (1.0 + crowded * part)).sqrt()
}

impl MinutesAhead<'_> {
    /// P(at least `n`).
    pub fn p_at_least(&self, n: u16) -> f64 {
        self.p_at_least_had_it(self.now, n)
    }

    /// The same, had the station this many now and changed as it is expected to.
    pub fn p_at_least_had_it(&self, had: u16, n: u16) -> f64 {
        let (had, n) = (usize::from(had), usize::from(n));
        let (come, gone) = self.change.come_and_gone(self.after.as_secs_f64() / self.first.as_secs_f64());
        match n.checked_sub(had) {
            _ if n == 0 => 1.0,
            Some(more @ 1..) => p_changed(more, come, |change| self.p_up(change)),
            _ => 1.0 - p_changed(had - n + 1, gone, |change| self.p_down(change)),
        }
    }

    /// The same for who goes there because of it.
    ///
    /// Who goes where most is promised goes where too much is promised. So a part of the promise is doubted: in its place stands
    /// what becomes of such a count at any station, for which none is chosen. The nearer the first horizon, the less is doubted.
    pub fn p_to_go_by(&self, had: u16, n: u16) -> f64 {
        let doubt = DOUBT * (1.0 - self.after.as_secs_f64() / self.first.as_secs_f64());
        let anywhere = persisted_at_least(had, self.room() as u16, n, self.after);
        (1.0 - doubt) * self.p_at_least_had_it(had, n) + doubt * anywhere
    }

    /// All counts.
    pub fn distribution(&self) -> Distribution {
        let support = self.room().max(self.now.into());
        let mut at_least = 1.0_f64;
        let mut masses = Vec::with_capacity(support + 1);
        for more in 1..=support {
            // What was left out may differ from count to count.
            let p = self.p_at_least(more as u16).min(at_least);
            masses.push(at_least - p);
            at_least = p;
        }
        masses.push(at_least);
        Distribution::from_masses(masses)
            .expect("probabilities that fall from one to zero are a distribution")
    }

    /// The largest count there is room for.
    fn room(&self) -> usize {
        self.at_first.len().saturating_sub(1)
    }

    /// P(so many more at the first horizon), had there been room.
    fn p_up(&self, change: usize) -> f64 {
        let count = usize::from(self.now) + change;
        let full = self.room();
        self.p_first(count.min(full)) * in_vain(count.saturating_sub(full))
    }

    /// P(so many fewer at the first horizon), had they been there.
    fn p_down(&self, change: usize) -> f64 {
        let now = usize::from(self.now);
        (1.0 - self.p_first(now.saturating_sub(change) + 1)) * in_vain(change.saturating_sub(now))
    }

    fn p_first(&self, at_least: usize) -> f64 {
        self.at_first.get(at_least).copied().unwrap_or(0.0)
    }
}

/// P(at least so many came in vain) to a station that is empty, or full.
fn in_vain(so_many: usize) -> f64 {
    // Of most changes nobody came in vain: no call for those.
    if so_many == 0 { 1.0 } else { all_of(so_many, IN_VAIN) }
}

/// P(each of so many), where each has probability `p`.
fn all_of(so_many: usize, p: f64) -> f64 {
    p.powi(i32::try_from(so_many).unwrap_or(i32::MAX))
}

/// P(at least so many have changed), where each of a change has with probability `share`, and `p_at_first` says P(a change of at
/// least so many) at the first horizon. The last of those that have changed is one of the change: the probability that it
/// is this one, times that of a change so large.
fn p_changed(so_many: usize, share: f64, p_at_first: impl Fn(usize) -> f64) -> f64 {
    let mut is_this = all_of(so_many, share);
    if is_this <= 0.0 {
        return 0.0;
    }
    let (mut p, mut is_later) = (0.0, 1.0);
    for change in so_many.. {
        let reached = p_at_first(change);
        let adds = is_later * reached >= HARDLY;
        if !adds {
            break;
        }
        p += is_this * reached;
        is_later -= is_this;
        is_this *= (1.0 - share) * change as f64 / (change + 1 - so_many) as f64;
    }
    p.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_domain::SignedDuration;

    const HOUR: Horizon = SignedDuration::from_hours(1);

    fn ahead(now: u16, minutes: i64, at_first: &[f64]) -> MinutesAhead<'_> {
        let after = SignedDuration::from_mins(minutes);
        MinutesAhead { now, at_first, change: ExpectedChange::of(now, at_first), after, first: HOUR }
    }

    fn forecasts() -> impl Strategy<Value = Distribution> {
        // Powers, so that some counts are nearly impossible and some nearly sure.
        let masses = prop::collection::vec((0.0..1.0_f64, 1_i32..12), 21);
        masses.prop_filter_map("needs a mass", |masses| {
            Distribution::from_masses(masses.into_iter().map(|(mass, power)| mass.powi(power)).collect()).ok()
        })
    }

    #[test]
    fn a_station_whose_forecast_stays_stays_on_the_way() {
        let calm = Distribution::certain(1, 20);
        assert_eq!(ahead(1, 20, &calm.at_least_each()).distribution(), calm);
    }

    #[test]
    fn a_busy_station_loses_its_last_bike_sooner_than_a_calm_one() {
        let [calm, busy] = [0.2, 2.0].map(|spread: f64| {
            Distribution::censored(20, |x| 1.0 / (1.0 + (-(x - 1.0) / spread).exp())).at_least_each()
        });
        let p = |forecast| ahead(1, 10, forecast).p_at_least(1);
        assert!(p(&calm) > p(&busy) + 0.05, "{} {}", p(&calm), p(&busy));
    }

    #[test]
    fn who_goes_where_nothing_ever_changes_doubts_that_it_will_not() {
        let calm = Distribution::certain(1, 20).at_least_each();
        let [told, gone_by] = [ahead(1, 20, &calm).p_at_least(1), ahead(1, 20, &calm).p_to_go_by(1, 1)];
        assert!(told > 1.0 - 1e-9 && (0.85..0.97).contains(&gone_by), "{told} {gone_by}");
    }

    #[test]
    fn a_walk_goes_evenly_where_steps_are_few_and_with_the_root_of_time_where_they_are_many() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 0.01, "{a} {b}");
        near(walked(0.01, 0.25), 0.25);
        near(walked(40.0, 0.25), 0.5);
        // Paris changes by 2.16 bikes in an hour, by 1.42 in half of one.
        near(2.16 * walked(2.16, 0.5), 1.47);
    }

    #[test]
    fn a_change_that_is_sure_comes_bike_by_bike() {
        let three_leave = Distribution::certain(7, 20).at_least_each();
        let half_hour = ahead(10, 30, &three_leave).distribution();
        for (count, mass) in [(7, 0.125), (8, 0.375), (9, 0.375), (10, 0.125)] {
            assert!((half_hour.masses()[count] - mass).abs() < 1e-9, "{count}");
        }
    }

    #[test]
    fn who_finds_a_station_empty_comes_after_it_is() {
        let [empties, loses_one] = [Distribution::certain(0, 20), Distribution::certain(5, 20)];
        let lost =
            |now, forecast: Distribution| 1.0 - ahead(now, 30, &forecast.at_least_each()).p_at_least(now);
        assert!(lost(1, empties) > lost(6, loses_one) + 0.1);
    }

    proptest! {
        #[test]
        fn it_is_the_live_count_at_zero_and_the_forecast_at_its_first_horizon(
            now in 0_u16..=20, forecast in forecasts(),
        ) {
            let at_first = forecast.at_least_each();
            prop_assert_eq!(ahead(now, 0, &at_first).distribution(), Distribution::certain(now, 20));
            let met = ahead(now, 60, &at_first).distribution();
            for n in 0..=20 {
                prop_assert!((met.at_least(n) - forecast.at_least(n)).abs() < 1e-8);
            }
        }

        #[test]
        fn the_mean_goes_straight_where_no_wall_is_near(masses in prop::collection::vec(0.01..1.0_f64, 9), minutes in 0_i64..=60) {
            let far_from_walls = [vec![0.0; 16], masses, vec![0.0; 16]].concat();
            let forecast = Distribution::from_masses(far_from_walls).unwrap();
            let at_first = forecast.at_least_each();
            let mean = ahead(19, minutes, &at_first).distribution().mean();
            let straight = 19.0 + (forecast.mean() - 19.0) * minutes as f64 / 60.0;
            prop_assert!((mean - straight).abs() < 1e-6, "{} {}", mean, straight);
        }

        #[test]
        fn every_probability_goes_one_way_from_the_live_count_to_the_forecast(
            now in 0_u16..=20, n in 1_u16..=20, minutes in 0_i64..60, forecast in forecasts(),
        ) {
            let at_first = forecast.at_least_each();
            let p = |minutes| ahead(now, minutes, &at_first).p_at_least(n);
            let (earlier, later) = (p(minutes), p(minutes + 1));
            let back = if n > now { earlier - later } else { later - earlier };
            prop_assert!(back < 1e-8, "{} {}", earlier, later);
        }

        #[test]
        fn two_are_never_likelier_than_one_nor_with_fewer_now_than_with_more(
            now in 0_u16..=20, had in 0_u16..20, n in 1_u16..20, minutes in 0_i64..=60, forecast in forecasts(),
        ) {
            let at_first = forecast.at_least_each();
            let ahead = ahead(now, minutes, &at_first);
            let p = |had, n| ahead.p_at_least_had_it(had, n);
            prop_assert!((0.0..=1.0).contains(&p(had, n)));
            prop_assert!(p(had, n) + 1e-8 >= p(had, n + 1));
            prop_assert!(p(had, n) <= p(had + 1, n) + 1e-8);
        }

        #[test]
        fn nothing_is_doubted_at_either_end_and_more_is_never_likelier_than_less(
            now in 0_u16..=20, had in 0_u16..20, n in 1_u16..20, minutes in 0_i64..=60, forecast in forecasts(),
        ) {
            let at_first = forecast.at_least_each();
            let p = |minutes, had, n| ahead(now, minutes, &at_first).p_to_go_by(had, n);
            let told = |minutes| ahead(now, minutes, &at_first).p_at_least(n);
            prop_assert!((p(0, now, n) - told(0)).abs() < 1e-9 && (p(60, now, n) - told(60)).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&p(minutes, had, n)));
            prop_assert!(p(minutes, had, n) + 1e-8 >= p(minutes, had, n + 1));
            prop_assert!(p(minutes, had, n) <= p(minutes, had + 1, n) + 1e-8);
        }

        #[test]
        fn what_is_expected_to_change_is_the_mean_distance_from_now(now in 0_u16..=20, forecast in forecasts()) {
            let distance = |up: bool| -> f64 {
                let counts = (0..).zip(forecast.masses());
                counts.map(|(n, mass)| f64::from(now.abs_diff(n)) * if (n > now) == up { *mass } else { 0.0 }).sum()
            };
            let change = ExpectedChange::of(now, &forecast.at_least_each());
            prop_assert!((change.up - distance(true)).abs() < 1e-9);
            prop_assert!((change.down - distance(false)).abs() < 1e-9);
        }

        #[test]
        fn the_distribution_says_what_the_single_probability_says(
            now in 0_u16..=20, minutes in 0_i64..=60, forecast in forecasts(),
        ) {
            let at_first = forecast.at_least_each();
            let ahead = ahead(now, minutes, &at_first);
            let whole = ahead.distribution();
            for n in 0..=20_u16 {
                prop_assert!((whole.at_least(n.into()) - ahead.p_at_least(n)).abs() < 1e-7);
            }
        }
    }
}
