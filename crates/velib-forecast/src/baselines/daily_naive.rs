//! What was counted a day before the moment forecast.

use velib_domain::SignedDuration;

use crate::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, StationForecast, StationHistory,
    persistence::{persisted, unknown},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The count of the day before, with the spread that a day brings.
#[derive(Debug, Clone)]
pub struct DailyNaive {
    horizons: Vec<Horizon>,
}

impl DailyNaive {
    /// Nothing is learned.
    pub fn new(horizons: &[Horizon]) -> Self {
        Self { horizons: horizons.to_vec() }
    }
}

impl Forecaster for DailyNaive {
    fn version(&self) -> &'static str {
        "daily naive"
    }

    fn look_back(&self) -> usize {
        25
    }

    fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        Ok(request.stations.iter().map(|history| self.station(history, request.cadence)).collect())
    }
}

impl DailyNaive {
    fn station(&self, history: &StationHistory, cadence: SignedDuration) -> StationForecast {
        let support = history.support();
        let at = |&horizon: &Horizon| {
            let day_before = |counts: &[Option<u16>]| day_before(counts, DAY - horizon, cadence);
            let docks = day_before(&history.docks).or(history.newest_docks().map(|(count, _)| count));
            HorizonForecast {
                horizon,
                bikes: day_before(&history.bikes)
                    .or(history.newest_bikes().map(|(count, _)| count))
                    .map_or_else(|| unknown(support), |count| persisted(count, support, DAY)),
                docks: docks.map(|count| persisted(count, support, DAY)),
            }
        };
        StationForecast {
            station_id: history.station_id.clone(),
            missing_slots: history.missing_slots(self.look_back()),
            horizons: self.horizons.iter().map(at).collect(),
        }
    }
}

fn day_before(counts: &[Option<u16>], ago: SignedDuration, cadence: SignedDuration) -> Option<u16> {
    let slots = usize::try_from(ago.as_secs() / cadence.as_secs()).ok()?;
    counts.len().checked_sub(1 + slots).and_then(|slot| counts[slot])
}
