//! The seam every forecaster implements, and the raw history it is given.

use velib_domain::{Distribution, LatLon, SignedDuration, StationId, Timestamp};

use crate::HourlyWeather;

/// Duration from the last observation to the moment forecast.
pub type Horizon = SignedDuration;

/// A forecaster: raw observations of many stations in, one forecast a station out, in the request's order.
pub trait Forecaster: Send {
    /// What made the forecast, as it is shown to people and logged: `lstm-2022-05`, `persistence`.
    fn version(&self) -> &str;

    /// Observations at the request's cadence that it wants, the newest included. Fewer are taken as missing.
    fn look_back(&self) -> usize;

    /// The horizons it answers, ascending.
    fn horizons(&self) -> &[Horizon];

    /// Forecasts every station of the request.
    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError>;
}

/// Raw observations of many stations, all on one time grid.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastRequest {
    /// The time of the newest observation slot.
    pub issued_at: Timestamp,
    /// Time between two slots.
    pub cadence: SignedDuration,
    /// One history a station.
    pub stations: Vec<StationHistory>,
    /// The weather of hours around `issued_at`, as it was known then; empty where nobody told.
    pub weather: Vec<HourlyWeather>,
}

/// What was counted at one station, oldest first, the last slot being `issued_at`.
#[derive(Debug, Clone, PartialEq)]
pub struct StationHistory {
    /// The key.
    pub station_id: StationId,
    /// Docks built; `None` where nobody knows.
    pub capacity: Option<u16>,
    /// Where it stands.
    pub position: LatLon,
    /// Bikes ready to rent at each slot; `None` where nothing was observed.
    pub bikes: Vec<Option<u16>>,
    /// Free docks at each slot, as long as `bikes`; empty where the caller has none.
    pub docks: Vec<Option<u16>>,
    /// E-bikes among the bikes of the newest slot; `None` where nobody told the kinds apart.
    pub ebikes: Option<u16>,
    /// Bikes in the same hours of a week before: at `issued_at`, and slot after slot to three hours later; empty where the
    /// caller has none.
    pub bikes_week_before: Vec<Option<u16>>,
}

/// What is forecast for one station.
#[derive(Debug, Clone, PartialEq)]
pub struct StationForecast {
    /// The key.
    pub station_id: StationId,
    /// Slots of the look-back in which bikes were not observed.
    pub missing_slots: usize,
    /// One entry for each of the forecaster's horizons, ascending.
    pub horizons: Vec<HorizonForecast>,
}

/// What is forecast for one station at one horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct HorizonForecast {
    /// Time from the last observation slot.
    pub horizon: Horizon,
    /// Bikes ready to rent, over 0…capacity.
    pub bikes: Distribution,
    /// Free docks, over 0…capacity; `None` where no dock was ever observed.
    pub docks: Option<Distribution>,
}

/// Why no forecast was made.
#[derive(Debug, thiserror::Error)]
pub enum ForecastError {
    /// The request cannot be answered as it stands.
    #[error("station {station_id}: {reason}")]
    BadHistory {
        /// The station at fault.
        station_id: StationId,
        /// What is wrong with its history.
        reason: String,
    },
    /// The model answers only requests at its own cadence.
    #[error("the model was trained on {expected_s} s between observations, the request has {given_s} s")]
    WrongCadence {
        /// Seconds between slots that the model knows.
        expected_s: i64,
        /// Seconds between slots in the request.
        given_s: i64,
    },
    /// The model itself failed.
    #[error("the model failed: {0}")]
    Model(String),
}

impl StationHistory {
    /// The newest bike count and how many slots before the last one it was seen.
    pub fn newest_bikes(&self) -> Option<(u16, usize)> {
        newest(&self.bikes)
    }

    /// The newest dock count and how many slots before the last one it was seen.
    pub fn newest_docks(&self) -> Option<(u16, usize)> {
        newest(&self.docks)
    }

    /// The largest count a forecast must leave room for: the capacity, or the most that was ever observed.
    pub fn support(&self) -> u16 {
        let observed = |counts: &[Option<u16>]| counts.iter().flatten().copied().max().unwrap_or(0);
        let most_at_once = observed(&self.bikes).max(observed(&self.docks));
        self.capacity.unwrap_or(0).max(most_at_once).max(1)
    }

    /// Bikes and docks of the newest slot in which both were counted, added up.
    pub fn bikes_and_docks(&self) -> Option<usize> {
        let mut both = self.bikes.iter().zip(&self.docks).rev();
        both.find_map(|(bikes, docks)| Some(usize::from((*bikes)?) + usize::from((*docks)?)))
    }

    /// How many bikes fit now: those that stand there and the free docks, where both are known; else the support.
    pub fn places(&self) -> u16 {
        let both = self.newest_bikes().zip(self.newest_docks());
        both.map_or(self.support(), |((bikes, _), (docks, _))| (bikes + docks).clamp(1, self.support()))
    }

    /// Of the last `look_back` slots, how many hold no bike count.
    pub fn missing_slots(&self, look_back: usize) -> usize {
        let observed = self.bikes.iter().rev().take(look_back).flatten().count();
        look_back - observed
    }
}

fn newest(counts: &[Option<u16>]) -> Option<(u16, usize)> {
    counts.iter().rev().enumerate().find_map(|(age, count)| count.map(|count| (count, age)))
}
