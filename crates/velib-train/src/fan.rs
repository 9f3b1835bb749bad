//! Examples to look at: what was said at one moment of one station, and what was then counted.
//!
//! Nobody picked them: at a morning and an evening of the test days, the stations whose counts then changed most, more
//! than three in four, and about as usual.

use serde::{Deserialize, Serialize};
use velib_domain::{SignedDuration, Timestamp, calendar::paris_time};
use velib_forecast::{
    Forecaster, StationForecast,
    protocol::{CityHistory, Fold, Origin, Protocol},
};

use crate::TrainError;

/// Paris hours at which examples begin.
const HOURS: [i8; 2] = [8, 18];

/// How far down the list of changes the examples stand: most, upper quarter, middle.
const RANKS: [f64; 3] = [0.0, 0.25, 0.5];

/// What is shown of the past.
const PAST: SignedDuration = SignedDuration::from_hours(12);

/// One forecast of one station with its past and its future.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fan {
    /// The name, for people.
    pub station: String,
    /// When the forecast was made.
    pub issued_at: Timestamp,
    /// Docks built.
    pub capacity: u16,
    /// What was counted, from half a day before to the last horizon.
    pub counted: Vec<(Timestamp, u16)>,
    /// What was said.
    pub said: Vec<FanPoint>,
}

/// What was said of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct FanPoint {
    /// The moment.
    pub at: Timestamp,
    /// One in ten is lower.
    pub p10: f64,
    /// One in two is lower.
    pub p50: f64,
    /// One in ten is higher.
    pub p90: f64,
}

/// Asks a forecaster for the examples.
pub fn fans(
    forecaster: &mut dyn Forecaster,
    city: &CityHistory,
    protocol: &Protocol,
    origins: &[Origin],
) -> Result<Vec<Fan>, TrainError> {
    let mut fans = Vec::new();
    for hour in HOURS {
        let Some((origin, last)) = origin_at(city, origins, hour) else { continue };
        let (counted, request) = protocol.request(city, origin, forecaster.look_back());
        let forecasts = forecaster.forecast(&request)?;
        for rank in by_change(city, &counted, origin, last) {
            fans.push(fan(city, counted[rank], origin, last, &forecasts[rank]));
        }
    }
    Ok(fans)
}

/// The origin in the middle of those test days that have one at this hour, and the snapshot of its last horizon.
fn origin_at(city: &CityHistory, origins: &[Origin], hour: i8) -> Option<(usize, usize)> {
    let test = origins.iter().filter(|origin| origin.fold == Fold::Test);
    let at_hour = test.filter(|origin| paris_time(city.times()[origin.at]).hour() == hour);
    let whole: Vec<(usize, usize)> =
        at_hour.filter_map(|origin| Some((origin.at, origin.targets.last().copied()??))).collect();
    whole.get(whole.len() / 2).copied()
}

/// Some of the stations counted, by their place among them: see the module's words.
fn by_change(city: &CityHistory, counted: &[usize], origin: usize, last: usize) -> Vec<usize> {
    let change = |&place: &usize| {
        let (now, then) = (city.cell(origin, counted[place])?, city.cell(last, counted[place])?);
        Some((now.bikes.abs_diff(then.bikes), place))
    };
    let places: Vec<usize> = (0..counted.len()).collect();
    let mut changes: Vec<(u16, usize)> = places.iter().filter_map(change).collect();
    changes.sort_unstable_by(|a, b| b.cmp(a));
    let at = |rank: f64| changes.get((rank * changes.len() as f64) as usize).map(|&(_, place)| place);
    RANKS.into_iter().filter_map(at).collect()
}

fn fan(city: &CityHistory, station: usize, origin: usize, last: usize, forecast: &StationForecast) -> Fan {
    let times = city.times();
    let from = times.partition_point(|&time| time < times[origin] - PAST);
    let count = |at: usize| Some((times[at], city.cell(at, station)?.bikes));
    let said = forecast.horizons.iter().map(|at| FanPoint {
        at: times[origin] + at.horizon,
        p10: at.bikes.quantile(0.1),
        p50: at.bikes.quantile(0.5),
        p90: at.bikes.quantile(0.9),
    });
    Fan {
        station: city.stations()[station].name.clone(),
        issued_at: times[origin],
        capacity: city.cell(origin, station).map_or(0, |cell| cell.capacity),
        counted: (from..=last).filter_map(count).collect(),
        said: said.collect(),
    }
}
