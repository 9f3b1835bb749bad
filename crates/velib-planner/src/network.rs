//! The stations a journey may use, and which of them are near a place.
//!
//! Counts are not here: how many bikes there will be is the outlook's business, and it alone knows the time.

use std::{ops::Deref, sync::OnceLock};

use velib_domain::{Direction, LatLon, SignedDuration, StationId};

use crate::trip::FALLBACKS;

/// A station that has been silent for longer is dead. Of Paris's stations 95 in 100 report within the hour, nearly all
/// others not for ten days and more: nothing lies between.
pub const SILENT_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Degrees of latitude around a place within which there is one station where they are dense, as in the middle of Paris.
const A_STATION_WITHIN: f64 = 0.0015;

/// Degrees of latitude from one edge of a strip to the other.
const STRIP: f64 = 0.005;

/// By how much farther stations are looked for where too few were found: by as many again.
const WIDER: f64 = std::f64::consts::SQRT_2;

/// Farther than this from each other, in degrees, are no two places on a map.
const FARTHEST: f64 = 1_000.0;

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
    network: &'a Network,
}

impl Site<'_> {
    /// Its place in [`Network::stations`], for tables that have a row for each.
    pub fn index(self) -> usize {
        self.index
    }

    /// Where it is seen from the middle of the earth.
    pub fn direction(self) -> Direction {
        self.network.directions[self.index]
    }

    /// Metres, as the crow flies, to another.
    pub fn straight_m(self, other: Site<'_>) -> f64 {
        self.direction().distance_m(other.direction())
    }
}

impl Deref for Site<'_> {
    type Target = NetworkStation;

    fn deref(&self) -> &NetworkStation {
        &self.network.stations[self.index]
    }
}

impl PartialEq for Site<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

/// Every station of a system, in the order of their ids, so that the same inputs give the same plan.
#[derive(Debug, Clone, Default)]
pub struct Network {
    stations: Vec<NetworkStation>,
    /// Strip by strip from south to north, and from west to east in each, so that the nearest are found without looking at them
    /// all.
    strips: Vec<InStrip>,
    /// By station: where it is seen from the middle of the earth.
    directions: Vec<Direction>,
    /// By station: the nearest that rent, and the nearest that take back. Found when first asked for: a network outlives
    /// many plans, and most plans ask for the same few.
    neighbours: [Vec<OnceLock<Vec<usize>>>; 2],
}

/// A station's place in its strip of the map.
#[derive(Debug, Clone, Copy)]
struct InStrip {
    strip: i32,
    position: LatLon,
    index: usize,
}

impl InStrip {
    fn of(position: LatLon, index: usize) -> Self {
        Self { strip: strip(position.lat), position, index }
    }
}

/// The strip in which a latitude is.
fn strip(lat: f64) -> i32 {
    (lat / STRIP).floor() as i32
}

/// What is known of neighbours is no part of what a network is.
impl PartialEq for Network {
    fn eq(&self, other: &Self) -> bool {
        self.stations == other.stations
    }
}

impl Network {
    /// Takes the stations in any order; of two with one id the first counts.
    pub fn new(mut stations: Vec<NetworkStation>) -> Self {
        stations.sort_by(|a, b| a.station_id.cmp(&b.station_id));
        stations.dedup_by(|later, earlier| later.station_id == earlier.station_id);
        let places = stations.iter().enumerate();
        let mut strips: Vec<_> =
            places.map(|(index, station)| InStrip::of(station.position, index)).collect();
        strips.sort_by(|a, b| a.strip.cmp(&b.strip).then(a.position.lon.total_cmp(&b.position.lon)));
        let directions = stations.iter().map(|station| Direction::of(station.position)).collect();
        let unknown = vec![OnceLock::new(); stations.len()];
        Self { stations, strips, directions, neighbours: [unknown.clone(), unknown] }
    }

    /// All stations, ascending by id.
    pub fn stations(&self) -> &[NetworkStation] {
        &self.stations
    }

    /// The station at this place in the order.
    pub fn site(&self, index: usize) -> Site<'_> {
        debug_assert!(index < self.stations.len());
        Site { index, network: self }
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

    /// The few nearest others that rent, nearest first.
    pub(crate) fn renting_near(&self, site: Site<'_>) -> impl Iterator<Item = Site<'_>> {
        self.others_near(&self.neighbours[0], site, NetworkStation::rents)
    }

    /// The few nearest others that take bikes back, nearest first.
    pub(crate) fn returning_near(&self, site: Site<'_>) -> impl Iterator<Item = Site<'_>> {
        self.others_near(&self.neighbours[1], site, NetworkStation::takes_back)
    }

    fn others_near<'n>(
        &'n self,
        known: &'n [OnceLock<Vec<usize>>],
        site: Site<'_>,
        serves: fn(&NetworkStation) -> bool,
    ) -> impl Iterator<Item = Site<'n>> {
        let index = site.index();
        let near = known[index].get_or_init(|| {
            let others = self.nearest_of(site.position, FALLBACKS, |other| {
                other != index && serves(&self.stations[other])
            });
            others.into_iter().map(|(_, other)| other).collect()
        });
        near.iter().map(|&other| self.site(other))
    }

    /// The `count` accepted stations that are nearest as the crow flies, nearest first, then by id.
    pub(crate) fn nearest(
        &self,
        place: LatLon,
        count: usize,
        accept: impl Fn(&NetworkStation) -> bool,
    ) -> Vec<Site<'_>> {
        let found = self.nearest_of(place, count, |index| accept(&self.stations[index]));
        found.into_iter().map(|(_, index)| self.site(index)).collect()
    }

    /// Looks around the place as far as that many are usually found, and farther until they are.
    fn nearest_of(&self, place: LatLon, count: usize, accept: impl Fn(usize) -> bool) -> Vec<(f64, usize)> {
        let mut found = Vec::with_capacity(2 * count);
        let mut radius = A_STATION_WITHIN * (count as f64).sqrt();
        while found.len() < count && radius < FARTHEST {
            found.clear();
            self.within(radius, place, &accept, &mut found);
            radius *= WIDER;
        }
        let nearer = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if count < found.len() {
            found.select_nth_unstable_by(count, nearer);
            found.truncate(count);
        }
        found.sort_unstable_by(nearer);
        found
    }

    /// The accepted stations within so many degrees of latitude, each with the square of how many it is away.
    fn within(
        &self,
        radius: f64,
        place: LatLon,
        accept: impl Fn(usize) -> bool,
        found: &mut Vec<(f64, usize)>,
    ) {
        let lon_scale = place.lat.to_radians().cos();
        let (west, north) = (place.lon - radius / lon_scale, strip(place.lat + radius));
        let mut here = strip(place.lat - radius);
        while here <= north {
            let first = self.strips.partition_point(|other| (other.strip, other.position.lon) < (here, west));
            for &InStrip { strip, position, index } in &self.strips[first..] {
                let (up, right) = (position.lat - place.lat, (position.lon - place.lon) * lon_scale);
                if strip > here || right > radius {
                    break;
                }
                let squared = up * up + right * right;
                if squared <= radius * radius && accept(index) {
                    found.push((squared, index));
                }
            }
            // Where a network is spread out most strips are empty.
            let next = self.strips.get(first).map_or(i32::MAX, |next| next.strip);
            here = next.max(here.saturating_add(1));
        }
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
