//! Which stations are worth trying at either end: the nearest by street, more of them where chances are poor.

use velib_domain::StationId;

use crate::{
    DropReason, Dropped, Site, dropped::LeftOut, network::NetworkStation, streets::Stretch, trip::Trip,
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
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a> {
    /// The station.
    pub(crate) site: Site<'a>,
    /// The walk between it and the end of the journey.
    pub(crate) walk: Stretch,
    /// The chance of success there, at about the time of getting there.
    pub(crate) p: f64,
}

/// The stations of one end.
#[derive(Debug, Clone)]
pub(crate) struct Candidates<'a> {
    /// Those worth trying, the shortest walk first.
    pub(crate) worth_trying: Vec<Candidate<'a>>,
    /// The shortest walk to any in service, hopeless or not: where a traveller who knows nothing would go.
    pub(crate) nearest: Option<Candidate<'a>>,
    /// The number of successes to expect among the first dozen.
    successes: f64,
}

/// Stations within walking distance of both ends, whatever they have: the same by any kind of bike.
#[derive(Debug, Clone)]
pub(crate) struct Nearby<'a> {
    /// Around the start, with the walk there; none for a traveller who has a bike.
    starts: Around<'a>,
    /// Around the destination, with the walk from there.
    ends: Around<'a>,
}

/// Stations around a place, with the walk between it and each.
#[derive(Debug, Clone, Default)]
struct Around<'a> {
    /// The nearest as the crow flies first.
    straight: Vec<(Site<'a>, Stretch)>,
    /// The shortest walk first.
    by_walk: Vec<(Site<'a>, Stretch)>,
}

impl<'a> Nearby<'a> {
    pub(crate) fn of(trip: &Trip<'a>) -> Self {
        let (network, request) = (trip.inputs.network, trip.request);
        let around = |place, walk: &dyn Fn(Site<'a>) -> Stretch| {
            let sites = network.nearest(place, LOOKED_AT, |_| true).into_iter();
            let walks = sites.map(|site| (site, walk(site)));
            Around::of(walks.filter(|(_, walk)| walk.distance_m <= request.max_walk_m).collect())
        };
        let starts = if trip.is_riding() {
            Around::default()
        } else {
            around(request.from, &|site| trip.walk_to(site))
        };
        Self { starts, ends: around(request.to, &|site| trip.walk_from(site)) }
    }
}

impl<'a> Around<'a> {
    fn of(straight: Vec<(Site<'a>, Stretch)>) -> Self {
        let mut by_walk = straight.clone();
        by_walk.sort_by(|(a, walk_a), (b, walk_b)| {
            walk_a.duration_s.total_cmp(&walk_b.duration_s).then_with(|| a.index().cmp(&b.index()))
        });
        Self { straight, by_walk }
    }
}

/// Stations near the start where a bike may be found by a traveller who leaves at this second.
pub(crate) fn pickups<'a>(
    trip: &Trip<'a>,
    nearby: &Nearby<'a>,
    leave_s: f64,
    left_out: &mut LeftOut,
) -> Candidates<'a> {
    let judge = |site: Site<'a>, walk: Stretch| {
        in_service(site, NetworkStation::rents, DropReason::NotRenting)?;
        trip.p_bike(site, leave_s + walk.duration_s).ok_or(DropReason::NoOutlook)
    };
    tell_unfit(&nearby.starts.straight, judge, Dropped::pickup, left_out);
    let mut candidates = Candidates::none_yet();
    for &(site, walk) in &nearby.starts.by_walk {
        let Ok(p) = judge(site, walk) else { continue };
        let candidate = Candidate { site, walk, p };
        candidates.nearest.get_or_insert(candidate);
        if p <= 0.0 {
            left_out.push(|| Dropped::pickup(&site.station_id, DropReason::CertainlyEmpty));
        } else if candidates.are_enough() && !left_out.is_told() {
            break;
        } else {
            candidates.take(candidate);
        }
    }
    candidates
}

/// Stations near the destination where a dock may be found. When each journey gets there is not known yet: the
/// straight ride's arrival tells how many to try, and each pair is judged at its own arrival later.
pub(crate) fn dropoffs<'a>(
    trip: &Trip<'a>,
    nearby: &Nearby<'a>,
    leave_s: f64,
    left_out: &mut LeftOut,
) -> Candidates<'a> {
    let straight = trip.inputs.streets.ride(trip.request.from, trip.request.to, trip.kind);
    let arrival_s = leave_s + straight.duration_s;
    let judge = |site: Site<'a>, _| {
        in_service(site, NetworkStation::takes_back, DropReason::NotReturning)?;
        trip.p_dock(site, arrival_s).ok_or(DropReason::NoOutlook)
    };
    tell_unfit(&nearby.ends.straight, judge, Dropped::dropoff, left_out);
    let mut candidates = Candidates::none_yet();
    for &(site, walk) in &nearby.ends.by_walk {
        let Ok(p) = judge(site, walk) else { continue };
        let candidate = Candidate { site, walk, p };
        candidates.nearest.get_or_insert(candidate);
        if candidates.are_enough() {
            break;
        }
        candidates.take(candidate);
    }
    candidates
}

impl<'a> Candidates<'a> {
    fn none_yet() -> Self {
        Self { worth_trying: Vec::with_capacity(CANDIDATES), nearest: None, successes: 0.0 }
    }

    /// A dozen, twice as many where the first dozen promise less than one success between them.
    fn are_enough(&self) -> bool {
        let most = if self.successes < ENOUGH_SUCCESSES { MORE_CANDIDATES } else { CANDIDATES };
        self.worth_trying.len() >= most
    }

    /// Takes one more, unless there are enough.
    fn take(&mut self, candidate: Candidate<'a>) {
        if self.are_enough() {
            return;
        }
        if self.worth_trying.len() < CANDIDATES {
            self.successes += candidate.p;
        }
        self.worth_trying.push(candidate);
    }
}

fn in_service(
    site: Site<'_>,
    serves: fn(&NetworkStation) -> bool,
    out_of_service: DropReason,
) -> Result<(), DropReason> {
    if site.is_silent() {
        return Err(DropReason::Silent);
    }
    if serves(&site) { Ok(()) } else { Err(out_of_service) }
}

/// Tells which stations around are out of service, or unknown.
fn tell_unfit<'a>(
    around: &[(Site<'a>, Stretch)],
    judge: impl Fn(Site<'a>, Stretch) -> Result<f64, DropReason>,
    dropped: fn(&StationId, DropReason) -> Dropped,
    left_out: &mut LeftOut,
) {
    if left_out.is_told() {
        let unfit = around.iter().filter_map(|&(site, walk)| Some((site, judge(site, walk).err()?)));
        unfit.for_each(|(site, reason)| left_out.push(|| dropped(&site.station_id, reason)));
    }
}
