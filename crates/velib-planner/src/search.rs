//! From a request to the journeys worth ranking: leaving at a given moment, or as late as will do.

use crate::{
    DropReason, When,
    bikes::Bikes,
    candidates::{self, Candidates, Nearby},
    dropped::LeftOut,
    front::{self, Needs},
    paces::Span,
    prospect::Prospect,
    ranking,
    routes::{self, Route, Weighed},
    trip::Trip,
    unfold::Unfolding,
    worth::Worth,
};

/// Seconds on foot, unlocking and docking, to guess when to leave before any station is chosen.
const USUAL_OVERHEAD_S: f64 = 600.0;

/// Stations at both ends.
pub(crate) struct Ends<'a> {
    pub(crate) pickups: Candidates<'a>,
    pub(crate) dropoffs: Candidates<'a>,
}

/// A journey worth ranking.
#[derive(Debug, Clone)]
pub(crate) struct Offer<'c, 'a> {
    /// The route; where an arrival is asked for, its seconds are those from leaving to that arrival.
    pub(crate) weighed: Weighed<'c, 'a>,
    /// Every way it can turn out.
    pub(crate) prospect: Prospect,
    /// The probability of arriving in time, where a time is asked for.
    pub(crate) p_on_time: Option<f64>,
}

impl<'a> Ends<'a> {
    pub(crate) fn of(trip: &Trip<'a>, nearby: &Nearby<'a>, left_out: &mut LeftOut) -> Self {
        let leave_s = leave_about(trip);
        Self {
            pickups: candidates::pickups(trip, nearby, leave_s, left_out),
            dropoffs: candidates::dropoffs(trip, nearby, leave_s, left_out),
        }
    }

    /// Seconds on foot from the station nearest to the destination.
    pub(crate) fn shortest_walk_s(&self) -> f64 {
        self.dropoffs.nearest.map_or(0.0, |nearest| nearest.walk.duration_s)
    }

    fn routes<'c>(&'c self, trip: &Trip<'a>) -> Vec<Route<'c, 'a>> {
        routes::routes(&self.pickups.worth_trying, &self.dropoffs.worth_trying, trip.is_riding())
    }
}

/// Seconds from the trip's zero to the arrival asked for.
pub(crate) fn time_to_arrival_s(trip: &Trip<'_>) -> Option<f64> {
    match trip.request.when {
        When::DepartAt(_) => None,
        When::ArriveBy { at, .. } => Some(at.duration_since(trip.zero).as_secs_f64().max(0.0)),
    }
}

/// Seconds before an arrival asked for at which a walker leaves, to be there as surely as the traveller wants.
pub(crate) fn walk_in_time_s(trip: &Trip<'_>) -> f64 {
    let walk = Prospect::certain(Span::on_foot(trip.walk_all_the_way().duration_s));
    walk.arrivals(trip.request.paces).quantile_s(trip.request.risk.on_time())
}

/// About when to leave: exactly where a departure is asked for.
fn leave_about(trip: &Trip<'_>) -> f64 {
    let ride_s = trip.inputs.streets.ride(trip.request.from, trip.request.to, trip.kind).duration_s;
    time_to_arrival_s(trip).map_or(0.0, |arrival_s| (arrival_s - ride_s - USUAL_OVERHEAD_S).max(0.0))
}

/// Every journey that is sooner there than a walker and that no cheaper one makes superfluous, the cheapest first.
pub(crate) fn offers<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    ends: &'c Ends<'a>,
    left_out: &mut LeftOut,
) -> Vec<Offer<'c, 'a>> {
    let arrival_s = time_to_arrival_s(trip);
    let leaving = leaving_about_then(trip, bikes, ends, left_out);
    let kept = match arrival_s {
        Some(arrival_s) => ranking::front(in_time(trip, bikes, &leaving, arrival_s, left_out), left_out),
        None => leaving,
    };
    kept.into_iter().filter_map(|weighed| Offer::unfolded(trip, bikes, weighed, arrival_s)).collect()
}

/// The same of routes that are left at about the right time.
fn leaving_about_then<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    ends: &'c Ends<'a>,
    left_out: &mut LeftOut,
) -> Vec<Weighed<'c, 'a>> {
    let (leave_s, limit_s) = (leave_about(trip), limit_s(trip, trip.walk_all_the_way().duration_s));
    if !left_out.is_told() {
        return front::few_weighed(trip, bikes, ends.routes(trip), leave_s, limit_s);
    }
    let weighed = routes::weighed(trip, bikes, ends.routes(trip), leave_s, left_out);
    ranking::front(sooner_than(limit_s, weighed, left_out), left_out)
}

