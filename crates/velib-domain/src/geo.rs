//! Places on the ground: WGS84 coordinates and the distances between them.

use serde::{Deserialize, Serialize};

/// Mean Earth radius in metres (IUGG).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Metres in a degree of latitude, on that globe.
pub const METRES_PER_DEGREE: f64 = 111_195.0;

/// Half a chord of fifty kilometres, on a globe of radius one.
const ACROSS_A_CITY: f64 = 0.004;

/// A WGS84 position in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LatLon {
    /// Degrees north, −90…90.
    pub lat: f64,
    /// Degrees east, −180…180.
    pub lon: f64,
}

impl LatLon {
    /// A position, or `None` where the numbers name no place on Earth.
    pub fn new(lat: f64, lon: f64) -> Option<Self> {
        let on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        on_earth.then_some(Self { lat, lon })
    }

    /// The middle of some places: the median of their latitudes and that of their longitudes, which a few places far out
    /// do not move; `None` where there are none.
    pub fn median(places: impl IntoIterator<Item = Self>) -> Option<Self> {
        let (mut lats, mut lons): (Vec<f64>, Vec<f64>) =
            places.into_iter().map(|place| (place.lat, place.lon)).unzip();
        let middle = |degrees: &mut Vec<f64>| {
            degrees.sort_unstable_by(f64::total_cmp);
            degrees.get(degrees.len() / 2).copied()
        };
        Self::new(middle(&mut lats)?, middle(&mut lons)?)
    }

    /// Great-circle distance in metres (haversine; error below 0.5 % of the ellipsoid's).
    pub fn distance_m(self, other: Self) -> f64 {
        let (lat_a, lat_b) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = (lat_b - lat_a) / 2.0;
        let half_lon = (other.lon - self.lon).to_radians() / 2.0;
        let chord = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
        2.0 * EARTH_RADIUS_M * chord.sqrt().min(1.0).asin()
    }
}

/// A place as it is seen from the middle of the earth: distances between many places that are known beforehand need no
/// sines and cosines then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Direction([f64; 3]);

impl Direction {
    /// The direction of a place.
    pub fn of(place: LatLon) -> Self {
        let (lat, lon) = (place.lat.to_radians(), place.lon.to_radians());
        Self([lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()])
    }

    /// Great-circle distance in metres, as [`LatLon::distance_m`] tells it.
    #[inline]
    pub fn distance_m(self, other: Self) -> f64 {
        let ([x_a, y_a, z_a], [x_b, y_b, z_b]) = (self.0, other.0);
        let (x, y, z) = (x_a - x_b, y_a - y_b, z_a - z_b);
        let half_chord = (x * x + y * y + z * z).sqrt() / 2.0;
        // Across a city an arc is its chord and a third power, to the millimetre.
        let half_arc = if half_chord < ACROSS_A_CITY {
            half_chord * (1.0 + half_chord * half_chord / 6.0)
        } else {
            half_chord.min(1.0).asin()
        };
        2.0 * EARTH_RADIUS_M * half_arc
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn notre_dame_to_the_eiffel_tower_is_four_kilometres() {
        let notre_dame = LatLon::new(48.85297, 2.34994).unwrap();
        let eiffel_tower = LatLon::new(48.85837, 2.29448).unwrap();
        let distance = notre_dame.distance_m(eiffel_tower);
        assert!((distance - 4_101.0).abs() < 20.0, "{distance}");
    }

    #[test]
    fn numbers_off_the_globe_are_no_place() {
        assert_eq!(LatLon::new(91.0, 0.0), None);
        assert_eq!(LatLon::new(0.0, f64::NAN), None);
    }

    #[test]
    fn the_middle_of_a_city_is_not_moved_by_one_station_far_out() {
        let place = |lat, lon| LatLon { lat, lon };
        let city = [place(48.85, 2.34), place(48.86, 2.35), place(48.87, 2.36)];
        assert_eq!(LatLon::median(city), Some(city[1]));
        assert_eq!(LatLon::median([city[0], city[1], place(0.0, 0.0)]), Some(city[0]));
        assert_eq!(LatLon::median([]), None);
    }

    proptest! {
        #[test]
        fn distance_is_a_metric(a in place(), b in place(), c in place()) {
            prop_assert!((a.distance_m(b) - b.distance_m(a)).abs() < 1e-6);
            prop_assert!(a.distance_m(a) < 1e-6);
            prop_assert!(a.distance_m(c) <= a.distance_m(b) + b.distance_m(c) + 1e-3);
        }
    }

    proptest! {
        #[test]
        fn directions_are_as_far_apart_as_their_places(a in place(), b in place(), near in any::<bool>()) {
            let b = if near { LatLon { lat: 0.998 * a.lat + 0.002 * b.lat, lon: 0.998 * a.lon + 0.002 * b.lon } } else { b };
            let (told, exact) = (Direction::of(a).distance_m(Direction::of(b)), a.distance_m(b));
            // Half around the earth the last digits of a sine are metres.
            let most = if exact > 19_000_000.0 { 10.0 } else { 1e-3 };
            prop_assert!((told - exact).abs() < most, "{told} {exact}");
        }
    }

    fn place() -> impl Strategy<Value = LatLon> {
        (-90.0..=90.0_f64, -180.0..=180.0_f64).prop_map(|(lat, lon)| LatLon { lat, lon })
    }
}
