//! The stations a journey may use, and which of them are near a place.
//!
//! Counts are not here: how many bikes there will be is the outlook's business, and it alone knows the time.

use velib_domain::{LatLon, StationId};

/// A station as the planner sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkStation {
    /// The key.
    pub station_id: StationId,
    /// The name, as people know it.
    pub name: String,
    /// Where it stands.
    pub position: LatLon,
    /// Whether it stands on the street.
    pub is_installed: bool,
    /// Whether it rents bikes out.
    pub is_renting: bool,
    /// Whether it takes bikes back.
    pub is_returning: bool,
}

impl NetworkStation {
    /// Whether a bike can be taken here, if there is one.
    pub fn rents(&self) -> bool {
        self.is_installed && self.is_renting
    }

    /// Whether a bike can be left here, if a dock is free.
    pub fn takes_back(&self) -> bool {
        self.is_installed && self.is_returning
    }
}

/// Every station of a system, in the order of their ids, so that the same inputs give the same plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    stations: Vec<NetworkStation>,
}

impl Network {
    /// Takes the stations in any order; of two with one id the first counts.
    pub fn new(mut stations: Vec<NetworkStation>) -> Self {
        stations.sort_by(|a, b| a.station_id.cmp(&b.station_id));
        stations.dedup_by(|later, earlier| later.station_id == earlier.station_id);
        Self { stations }
    }

    /// All stations, ascending by id.
    pub fn stations(&self) -> &[NetworkStation] {
        &self.stations
    }

    /// The station with this id.
    pub fn get(&self, station_id: &StationId) -> Option<&NetworkStation> {
        let found = self.stations.binary_search_by(|station| station.station_id.cmp(station_id));
        found.ok().map(|index| &self.stations[index])
    }

    /// Metres, as the crow flies, from a place to the nearest station; `None` in an empty network.
    pub fn nearest_distance_m(&self, place: LatLon) -> Option<f64> {
        let nearest = self.nearest(place, 1, |_| true);
        nearest.first().map(|station| station.position.distance_m(place))
    }

    /// The `count` accepted stations that are nearest as the crow flies, nearest first, then by id.
    pub(crate) fn nearest(
        &self,
        place: LatLon,
        count: usize,
        accept: impl Fn(&NetworkStation) -> bool,
    ) -> Vec<&NetworkStation> {
        let accepted = self.stations.iter().filter(|station| accept(station));
        let mut by_distance: Vec<_> = accepted.map(|s| (planar_distance(place, s.position), s)).collect();
        by_distance.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.station_id.cmp(&b.1.station_id)));
        by_distance.into_iter().take(count).map(|(_, station)| station).collect()
    }
}

/// A squared distance in degrees of latitude: orders neighbours as haversine does at city scale, at a tenth of its cost.
fn planar_distance(a: LatLon, b: LatLon) -> f64 {
    let north = b.lat - a.lat;
    let east = (b.lon - a.lon) * a.lat.to_radians().cos();
    north * north + east * east
}
