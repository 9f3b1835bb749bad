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
#[derive(Debug, Clone, PartialEq)]
pub struct TransitionTable {
    horizons: Vec<Horizon>,
    /// `[horizon][bikes, docks][count]` → changes that were seen, each with how often.
    changes: Vec<[Vec<Changes>; 2]>,
}

/// Changes from −[`Changes::REACH`] to +[`Changes::REACH`], larger ones counted as those.
#[derive(Debug, Clone, PartialEq)]
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

    /// The numbers of the table: horizon by horizon, bikes then docks, count by count, change by change.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.changes.iter().flatten().flatten().flat_map(|changes| &changes.0).copied()
    }

    /// How many numbers a table of so many horizons has.
    pub fn size(horizons: usize) -> usize {
        horizons * 2 * (usize::from(LARGEST_COUNT) + 1) * Changes::WIDTH
    }

    /// The table with these numbers; `None` where there are too few or too many.
    pub fn of_numbers(horizons: &[Horizon], numbers: &[u32]) -> Option<Self> {
        if numbers.len() != Self::size(horizons.len()) {
            return None;
        }
        let mut rows = numbers.chunks_exact(Changes::WIDTH).map(|changes| Changes(changes.to_vec()));
        let mut target = || rows.by_ref().take(usize::from(LARGEST_COUNT) + 1).collect();
        let changes = horizons.iter().map(|_| [target(), target()]).collect();
        Some(Self { horizons: horizons.to_vec(), changes })
    }

    /// What follows the newest bikes at the horizon with this index; `None` where none were ever counted.
    pub fn bikes(&self, horizon: usize, history: &StationHistory) -> Option<Distribution> {
        let (count, _) = history.newest_bikes()?;
        Some(self.changes[horizon][0][row(count)].applied(count, history.support()))
    }

    /// What follows the newest free docks.
    pub fn docks(&self, horizon: usize, history: &StationHistory) -> Option<Distribution> {
        let (count, _) = history.newest_docks()?;
        Some(self.changes[horizon][1][row(count)].applied(count, history.support()))
    }

    fn station(&self, history: &StationHistory) -> StationForecast {
        let at = |(index, &horizon): (usize, &Horizon)| HorizonForecast {
            horizon,
            bikes: self.bikes(index, history).unwrap_or_else(|| unknown(history.support())),
            docks: self.docks(index, history),
        };
        StationForecast {
            station_id: history.station_id.clone(),
            missing_slots: history.missing_slots(self.look_back()),
            horizons: self.horizons.iter().enumerate().map(at).collect(),
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
    const WIDTH: usize = 2 * Self::REACH as usize + 1;

    fn none() -> Self {
        Self(vec![0; Self::WIDTH])
    }

    fn add(&mut self, from: u16, to: u16) {
        let change = (i32::from(to) - i32::from(from)).clamp(-Self::REACH, Self::REACH);
        self.0[(change + Self::REACH) as usize] += 1;
    }

    /// Where the changes lead from a count, stopped at the walls; the count itself where none was seen.
    fn applied(&self, count: u16, support: u16) -> Distribution {
        let first = i32::from(count) - Self::REACH;
        let full = usize::from(support);
        let (too_few, rest) = self.0.split_at(usize::try_from(-first).unwrap_or(0));
        let from = usize::try_from(first).map_or(0, |first| first.min(full));
        let (within, too_many) = rest.split_at(rest.len().min(full + 1 - from));
        let mut masses = vec![0.0; full + 1];
        for (mass, &often) in masses[from..].iter_mut().zip(within) {
            *mass = f64::from(often);
        }
        let all = |changes: &[u32]| changes.iter().map(|&often| u64::from(often)).sum::<u64>() as f64;
        masses[0] += all(too_few);
        masses[full] += all(too_many);
        Distribution::from_masses(masses).unwrap_or_else(|_| Distribution::certain(count, support))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_change_leads_from_the_count_to_another_and_no_further_than_a_wall(
            often in prop::collection::vec(0..9_u32, Changes::WIDTH), count in 0..200_u16, support in 0..100_u16,
        ) {
            let mut masses = vec![0.0; usize::from(support) + 1];
            for (change, &often) in (-Changes::REACH..).zip(&often) {
                masses[(i32::from(count) + change).clamp(0, i32::from(support)) as usize] += f64::from(often);
            }
            let expected = Distribution::from_masses(masses).unwrap();
            prop_assert_eq!(Changes(often).applied(count, support), expected);
        }
    }
}
