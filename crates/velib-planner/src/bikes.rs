//! Without a bike: what standing at a station is worth, a bike there or not.
//!
//! Who finds no bike walks to another station, and from there to another once more; or waits three minutes; or walks all
//! the way. Each step is the one that costs least from there on, and the station to end at stays the same.
//!
//! What is best at the first empty station is remembered as it is: a pair that is offered is asked about again, for its
//! reasons, its advice and its outcomes. What is best at a second one is remembered by station, end, and [`A_WHILE_S`]: many
//! pairs of stations lead there at about the same time, and little hangs on it, for two stations must have failed before.

use std::cell::{OnceCell, RefCell};

use crate::{
    Missing, Site,
    best_two::BestTwo,
    candidates::Candidate,
    correlation::WAIT_S,
    docks::Docks,
    memory::ByStation,
    trip::{Trip, UNLOCK_S, given_failure},
    worth::Worth,
};

/// Seconds within which the same is best at a second empty station.
const A_WHILE_S: f64 = 300.0;

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

/// The station to end at, and about when.
type Occasion = (usize, i32);

/// What a station to try holds out.
#[derive(Clone, Copy)]
struct Hope<'a> {
    next: NextBike<'a>,
    /// The chance of a bike.
    p: f64,
    /// What trying costs at best.
    least_cost: f64,
    /// Seconds from a bike there to the station to end at.
    ride_s: f64,
}

/// What was found out about a station.
struct Known<'a> {
    /// Where to walk next; found when it first fails, which most never do.
    next: OnceCell<Vec<NextBike<'a>>>,
    /// Seconds on foot to the destination.
    on_foot_s: f64,
    /// The best steps with two attempts left, by the station to end at and exactly when.
    first_steps: RefCell<Vec<((usize, f64), Step<'a>)>>,
    /// The best steps with one attempt left, by the station to end at and about when.
    last_steps: RefCell<Vec<(Occasion, BestTwo<AtEmpty<'a>>)>>,
}

/// Bikes near the start, and what was found out about them so far.
pub(crate) struct Bikes<'a> {
    trip: Trip<'a>,
    pub(crate) docks: Docks<'a>,
    known: ByStation<Known<'a>>,
}

impl<'a> Bikes<'a> {
    /// `shortest_walk_s`: from any station to the destination.
    pub(crate) fn new(trip: Trip<'a>, shortest_walk_s: f64) -> Self {
        let known = ByStation::of(trip.inputs.network.stations().len());
        Self { trip, docks: Docks::new(trip, shortest_walk_s), known }
    }

    /// Having found a bike: unlock it, ride to the end and return it there.
    pub(crate) fn riding(&self, from: Site<'a>, end: &Candidate<'a>, at_s: f64) -> Option<Worth> {
        let ride_s = self.ride_s(from, end);
        Some(self.docks.arriving(end, at_s + ride_s)?.after(ride_s))
    }

    /// Seconds from having found a bike to standing at the end.
    fn ride_s(&self, from: Site<'a>, end: &Candidate<'a>) -> f64 {
        UNLOCK_S + self.trip.ride_between(from, end.site).duration_s
    }

