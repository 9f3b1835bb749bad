//! The stations a journey may use, and which of them are near a place.
//!
//! Counts are not here: how many bikes there will be is the outlook's business, and it alone knows the time.

use std::ops::Deref;

use velib_domain::{LatLon, SignedDuration, StationId};

/// A station that has been silent for longer is dead. Of Paris's stations 95 in 100 report within the hour, nearly all
/// others not for ten days and more: nothing lies between.
pub const SILENT_AFTER: SignedDuration = SignedDuration::from_hours(24);

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
    /// How long before the others' newest report it last reported, where the feed says so.
    pub silent_for: Option<SignedDuration>,
}

impl NetworkStation {
    /// Whether a bike can be taken here, if there is one.
    pub fn rents(&self) -> bool {
        self.is_installed && self.is_renting && !self.is_silent()
    }

    /// Whether a bike can be left here, if a dock is free.
    pub fn takes_back(&self) -> bool {
        self.is_installed && self.is_returning && !self.is_silent()
    }

    /// Whether it has not reported for so long that its counts say nothing.
    pub fn is_silent(&self) -> bool {
        self.silent_for.is_some_and(|silence| silence > SILENT_AFTER)
    }
}

/// A station of a network, with its place in the network's order.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    index: usize,
    station: &'a NetworkStation,
}

impl Site<'_> {
    /// Its place in [`Network::stations`], for tables that have a row for each.
    pub fn index(self) -> usize {
        self.index
    }
}

impl Deref for Site<'_> {
    type Target = NetworkStation;

    fn deref(&self) -> &NetworkStation {
        self.station
    }
}

impl PartialEq for Site<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

/// Every station of a system, in the order of their ids, so that the same inputs give the same plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    stations: Vec<NetworkStation>,
    /// Indices from south to north, so that the nearest are found without looking at them all.
    northward: Vec<usize>,
}

impl Network {
    /// Takes the stations in any order; of two with one id the first counts.
    pub fn new(mut stations: Vec<NetworkStation>) -> Self {
        stations.sort_by(|a, b| a.station_id.cmp(&b.station_id));
        stations.dedup_by(|later, earlier| later.station_id == earlier.station_id);
        let mut northward: Vec<usize> = (0..stations.len()).collect();
        northward.sort_by(|&a, &b| stations[a].position.lat.total_cmp(&stations[b].position.lat));
        Self { stations, northward }
    }

    /// All stations, ascending by id.
    pub fn stations(&self) -> &[NetworkStation] {
        &self.stations
    }

    /// The station at this place in the order.
    pub fn site(&self, index: usize) -> Site<'_> {
        Site { index, station: &self.stations[index] }
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
    ///
    /// Goes north and south from the place at once, and stops where latitude alone is farther than what was found.
    pub(crate) fn nearest(
        &self,
        place: LatLon,
        count: usize,
        accept: impl Fn(&NetworkStation) -> bool,
    ) -> Vec<Site<'_>> {
        let lat = |rank: usize| self.stations[self.northward[rank]].position.lat;
        let lon_scale = place.lat.to_radians().cos();
        let mut found: Vec<(f64, usize)> = Vec::with_capacity(count + 1);
        let mut south =
            self.northward.partition_point(|&index| self.stations[index].position.lat < place.lat);
        let mut north = south;
        while count > 0 && (south > 0 || north < self.northward.len()) {
            let to_north = north < self.northward.len()
                && (south == 0 || lat(north) - place.lat <= place.lat - lat(south - 1));
            let rank = if to_north { north } else { south - 1 };
            if to_north {
                north += 1;
            } else {
                south -= 1;
            }
            let index = self.northward[rank];
            let position = self.stations[index].position;
            let (up, right) = (position.lat - place.lat, (position.lon - place.lon) * lon_scale);
            if found.len() == count && up * up > found[count - 1].0 {
                break;
            }
            if accept(&self.stations[index]) {
                let new = (up * up + right * right, index);
                let at = found.partition_point(|old| *old < new);
                found.insert(at, new);
                found.truncate(count);
            }
        }
        found.into_iter().map(|(_, index)| self.site(index)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn network(places: &[(f64, f64)]) -> Network {
        let station = |(index, &(lat, lon)): (usize, &(f64, f64))| NetworkStation {
            station_id: StationId::new(format!("{index:03}")),
            name: String::new(),
            position: LatLon { lat, lon },
            is_installed: true,
            is_renting: index % 3 != 0,
            is_returning: true,
            silent_for: None,
        };
        Network::new(places.iter().enumerate().map(station).collect())
    }

    proptest! {
        #[test]
        fn the_nearest_are_those_that_looking_at_all_would_find(
            places in prop::collection::vec((0.0..0.05_f64, 0.0..0.05_f64), 0..40),
            lat in 0.0..0.05_f64, lon in 0.0..0.05_f64, count in 0..12_usize,
        ) {
            let (network, place) = (network(&places), LatLon { lat, lon });
            let scale = lat.to_radians().cos();
            let distance = |s: &NetworkStation| {
                let (up, right) = (s.position.lat - lat, (s.position.lon - lon) * scale);
                up * up + right * right
            };
            let mut all: Vec<_> = network.stations().iter().filter(|s| s.rents()).collect();
            all.sort_by(|a, b| distance(a).total_cmp(&distance(b)).then_with(|| a.station_id.cmp(&b.station_id)));
            let expected: Vec<_> = all.into_iter().take(count).map(|s| s.station_id.clone()).collect();
            let found = network.nearest(place, count, NetworkStation::rents);
            prop_assert_eq!(found.iter().map(|s| s.station_id.clone()).collect::<Vec<_>>(), expected);
        }
    }
}
