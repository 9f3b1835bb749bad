//! With a bike in hand: what standing at a station is worth, its dock free or not.
//!
//! Who finds no dock rides to another station, and from there to another once more; or waits three minutes; or, when
//! nothing is left to try, loses [`LAST_RESORT_S`]. Each step is the one that costs least from there on.
//!
//! What follows a failure is remembered by station and minute, because the same few stations near the destination end
//! every journey.

use std::cell::OnceCell;

use crate::{
    Missing, Site,
    best_two::BestTwo,
    candidates::Candidate,
    correlation::WAIT_S,
    memory::{ByMinute, ByStation},
    trip::{DOCK_S, LAST_RESORT_S, Trip, given_failure},
    worth::Worth,
};

/// A station to try after one that failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NextDock<'a> {
    pub(crate) site: Site<'a>,
    pub(crate) ride_s: f64,
    /// The walk from there to the destination, in seconds.
    pub(crate) walk_s: f64,
    /// What the failure does to the odds there.
    pub(crate) odds: f64,
}

/// What to do at a full station.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AtFull<'a> {
    /// Ride on.
    Ride(NextDock<'a>),
    /// Wait here; if that is in vain, ride on as told.
    Wait,
    /// Wait or hunt as long as it takes.
    LastResort,
}

/// A step and what it is worth.
type Step<'a> = (Worth, AtFull<'a>);

/// What was found out about a station.
struct Known<'a> {
    /// Where to ride next, what costs least if a dock is free there first; found when it first fails, which most never do.
    next: OnceCell<Vec<NextDock<'a>>>,
    /// The chance of a dock.
    chances: ByMinute<Option<f64>>,
    /// The best step with two attempts left.
    first_steps: ByMinute<Step<'a>>,
    /// The best steps with one attempt left.
    last_steps: ByMinute<BestTwo<AtFull<'a>>>,
}

/// Docks near the destination, and what was found out about them so far.
pub(crate) struct Docks<'a> {
    trip: Trip<'a>,
    /// The shortest walk from any station to the destination, in seconds.
    shortest_walk_s: f64,
    known: ByStation<Known<'a>>,
}

impl<'a> Docks<'a> {
    pub(crate) fn new(trip: Trip<'a>, shortest_walk_s: f64) -> Self {
        Self { trip, shortest_walk_s, known: ByStation::of(trip.inputs.network.stations().len()) }
    }

    /// Arriving with a bike at the station where a journey means to end; `None` where nobody can tell.
    pub(crate) fn arriving(&self, end: &Candidate<'a>, at_s: f64) -> Option<Worth> {
        let p = self.p_dock(end.site, at_s)?;
        Some(self.arriving_with(p, end, at_s))
    }

    /// The same with this chance of a dock.
    pub(crate) fn arriving_with(&self, p: f64, end: &Candidate<'a>, at_s: f64) -> Worth {
        let docked = self.docked(end.walk.duration_s);
        let worth = if p >= 1.0 {
            docked
        } else {
            Worth::or_failing(
                p,
                docked,
                self.at_full(end.site, end.walk.duration_s, at_s + DOCK_S).0,
                self.trip.weights,
            )
        };
        worth.after(DOCK_S)
    }

    /// The same at best, which costs no more and takes no longer: whoever finds no dock has one at once where the walk is shortest.
    pub(crate) fn arriving_at_best(&self, p: f64, end: &Candidate<'a>) -> Worth {
        let docked = |walk_s| self.docked(walk_s).after(DOCK_S);
        let failed = docked(self.shortest_walk_s).after(DOCK_S);
        Worth::or_failing(p, docked(end.walk.duration_s), failed, self.trip.weights)
    }

    /// The same whatever the chance of a dock.
    pub(crate) fn at_best(&self, end: &Candidate<'a>) -> Worth {
        self.arriving_at_best(1.0, end).least(self.arriving_at_best(0.0, end))
    }

