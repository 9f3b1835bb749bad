//! The forecaster that needs no model: what was counted last, with the spread that changes usually have.
//!
//! It knows nothing of the station or the hour, and says so by how wide it is: the spread is what stations in Paris
//! really changed by, over as long as has passed since the count. It is the bar that a model must clear, and the
//! answer when there is no model.

use velib_domain::{Distribution, SignedDuration};

use crate::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, StationForecast, StationHistory,
};

/// The horizons it answers as a [`Forecaster`].
const HORIZONS: [Horizon; 3] =
    [SignedDuration::from_hours(1), SignedDuration::from_hours(2), SignedDuration::from_hours(3)];

/// Slots over which it counts the missing ones: a day of hourly observations.
const LOOK_BACK: usize = 24;

/// Mean absolute change of a station's bikes over a span of time: seconds, bikes. Counted over 1,416 stations of
/// Paris from 12 May to 9 June 2022, in up to 715,000 pairs of snapshots a line; free docks change by the same within
/// 2 %. Changes turn back with the day after twelve hours, so that the last line bounds all longer spans.
const USUAL_CHANGE: [(f64, f64); 8] = [
    (0.0, 0.0),
    (1_002.0, 1.11),
    (1_800.0, 1.42),
    (3_600.0, 2.16),
    (7_200.0, 3.45),
    (10_800.0, 4.32),
    (21_600.0, 5.93),
    (43_200.0, 7.80),
];

/// The last count carried forward: see the module's words.
///
/// A station without any observed bikes gets the same probability for every count up to its capacity: nothing is known of it,
/// and its answer's missing slots say why. Docks that were never observed get no forecast.
#[derive(Debug, Clone, Copy, Default)]
pub struct Persistence;

/// What becomes of a count after some time: around `count`, over `0..=support`, as wide as `after` makes it.
///
/// The change is a Laplace law on whole numbers whose mean size is the usual change; what would fall below an empty
/// or above a full station is an empty or a full one. Nothing changes in no time, nor before it.
pub fn persisted(count: u16, support: u16, after: SignedDuration) -> Distribution {
    let support = support.max(count);
    let change = usual_change(after);
    if change <= 0.0 {
        return Distribution::certain(count, support);
    }
    laplace_around(f64::from(count), laplace_scale(change), support)
}

/// A Laplace law around a point, rounded to whole counts and stopped at the walls.
pub(crate) fn laplace_around(point: f64, scale: f64, support: u16) -> Distribution {
    Distribution::censored(support, |x| laplace_cdf((x - point) / scale))
}

/// P(at least `n`) of [`persisted`], without making the whole distribution.
pub fn persisted_at_least(count: u16, support: u16, n: u16, after: SignedDuration) -> f64 {
    changed_at_least(count, support, n, usual_change(after))
}

/// The same, when a count changes by so many bikes or docks on average.
pub(crate) fn changed_at_least(count: u16, support: u16, n: u16, change: f64) -> f64 {
    if n == 0 || n > support.max(count) || change <= 0.0 {
        return f64::from(u8::from(n <= count));
    }
    1.0 - laplace_cdf((f64::from(n) - 0.5 - f64::from(count)) / laplace_scale(change))
}

/// Mean absolute change over a span of time, in bikes or docks; 0 for no time.
pub fn usual_change(span: SignedDuration) -> f64 {
    let seconds = span.as_secs_f64().max(0.0);
    for knots in USUAL_CHANGE.windows(2) {
        let ((from, change), (to, next)) = (knots[0], knots[1]);
        if seconds < to {
            return change + (next - change) * (seconds - from) / (to - from);
        }
    }
    USUAL_CHANGE[USUAL_CHANGE.len() - 1].1
}

/// The scale of a Laplace law which, rounded to whole numbers, has this mean absolute value. From
/// `E|K| = Σ P(|X| ≥ k − ½) = 1 / (2 sinh(1 / 2b))`.
pub(crate) fn laplace_scale(mean_absolute: f64) -> f64 {
    0.5 / (0.5 / mean_absolute).asinh()
}

fn laplace_cdf(x: f64) -> f64 {
    if x < 0.0 { 0.5 * x.exp() } else { 1.0 - 0.5 * (-x).exp() }
}

impl Forecaster for Persistence {
    fn version(&self) -> &'static str {
        "persistence"
    }

    fn look_back(&self) -> usize {
        LOOK_BACK
    }

    fn horizons(&self) -> &[Horizon] {
        &HORIZONS
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        Ok(request.stations.iter().map(|history| carry_forward(history, request.cadence)).collect())
    }
}

fn carry_forward(history: &StationHistory, cadence: SignedDuration) -> StationForecast {
    let support = history.support();
    let carried = |(count, age): (u16, usize), horizon: Horizon| {
        let age = cadence.saturating_mul(i32::try_from(age).unwrap_or(i32::MAX));
        persisted(count, support, age.saturating_add(horizon))
    };
    let at = |horizon| HorizonForecast {
        horizon,
        bikes: history.newest_bikes().map_or_else(|| unknown(support), |newest| carried(newest, horizon)),
        docks: history.newest_docks().map(|newest| carried(newest, horizon)),
    };
    StationForecast {
        station_id: history.station_id.clone(),
        missing_slots: history.missing_slots(LOOK_BACK),
        horizons: HORIZONS.map(at).to_vec(),
    }
}

