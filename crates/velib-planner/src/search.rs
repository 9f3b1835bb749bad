//! From a request to the journeys worth ranking: leaving at a given moment, or as late as will do.

use crate::{
    DropReason, Dropped, When,
    bikes::Bikes,
    candidates::{self, Candidates},
    prospect::Prospect,
    routes::{self, Route, Weighed},
    trip::Trip,
    unfold::Unfolding,
    worth::Worth,
};

/// Routes whose latest departure is looked for: those that cost least when leaving at about the right time.
const TIMED_ROUTES: usize = 24;

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
    /// When to leave, in seconds of the trip.
    pub(crate) leave_s: f64,
    /// Every way it can turn out.
    pub(crate) prospect: Prospect,
    /// The probability of arriving in time, where a time is asked for.
    pub(crate) p_on_time: Option<f64>,
}

impl<'a> Ends<'a> {
    pub(crate) fn of(trip: &Trip<'a>, dropped: &mut Vec<Dropped>) -> Self {
        let leave_s = leave_about(trip);
        let pickups = if trip.is_riding() {
            Candidates::default()
        } else {
            candidates::pickups(trip, leave_s, dropped)
        };
        Self { pickups, dropoffs: candidates::dropoffs(trip, leave_s, dropped) }
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

/// About when to leave: exactly where a departure is asked for.
fn leave_about(trip: &Trip<'_>) -> f64 {
    let ride_s = trip.inputs.streets.ride(trip.request.from, trip.request.to, trip.kind).duration_s;
    time_to_arrival_s(trip).map_or(0.0, |arrival_s| (arrival_s - ride_s - USUAL_OVERHEAD_S).max(0.0))
}

/// Every journey that is not beaten for sure and not slower than walking, the cheapest first.
pub(crate) fn offers<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    ends: &'c Ends<'a>,
    dropped: &mut Vec<Dropped>,
) -> Vec<Offer<'c, 'a>> {
    let leave_s = leave_about(trip);
    let weighed = routes::weighed(trip, bikes, ends.routes(trip), leave_s, dropped);
    let mut offers = Vec::new();
    let on_foot_s = trip.walk_all_the_way().duration_s;
    let arrival_s = time_to_arrival_s(trip);
    let limit = if arrival_s.is_some() { TIMED_ROUTES } else { usize::MAX };
    let too_slow = |weighed: &Weighed<'_, '_>| !trip.is_riding() && weighed.worth.seconds >= on_foot_s;
    for (rank, weighed) in weighed.into_iter().enumerate() {
        if too_slow(&weighed) {
            dropped.push(weighed.route.dropped(DropReason::SlowerThanWalking));
        } else if rank >= limit {
            dropped.push(weighed.route.dropped(DropReason::NoBetterThanAnother));
        } else if let Some(offer) = offer(trip, bikes, weighed, arrival_s) {
            offers.push(offer);
        }
    }
    // Who must leave before a walker would, to be there as surely, had better walk.
    offers.retain(|offer| {
        let slow = too_slow(&offer.weighed);
        if slow {
            dropped.push(offer.weighed.route.dropped(DropReason::SlowerThanWalking));
        }
        !slow
    });
    offers.sort_by(|a, b| a.weighed.by_cost(&b.weighed));
    offers
}

fn offer<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    weighed: Weighed<'c, 'a>,
    arrival_s: Option<f64>,
) -> Option<Offer<'c, 'a>> {
    let Some(arrival_s) = arrival_s else {
        let prospect = Unfolding { trip, bikes }.route(&weighed.route, 0.0)?;
        return Some(Offer { weighed, leave_s: 0.0, prospect, p_on_time: None });
    };
    let leave_s = latest_departure(trip, bikes, &weighed, arrival_s)?;
    let prospect = Unfolding { trip, bikes }.route(&weighed.route, leave_s)?;
    let p_on_time = Some(prospect.p_within(arrival_s - leave_s));
    let promise = weighed.route.promise(trip, bikes, leave_s).ok()?;
    let disliked = weighed.worth.cost - weighed.worth.seconds;
    let seconds = arrival_s - leave_s;
    let worth = Worth { seconds, cost: seconds + disliked };
    Some(Offer { weighed: Weighed { promise, worth, ..weighed }, leave_s, prospect, p_on_time })
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
        Some(prospect.p_within(arrival_s - leave_s) >= trip.request.risk.on_time())
    };
    let (mut early, mut late) = (0, ((arrival_s - weighed.promise.if_ok.seconds) / 60.0).floor() as i64 + 1);
    if late <= 1 || !in_time(early)? {
        return Some(0.0);
    }
    while late - early > 1 {
        let middle = early.midpoint(late);
        if in_time(middle)? { early = middle } else { late = middle }
    }
    Some(early as f64 * 60.0)
}
