//! A forecaster of whole hours, as the API asks it: the way to its first horizon starts at the live count and meets it
//! there, between horizons chances go straight, beyond the last they stay.

use std::cell::RefCell;

use velib_domain::{Distribution, SignedDuration, Timestamp};
use velib_forecast::{
    ForecastRequest, Forecaster, Horizon, MinutesAhead, Persistence, StationForecast,
    kinds::{KindsNow, Turnover},
    minutes_ahead::ExpectedChange,
};

use super::{Ahead, Foresight, Wanted, after};
use crate::Seen;

/// Time between slots of the past.
const CADENCE: SignedDuration = SignedDuration::from_hours(1);

/// Forecasts of every station from one moment; `None` for those nobody counted then.
type OfCity = Vec<Option<StationForecast>>;

/// Any forecaster of whole hours; it is asked once a moment for the whole city.
pub struct HourlyModel {
    name: String,
    forecaster: RefCell<Box<dyn Forecaster>>,
    last: RefCell<Option<(Timestamp, OfCity)>>,
}

impl HourlyModel {
    /// A forecaster under a name.
    pub fn new(name: &str, forecaster: Box<dyn Forecaster>) -> Self {
        Self { name: name.to_owned(), forecaster: RefCell::new(forecaster), last: RefCell::default() }
    }

    /// What the API asks while it has no model: counts change as counts in Paris usually do.
    pub fn law() -> Self {
        Self::new("law", Box::new(Persistence))
    }

    /// Asks about every station at once; a forecaster that fails knows nothing.
    fn ask(&self, seen: &Seen<'_>) -> OfCity {
        let mut forecaster = self.forecaster.borrow_mut();
        let slots = forecaster.look_back();
        let counted: Vec<usize> = (0..seen.stations()).filter(|&at| seen.cell(at).is_some()).collect();
        let stations = counted.iter().map(|&station| seen.history(station, slots, CADENCE)).collect();
        let request =
            ForecastRequest { issued_at: seen.at(), cadence: CADENCE, stations, weather: Vec::new() };
        let mut city = vec![None; seen.stations()];
        let forecasts = forecaster.forecast(&request).unwrap_or_default();
        for (station, forecast) in counted.into_iter().zip(forecasts) {
            city[station] = Some(forecast);
        }
        city
    }
}

impl Foresight for HourlyModel {
    fn name(&self) -> &str {
        &self.name
    }

    fn ahead(&self, seen: &Seen<'_>, station: usize) -> Option<Ahead> {
        let docks = seen.cell(station)?.docks?;
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|(at, _)| *at != seen.at()) {
            *last = Some((seen.at(), self.ask(seen)));
        }
        let forecast = last.as_ref()?.1[station].as_ref()?;
        let all = seen.all_bikes(station)?;
        let ahead = forecast.horizons.iter().map(|ahead| (ahead.horizon, &ahead.bikes));
        let bikes = match seen.kinds(station) {
            None => HourlyChance::new(all.bikes, ahead),
            Some(now) => HourlyChance::of_kind(now, ahead),
        };
        let free = forecast.horizons.iter().map(|ahead| Some((ahead.horizon, ahead.docks.as_ref()?)));
        let free = HourlyChance::new(docks, free.collect::<Option<Vec<_>>>()?);
        Some(Ahead::of(|wanted, slot| match wanted {
            Wanted::Bike => bikes.after(after(slot)),
            Wanted::Dock => free.after(after(slot)),
        }))
    }
}

/// The chance of one bike, or dock, from a count now and forecasts of it at whole hours.
struct HourlyChance {
    now: u16,
    /// P(at least 0, 1, 2, …) at the first of them.
    at_first: Vec<f64>,
    /// By how many the count is expected to have changed at the first.
    change: ExpectedChange,
    /// P(at least one) at whole hours.
    ahead: Vec<(Horizon, f64)>,
}

impl HourlyChance {
    fn new<'d>(now: u16, ahead: impl IntoIterator<Item = (Horizon, &'d Distribution)>) -> Self {
        let mut ahead = ahead.into_iter().peekable();
        let at_first = ahead.peek().map_or_else(Vec::new, |(_, first)| first.at_least_each());
        Self::from(now, at_first, ahead.map(|(horizon, count)| (horizon, count.at_least(1))).collect())
    }

    /// Of one kind of bike, from forecasts of all bikes: the kinds are told apart at the horizons.
    fn of_kind<'d>(now: KindsNow, bikes: impl IntoIterator<Item = (Horizon, &'d Distribution)>) -> Self {
        let mut bikes = bikes.into_iter().peekable();
        let first = |(horizon, first): &(Horizon, &Distribution)| {
            Turnover::after(*horizon).of_kind(now, first).at_least_each()
        };
        let at_first = bikes.peek().map_or_else(Vec::new, first);
        let any = |(horizon, bikes)| (horizon, Turnover::after(horizon).any_of_kind(now, bikes));
        Self::from(now.of_kind, at_first, bikes.map(any).collect())
    }

    fn from(now: u16, at_first: Vec<f64>, ahead: Vec<(Horizon, f64)>) -> Self {
        Self { change: ExpectedChange::of(now, &at_first), now, at_first, ahead }
    }

    fn after(&self, after: SignedDuration) -> f64 {
        let Self { now, change, ref at_first, ref ahead } = *self;
        let at = |index: usize| ahead[index].1;
        let next = ahead.partition_point(|(horizon, _)| *horizon <= after);
        match (next.checked_sub(1), ahead.get(next)) {
            (None, Some(&(first, _))) => {
                MinutesAhead { now, at_first, change, after, first }.p_to_go_by(now, 1)
            }
            (Some(before), Some((to, _))) => {
                let from = ahead[before].0;
                let part = (after - from).as_secs_f64() / (*to - from).as_secs_f64();
                at(before) + part * (at(next) - at(before))
            }
            (Some(last), None) => at(last),
            (None, None) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use velib_forecast::persistence::persisted;

    const HOUR: SignedDuration = SignedDuration::from_hours(1);

    #[test]
    fn a_kind_starts_at_its_own_count_and_is_divided_at_whole_hours() {
        let hours = [HOUR, HOUR * 2].map(|hour| (hour, persisted(6, 20, hour)));
        for of_kind in [0, 1, 5] {
            let now = KindsNow { of_kind, of_other: 6 - of_kind, usual_share: 0.4 };
            let chance = HourlyChance::of_kind(now, hours.iter().map(|(hour, bikes)| (*hour, bikes)));
            assert!((chance.after(SignedDuration::ZERO) - f64::from(of_kind.min(1))).abs() < 1e-12);
            for (hour, bikes) in &hours {
                let divided = Turnover::after(*hour).of_kind(now, bikes).at_least(1);
                assert!((chance.after(*hour) - divided).abs() < 1e-9, "{of_kind} after {hour}");
            }
        }
    }
}
