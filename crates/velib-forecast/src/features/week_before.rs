//! What a row tells of the same hours of a week before: how many bikes stood there, and how that changed.
//!
//! Last week is the newest of the weeks that the usual one is the mean of, and the one that shows what has changed since.

use super::{
    Moments,
    context::{FEWEST_FOR_NETWORK, share},
    means::Means,
};
use crate::StationHistory;

/// The numbers a row has once.
pub(super) const NAMES: [&str; 1] = ["week_before_surprise"];

/// The numbers a row has for each horizon.
pub(super) const HORIZON_NAMES: [&str; 4] =
    ["week_before_change", "week_before_known", "week_before_same_kind", "week_before_network_change"];

/// Shares of capacity a week before at every station of a request; unknown ones are NaN.
#[derive(Debug, Clone, Default)]
pub(super) struct WeekBefore {
    horizons: usize,
    /// One a station: the share a week before the origin.
    shares: Vec<f32>,
    /// `stations × horizons`: how it changed from there.
    changes: Vec<f32>,
    network: Means,
}

impl WeekBefore {
    /// Lays out a request whose stations have these supports. A change of the network is the mean over the stations that were
    /// counted at both of its ends.
    pub(super) fn read(&mut self, stations: &[StationHistory], supports: &[u16], moments: &Moments) {
        self.horizons = moments.targets.len();
        self.shares.clear();
        self.changes.clear();
        for (station, &support) in stations.iter().zip(supports) {
            let at = |slot: usize| share(station.bikes_week_before.get(slot).copied().flatten(), support);
            let at_origin = at(0);
            let at_targets = moments.targets.iter().map(|target| target.slots_ahead.map_or(f32::NAN, at));
            self.shares.push(at_origin);
            self.changes.extend(at_targets.map(|at_target| at_target - at_origin));
        }
        self.network.average(self.horizons, self.changes.chunks_exact(self.horizons.max(1)));
        self.network.forget_below(FEWEST_FOR_NETWORK);
    }

    /// The share at a station a week before the origin.
    pub(super) fn share(&self, station: usize) -> f32 {
        self.shares[station]
    }

    /// What changed at a station in the hours that a horizon spans, and in the whole network.
    pub(super) fn changes(&self, station: usize, horizon: usize) -> [f32; 2] {
        [self.changes[station * self.horizons + horizon], self.network.get()[horizon]]
    }
}
