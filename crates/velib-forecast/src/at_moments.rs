//! A forecaster asked about other moments than its own horizons, answered as whoever plans a journey is answered: on the way
//! from the live count to the first horizon, straight between two, and as at the last one after it.

use velib_domain::Distribution;

use crate::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, MinutesAhead, StationForecast,
    StationHistory, blend::mixed, minutes_ahead::ExpectedChange,
};

/// A forecaster that answers for these moments.
pub struct AtMoments {
    inner: Box<dyn Forecaster>,
    moments: Vec<Horizon>,
}

impl AtMoments {
    /// The forecaster itself where these are its own horizons.
    pub fn of(inner: Box<dyn Forecaster>, moments: &[Horizon]) -> Box<dyn Forecaster> {
        if inner.horizons() == moments {
            return inner;
        }
        Box::new(Self { inner, moments: moments.to_vec() })
    }
}

impl Forecaster for AtMoments {
    fn version(&self) -> &str {
        self.inner.version()
    }

    fn look_back(&self) -> usize {
        self.inner.look_back()
    }

    fn horizons(&self) -> &[Horizon] {
        &self.moments
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        let mut forecasts = self.inner.forecast(request)?;
        for (forecast, history) in forecasts.iter_mut().zip(&request.stations) {
            let at = |&moment: &Horizon| at(moment, &forecast.horizons, history);
            forecast.horizons = self.moments.iter().filter_map(at).collect();
        }
        Ok(forecasts)
    }
}

/// What is forecast of a moment; `None` where there is no horizon to tell from.
fn at(moment: Horizon, told: &[HorizonForecast], history: &StationHistory) -> Option<HorizonForecast> {
    let next = told.partition_point(|at| at.horizon < moment);
    let of = |bikes, docks| Some(HorizonForecast { horizon: moment, bikes, docks });
    match (next.checked_sub(1).map(|before| &told[before]), told.get(next)) {
        (_, Some(own)) if own.horizon == moment => Some(own.clone()),
        (None, Some(first)) => {
            let way = |now, at_first| on_the_way(now, moment, first.horizon, at_first);
            of(
                way(history.newest_bikes(), &first.bikes),
                first.docks.as_ref().map(|docks| way(history.newest_docks(), docks)),
            )
        }
        (Some(before), Some(after)) => {
            let part =
                (moment - before.horizon).as_secs_f64() / (after.horizon - before.horizon).as_secs_f64();
            let between = |from, to| mixed([(1.0 - part, from), (part, to)]);
            let docks = before.docks.as_ref().zip(after.docks.as_ref());
            of(between(&before.bikes, &after.bikes)?, docks.and_then(|(from, to)| between(from, to)))
        }
        (Some(last), None) => of(last.bikes.clone(), last.docks.clone()),
        (None, None) => None,
    }
}

/// `now` is the newest count, and how many slots ago it was made.
fn on_the_way(
    now: Option<(u16, usize)>,
    after: Horizon,
    first: Horizon,
    forecast: &Distribution,
) -> Distribution {
    // Without a live count there is no way from it.
    let Some((now, 0)) = now else { return forecast.clone() };
    let at_first = &forecast.at_least_each();
    let change = ExpectedChange::of(now, at_first);
    MinutesAhead { now, at_first, change, after, first }.distribution()
}

#[cfg(test)]
mod tests {
    use super::*;

    use velib_domain::{LatLon, SignedDuration, StationId};

    const MINUTE: SignedDuration = SignedDuration::from_mins(1);

    fn station(bikes: Option<u16>) -> StationHistory {
        StationHistory {
            station_id: StationId::new("7"),
            capacity: Some(10),
            position: LatLon { lat: 48.86, lon: 2.35 },
            bikes: vec![bikes],
            docks: vec![bikes.map(|bikes| 10 - bikes)],
            ebikes: None,
            bikes_week_before: Vec::new(),
        }
    }

    fn told(horizon: SignedDuration, bikes: u16) -> HorizonForecast {
        let [bikes, docks] = [bikes, 10 - bikes].map(|count| Distribution::certain(count, 10));
        HorizonForecast { horizon, bikes, docks: Some(docks) }
    }

    fn bikes_after(minutes: i32, now: Option<u16>) -> f64 {
        let told = [told(MINUTE * 20, 4), told(MINUTE * 60, 8)];
        at(MINUTE * minutes, &told, &station(now)).unwrap().bikes.mean()
    }

    #[test]
    fn own_horizons_are_answered_as_they_are_and_between_them_it_goes_straight() {
        for (minutes, bikes) in [(20, 4.0), (40, 6.0), (50, 7.0), (60, 8.0), (90, 8.0)] {
            assert!((bikes_after(minutes, Some(2)) - bikes).abs() < 1e-9, "{minutes}");
        }
    }

    #[test]
    fn before_the_first_it_starts_at_the_live_count_where_there_is_one() {
        assert!((bikes_after(0, Some(2)) - 2.0).abs() < 1e-9);
        assert!((2.0..4.0).contains(&bikes_after(10, Some(2))));
        assert!((bikes_after(10, None) - 4.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_is_told_of_a_station_without_a_horizon() {
        assert_eq!(at(MINUTE, &[], &station(Some(2))), None);
    }
}