/// The cheapest journey that takes no longer than this and is at least so likely to succeed.
pub(crate) fn cheapest_within<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    ends: &'c Ends<'a>,
    needs: Needs,
) -> Option<Offer<'c, 'a>> {
    let fits = |offer: &Offer<'_, '_>| {
        ranking::time_s(offer) <= needs.seconds && offer.weighed.promise.p_no_failure() >= needs.p_no_failure
    };
    if time_to_arrival_s(trip).is_some() {
        // How long a journey takes is known only once its departure is.
        return offers(trip, bikes, ends, &mut LeftOut::told(false)).into_iter().find(fits);
    }
    let sooner = Needs { seconds: needs.seconds.min(trip.walk_all_the_way().duration_s), ..needs };
    let cheapest = front::cheapest(trip, bikes, ends.routes(trip), leave_about(trip), sooner)?;
    Offer::unfolded(trip, bikes, cheapest, None).filter(fits)
}

/// What a journey must take less than to be worth it: as long as walking, but for who has a bike to return.
fn limit_s(trip: &Trip<'_>, on_foot_s: f64) -> f64 {
    if trip.is_riding() { f64::INFINITY } else { on_foot_s }
}

fn sooner_than<'c, 'a>(
    limit_s: f64,
    weighed: Vec<Weighed<'c, 'a>>,
    left_out: &mut LeftOut,
) -> Vec<Weighed<'c, 'a>> {
    let is_sooner = |weighed: &Weighed<'c, 'a>| weighed.worth.seconds < limit_s;
    let (sooner, slow): (Vec<_>, Vec<_>) = weighed.into_iter().partition(is_sooner);
    for slow in slow {
        left_out.push(|| slow.route.dropped(DropReason::SlowerThanWalking));
    }
    sooner
}

/// Each left as late as will do, by cost again.
fn in_time<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    weighed: &[Weighed<'c, 'a>],
    arrival_s: f64,
    left_out: &mut LeftOut,
) -> Vec<Weighed<'c, 'a>> {
    let timed = weighed.iter().filter_map(|weighed| timed(trip, bikes, weighed, arrival_s)).collect();
    // Who must leave before a walker would, to be there as surely, had better walk.
    let mut sooner = sooner_than(limit_s(trip, walk_in_time_s(trip)), timed, left_out);
    sooner.sort_by(Weighed::by_cost);
    sooner
}

/// The same route, left as late as will do: its time is all from leaving to the arrival asked for.
fn timed<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    weighed: &Weighed<'c, 'a>,
    arrival_s: f64,
) -> Option<Weighed<'c, 'a>> {
    let leave_s = latest_departure(trip, bikes, weighed, arrival_s)?;
    let promise = weighed.route.promise(trip, leave_s).ok()?;
    let disliked = weighed.worth.cost - weighed.worth.seconds;
    let seconds = arrival_s - leave_s;
    let worth = Worth { seconds, cost: seconds + disliked };
    Some(Weighed { route: weighed.route, promise, worth, leave_s })
}

impl<'c, 'a> Offer<'c, 'a> {
    fn unfolded(
        trip: &Trip<'a>,
        bikes: &Bikes<'a>,
        weighed: Weighed<'c, 'a>,
        arrival_s: Option<f64>,
    ) -> Option<Self> {
        let prospect = Unfolding { trip, bikes }.route(&weighed.route, weighed.leave_s)?;
        let within = |seconds| prospect.arrivals(trip.request.paces).p_within(seconds);
        let p_on_time = arrival_s.map(|arrival_s| within(arrival_s - weighed.leave_s));
        Some(Self { weighed, prospect, p_on_time })
    }
}

/// The last whole minute at which leaving is early enough, by bisection; the first of all where none is.
///
/// Chances change with time, so that being early enough need not be monotone: what is returned is early enough, and leaving a
/// minute later is not.
fn latest_departure<'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    weighed: &Weighed<'_, 'a>,
    arrival_s: f64,
) -> Option<f64> {
    let unfolding = Unfolding { trip, bikes };
    let in_time = |minute: i64| {
        let leave_s = minute as f64 * 60.0;
        let prospect = unfolding.route(&weighed.route, leave_s)?;
        let p = prospect.arrivals(trip.request.paces).p_within(arrival_s - leave_s);
        Some(p >= trip.request.risk.on_time())
    };
    let (mut early, mut late) =
        (0, ((arrival_s - weighed.promise.way.if_ok.seconds) / 60.0).floor() as i64 + 1);
    if late <= 1 || !in_time(early)? {
        return Some(0.0);
    }
    while late - early > 1 {
        let middle = early.midpoint(late);
        if in_time(middle)? { early = middle } else { late = middle }
    }
    Some(early as f64 * 60.0)
}
