//! Trips that people might make, drawn before any planner is asked.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use velib_domain::{LatLon, METRES_PER_DEGREE, Timestamp};
use velib_planner::Paces;

use crate::{
    ReplayError,
    demand::{Demand, HourDemand},
    pace::Pace,
    stage::Stage,
};

/// Metres as the crow flies between the ends of a trip.
const LENGTH_M: std::ops::RangeInclusive<f64> = 1_000.0..=8_000.0;

/// Doors lie within so many metres of a station that people use.
const DOOR_WITHIN_M: f64 = 300.0;

/// A place farther than this from every station is not served, in metres.
const SERVED_WITHIN_M: f64 = 500.0;

/// With so few bikes, or docks, at the nearest station a trip is under stress.
const SCARCE: u16 = 2;

/// Draws for one trip before a kind of trip is given up.
const PATIENCE: usize = 20_000;

/// Travellers are drawn apart from their trips, so that the trips do not depend on who travels.
const PACES_SEED: u64 = 0x9ace;

/// A kind of trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stratum {
    /// From anywhere to anywhere in the area that stations serve, at any hour.
    Uniform,
    /// From where bikes are taken to where they are brought, when they are.
    Demand,
    /// Of those, the trips that find at most two bikes at the nearest station, or two docks at the one nearest to their end, when
    /// they start.
    Stress,
}

/// Somebody who wants to go somewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Trip {
    pub(crate) departs_at: Timestamp,
    pub(crate) from: LatLon,
    pub(crate) to: LatLon,
    /// Of who travels, whoever planned.
    pub(crate) pace: Pace,
}

impl Stratum {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Demand, Self::Stress, Self::Uniform];

    /// The word used in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Demand => "demand",
            Self::Stress => "stress",
        }
    }
}

/// Draws trips.
pub(crate) struct Drawing<'a, 'c> {
    pub(crate) stage: &'a Stage<'c>,
    pub(crate) demand: &'a Demand,
    /// When trips may start.
    pub(crate) moments: &'a [Timestamp],
    pub(crate) seed: u64,
}

impl Drawing<'_, '_> {
    /// So many trips of a kind, in the order of their departures.
    pub(crate) fn trips(&self, stratum: Stratum, count: usize) -> Result<Vec<Trip>, ReplayError> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ (stratum as u64 + 1));
        let mut paces = ChaCha8Rng::seed_from_u64(self.seed ^ PACES_SEED ^ (stratum as u64 + 1));
        let mut sum = 0.0;
        let busy: Vec<f64> = self
            .moments
            .iter()
            .map(|&moment| {
                sum += if stratum == Stratum::Uniform { 1.0 } else { self.demand.at(moment).trips() };
                sum
            })
            .collect();
        let mut trips = Vec::with_capacity(count);
        for _ in 0..count {
            let pace = Pace::drawn(Paces::USUAL, &mut paces);
            let trip = (0..PATIENCE).find_map(|_| {
                let departs_at = self.moments[index_by(&busy, &mut rng)];
                let (from, to) = match stratum {
                    Stratum::Uniform => (self.anywhere(&mut rng)?, self.anywhere(&mut rng)?),
                    Stratum::Demand | Stratum::Stress => self.wanted(self.demand.at(departs_at), &mut rng)?,
                };
                let trip = Trip { departs_at, from, to, pace };
                let suits = LENGTH_M.contains(&from.distance_m(to))
                    && (stratum != Stratum::Stress || self.is_under_stress(&trip));
                suits.then_some(trip)
            });
            trips.push(trip.ok_or(ReplayError::NoTrips { stratum: stratum.as_str() })?);
        }
        trips.sort_by_key(|trip| trip.departs_at);
        Ok(trips)
    }

    fn wanted(&self, hour: &HourDemand, rng: &mut ChaCha8Rng) -> Option<(LatLon, LatLon)> {
        if hour.trips() <= 0.0 {
            return None;
        }
        let stations = self.stage.recording.city().stations();
        let mut door = |running: &[f64]| {
            let station = stations[index_by(running, rng)].position;
            let (metres, turn) =
                (DOOR_WITHIN_M * rng.random::<f64>().sqrt(), std::f64::consts::TAU * rng.random::<f64>());
            moved(station, metres * turn.sin(), metres * turn.cos())
        };
        Some((door(&hour.taken), door(&hour.brought)))
    }

    /// A place anywhere that a station is near; `None` where the draw fell outside.
    fn anywhere(&self, rng: &mut ChaCha8Rng) -> Option<LatLon> {
        let stations = self.stage.network.stations();
        let bounds = |of: fn(&LatLon) -> f64| {
            let all = || stations.iter().map(|station| of(&station.position));
            (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max))
        };
        let mut within = |(from, to): (f64, f64)| from + (to - from) * rng.random::<f64>();
        let place = LatLon { lat: within(bounds(|place| place.lat)), lon: within(bounds(|place| place.lon)) };
        let nearest = *self.stage.near(place).first()?;
        (stations[nearest].position.distance_m(place) <= SERVED_WITHIN_M).then_some(place)
    }

    fn is_under_stress(&self, trip: &Trip) -> bool {
        let nearest = |place| {
            let mut near = self.stage.near(place).into_iter();
            near.find_map(|station| self.stage.cell(trip.departs_at, station))
        };
        let scarce_bikes = nearest(trip.from).is_some_and(|cell| cell.bikes <= SCARCE);
        let scarce_docks =
            || nearest(trip.to).and_then(|cell| cell.docks).is_some_and(|docks| docks <= SCARCE);
        scarce_bikes || scarce_docks()
    }
}

/// An index, in proportion to weights given as their running sum.
fn index_by(running: &[f64], rng: &mut ChaCha8Rng) -> usize {
    let at = rng.random::<f64>() * running.last().copied().unwrap_or(0.0);
    running.partition_point(|sum| *sum <= at).min(running.len().saturating_sub(1))
}

fn moved(from: LatLon, north_m: f64, east_m: f64) -> LatLon {
    let lat = from.lat + north_m / METRES_PER_DEGREE;
    let lon = from.lon + east_m / (METRES_PER_DEGREE * from.lat.to_radians().cos());
    LatLon { lat, lon }
}