    /// The first station is empty: the best step from it.
    pub(crate) fn at_empty(&self, site: Site<'a>, end: &Candidate<'a>, at_s: f64) -> Step<'a> {
        let known = &self.known(site).first_steps;
        let key = (end.site.index(), at_s);
        let found = known.borrow().iter().find(|(known, _)| *known == key).map(|(_, step)| *step);
        found.unwrap_or_else(|| {
            let step = self.first_step(site, end, at_s);
            known.borrow_mut().push((key, step));
            step
        })
    }

    fn first_step(&self, site: Site<'a>, end: &Candidate<'a>, at_s: f64) -> Step<'a> {
        let on = self.walking_on(site, end, at_s);
        match self.waiting(site, end, at_s, on.0) {
            Some(waited) if waited.cost < on.0.cost => (waited, AtEmpty::Wait),
            _ => on,
        }
    }

    /// Waiting once, where that may cost less than going on; what is best after that in vain is taken to be what is best now,
    /// three minutes later.
    fn waiting(&self, site: Site<'a>, end: &Candidate<'a>, at_s: f64, in_vain: Worth) -> Option<Worth> {
        let ride_s = self.ride_s(site, end);
        let spared = in_vain.cost - self.docks.at_best(end).after(ride_s).cost;
        if !self.trip.may_be_waited_for(Missing::Bike, spared) {
            return None;
        }
        let riding = self.docks.arriving(end, at_s + WAIT_S + ride_s)?.after(ride_s);
        let p = self.p_comes(site, at_s);
        Some(Worth::either(p, riding, in_vain).after(WAIT_S))
    }

    /// P(a bike comes while waiting from this moment on).
    pub(crate) fn p_comes(&self, site: Site<'a>, at_s: f64) -> f64 {
        let p = self.trip.p_bike(site, at_s + WAIT_S).unwrap_or(0.0);
        self.trip.p_comes(Missing::Bike, p)
    }

    /// The best step that does not wait, with two attempts left. Those that cost least if a bike is there come first, so that
    /// for few it is thought through what follows if none is.
    pub(crate) fn walking_on(&self, site: Site<'a>, end: &Candidate<'a>, at_s: f64) -> Step<'a> {
        let mut best = (self.on_foot(site), AtEmpty::WalkAllTheWay);
        let hope = |next: &NextBike<'a>| self.hope(*next, end, at_s + next.walk_s, best.0.cost, 0.0);
        let mut hopes: Vec<_> = self.next(site).iter().filter_map(hope).collect();
        hopes.sort_by(|a, b| a.least_cost.total_cmp(&b.least_cost));
        for hope in hopes {
            if hope.least_cost >= best.0.cost {
                break;
            }
            let there_s = at_s + hope.next.walk_s;
            let empty = || self.last_step(hope.next.site, end, there_s, site).0;
            if let Some(worth) = self.tried(&hope, end, there_s, best.0.cost, empty) {
                best = (worth, AtEmpty::Walk(hope.next));
            }
        }
        best
    }

    /// The second station is empty too: the best step that does not go back to the first.
    pub(crate) fn last_step(
        &self,
        site: Site<'a>,
        end: &Candidate<'a>,
        at_s: f64,
        first: Site<'a>,
    ) -> Step<'a> {
        let known = &self.known(site).last_steps;
        let while_s = (at_s / A_WHILE_S).round();
        let key = (end.site.index(), while_s as i32);
        let found = known.borrow().iter().find(|(known, _)| *known == key).map(|(_, steps)| *steps);
        let steps = found.unwrap_or_else(|| {
            let steps = self.last_steps_at(site, end, while_s * A_WHILE_S);
            known.borrow_mut().push((key, steps));
            steps
        });
        steps.unless(|step| matches!(step, AtEmpty::Walk(next) if next.site == first))
    }

    fn last_steps_at(&self, site: Site<'a>, end: &Candidate<'a>, at_s: f64) -> BestTwo<AtEmpty<'a>> {
        let mut steps = BestTwo::or_else((self.on_foot(site), AtEmpty::WalkAllTheWay));
        for next in self.next(site) {
            let (there_s, empty) = (at_s + next.walk_s, self.on_foot(next.site));
            let hope = self.hope(*next, end, there_s, steps.bar(), empty.cost);
            let tried = hope.and_then(|hope| self.tried(&hope, end, there_s, steps.bar(), || empty));
            if let Some(worth) = tried {
                steps.take((worth, AtEmpty::Walk(*next)));
            }
        }
        steps
    }

    /// What trying at the next station holds out, if that may cost less than `bar`, where failing there costs no less than
    /// `empty_at_best`.
    fn hope(
        &self,
        next: NextBike<'a>,
        end: &Candidate<'a>,
        there_s: f64,
        bar: f64,
        empty_at_best: f64,
    ) -> Option<Hope<'a>> {
        // Whatever is found there, the walk to it comes first.
        let walk = Worth::THERE.after_walking(next.walk_s, self.trip.weights);
        if next.site == end.site || walk.cost >= bar {
            return None;
        }
        let ride_s = self.ride_s(next.site, end);
        let riding = self.docks.at_best(end).after(ride_s);
        if walk.cost + riding.cost.min(empty_at_best) >= bar {
            return None;
        }
        let p = given_failure(self.trip.p_bike(next.site, there_s), next.odds)?;
        let least_cost = walk.cost + p * riding.cost + (1.0 - p) * empty_at_best;
        (least_cost < bar).then_some(Hope { next, p, least_cost, ride_s })
    }

    /// Walking to the next station and trying there, if that costs less than `bar`; `empty` is what it is worth to fail there.
    fn tried(
        &self,
        hope: &Hope<'a>,
        end: &Candidate<'a>,
        there_s: f64,
        bar: f64,
        empty: impl FnOnce() -> Worth,
    ) -> Option<Worth> {
        let &Hope { next, p, ride_s, .. } = hope;
        let riding = self.docks.arriving(end, there_s + ride_s)?.after(ride_s);
        let walking = |there: Worth| there.after_walking(next.walk_s, self.trip.weights);
        if walking(Worth::either(p, riding, Worth::THERE)).cost >= bar {
            return None;
        }
        let there = if p >= 1.0 { riding } else { Worth::either(p, riding, empty()) };
        Some(walking(there)).filter(|worth| worth.cost < bar)
    }

    fn on_foot(&self, site: Site<'a>) -> Worth {
        Worth::THERE.after_walking(self.known(site).on_foot_s, self.trip.weights)
    }

    fn known(&self, site: Site<'a>) -> &Known<'a> {
        self.known.at(site.index(), || Known {
            next: OnceCell::new(),
            on_foot_s: self.trip.walk_from(site).duration_s,
            first_steps: RefCell::default(),
            last_steps: RefCell::default(),
        })
    }

    fn next(&self, site: Site<'a>) -> &[NextBike<'a>] {
        let next = |next: Site<'a>| NextBike {
            site: next,
            walk_s: self.trip.walk_between(site, next).duration_s,
            odds: self.trip.odds_after(Missing::Bike, site, next),
        };
        let near = || self.trip.inputs.network.renting_near(site).map(next).collect();
        self.known(site).next.get_or_init(near)
    }
}
