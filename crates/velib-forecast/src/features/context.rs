//! What the rest of the request says about a station: its nearest neighbours and the network as a whole.

use velib_domain::LatLon;

use super::slot_count;
use crate::{ForecastRequest, StationHistory};

/// Stations averaged as the neighbourhood.
const NEIGHBOURS: usize = 5;

/// Beyond this a station is no neighbour, in metres.
const NEIGHBOUR_M: f64 = 1_500.0;

/// A network mean over fewer stations than this is noise.
const FEWEST_FOR_NETWORK: usize = 20;

/// Shares of capacity around every station of a request, slot by slot.
pub(super) struct Context {
    look_back: usize,
    /// `stations × look_back`: bikes as a share of the support.
    shares: Vec<Option<f32>>,
    /// One a station: its neighbours' indices, nearest first.
    neighbours: Vec<Vec<usize>>,
    network: Vec<Option<f32>>,
}

impl Context {
    pub(super) fn of(request: &ForecastRequest, look_back: usize) -> Self {
        let shares = request.stations.iter().flat_map(|station| own_shares(station, look_back)).collect();
        let mut context =
            Self { look_back, shares, neighbours: neighbourhoods(&request.stations), network: Vec::new() };
        context.network =
            (0..look_back).map(|slot| context.network_mean(slot, request.stations.len())).collect();
        context
    }

    /// Mean share of bikes at the neighbours, where any was observed.
    pub(super) fn neighbours(&self, station: usize, slot: usize) -> Option<f32> {
        mean(self.neighbours[station].iter().map(|&neighbour| self.share(neighbour, slot)), 1)
    }

    /// Mean share of bikes over all stations of the request, where enough were observed.
    pub(super) fn network(&self, slot: usize) -> Option<f32> {
        self.network[slot]
    }

    /// The station's own share of bikes.
    pub(super) fn share(&self, station: usize, slot: usize) -> Option<f32> {
        self.shares[station * self.look_back + slot]
    }

    fn network_mean(&self, slot: usize, stations: usize) -> Option<f32> {
        mean((0..stations).map(|station| self.share(station, slot)), FEWEST_FOR_NETWORK)
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
fn neighbourhoods(stations: &[StationHistory]) -> Vec<Vec<usize>> {
    let Some(first) = stations.first() else { return Vec::new() };
    let on_map: Vec<(f64, f64)> =
        stations.iter().map(|station| metres_from(first.position, station.position)).collect();
    (0..stations.len()).map(|station| nearest(station, &on_map)).collect()
}

fn nearest(station: usize, on_map: &[(f64, f64)]) -> Vec<usize> {
    let (east, north) = on_map[station];
    let mut found: Vec<(f64, usize)> = Vec::with_capacity(NEIGHBOURS + 1);
    let mut limit = NEIGHBOUR_M * NEIGHBOUR_M;
    for (other, &(other_east, other_north)) in on_map.iter().enumerate() {
        let squared = (other_east - east).powi(2) + (other_north - north).powi(2);
        if squared >= limit || other == station {
            continue;
        }
        let place = found.partition_point(|&(distance, _)| distance <= squared);
        found.insert(place, (squared, other));
        found.truncate(NEIGHBOURS);
        if found.len() == NEIGHBOURS {
            limit = found[NEIGHBOURS - 1].0;
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