/// Every count as likely as any other.
pub(crate) fn unknown(support: u16) -> Distribution {
    let counts = usize::from(support) + 1;
    Distribution::from_masses(vec![1.0; counts])
        .expect("equal masses of at least two counts are a distribution")
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_domain::{LatLon, StationId, Timestamp};

    fn minutes(minutes: i64) -> SignedDuration {
        SignedDuration::from_mins(minutes)
    }

    fn mean_absolute_change(from: u16, forecast: &Distribution) -> f64 {
        let size = |(count, mass): (usize, &f64)| (count as f64 - f64::from(from)).abs() * mass;
        forecast.masses().iter().enumerate().map(size).sum()
    }

    fn forecast_of(bikes: Vec<Option<u16>>, docks: Vec<Option<u16>>) -> StationForecast {
        let station_id = StationId::new("1");
        let position = LatLon { lat: 48.85, lon: 2.35 };
        let history = StationHistory {
            station_id,
            capacity: Some(30),
            position,
            bikes,
            docks,
            ebikes: None,
            bikes_week_before: Vec::new(),
        };
        let issued_at = Timestamp::from_second(1_790_000_000).unwrap();
        let request = ForecastRequest {
            issued_at,
            cadence: SignedDuration::from_hours(1),
            stations: vec![history],
            weather: Vec::new(),
        };
        Persistence.forecast(&request).unwrap().remove(0)
    }

    #[test]
    fn far_from_the_walls_a_count_changes_by_what_paris_shows() {
        for (after, change) in [(30, 1.42), (60, 2.16), (90, 2.805), (120, 3.45), (180, 4.32), (720, 7.8)] {
            let found = mean_absolute_change(500, &persisted(500, 1_000, minutes(after)));
            assert!((found - change).abs() < 1e-6, "{after} min: {found} instead of {change}");
        }
    }

    #[test]
    fn nothing_changes_in_no_time_or_before_it() {
        assert_eq!(persisted(7, 20, minutes(0)), Distribution::certain(7, 20));
        assert_eq!(persisted(7, 20, minutes(-5)), Distribution::certain(7, 20));
    }

    proptest! {
        #[test]
        fn the_short_way_to_a_probability_agrees_with_the_distribution(
            count in 0..40_u16, support in 0..40_u16, n in 0..45_u16, after in -10..600_i64,
        ) {
            let long = persisted(count, support, minutes(after)).at_least(n.into());
            prop_assert!((persisted_at_least(count, support, n, minutes(after)) - long).abs() < 1e-9);
        }
    }

    #[test]
    fn an_old_count_is_as_wide_as_its_age_and_the_horizon_together() {
        let two_hours_old = forecast_of(vec![Some(12), None, None], vec![]);
        assert_eq!(two_hours_old.horizons[0].bikes, persisted(12, 30, minutes(180)));
        assert_eq!(two_hours_old.missing_slots, 23);
        assert_eq!(two_hours_old.horizons[0].docks, None);
    }

    #[test]
    fn a_station_never_observed_may_hold_any_count() {
        let forecast = forecast_of(vec![None; 24], vec![None; 24]);
        let masses = forecast.horizons[2].bikes.masses();
        assert_eq!(masses.len(), 31);
        assert!(masses.iter().all(|mass| (mass - 1.0 / 31.0).abs() < 1e-12));
        assert_eq!((forecast.missing_slots, &forecast.horizons[2].docks), (24, &None));
    }

    #[test]
    fn docks_are_carried_forward_on_their_own() {
        let forecast = forecast_of(vec![Some(2)], vec![Some(25)]);
        let horizons: Vec<_> = forecast.horizons.iter().map(|at| at.horizon.as_secs()).collect();
        assert_eq!(horizons, [3_600, 7_200, 10_800]);
        assert_eq!(forecast.horizons[1].docks, Some(persisted(25, 30, minutes(120))));
    }

    proptest! {
        #[test]
        fn the_spread_grows_with_time(earlier in 0..2_000_i64, more in 1..2_000_i64) {
            prop_assert!(usual_change(minutes(earlier)) <= usual_change(minutes(earlier + more)));
        }

        #[test]
        fn probabilities_fall_with_the_count_asked_for_and_time_draws_them_to_a_half(
            count in 0..60_u16, room in 1..60_u16, earlier in 1..300_i64, more in 1..300_i64,
        ) {
            let support = count + room;
            let (near, far) = (persisted(count, support, minutes(earlier)), persisted(count, support, minutes(earlier + more)));
            prop_assert!((near.masses().iter().sum::<f64>() - 1.0).abs() < 1e-9);
            for n in 0..=usize::from(support) {
                prop_assert!(near.at_least(n) + 1e-12 >= near.at_least(n + 1));
                let certainty = |forecast: &Distribution| (forecast.at_least(n) - 0.5).abs();
                prop_assert!(certainty(&near) + 1e-12 >= certainty(&far), "at least {n}");
            }
        }

        #[test]
        fn far_from_the_walls_the_mean_is_the_count(count in 100..200_u16, after in 1..180_i64) {
            let forecast = persisted(count, 300, minutes(after));
            prop_assert!((forecast.mean() - f64::from(count)).abs() < 1e-3);
        }
    }
}
