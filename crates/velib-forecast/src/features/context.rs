//! What a request and the profile say around a station: what is usual there, its neighbourhood, the network as a whole.
//!
//! A moment is a slot of the look-back or, after those, the target of a horizon: what is usual is known for both, what
//! was counted only for slots. Unknown shares are NaN, as in [`Means`]. All of it is laid out once for a request,
//! station after station, because each station is a neighbour of many.

use super::{
    FeatureSpec, Moments,
    means::{LANES, Means},
    neighbourhood::Neighbourhood,
    week_before::WeekBefore,
};
use crate::{ForecastRequest, StationHistory, profile::Profile};

/// A network mean over fewer stations than this is noise.
pub(super) const FEWEST_FOR_NETWORK: f32 = 20.0;

/// Shares of capacity at every station of a request, moment by moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    slots: usize,
    moments: usize,
    supports: Vec<u16>,
    /// `stations × 2 slots`, padded: bikes as a share of the support, then how far that is above the usual share.
    counted: Vec<f32>,
    counted_width: usize,
    /// `stations × moments`: the usual share.
    usual: Vec<f32>,
    /// `stations × horizons × 2`: how often the station usually is empty and full at the target.
    walls: Vec<f32>,
    /// `stations × (recent + horizons)`, padded: what districts are averaged over.
    regional: Vec<f32>,
    regional_width: usize,
    network_counted: Means,
    network_usual: Means,
    week_before: WeekBefore,
}

/// What is around one station; the memory is used again for the next.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    slots: usize,
    counted: Means,
    near: Means,
    district: Means,
}

impl Context {
    /// Lays out a request.
    pub(super) fn read(
        &mut self,
        spec: &FeatureSpec,
        request: &ForecastRequest,
        profile: &Profile,
        moments: &Moments,
    ) {
        self.slots = spec.look_back;
        self.moments = moments.week.len();
        self.counted_width = (2 * self.slots).next_multiple_of(LANES);
        self.regional_width = (Moments::RECENT + moments.targets.len()).next_multiple_of(LANES);
        self.supports.clear();
        for table in [&mut self.counted, &mut self.usual, &mut self.walls, &mut self.regional] {
            table.clear();
        }
        for station in &request.stations {
            self.add(station, profile, moments);
        }
        self.network_counted.average(self.counted_width, self.counted.chunks_exact(self.counted_width));
        self.network_usual.average(self.moments, self.usual.chunks_exact(self.moments));
        self.network_counted.forget_below(FEWEST_FOR_NETWORK);
        self.network_usual.forget_below(FEWEST_FOR_NETWORK);
        if spec.week_before {
            self.week_before.read(&request.stations, &self.supports, moments);
        }
    }

    fn add(&mut self, station: &StationHistory, profile: &Profile, moments: &Moments) {
        let known = profile.find(&station.station_id, station.position);
        let usual_from = self.usual.len();
        match known {
            Some(known) => self.usual.extend(profile.usual_shares(known, &moments.week)),
            None => self.usual.resize(usual_from + self.moments, f32::NAN),
        }
        let usual = &self.usual[usual_from..];
        for &target in &moments.week[self.slots..] {
            let at_target = known.and_then(|known| profile.stations()[known].at(target));
            self.walls.extend(at_target.map_or([0.0; 2], |usual| [usual.empty, usual.full]));
        }
        let support = station.support();
        self.supports.push(support);
        let counted_from = self.counted.len();
        self.counted.extend(shares(&station.bikes, support, self.slots));
        self.counted.extend_from_within(counted_from..);
        let surprise = &mut self.counted[counted_from + self.slots..];
        surprise.iter_mut().zip(usual).for_each(|(share, usual)| *share -= usual);
        self.regional.extend(moments.recent.map(|slot| slot.map_or(f32::NAN, |slot| surprise[slot])));
        self.regional.extend(usual[self.slots..].iter().map(|later| later - usual[self.slots - 1]));
        self.counted.resize(self.supports.len() * self.counted_width, f32::NAN);
        self.regional.resize(self.supports.len() * self.regional_width, f32::NAN);
    }

