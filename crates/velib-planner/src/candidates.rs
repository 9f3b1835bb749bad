//! Which stations are worth trying at either end: the nearest by street, more of them where chances are poor.

use crate::{
    DropReason, Dropped,
    network::NetworkStation,
    streets::Stretch,
    trip::{FALLBACKS, Trip},
};

/// Stations tried at each end.
const CANDIDATES: usize = 12;

/// Stations tried where those together hardly promise one success.
const MORE_CANDIDATES: usize = 24;

/// The number of successes to expect among all candidates, below which more are tried.
const ENOUGH_SUCCESSES: f64 = 0.95;

/// Stations looked at: the nearest by street are among the nearest as the crow flies.
const LOOKED_AT: usize = 2 * MORE_CANDIDATES;

/// A station within walking distance of an end.
#[derive(Debug, Clone)]
pub(crate) struct Candidate<'a> {
    /// The station.
    pub(crate) station: &'a NetworkStation,
    /// The walk between it and the end of the journey.
    pub(crate) walk: Stretch,
    /// The stations to try next if this one fails, nearest first.
    pub(crate) next: Vec<&'a NetworkStation>,
}

/// A station within walking distance, and the chance of success there.
type Chance<'a> = (&'a NetworkStation, Stretch, f64);

/// Stations near the start where a bike may be found.
pub(crate) fn pickups<'a>(trip: &Trip<'a>, dropped: &mut Vec<Dropped>) -> Vec<Candidate<'a>> {
    let mut chances = Vec::new();
    for station in trip.network.nearest(trip.request.from, LOOKED_AT, |_| true) {
        let walk = trip.streets.walk(trip.request.from, station.position);
        if walk.distance_m > trip.request.max_walk_m {
            continue;
        }
        let mut drop = |reason| dropped.push(Dropped::pickup(&station.station_id, reason));
        match trip.p_bike(station, walk.duration_s) {
            _ if !station.rents() => drop(DropReason::NotRenting),
            None => drop(DropReason::NoOutlook),
            Some(p) if p <= 0.0 => drop(DropReason::CertainlyEmpty),
            Some(p) => chances.push((station, walk, p)),
        }
    }
    candidates(trip, chances, NetworkStation::rents)
}

/// Stations near the destination where a dock may be found. When each journey gets there is not known yet: the
/// straight ride's arrival tells how many to try, and each pair is judged at its own arrival later.
pub(crate) fn dropoffs<'a>(trip: &Trip<'a>, dropped: &mut Vec<Dropped>) -> Vec<Candidate<'a>> {
    let request = trip.request;
    let arrival_s = trip.streets.ride(request.from, request.to, request.bike).duration_s;
    let mut chances = Vec::new();
    for station in trip.network.nearest(request.to, LOOKED_AT, |_| true) {
        let walk = trip.streets.walk(station.position, request.to);
        if walk.distance_m > request.max_walk_m {
            continue;
        }
        let mut drop = |reason| dropped.push(Dropped::dropoff(&station.station_id, reason));
        match trip.p_dock(station, arrival_s) {
            _ if !station.takes_back() => drop(DropReason::NotReturning),
            None => drop(DropReason::NoOutlook),
            Some(p) => chances.push((station, walk, p)),
        }
    }
    candidates(trip, chances, NetworkStation::takes_back)
}

/// The nearest by street, twice as many where the first dozen promise less than one success between them.
fn candidates<'a>(
    trip: &Trip<'a>,
    mut chances: Vec<Chance<'a>>,
    in_service: fn(&NetworkStation) -> bool,
) -> Vec<Candidate<'a>> {
    chances.sort_by(|(a, walk_a, _), (b, walk_b, _)| {
        walk_a.duration_s.total_cmp(&walk_b.duration_s).then_with(|| a.station_id.cmp(&b.station_id))
    });
    let successes: f64 = chances.iter().take(CANDIDATES).map(|(_, _, p)| p).sum();
    let count = if successes < ENOUGH_SUCCESSES { MORE_CANDIDATES } else { CANDIDATES };
    chances.truncate(count);
    let next = |station: &NetworkStation| {
        let serves = |other: &NetworkStation| in_service(other) && other.station_id != station.station_id;
        trip.network.nearest(station.position, FALLBACKS, serves)
    };
    chances.into_iter().map(|(station, walk, _)| Candidate { station, walk, next: next(station) }).collect()
}
