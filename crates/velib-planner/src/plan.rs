//! The call: every pair of stations is weighed, the best few are offered, walking always is.

use std::fmt;

use velib_domain::{SignedDuration, Timestamp};

use crate::{
    BikeKind, Dropped, Inputs, Journey, JourneyRequest, Label, Leg, Start,
    bikes::Bikes,
    candidates::Nearby,
    dropped::LeftOut,
    front::Needs,
    journey::minutes,
    ranking::{self, LIKELY, Labelled, SAME_TIME_S},
    reason::Grounds,
    search::{self, Ends, Offer, offers},
    switching::Switching,
    telling::{self, Telling},
    trip::Trip,
};

/// The most journeys by bike in one plan.
pub const MAX_JOURNEYS: usize = 5;

/// An answer: journeys by bike, the walk, and what was left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The best journeys by bike, the cheapest first in time, walking and risk as the traveller weighs them; empty
    /// where walking takes no longer.
    pub journeys: Vec<Journey>,
    /// Walking all the way, which is always possible.
    pub walk: Leg,
    /// When to leave on foot.
    pub walk_at: Timestamp,
    /// Stations and pairs that were looked at and left out, where the request wants to be told.
    pub dropped: Vec<Dropped>,
}

/// Plans a journey. The same inputs give the same plan; no input makes it fail.
///
/// A request that no plan can serve well (outside the service area, long ago) is for
/// [`JourneyRequest::check`] to refuse; here it gets a walk.
pub fn plan(inputs: Inputs<'_>, request: &JourneyRequest) -> Plan {
    let trip = Trip::new(inputs, request);
    let mut left_out = LeftOut::told(request.tells_left_out);
    let nearby = Nearby::of(&trip);
    let ends = Ends::of(&trip, &nearby, &mut left_out);
    let bikes = Bikes::new(trip, ends.shortest_walk_s());
    let offers = offers(&trip, &bikes, &ends, &mut left_out);
    let electric = sooner_by_ebike(&trip, &nearby, &offers);
    let limit = MAX_JOURNEYS - usize::from(electric.is_some());
    let mut journeys = told(&trip, &bikes, &ends, ranking::ranked(offers, limit, &mut left_out));
    journeys.extend(electric);
    Plan { journeys, walk: telling::walk(&trip), walk_at: walk_at(&trip), dropped: left_out.into_list() }
}

/// On foot nothing can be missing: the last moment that is in time, as surely as is asked for.
fn walk_at(trip: &Trip<'_>) -> Timestamp {
    let leave_s = search::time_to_arrival_s(trip)
        .map_or(0.0, |arrival_s| (arrival_s - search::walk_in_time_s(trip)).max(0.0));
    trip.zero + SignedDuration::from_secs(leave_s.floor() as i64)
}

/// Journeys with their advice and reasons.
fn told<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    ends: &'c Ends<'a>,
    ranked: Vec<Labelled<'c, 'a>>,
) -> Vec<Journey> {
    let (offered, labels): (Vec<Offer<'c, 'a>>, Vec<_>) = ranked.into_iter().unzip();
    let fastest = labels.iter().position(|labels| labels.contains(&Label::Fastest));
    let grounds = Grounds { trip, bikes, ends, fastest: fastest.map(|rank| &offered[rank]) };
    let switching = Switching { trip, bikes, ends, offered: &offered };
    let tell = |(offer, labels)| Journey {
        switch_if: switching.advice(offer),
        reasons: grounds.reasons(offer),
        ..Telling { trip, bikes }.journey(offer, labels)
    };
    offered.iter().zip(labels).map(tell).collect()
}

/// Where any bike will do, the cheapest journey by e-bike that is likely to succeed and gets there sooner, if one does.
fn sooner_by_ebike<'a>(trip: &Trip<'a>, nearby: &Nearby<'a>, by_any: &[Offer<'_, '_>]) -> Option<Journey> {
    let request = trip.request;
    if request.bike != BikeKind::Any || request.start == Start::Riding {
        return None;
    }
    let soonest_s = by_any.iter().map(ranking::time_s).fold(f64::INFINITY, f64::min);
    let trip = &trip.by(BikeKind::Ebike);
    let ends = &Ends::of(trip, nearby, &mut LeftOut::told(false));
    let bikes = &Bikes::new(*trip, ends.shortest_walk_s());
    let needs = Needs { seconds: soonest_s - SAME_TIME_S, p_no_failure: LIKELY };
    let best = search::cheapest_within(trip, bikes, ends, needs)?;
    told(trip, bikes, ends, vec![(best, vec![Label::Ebike])]).pop()
}

/// One line for each journey with its labels, the walk last.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for journey in &self.journeys {
            write!(f, "{journey}")?;
            for label in &journey.labels {
                write!(f, " {}", label.as_str())?;
            }
            writeln!(f)?;
        }
        write!(f, "{} [{}m]", self.walk, minutes(self.walk.stretch.duration_s))
    }
}
