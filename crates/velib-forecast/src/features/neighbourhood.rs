//! Who is near whom, remembered from one request to the next: stations stay where they are, and finding the neighbours
//! of all of Paris takes longer than everything else about a request's features.

use velib_domain::LatLon;

use super::metres_from;
use crate::StationHistory;

/// Stations averaged as the neighbours, and in the wider district.
const NEIGHBOURS: usize = 5;
const DISTRICT: usize = 20;

/// Beyond this a station belongs to neither, in metres.
const NEIGHBOUR_M: f64 = 1_500.0;

/// The districts of stations at some places.
#[derive(Debug, Clone, Default)]
pub(super) struct Neighbourhood {
    places: Vec<LatLon>,
    /// One a station: the indices of its district, nearest first.
    districts: Vec<Vec<usize>>,
}

impl Neighbourhood {
    /// Looks around again where the stations stand elsewhere than those before.
    pub(super) fn settle(&mut self, stations: &[StationHistory]) {
        let places = || stations.iter().map(|station| station.position);
        if places().eq(self.places.iter().copied()) {
            return;
        }
        self.places = places().collect();
        self.districts = districts(&self.places);
    }

    /// The nearest stations.
    pub(super) fn neighbours(&self, station: usize) -> &[usize] {
        let district = self.district(station);
        &district[..district.len().min(NEIGHBOURS)]
    }

    /// The nearest stations and those around them, nearest first.
    pub(super) fn district(&self, station: usize) -> &[usize] {
        &self.districts[station]
    }
}

/// The nearest stations of each, on a flat map: over two kilometres the Earth's curve does not change who is nearest.
fn districts(places: &[LatLon]) -> Vec<Vec<usize>> {
    let Some(&first) = places.first() else { return Vec::new() };
    let on_map: Vec<(f64, f64)> = places.iter().map(|&place| metres_from(first, place)).collect();
    (0..places.len()).map(|station| nearest(station, &on_map)).collect()
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
