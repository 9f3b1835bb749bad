//! How a count changes, told from that count alone: the cheap bar for probabilities.

use velib_domain::Distribution;

use super::transitions;
use crate::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, StationForecast, StationHistory,
    persistence::unknown,
    protocol::{CityHistory, Origin},
};

/// Counts above this share a row of the table.
const LARGEST_COUNT: u16 = 40;

/// How often each change followed each count, for each horizon and for bikes and docks.
#[derive(Debug, Clone)]
pub struct TransitionTable {
    horizons: Vec<Horizon>,
    /// `[horizon][bikes, docks][count]` → changes that were seen, each with how often.
    changes: Vec<[Vec<Changes>; 2]>,
}

/// Changes from −[`Changes::REACH`] to +[`Changes::REACH`], larger ones counted as those.
#[derive(Debug, Clone)]
struct Changes(Vec<u32>);

impl TransitionTable {
    /// Counts the changes on training rows.
    pub fn fit(city: &CityHistory, origins: &[&Origin], horizons: &[Horizon]) -> Self {
        let empty = || vec![Changes::none(); usize::from(LARGEST_COUNT) + 1];
        let mut changes: Vec<[Vec<Changes>; 2]> = horizons.iter().map(|_| [empty(), empty()]).collect();
        for (horizon, _, from, to) in transitions(city, origins) {
            let [bikes, docks] = &mut changes[horizon];
            bikes[row(from.bikes)].add(from.bikes, to.bikes);
            if let (Some(from), Some(to)) = (from.docks, to.docks) {
                docks[row(from)].add(from, to);
            }
        }
        Self { horizons: horizons.to_vec(), changes }
    }

    fn station(&self, history: &StationHistory) -> StationForecast {
        let support = history.support();
        let (bikes, docks) = (history.newest_bikes(), history.newest_docks());
        let at = |(&horizon, [of_bikes, of_docks]): (&Horizon, &[Vec<Changes>; 2])| HorizonForecast {
            horizon,
            bikes: bikes
                .map_or_else(|| unknown(support), |(count, _)| of_bikes[row(count)].applied(count, support)),
            docks: docks.map(|(count, _)| of_docks[row(count)].applied(count, support)),
        };
        StationForecast {
            station_id: history.station_id.clone(),
            missing_slots: history.missing_slots(self.look_back()),
            horizons: self.horizons.iter().zip(&self.changes).map(at).collect(),
        }
    }
}

impl Forecaster for TransitionTable {
    fn version(&self) -> &'static str {
        "table"
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

fn row(count: u16) -> usize {
    usize::from(count.min(LARGEST_COUNT))
}

impl Changes {
    const REACH: i32 = 80;

    fn none() -> Self {
        Self(vec![0; 2 * Self::REACH as usize + 1])
    }

    fn add(&mut self, from: u16, to: u16) {
        let change = (i32::from(to) - i32::from(from)).clamp(-Self::REACH, Self::REACH);
        self.0[(change + Self::REACH) as usize] += 1;
    }

    /// Where the changes lead from a count, stopped at the walls; the count itself where none was seen.
    fn applied(&self, count: u16, support: u16) -> Distribution {
        let mut masses = vec![0.0; usize::from(support) + 1];
        for (change, &often) in (-Self::REACH..).zip(&self.0) {
            let to = (i32::from(count) + change).clamp(0, i32::from(support));
            masses[to as usize] += f64::from(often);
        }
        Distribution::from_masses(masses).unwrap_or_else(|_| Distribution::certain(count, support))
    }
}
