//! A forecaster of whole hours, as the API asks it: the way to its first horizon starts at the live count and meets it
//! there, between horizons chances go straight, beyond the last they stay.

use std::cell::RefCell;

use velib_domain::{SignedDuration, Timestamp};
use velib_forecast::{
    ForecastRequest, Forecaster, MinutesAhead, StationForecast, minutes_ahead::expected_change,
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

    /// Asks about every station at once; a forecaster that fails knows nothing.
    fn ask(&self, seen: &Seen<'_>) -> OfCity {
        let mut forecaster = self.forecaster.borrow_mut();
        let slots = forecaster.look_back();
        let counted: Vec<usize> = (0..seen.stations()).filter(|&at| seen.cell(at).is_some()).collect();
        let stations = counted.iter().map(|&station| seen.history(station, slots, CADENCE)).collect();
        let request = ForecastRequest { issued_at: seen.at(), cadence: CADENCE, stations };
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
        let cell = seen.cell(station)?;
        let docks = cell.docks?;
        let mut last = self.last.borrow_mut();
        if last.as_ref().is_none_or(|(at, _)| *at != seen.at()) {
            *last = Some((seen.at(), self.ask(seen)));
        }
        let forecast = last.as_ref()?.1[station].as_ref()?;
        let room = cell.capacity.max(cell.bikes + docks);
        forecast.horizons.first()?.docks.as_ref()?;
        Some(Ahead::of(|wanted, slot| {
            let now = if wanted == Wanted::Bike { cell.bikes } else { docks };
            chance(forecast, wanted, now, room, after(slot))
        }))
    }
}

fn chance(forecast: &StationForecast, wanted: Wanted, now: u16, room: u16, after: SignedDuration) -> f64 {
    let horizons = &forecast.horizons;
    let at_least = |index: usize, n: u16| match wanted {
        Wanted::Bike => horizons[index].bikes.at_least(n.into()),
        Wanted::Dock => horizons[index].docks.as_ref().map_or(0.0, |docks| docks.at_least(n.into())),
    };
    let at = |index: usize| at_least(index, 1);
    let next = horizons.partition_point(|ahead| ahead.horizon <= after);
    match (next.checked_sub(1), horizons.get(next)) {
        (None, Some(first)) => {
            let expected_change = expected_change(now, room, |n| at_least(0, n));
            MinutesAhead { now, room, after, first: first.horizon, expected_change }.p_at_least(1, at(0))
        }
        (Some(before), Some(to)) => {
            let from = horizons[before].horizon;
            let part = (after - from).as_secs_f64() / (to.horizon - from).as_secs_f64();
            at(before) + part * (at(next) - at(before))
        }
        (Some(last), None) => at(last),
        (None, None) => 0.0,
    }
}