    /// The first station is full: the best step from it.
    pub(crate) fn at_full(&self, site: Site<'a>, walk_s: f64, at_s: f64) -> Step<'a> {
        let minute = minute(at_s);
        self.known(site).first_steps.at(minute, || self.first_step(site, walk_s, f64::from(minute) * 60.0))
    }

    fn first_step(&self, site: Site<'a>, walk_s: f64, at_s: f64) -> Step<'a> {
        let on = self.riding_on(site, walk_s, at_s);
        match self.waiting(site, walk_s, at_s, on.0) {
            Some(waited) if waited.cost < on.0.cost => (waited, AtFull::Wait),
            _ => on,
        }
    }

    /// Waiting once, where that may cost less than going on; what is best after that in vain is taken to be what is best now,
    /// three minutes later.
    fn waiting(&self, site: Site<'a>, walk_s: f64, at_s: f64, in_vain: Worth) -> Option<Worth> {
        let docked = self.docked(walk_s);
        if !self.trip.may_be_waited_for(Missing::Dock, in_vain.cost - docked.cost) {
            return None;
        }
        let p = self.p_comes(site, at_s);
        Some(Worth::either(p, docked, in_vain).after(WAIT_S))
    }

    /// P(a dock comes free while waiting from this moment on).
    pub(crate) fn p_comes(&self, site: Site<'a>, at_s: f64) -> f64 {
        let p = self.trip.p_dock(site, at_s + WAIT_S).unwrap_or(0.0);
        self.trip.p_comes(Missing::Dock, p)
    }

    /// The best step that does not wait, with two attempts left.
    pub(crate) fn riding_on(&self, site: Site<'a>, walk_s: f64, at_s: f64) -> Step<'a> {
        let mut best = self.last_resort(walk_s);
        let full_at_best = self.docked(self.shortest_walk_s).cost + DOCK_S;
        for next in self.next(site) {
            let full = |full_s| self.last_step(next.site, next.walk_s, full_s, site).0;
            if let Some(worth) = self.trying(next, at_s + next.ride_s, best.0.cost, full_at_best, full) {
                best = (worth, AtFull::Ride(*next));
            }
        }
        best
    }

    /// The second station is full too: the best step that does not go back to the first.
    pub(crate) fn last_step(&self, site: Site<'a>, walk_s: f64, at_s: f64, first: Site<'a>) -> Step<'a> {
        let minute = minute(at_s);
        let find_out = || self.last_steps_at(site, walk_s, f64::from(minute) * 60.0);
        let steps = self.known(site).last_steps.at(minute, find_out);
        steps.unless(|step| matches!(step, AtFull::Ride(next) if next.site == first))
    }

    fn last_steps_at(&self, site: Site<'a>, walk_s: f64, at_s: f64) -> BestTwo<AtFull<'a>> {
        let mut steps = BestTwo::or_else(self.last_resort(walk_s));
        for next in self.next(site) {
            let full = self.last_resort(next.walk_s).0;
            if let Some(worth) = self.trying(next, at_s + next.ride_s, steps.bar(), full.cost, |_| full) {
                steps.take((worth, AtFull::Ride(*next)));
            }
        }
        steps
    }

    /// Riding to the next station and trying there, if that costs less than `bar`; `full` is what it is worth to fail
    /// there, at that moment, which costs no less than `full_at_best`. Neither the chance nor what follows is asked for where
    /// nothing could come of it.
    fn trying(
        &self,
        next: &NextDock<'a>,
        there_s: f64,
        bar: f64,
        full_at_best: f64,
        full: impl Fn(f64) -> Worth,
    ) -> Option<Worth> {
        let spent_s = next.ride_s + DOCK_S;
        let docked = self.docked(next.walk_s);
        if spent_s + docked.cost.min(full_at_best) >= bar {
            return None;
        }
        let p = given_failure(self.p_dock(next.site, there_s), next.odds)?;
        if spent_s + p * docked.cost + (1.0 - p) * full_at_best >= bar {
            return None;
        }
        let worth = if p >= 1.0 { docked } else { Worth::either(p, docked, full(there_s + DOCK_S)) };
        Some(worth.after(spent_s)).filter(|worth| worth.cost < bar)
    }

    /// The chance of a dock, to the minute: what counts in the choice of a step is asked for once.
    pub(crate) fn p_dock(&self, site: Site<'a>, at_s: f64) -> Option<f64> {
        let minute = minute(at_s);
        self.known(site).chances.at(minute, || self.trip.p_dock(site, f64::from(minute) * 60.0))
    }

    fn last_resort(&self, walk_s: f64) -> Step<'a> {
        (self.docked(walk_s).after(LAST_RESORT_S), AtFull::LastResort)
    }

    /// Having left the bike, with so many seconds to walk.
    fn docked(&self, walk_s: f64) -> Worth {
        Worth::THERE.after_walking(walk_s, self.trip.weights)
    }

    fn known(&self, site: Site<'a>) -> &Known<'a> {
        self.known.at(site.index(), || Known {
            next: OnceCell::new(),
            chances: ByMinute::default(),
            first_steps: ByMinute::default(),
            last_steps: ByMinute::default(),
        })
    }

    fn next(&self, site: Site<'a>) -> &[NextDock<'a>] {
        self.known(site).next.get_or_init(|| self.promising(site))
    }

    /// The most promising first, so that the others need no second look.
    fn promising(&self, site: Site<'a>) -> Vec<NextDock<'a>> {
        let next = |next: Site<'a>| NextDock {
            site: next,
            ride_s: self.trip.ride_between(site, next).duration_s,
            walk_s: self.trip.walk_from(next).duration_s,
            odds: self.trip.odds_after(Missing::Dock, site, next),
        };
        let mut next: Vec<_> = self.trip.inputs.network.returning_near(site).map(next).collect();
        let cost = |next: &NextDock<'a>| next.ride_s + next.walk_s * self.trip.weights.on_foot;
        next.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
        next
    }
}

/// The nearest whole minute of a time that is never negative; whatever comes after six weeks is at their end.
fn minute(at_s: f64) -> u16 {
    (at_s / 60.0 + 0.5) as u16
}
