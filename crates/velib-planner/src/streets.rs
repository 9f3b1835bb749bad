//! How long streets take, on foot and by bike.
//!
//! [`DetourStreets`] needs no map: streets are longer than the crow's way by a factor that is much the same in
//! European cities. It is the fallback wherever street tables are absent, and it never fails.

use velib_domain::{Direction, LatLon};

use crate::{BikeKind, JourneyRequest, Site};

/// One uninterrupted way from a place to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Metres along the streets.
    pub distance_m: f64,
    /// Seconds in motion, crossings included, for a usual walker or rider; unlocking and docking excluded.
    pub duration_s: f64,
}

/// One end of a journey, as the stations around it see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Door {
    /// Where it is.
    pub place: LatLon,
    direction: Direction,
}

impl Door {
    /// The door at a place.
    pub fn at(place: LatLon) -> Self {
        Self { place, direction: Direction::of(place) }
    }
}

/// Street distances and times.
pub trait StreetTimes {
    /// On foot.
    fn walk(&self, from: LatLon, to: LatLon) -> Stretch;

    /// By bike of this kind.
    fn ride(&self, from: LatLon, to: LatLon, kind: BikeKind) -> Stretch;

    /// On foot from a door to a station; tables by station may know it better than by position.
    fn walk_to(&self, from: Door, to: Site<'_>) -> Stretch {
        self.walk(from.place, to.position)
    }

    /// On foot from a station to a door.
    fn walk_from(&self, from: Site<'_>, to: Door) -> Stretch {
        self.walk(from.position, to.place)
    }

    /// On foot from station to station.
    fn walk_between(&self, from: Site<'_>, to: Site<'_>) -> Stretch {
        self.walk(from.position, to.position)
    }

    /// By bike from station to station.
    fn ride_between(&self, from: Site<'_>, to: Site<'_>, kind: BikeKind) -> Stretch {
        self.ride(from.position, to.position, kind)
    }
}

/// Street times from straight lines: a detour factor, a speed, and a constant for leaving and arriving.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DetourStreets {
    /// Walked metres for each metre of straight line.
    pub walk_detour: f64,
    /// Ridden metres for each metre of straight line; more than on foot, because of one-way streets.
    pub ride_detour: f64,
    /// Metres a second on foot.
    pub walk_m_per_s: f64,
    /// Metres a second on a bike without a motor, stops included.
    pub mechanical_m_per_s: f64,
    /// Metres a second on an e-bike, stops included.
    pub ebike_m_per_s: f64,
    /// Seconds that every stretch costs however short it is.
    pub constant_s: f64,
}

impl Default for DetourStreets {
    fn default() -> Self {
        Self {
            walk_detour: 1.30,
            ride_detour: 1.35,
            walk_m_per_s: JourneyRequest::USUAL_WALK_M_PER_S,
            mechanical_m_per_s: 4.2,
            ebike_m_per_s: 5.0,
            constant_s: 20.0,
        }
    }
}

impl DetourStreets {
    /// So many metres of streets on foot.
    pub fn on_foot(&self, distance_m: f64) -> Stretch {
        self.stretch(distance_m, self.walk_m_per_s)
    }

    /// So many metres of streets by bike. A rider who takes any bike is timed as without a motor, so that the answer holds for
    /// either kind.
    pub fn riding(&self, distance_m: f64, kind: BikeKind) -> Stretch {
        let m_per_s = match kind {
            BikeKind::Any | BikeKind::Mechanical => self.mechanical_m_per_s,
            BikeKind::Ebike => self.ebike_m_per_s,
        };
        self.stretch(distance_m, m_per_s)
    }

    fn stretch(&self, distance_m: f64, m_per_s: f64) -> Stretch {
        Stretch { distance_m, duration_s: distance_m / m_per_s + self.constant_s }
    }
}

impl StreetTimes for DetourStreets {
    fn walk(&self, from: LatLon, to: LatLon) -> Stretch {
        self.on_foot(from.distance_m(to) * self.walk_detour)
    }

    fn ride(&self, from: LatLon, to: LatLon, kind: BikeKind) -> Stretch {
        self.riding(from.distance_m(to) * self.ride_detour, kind)
    }

    fn walk_to(&self, from: Door, to: Site<'_>) -> Stretch {
        self.on_foot(from.direction.distance_m(to.direction()) * self.walk_detour)
    }

    fn walk_from(&self, from: Site<'_>, to: Door) -> Stretch {
        self.walk_to(to, from)
    }

    fn walk_between(&self, from: Site<'_>, to: Site<'_>) -> Stretch {
        self.on_foot(from.straight_m(to) * self.walk_detour)
    }

    fn ride_between(&self, from: Site<'_>, to: Site<'_>, kind: BikeKind) -> Stretch {
        self.riding(from.straight_m(to) * self.ride_detour, kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kilometre_as_the_crow_flies_takes_its_detour() {
        let louvre = LatLon { lat: 48.8606, lon: 2.3376 };
        let one_km_east = LatLon { lat: 48.8606, lon: 2.351_27 };
        let streets = DetourStreets::default();
        let walk = streets.walk(louvre, one_km_east);
        assert!((walk.distance_m - 1300.0).abs() < 2.0, "{walk:?}");
        assert!((walk.duration_s - 1060.0).abs() < 2.0, "{walk:?}");
        let mechanical = streets.ride(louvre, one_km_east, BikeKind::Any);
        let ebike = streets.ride(louvre, one_km_east, BikeKind::Ebike);
        assert!((mechanical.duration_s - 341.4).abs() < 1.0, "{mechanical:?}");
        assert!(ebike.duration_s < mechanical.duration_s);
    }
}
