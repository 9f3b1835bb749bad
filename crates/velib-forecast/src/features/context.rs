//! What a request and the profile say around a station: what is usual there, its neighbourhood, the network as a whole.
//!
//! A moment is a slot of the look-back or, after those, the target of a horizon: what is usual is known for both, what
//! was counted only for slots.

use velib_domain::{LatLon, SignedDuration};

use super::{FeatureSpec, slot_count};
use crate::{
    ForecastRequest, StationHistory,
    profile::{Profile, Usual, WeekMoment},
};

/// Stations averaged as the neighbours, and in the wider district.
const NEIGHBOURS: usize = 5;
const DISTRICT: usize = 20;

/// Beyond this a station belongs to neither, in metres.
const NEIGHBOUR_M: f64 = 1_500.0;

/// A network mean over fewer stations than this is noise.
const FEWEST_FOR_NETWORK: usize = 20;

/// Shares of capacity at every station of a request, moment by moment.
pub(super) struct Context {
    slots: usize,
    moments: usize,
    /// `stations × slots`: bikes as a share of the support.
    shares: Vec<Option<f32>>,
    /// `stations × moments`.
    usual: Vec<Option<Usual>>,
    /// One a station: the indices of its district, nearest first.
    districts: Vec<Vec<usize>>,
    network: Vec<Option<f32>>,
    network_surprise: Vec<Option<f32>>,
    network_usual: Vec<Option<f32>>,
}

impl Context {
    pub(super) fn of(spec: &FeatureSpec, request: &ForecastRequest, profile: &Profile) -> Self {
        let (stations, slots) = (&request.stations, spec.look_back);
        let ahead = spec
            .horizons_seconds
            .iter()
            .map(|&horizon| request.issued_at + SignedDuration::from_secs(horizon));
        let times = (0..slots).map(|slot| spec.slot_time(request.issued_at, slot)).chain(ahead);
        let week: Vec<WeekMoment> = times.map(WeekMoment::of).collect();
        let usual_week = |station: &StationHistory| {
            let known = profile.station(&station.station_id, station.position);
            week.iter().map(move |&moment| known?.at(moment)).collect::<Vec<_>>()
        };
        let mut context = Self {
            slots,
            moments: week.len(),
            shares: stations.iter().flat_map(|station| own_shares(station, slots)).collect(),
            usual: stations.iter().flat_map(usual_week).collect(),
            districts: districts(stations),
            network: Vec::new(),
            network_surprise: Vec::new(),
            network_usual: Vec::new(),
        };
        let everyone =
            |value: &dyn Fn(usize) -> Option<f32>| mean((0..stations.len()).map(value), FEWEST_FOR_NETWORK);
        context.network = (0..slots).map(|slot| everyone(&|station| context.share(station, slot))).collect();
        context.network_surprise =
            (0..slots).map(|slot| everyone(&|station| context.surprise(station, slot))).collect();
        context.network_usual =
            (0..week.len()).map(|moment| everyone(&|station| context.usual_share(station, moment))).collect();
        context
    }

    /// The moment of the newest slot.
    pub(super) fn now(&self) -> usize {
        self.slots - 1
    }

    /// The moment at which a horizon ends.
    pub(super) fn target(&self, horizon: usize) -> usize {
        self.slots + horizon
    }

    /// The station's own share of bikes.
    pub(super) fn share(&self, station: usize, slot: usize) -> Option<f32> {
        self.shares[station * self.slots + slot]
    }

    /// What is usual at the station.
    pub(super) fn usual(&self, station: usize, moment: usize) -> Option<Usual> {
        self.usual[station * self.moments + moment]
    }

    /// How far the station's share is above its usual one.
    pub(super) fn surprise(&self, station: usize, slot: usize) -> Option<f32> {
        Some(self.share(station, slot)? - self.usual_share(station, slot)?)
    }

    /// Mean share at the neighbours, where any was observed.
    pub(super) fn neighbours(&self, station: usize, slot: usize) -> Option<f32> {
        mean(self.neighbours_of(station).map(|other| self.share(other, slot)), 1)
    }

    /// Mean surprise at the neighbours.
    pub(super) fn neighbours_surprise(&self, station: usize, slot: usize) -> Option<f32> {
        mean(self.neighbours_of(station).map(|other| self.surprise(other, slot)), 1)
    }