    /// Averages what is around a station.
    pub(super) fn look_around(&self, station: usize, neighbourhood: &Neighbourhood, around: &mut Around) {
        let counted = |&other: &usize| self.counted_of(other);
        let width = self.regional_width;
        let regional = |&other: &usize| &self.regional[other * width..(other + 1) * width];
        let (neighbours, district) = (neighbourhood.neighbours(station), neighbourhood.district(station));
        around.slots = self.slots;
        around.counted.average(self.counted_width, neighbours.iter().map(counted));
        around.near.average(width, neighbours.iter().map(regional));
        around.district.average(width, district.iter().map(regional));
    }

    /// The largest count that a station has room for.
    pub(super) fn support(&self, station: usize) -> u16 {
        self.supports[station]
    }

    /// The station's own share of bikes, slot by slot.
    pub(super) fn shares(&self, station: usize) -> &[f32] {
        &self.counted_of(station)[..self.slots]
    }

    /// How far that is above the usual share.
    pub(super) fn surprises(&self, station: usize) -> &[f32] {
        &self.counted_of(station)[self.slots..2 * self.slots]
    }

    /// The usual share at the station, moment by moment.
    pub(super) fn usual(&self, station: usize) -> &[f32] {
        &self.usual[station * self.moments..(station + 1) * self.moments]
    }

    /// How often the station usually is empty and full when a horizon ends.
    pub(super) fn walls(&self, station: usize, horizon: usize) -> [f32; 2] {
        let at = 2 * (station * (self.moments - self.slots) + horizon);
        [self.walls[at], self.walls[at + 1]]
    }

    /// Mean share of bikes over all stations of the request, slot by slot, where enough were observed.
    pub(super) fn network(&self) -> &[f32] {
        &self.network_counted.get()[..self.slots]
    }

    /// Mean surprise over all stations of the request, where enough are known.
    pub(super) fn network_surprises(&self) -> &[f32] {
        &self.network_counted.get()[self.slots..2 * self.slots]
    }

    /// What usually changes in the network from now to the end of a horizon.
    pub(super) fn network_usual_change(&self, horizon: usize) -> f32 {
        let usual = self.network_usual.get();
        usual[self.slots + horizon] - usual[self.slots - 1]
    }

    /// What is known of a week before.
    pub(super) fn week_before(&self) -> &WeekBefore {
        &self.week_before
    }

    fn counted_of(&self, station: usize) -> &[f32] {
        let width = self.counted_width;
        &self.counted[station * width..(station + 1) * width]
    }
}

impl Around {
    /// Mean share at the neighbours, slot by slot.
    pub(super) fn neighbours(&self) -> &[f32] {
        &self.counted.get()[..self.slots]
    }

    /// Mean surprise at the neighbours, slot by slot.
    pub(super) fn neighbours_surprises(&self) -> &[f32] {
        &self.counted.get()[self.slots..2 * self.slots]
    }

    /// Mean surprise in the district at each of [`Moments::recent`].
    pub(super) fn district_surprises(&self) -> [f32; Moments::RECENT] {
        std::array::from_fn(|at| self.district.get()[at])
    }

    /// What usually changes from now to the end of a horizon, at the neighbours and in the district.
    pub(super) fn usual_changes(&self, horizon: usize) -> [f32; 2] {
        [&self.near, &self.district].map(|means| means.get()[Moments::RECENT + horizon])
    }
}

/// Counts as shares of a support, the last slot being the newest; NaN where nothing was observed.
pub(super) fn shares(counts: &[Option<u16>], support: u16, look_back: usize) -> impl Iterator<Item = f32> {
    let counted = &counts[counts.len().saturating_sub(look_back)..];
    let shares = counted.iter().map(move |&count| share(count, support));
    std::iter::repeat_n(f32::NAN, look_back - counted.len()).chain(shares)
}

/// A count as a share of a support; NaN where nothing was observed.
pub(super) fn share(count: Option<u16>, support: u16) -> f32 {
    count.map_or(f32::NAN, f32::from) / f32::from(support)
}
