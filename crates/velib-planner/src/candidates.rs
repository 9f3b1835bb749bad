//! Which stations are worth trying at either end: the nearest by street, more of them where chances are poor.

use crate::{DropReason, Dropped, Site, network::NetworkStation, streets::Stretch, trip::Trip};

/// Stations tried at each end.
const CANDIDATES: usize = 12;

/// Stations tried where those together hardly promise one success.
const MORE_CANDIDATES: usize = 24;

/// The number of successes to expect among all candidates, below which more are tried.
const ENOUGH_SUCCESSES: f64 = 0.95;

/// Stations looked at: the nearest by street are among the nearest as the crow flies.
const LOOKED_AT: usize = 2 * MORE_CANDIDATES;

/// A station within walking distance of an end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a> {
    /// The station.
    pub(crate) site: Site<'a>,
    /// The walk between it and the end of the journey.
    pub(crate) walk: Stretch,
    /// The chance of success there, at about the time of getting there.
    p: f64,
}

/// The stations of one end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Candidates<'a> {
    /// Those worth trying, the shortest walk first.
    pub(crate) worth_trying: Vec<Candidate<'a>>,
    /// The shortest walk to any in service, hopeless or not: where a traveller who knows nothing would go.
    pub(crate) nearest: Option<Candidate<'a>>,
}

/// Stations within walking distance of both ends, whatever they have: the same by any kind of bike.
#[derive(Debug, Clone)]
pub(crate) struct Nearby<'a> {
    /// Around the start, with the walk there; none for a traveller who has a bike.
    starts: Vec<(Site<'a>, Stretch)>,
    /// Around the destination, with the walk from there.
    ends: Vec<(Site<'a>, Stretch)>,
}

impl<'a> Nearby<'a> {
    pub(crate) fn of(trip: &Trip<'a>) -> Self {
        let (network, request) = (trip.inputs.network, trip.request);
        let around = |place, walk: &dyn Fn(Site<'a>) -> Stretch| {
            let sites = network.nearest(place, LOOKED_AT, |_| true).into_iter();
            let walks = sites.map(|site| (site, walk(site)));
            walks.filter(|(_, walk)| walk.distance_m <= request.max_walk_m).collect()
        };
        let starts =
            if trip.is_riding() { Vec::new() } else { around(request.from, &|site| trip.walk_to(site)) };
        Self { starts, ends: around(request.to, &|site| trip.walk_from(site)) }
    }
}

/// Stations near the start where a bike may be found by a traveller who leaves at this second.
pub(crate) fn pickups<'a>(
    trip: &Trip<'a>,
    nearby: &Nearby<'a>,
    leave_s: f64,
    dropped: &mut Vec<Dropped>,
) -> Candidates<'a> {
    let mut found = Vec::new();
    for &(site, walk) in &nearby.starts {
        let p = trip.p_bike(site, leave_s + walk.duration_s);
        match judged(site, NetworkStation::rents, DropReason::NotRenting, p) {
            Ok(p) => found.push(Candidate { site, walk, p }),
            Err(reason) => dropped.push(Dropped::pickup(&site.station_id, reason)),
        }
    }
    let hopeless = |id: &_| Dropped::pickup(id, DropReason::CertainlyEmpty);
    sorted_out(found, |candidate| dropped.push(hopeless(&candidate.site.station_id)))
}

/// Stations near the destination where a dock may be found. When each journey gets there is not known yet: the
/// straight ride's arrival tells how many to try, and each pair is judged at its own arrival later.
pub(crate) fn dropoffs<'a>(
    trip: &Trip<'a>,
    nearby: &Nearby<'a>,
    leave_s: f64,
    dropped: &mut Vec<Dropped>,
) -> Candidates<'a> {
    let straight = trip.inputs.streets.ride(trip.request.from, trip.request.to, trip.kind);
    let arrival_s = leave_s + straight.duration_s;
    let mut found = Vec::new();
    for &(site, walk) in &nearby.ends {
        let p = trip.p_dock(site, arrival_s);
        match judged(site, NetworkStation::takes_back, DropReason::NotReturning, p) {
            Ok(p) => found.push(Candidate { site, walk, p }),
            Err(reason) => dropped.push(Dropped::dropoff(&site.station_id, reason)),
        }
    }
    let mut candidates = sorted(found);
    truncate(&mut candidates);
    Candidates { nearest: candidates.first().copied(), worth_trying: candidates }
}

fn judged(
    site: Site<'_>,
    in_service: fn(&NetworkStation) -> bool,
    out_of_service: DropReason,
    p: Option<f64>,
) -> Result<f64, DropReason> {
    if site.is_silent() {
        return Err(DropReason::Silent);
    }
    if !in_service(&site) {
        return Err(out_of_service);
    }
    p.ok_or(DropReason::NoOutlook)
}

/// Takes the hopeless out, but remembers the nearest.
fn sorted_out<'a>(found: Vec<Candidate<'a>>, mut hopeless: impl FnMut(&Candidate<'a>)) -> Candidates<'a> {
    let found = sorted(found);
    let nearest = found.first().copied();
    let (mut worth_trying, without_hope): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|candidate| candidate.p > 0.0);
    without_hope.iter().for_each(&mut hopeless);
    truncate(&mut worth_trying);
    Candidates { worth_trying, nearest }
}

fn sorted(mut found: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    found.sort_by(|a, b| {
        a.walk.duration_s.total_cmp(&b.walk.duration_s).then_with(|| a.site.index().cmp(&b.site.index()))
    });
    found
}

/// The first dozen, twice as many where the first dozen promise less than one success between them.
fn truncate(candidates: &mut Vec<Candidate<'_>>) {
    let successes: f64 = candidates.iter().take(CANDIDATES).map(|candidate| candidate.p).sum();
    candidates.truncate(if successes < ENOUGH_SUCCESSES { MORE_CANDIDATES } else { CANDIDATES });
}
