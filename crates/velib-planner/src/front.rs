//! The front of all routes, found with few of them weighed.
//!
//! Thinking failures through is what a plan spends its time on. What a route costs at best is told by its way alone
//! ([`crate::routes`]): routes are taken in that order, and one that would be superfluous even then is left out before it is
//! weighed, mostly before anybody is asked for its chances. What is kept is what weighing them all would have kept; only the
//! reasons why others are not are left unsaid.

use crate::{
    bikes::Bikes,
    ranking::is_superfluous,
    routes::{Merits, Promise, Route, Way, Weighed},
    trip::Trip,
    worth::Worth,
};

/// What a journey must be like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Needs {
    /// It takes no longer.
    pub(crate) seconds: f64,
    /// It succeeds at least so likely.
    pub(crate) p_no_failure: f64,
}

/// Every route that takes less than `limit_s` and that no cheaper one makes superfluous, the cheapest first.
pub(crate) fn few_weighed<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    routes: Vec<Route<'c, 'a>>,
    leave_s: f64,
    limit_s: f64,
) -> Vec<Weighed<'c, 'a>> {
    let mut front = Front { kept: Vec::new(), waiting: Vec::new(), limit_s };
    for Promising { route, way, at_best } in by_least_cost(trip, bikes, routes, |_, _| true) {
        front.settle(at_best.cost);
        let merits = |at_best: Worth, p_no_failure| Merits {
            seconds: at_best.seconds,
            p_no_failure,
            walk_m: way.walk_m,
        };
        if front.leaves_out(&merits(at_best, p_bike(route))) {
            continue;
        }
        let Some(promise) = promise(route, way, trip, leave_s) else { continue };
        let at_best = route.promised_at_best(promise, trip, bikes);
        if !front.leaves_out(&merits(at_best, promise.p_no_failure())) {
            front.wait(route.weighed(promise, trip, bikes, leave_s));
        }
    }
    front.settle(f64::INFINITY);
    front.kept
}

/// The route that costs least of those that fit, weighed: the promising first, and no others once they cost more even
/// if nothing goes wrong.
pub(crate) fn cheapest<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    routes: Vec<Route<'c, 'a>>,
    leave_s: f64,
    needs: Needs,
) -> Option<Weighed<'c, 'a>> {
    let may_fit =
        |route, at_best: Worth| at_best.seconds <= needs.seconds && p_bike(route) >= needs.p_no_failure;
    let mut best: Option<Weighed<'c, 'a>> = None;
    for Promising { route, way, at_best } in by_least_cost(trip, bikes, routes, may_fit) {
        if best.is_some_and(|best| best.worth.cost < at_best.cost) {
            break;
        }
        let Some(promise) = promise(route, way, trip, leave_s) else { continue };
        if promise.p_no_failure() < needs.p_no_failure {
            continue;
        }
        if best.is_some_and(|best| best.worth.cost < route.promised_at_best(promise, trip, bikes).cost) {
            continue;
        }
        let weighed = route.weighed(promise, trip, bikes, leave_s);
        let fits = weighed.worth.seconds <= needs.seconds;
        if fits && best.is_none_or(|best| weighed.by_cost(&best).is_lt()) {
            best = Some(weighed);
        }
    }
    best
}

/// Routes as they are found worth keeping.
struct Front<'c, 'a> {
    kept: Vec<Weighed<'c, 'a>>,
    /// Weighed, but one that is not weighed yet may come before; the cheapest last.
    waiting: Vec<Weighed<'c, 'a>>,
    /// What a journey must take less than.
    limit_s: f64,
}

impl<'c, 'a> Front<'c, 'a> {
    /// Whether a route of no better merits has no place here, whatever comes.
    fn leaves_out(&self, at_best: &Merits) -> bool {
        at_best.seconds >= self.limit_s || is_superfluous(at_best, &self.kept)
    }

    fn wait(&mut self, weighed: Weighed<'c, 'a>) {
        let place = self.waiting.partition_point(|other| other.by_cost(&weighed).is_gt());
        self.waiting.insert(place, weighed);
    }

    /// Keeps what is worth keeping of those waiting, as far as nothing else can cost less.
    fn settle(&mut self, least_cost: f64) {
        while let Some(next) = self.waiting.pop_if(|next| next.worth.cost < least_cost) {
            if !self.leaves_out(&next.merits()) {
                self.kept.push(next);
            }
        }
    }
}

/// A route, where it goes, and what it is worth at best.
#[derive(Clone, Copy)]
struct Promising<'c, 'a> {
    route: Route<'c, 'a>,
    way: Way,
    at_best: Worth,
}

/// Routes that may do, by what they cost at best; which of two comes first that cost the same changes nothing.
fn by_least_cost<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    routes: Vec<Route<'c, 'a>>,
    may_do: impl Fn(Route<'c, 'a>, Worth) -> bool,
) -> impl Iterator<Item = Promising<'c, 'a>> {
    let promising = |route: Route<'c, 'a>| {
        let way = route.way(trip);
        Promising { route, way, at_best: route.at_best(way, trip, bikes) }
    };
    let promising: Vec<_> = routes.into_iter().map(promising).collect();
    let may_do = promising.iter().zip(0..).filter(|(one, _)| may_do(one.route, one.at_best));
    // Numbers are moved about, not routes.
    let mut order: Vec<(f64, usize)> = may_do.map(|(one, index)| (one.at_best.cost, index)).collect();
    order.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
    order.into_iter().map(move |(_, index)| promising[index])
}

/// P(a bike) for those who leave at about the time for which stations were chosen; 1 for those who have one.
fn p_bike(route: Route<'_, '_>) -> f64 {
    route.start.map_or(1.0, |start| start.p)
}

/// What stands at stake; `None` where nobody can tell, or where it is certain to fail.
fn promise<'a>(route: Route<'_, 'a>, way: Way, trip: &Trip<'a>, leave_s: f64) -> Option<Promise> {
    let p_dock = trip.p_dock(route.end.site, leave_s + way.dock_after_s)?;
    (p_dock > 0.0).then_some(Promise { way, p_bike: p_bike(route), p_dock })
}
