//! Without a bike: what standing at a station is worth, a bike there or not.
//!
//! Who finds no bike walks to another station, and from there to another once more; or waits three minutes; or walks all
//! the way. Each step is the one that costs least from there on, and the station to end at stays the same.

use std::cell::{OnceCell, RefCell};

use crate::{
    Missing, Site,
    candidates::Candidate,
    correlation::WAIT_S,
    docks::Docks,
    trip::{Trip, UNLOCK_S, given_failure},
    worth::Worth,
};

/// A station to try after one that failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NextBike<'a> {
    pub(crate) site: Site<'a>,
    pub(crate) walk_s: f64,
    /// What the failure does to the odds there.
    pub(crate) odds: f64,
}

/// What to do at an empty station.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AtEmpty<'a> {
    /// Walk to another.
    Walk(NextBike<'a>),
    /// Wait here; if that is in vain, go on as told.
    Wait,
    /// Walk all the way.
    WalkAllTheWay,
}

/// A step and what it is worth.
type Step<'a> = (Worth, AtEmpty<'a>);

/// Bikes near the start, and what was found out about them so far.
pub(crate) struct Bikes<'a> {
    trip: Trip<'a>,
    pub(crate) docks: Docks<'a>,
    /// By station: where to walk next.
    next: Vec<OnceCell<Vec<NextBike<'a>>>>,
    /// By station: seconds on foot to the destination.
    on_foot: Vec<OnceCell<f64>>,
    /// By station where a journey may end, and station where it may begin: seconds of riding, NaN where not known yet.
    rides: RefCell<Vec<Vec<f64>>>,
}

impl<'a> Bikes<'a> {
    pub(crate) fn new(trip: Trip<'a>) -> Self {
        let count = trip.inputs.network.stations().len();
        Self {
            trip,
            docks: Docks::new(trip),
            next: vec![OnceCell::new(); count],
            on_foot: vec![OnceCell::new(); count],
            rides: RefCell::new(vec![Vec::new(); count]),
        }
    }

    /// Having found a bike: unlock it, ride to the end and return it there.
    pub(crate) fn riding(&self, from: Site<'a>, end: &Candidate<'a>, at_s: f64) -> Option<Worth> {
        let ride_s = UNLOCK_S + self.ride_s(from, end.site);
        Some(self.docks.arriving(end, at_s + ride_s)?.after(ride_s))
    }

    /// The first station is empty: the best step from it.
    pub(crate) fn at_empty(&self, site: Site<'a>, end: &Candidate<'a>, at_s: f64) -> Step<'a> {
        let on = self.walking_on(site, end, at_s);
        match self.waiting(site, end, at_s, on.0) {
            Some(waited) if waited.cost < on.0.cost => (waited, AtEmpty::Wait),
            _ => on,
        }
    }

    /// Waiting once; what is best after that in vain is taken to be what is best now, three minutes later.
    fn waiting(&self, site: Site<'a>, end: &Candidate<'a>, at_s: f64, in_vain: Worth) -> Option<Worth> {
        let riding = self.riding(site, end, at_s + WAIT_S)?;
        let p = self.p_comes(site, at_s);
        Some(Worth::either(p, riding, in_vain).after(WAIT_S))
    }

    /// P(a bike comes while waiting from this moment on).
    pub(crate) fn p_comes(&self, site: Site<'a>, at_s: f64) -> f64 {
        let p = self.trip.p_bike(site, at_s + WAIT_S).unwrap_or(0.0);
        self.trip.p_comes(Missing::Bike, p)
    }

    /// The best step that does not wait, with two attempts left.
    pub(crate) fn walking_on(&self, site: Site<'a>, end: &Candidate<'a>, at_s: f64) -> Step<'a> {
        let empty = |next: &NextBike<'a>, empty_s| self.last_step(next.site, end, empty_s, site).0;
        self.best(site, None, end, at_s, empty)
    }

    /// The second station is empty too: the best step that does not go back to the first.
    pub(crate) fn last_step(
        &self,
        site: Site<'a>,
        end: &Candidate<'a>,
        at_s: f64,
        first: Site<'a>,
    ) -> Step<'a> {
        self.best(site, Some(first), end, at_s, |next, _| self.on_foot(next.site))
    }

    fn best(
        &self,
        site: Site<'a>,
        first: Option<Site<'a>>,
        end: &Candidate<'a>,
        at_s: f64,
        empty: impl Fn(&NextBike<'a>, f64) -> Worth,
    ) -> Step<'a> {
        let weights = self.trip.weights;
        let mut best = (self.on_foot(site), AtEmpty::WalkAllTheWay);
        for next in self.next(site).iter().filter(|next| next.site != end.site && Some(next.site) != first) {
            // Whatever is found there, the walk to it comes first.
            if next.walk_s * weights.on_foot >= best.0.cost {
                continue;
            }
            let there_s = at_s + next.walk_s;
            let Some(p) = given_failure(self.trip.p_bike(next.site, there_s), next.odds) else { continue };
            let Some(riding) = self.riding(next.site, end, there_s) else { continue };
            let there = if p >= 1.0 { riding } else { Worth::either(p, riding, empty(next, there_s)) };
            let worth = there.after_walking(next.walk_s, weights);
            if worth.cost < best.0.cost {
                best = (worth, AtEmpty::Walk(*next));
            }
        }
        best
    }

    fn on_foot(&self, site: Site<'a>) -> Worth {
        let walk_s = *self.on_foot[site.index()].get_or_init(|| self.trip.walk_from(site).duration_s);
        Worth::THERE.after_walking(walk_s, self.trip.weights)
    }

    /// Seconds of riding between two stations.
    pub(crate) fn ride_s(&self, from: Site<'a>, to: Site<'a>) -> f64 {
        let rides = &mut self.rides.borrow_mut()[to.index()];
        if rides.is_empty() {
            rides.resize(self.next.len(), f64::NAN);
        }
        let known = &mut rides[from.index()];
        if known.is_nan() {
            *known = self.trip.ride_between(from, to).duration_s;
        }
        *known
    }

    fn next(&self, site: Site<'a>) -> &[NextBike<'a>] {
        self.next[site.index()].get_or_init(|| {
            let next = |next: Site<'a>| NextBike {
                site: next,
                walk_s: self.trip.walk_between(site, next).duration_s,
                odds: self.trip.odds_after(Missing::Bike, site, next),
            };
            self.trip.inputs.network.renting_near(site).map(next).collect()
        })
    }
}
