//! Every way a journey can turn out, with its exact times: for the few journeys that are offered.
//!
//! The steps are those that [`Bikes`] and [`Docks`] find best; the outcomes follow them without rounding to minutes.

use crate::{
    Site,
    bikes::{AtEmpty, Bikes, NextBike},
    candidates::Candidate,
    correlation::WAIT_S,
    docks::{AtFull, Docks, NextDock},
    paces::Span,
    prospect::Prospect,
    routes::Route,
    trip::{DOCK_S, LAST_RESORT_S, Trip, UNLOCK_S, given_failure},
};

/// The trip with what was found out about its stations.
pub(crate) struct Unfolding<'b, 'a> {
    pub(crate) trip: &'b Trip<'a>,
    pub(crate) bikes: &'b Bikes<'a>,
}

/// Attempts at other stations that a traveller has left after failing.
#[derive(Clone, Copy, PartialEq)]
enum Left {
    Two,
    One,
}

impl<'a> Unfolding<'_, 'a> {
    /// A whole journey, leaving at this second; `None` where nobody can tell.
    pub(crate) fn route(&self, route: &Route<'_, 'a>, leave_s: f64) -> Option<Prospect> {
        let Some(start) = route.start else {
            let ride_s = self.trip.ride_from_start(route.end.site).duration_s;
            return Some(self.arriving(route.end, leave_s + ride_s)?.after(Span::riding(ride_s)));
        };
        let walk_s = start.walk.duration_s;
        let at_s = leave_s + walk_s;
        let p = self.trip.p_bike(start.site, at_s)?;
        let found = self.riding(start.site, route.end, at_s)?;
        let (_, step) = self.bikes.at_empty(start.site, route.end, at_s);
        let failed = || self.at_empty(start.site, route.end, at_s, step, Left::Two);
        Some(either(p, found, failed)?.after(Span::on_foot(walk_s)))
    }

    fn riding(&self, from: Site<'a>, end: &Candidate<'a>, at_s: f64) -> Option<Prospect> {
        let ride_s = self.trip.ride_between(from, end.site).duration_s;
        let way = Span::still(UNLOCK_S).and(Span::riding(ride_s));
        Some(self.arriving(end, at_s + UNLOCK_S + ride_s)?.after(way))
    }

    fn at_empty(
        &self,
        site: Site<'a>,
        end: &Candidate<'a>,
        at_s: f64,
        step: AtEmpty<'a>,
        left: Left,
    ) -> Option<Prospect> {
        match step {
            AtEmpty::WalkAllTheWay => {
                Some(Prospect::certain(Span::on_foot(self.trip.walk_from(site).duration_s)))
            }
            AtEmpty::Walk(next) => self.walking_on(site, next, end, at_s, left),
            AtEmpty::Wait => {
                let p = self.bikes.p_comes(site, at_s);
                let waited_s = at_s + WAIT_S;
                let found = self.riding(site, end, waited_s)?;
                let (_, on) = self.bikes.walking_on(site, end, waited_s);
                let in_vain = || self.at_empty(site, end, waited_s, on, Left::Two);
                Some(either(p, found, in_vain)?.after(Span::still(WAIT_S)))
            }
        }
    }

    fn walking_on(
        &self,
        failed: Site<'a>,
        next: NextBike<'a>,
        end: &Candidate<'a>,
        at_s: f64,
        left: Left,
    ) -> Option<Prospect> {
        let there_s = at_s + next.walk_s;
        let p = given_failure(self.trip.p_bike(next.site, there_s), next.odds)?;
        let found = self.riding(next.site, end, there_s)?;
        let empty = || {
            let step = match left {
                Left::Two => self.bikes.last_step(next.site, end, there_s, failed).1,
                Left::One => AtEmpty::WalkAllTheWay,
            };
            self.at_empty(next.site, end, there_s, step, Left::One)
        };
        Some(either(p, found, empty)?.after(Span::on_foot(next.walk_s)))
    }

    fn arriving(&self, end: &Candidate<'a>, at_s: f64) -> Option<Prospect> {
        let walk_s = end.walk.duration_s;
        let p = self.trip.p_dock(end.site, at_s)?;
        let full_s = at_s + DOCK_S;
        let full = || {
            let (_, step) = self.docks().at_full(end.site, walk_s, full_s);
            self.at_full(end.site, walk_s, full_s, step, Left::Two)
        };
        let walk = Prospect::certain(Span::on_foot(walk_s));
        Some(either(p, walk, full)?.after(Span::still(DOCK_S)))
    }

    fn at_full(
        &self,
        site: Site<'a>,
        walk_s: f64,
        at_s: f64,
        step: AtFull<'a>,
        left: Left,
    ) -> Option<Prospect> {
        match step {
            AtFull::LastResort => {
                Some(Prospect::certain(Span::still(LAST_RESORT_S).and(Span::on_foot(walk_s))))
            }
            AtFull::Ride(next) => self.riding_on(site, next, at_s, left),
            AtFull::Wait => {
                let p = self.docks().p_comes(site, at_s);
                let waited_s = at_s + WAIT_S;
                let (_, on) = self.docks().riding_on(site, walk_s, waited_s);
                let in_vain = || self.at_full(site, walk_s, waited_s, on, Left::Two);
                let walk = Prospect::certain(Span::on_foot(walk_s));
                Some(either(p, walk, in_vain)?.after(Span::still(WAIT_S)))
            }
        }
    }

    fn riding_on(&self, failed: Site<'a>, next: NextDock<'a>, at_s: f64, left: Left) -> Option<Prospect> {
        let there_s = at_s + next.ride_s;
        // The minute of the step was rounded: by the exact second the dock may be known to be gone.
        let p = given_failure(self.trip.p_dock(next.site, there_s), next.odds).unwrap_or(0.0);
        let full = || {
            let step = match left {
                Left::Two => self.docks().last_step(next.site, next.walk_s, there_s + DOCK_S, failed).1,
                Left::One => AtFull::LastResort,
            };
            self.at_full(next.site, next.walk_s, there_s + DOCK_S, step, Left::One)
        };
        let way = Span::riding(next.ride_s).and(Span::still(DOCK_S));
        Some(either(p, Prospect::certain(Span::on_foot(next.walk_s)), full)?.after(way))
    }

    fn docks(&self) -> &Docks<'a> {
        &self.bikes.docks
    }
}

/// The failure is unfolded only where it can happen.
fn either(p: f64, found: Prospect, failed: impl FnOnce() -> Option<Prospect>) -> Option<Prospect> {
    if p >= 1.0 { Some(found) } else { Some(Prospect::either(p, found, failed()?)) }
}