    /// Mean surprise in the district.
    pub(super) fn district_surprise(&self, station: usize, slot: usize) -> Option<f32> {
        mean(self.districts[station].iter().map(|&other| self.surprise(other, slot)), 1)
    }

    /// Mean share of bikes over all stations of the request, where enough were observed.
    pub(super) fn network(&self, slot: usize) -> Option<f32> {
        self.network[slot]
    }

    /// Mean surprise over all stations of the request, where enough are known.
    pub(super) fn network_surprise(&self, slot: usize) -> Option<f32> {
        self.network_surprise[slot]
    }

    /// What usually changes at the station between two moments.
    pub(super) fn usual_change(&self, station: usize, from: usize, to: usize) -> Option<f32> {
        Some(self.usual_share(station, to)? - self.usual_share(station, from)?)
    }

    /// What usually changes at the neighbours between two moments.
    pub(super) fn neighbours_usual_change(&self, station: usize, from: usize, to: usize) -> Option<f32> {
        mean(self.neighbours_of(station).map(|other| self.usual_change(other, from, to)), 1)
    }

    /// What usually changes in the district between two moments.
    pub(super) fn district_usual_change(&self, station: usize, from: usize, to: usize) -> Option<f32> {
        mean(self.districts[station].iter().map(|&other| self.usual_change(other, from, to)), 1)
    }

    /// What usually changes in the network between two moments.
    pub(super) fn network_usual_change(&self, from: usize, to: usize) -> Option<f32> {
        Some(self.network_usual[to]? - self.network_usual[from]?)
    }

    fn usual_share(&self, station: usize, moment: usize) -> Option<f32> {
        self.usual(station, moment).map(|usual| usual.share)
    }

    fn neighbours_of(&self, station: usize) -> impl Iterator<Item = usize> {
        self.districts[station].iter().take(NEIGHBOURS).copied()
    }
}

fn own_shares(station: &StationHistory, look_back: usize) -> impl Iterator<Item = Option<f32>> {
    let support = f32::from(station.support());
    (0..look_back)
        .map(move |slot| slot_count(&station.bikes, look_back, slot).map(|count| f32::from(count) / support))
}

fn mean(shares: impl Iterator<Item = Option<f32>>, fewest: usize) -> Option<f32> {
    let (known, sum) = shares.flatten().fold((0_usize, 0.0), |(known, sum), share| (known + 1, sum + share));
    (known >= fewest).then(|| sum / known as f32)
}

/// The nearest stations of each, on a flat map: over two kilometres the Earth's curve does not change who is nearest.
fn districts(stations: &[StationHistory]) -> Vec<Vec<usize>> {
    let Some(first) = stations.first() else { return Vec::new() };
    let on_map: Vec<(f64, f64)> =
        stations.iter().map(|station| metres_from(first.position, station.position)).collect();
    (0..stations.len()).map(|station| nearest(station, &on_map)).collect()
}

fn nearest(station: usize, on_map: &[(f64, f64)]) -> Vec<usize> {
    let (east, north) = on_map[station];
    let mut found: Vec<(f64, usize)> = Vec::with_capacity(DISTRICT + 1);
    let mut limit = NEIGHBOUR_M * NEIGHBOUR_M;
    for (other, &(other_east, other_north)) in on_map.iter().enumerate() {
        let squared = (other_east - east).powi(2) + (other_north - north).powi(2);
        if squared >= limit || other == station {
            continue;
        }
        let place = found.partition_point(|&(distance, _)| distance <= squared);
        found.insert(place, (squared, other));
        found.truncate(DISTRICT);
        if found.len() == DISTRICT {
            limit = found[DISTRICT - 1].0;
        }
    }
    found.into_iter().map(|(_, other)| other).collect()
}

/// Metres east and north of an origin.
pub(super) fn metres_from(origin: LatLon, place: LatLon) -> (f64, f64) {
    const METRES_PER_DEGREE: f64 = 111_195.0;
    let east = (place.lon - origin.lon) * METRES_PER_DEGREE * origin.lat.to_radians().cos();
    (east, (place.lat - origin.lat) * METRES_PER_DEGREE)
}
