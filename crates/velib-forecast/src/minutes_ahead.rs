//! The way from the live count to a forecast's first horizon.
//!
//! It follows persistence, whose shape was measured, plus a correction that grows with time and makes it meet the forecast
//! at its first horizon: the live count at zero, the forecast at the horizon. A straight line would keep a station with
//! one bike almost certain for a quarter of an hour, which it is not.

use velib_domain::Distribution;

use crate::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, StationForecast,
    persistence::persisted_at_least,
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
}

impl MinutesAhead {
    /// P(at least `n`), where `at_first` is what the forecast says of the same at its first horizon.
    pub fn p_at_least(&self, n: u16, at_first: f64) -> f64 {
        self.p_at_least_had_it(self.now, n, at_first)
    }

    /// The same, had the station this many now: bent as much as from the real count.
    pub fn p_at_least_had_it(&self, had: u16, n: u16, at_first: f64) -> f64 {
        let usual = |count, after| persisted_at_least(count, self.room, n, after);
        let part = self.after.as_secs_f64() / self.first.as_secs_f64();
        (usual(had, self.after) + part * (at_first - usual(self.now, self.first))).clamp(0.0, 1.0)
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

/// A forecaster asked about moments before its first horizon.
pub struct BeforeFirstHorizon {
    inner: Box<dyn Forecaster>,
    horizons: Vec<Horizon>,
}

impl BeforeFirstHorizon {
    /// Asks about these moments, none of them after the forecaster's first horizon.
    pub fn new(inner: Box<dyn Forecaster>, horizons: Vec<Horizon>) -> Self {
        Self { inner, horizons }
    }
}

impl Forecaster for BeforeFirstHorizon {
    fn version(&self) -> &str {
        self.inner.version()
    }

    fn look_back(&self) -> usize {
        self.inner.look_back()
    }

    fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        let mut forecasts = self.inner.forecast(request)?;
        for (forecast, history) in forecasts.iter_mut().zip(&request.stations) {
            let Some(first) = forecast.horizons.first().cloned() else { continue };
            let room = history.support();
            let on_the_way = |now: Option<(u16, usize)>, after: Horizon, at_first: &Distribution| match now {
                Some((now, 0)) => {
                    MinutesAhead { now, room, after, first: first.horizon }.distribution(at_first)
                }
                // Without a live count there is no way from it.
                _ => at_first.clone(),
            };
            let at = |&after: &Horizon| HorizonForecast {
                horizon: after,
                bikes: on_the_way(history.newest_bikes(), after, &first.bikes),
                docks: first.docks.as_ref().map(|docks| on_the_way(history.newest_docks(), after, docks)),
            };
            forecast.horizons = self.horizons.iter().map(at).collect();
        }
        Ok(forecasts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_domain::SignedDuration;

    fn ahead(now: u16, minutes: i64) -> MinutesAhead {
        let after = SignedDuration::from_mins(minutes);
        MinutesAhead { now, room: 20, after, first: SignedDuration::from_hours(1) }
    }

    proptest! {
        #[test]
        fn it_is_the_live_count_at_zero_and_the_forecast_at_its_first_horizon(
            now in 0_u16..=20, masses in prop::collection::vec(0.01..1.0_f64, 21),
        ) {
            let forecast = Distribution::from_masses(masses).unwrap();
            prop_assert_eq!(ahead(now, 0).distribution(&forecast), Distribution::certain(now, 20));
            let met = ahead(now, 60).distribution(&forecast);
            for n in 0..=20 {
                prop_assert!((met.at_least(n) - forecast.at_least(n)).abs() < 1e-9);
            }
        }

        #[test]
        fn the_distribution_says_what_the_single_probability_says_wherever_that_falls_with_the_count(
            now in 0_u16..=20, minutes in 0_i64..=60, masses in prop::collection::vec(0.01..1.0_f64, 21),
        ) {
            let forecast = Distribution::from_masses(masses).unwrap();
            let whole = ahead(now, minutes).distribution(&forecast);
            let mut least = 1.0_f64;
            for n in 1..=20_u16 {
                least = least.min(ahead(now, minutes).p_at_least(n, forecast.at_least(n.into())));
                prop_assert!((whole.at_least(n.into()) - least).abs() < 1e-9);
            }
        }
    }
}
