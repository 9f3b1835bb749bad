//! The last count, taken for certain: what a child would say, and what errors are divided by.

use velib_domain::Distribution;

use crate::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, StationForecast, StationHistory,
    persistence::unknown,
};

/// The last count carried forward without a doubt; [`Persistence`](crate::Persistence) has doubts.
#[derive(Debug, Clone)]
pub struct LastCount {
    horizons: Vec<Horizon>,
}

impl LastCount {
    /// Nothing is learned.
    pub fn new(horizons: &[Horizon]) -> Self {
        Self { horizons: horizons.to_vec() }
    }

    fn station(&self, history: &StationHistory) -> StationForecast {
        let support = history.support();
        let certain = |(count, _): (u16, usize)| Distribution::certain(count, support);
        let at = |&horizon: &Horizon| HorizonForecast {
            horizon,
            bikes: history.newest_bikes().map_or_else(|| unknown(support), certain),
            docks: history.newest_docks().map(certain),
        };
        StationForecast {
            station_id: history.station_id.clone(),
            missing_slots: history.missing_slots(1),
            horizons: self.horizons.iter().map(at).collect(),
        }
    }
}

impl Forecaster for LastCount {
    fn version(&self) -> &'static str {
        "persistence"
    }

    fn look_back(&self) -> usize {
        1
    }

    fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        Ok(request.stations.iter().map(|history| self.station(history)).collect())
    }
}
