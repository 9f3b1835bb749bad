//! Pairs of stations, weighed: the promising first, and those that cannot win not at all.
//!
//! Every pair has a bound: what it costs at least, however it turns out. A pair whose bound is already beaten by a weighed one
//! that is no less safe and asks for no more walking is left out. That changes no answer, because the ranking would drop it
//! too; [`crate::front`] goes further where nobody wants to be told why.
//!
//! A journey mostly costs least if nothing goes wrong, but not always: whoever finds no dock where the walk would have been long
//! rides on, and may so save more than that takes. At best there is a dock at once where the walk is shortest. Whoever finds no
//! bike saves nothing, wherever riding there takes no longer than walking to another station and riding from it.

use std::cmp::Ordering;

use crate::{
    DropReason, Dropped,
    bikes::Bikes,
    candidates::Candidate,
    dropped::LeftOut,
    trip::{DOCK_S, Trip, UNLOCK_S},
    worth::Worth,
};

/// Where to take a bike, unless the traveller has one, and where to leave it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route<'c, 'a> {
    pub(crate) start: Option<&'c Candidate<'a>>,
    pub(crate) end: &'c Candidate<'a>,
}

/// What can be said of a route before any chance is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    /// If nothing goes wrong.
    pub(crate) if_ok: Worth,
    /// Seconds from leaving to standing at the pick-up station.
    pub(crate) bike_after_s: f64,
    /// Seconds from leaving to standing at the drop-off station.
    pub(crate) dock_after_s: f64,
    /// Metres on foot.
    pub(crate) walk_m: f64,
}

/// What can be said of a route before any failure is thought through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Promise {
    pub(crate) way: Way,
    /// P(a bike), 1 for those who have one.
    pub(crate) p_bike: f64,
    /// P(a dock).
    pub(crate) p_dock: f64,
}

/// What journeys are compared by, beside their cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Merits {
    /// The time to expect, in seconds.
    pub(crate) seconds: f64,
    /// P(bike and dock are found at the first attempt).
    pub(crate) p_no_failure: f64,
    /// Metres on foot.
    pub(crate) walk_m: f64,
}

/// A route with what it is worth.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weighed<'c, 'a> {
    pub(crate) route: Route<'c, 'a>,
    pub(crate) promise: Promise,
    pub(crate) worth: Worth,
    /// When the traveller leaves, in seconds of the trip.
    pub(crate) leave_s: f64,
}

impl Promise {
    /// P(bike and dock are found at the first attempt).
    pub(crate) fn p_no_failure(&self) -> f64 {
        self.p_bike * self.p_dock
    }
}

impl<'c, 'a> Route<'c, 'a> {
    /// Where and how long it goes.
    pub(crate) fn way(self, trip: &Trip<'a>) -> Way {
        let weights = trip.weights;
        let (walk, ride_s) = match self.start {
            Some(start) => {
                (Some(start.walk), UNLOCK_S + trip.ride_between(start.site, self.end.site).duration_s)
            }
            None => (None, trip.ride_from_start(self.end.site).duration_s),
        };
        let bike_after_s = walk.map_or(0.0, |walk| walk.duration_s);
        let if_ok = Worth::THERE
            .after_walking(self.end.walk.duration_s, weights)
            .after(DOCK_S + ride_s)
            .after_walking(bike_after_s, weights);
        let walk_m = walk.map_or(0.0, |walk| walk.distance_m) + self.end.walk.distance_m;
        Way { if_ok, bike_after_s, dock_after_s: bike_after_s + ride_s, walk_m }
    }

    /// What stands at stake, leaving at this second.
    pub(crate) fn promise(self, trip: &Trip<'a>, leave_s: f64) -> Result<Promise, DropReason> {
        let way = self.way(trip);
        let p_bike = match self.start {
            Some(start) => {
                trip.p_bike(start.site, leave_s + way.bike_after_s).ok_or(DropReason::NoOutlook)?
            }
            None => 1.0,
        };
        let p_dock = trip.p_dock(self.end.site, leave_s + way.dock_after_s).ok_or(DropReason::NoOutlook)?;
        Ok(Promise { way, p_bike, p_dock })
    }

    /// What the whole is worth, every failure thought through.
    pub(crate) fn weighed(
        self,
        promise: Promise,
        trip: &Trip<'a>,
        bikes: &Bikes<'a>,
        leave_s: f64,
    ) -> Weighed<'c, 'a> {
        let dock_s = leave_s + promise.way.dock_after_s;
        let returning = bikes.docks.arriving_with(promise.p_dock, self.end, dock_s);
        let riding = returning.after(promise.way.dock_after_s - promise.way.bike_after_s);
        let at_bike = match self.start {
            Some(start) if promise.p_bike < 1.0 => {
                let (empty, _) = bikes.at_empty(start.site, self.end, leave_s + promise.way.bike_after_s);
                Worth::or_failing(promise.p_bike, riding, empty, trip.weights)
            }
            _ => riding,
        };
        let worth = at_bike.after_walking(promise.way.bike_after_s, trip.weights);
        Weighed { route: self, promise, worth, leave_s }
    }

    /// What it is worth at best, whatever its chances.
    pub(crate) fn at_best(self, way: Way, trip: &Trip<'a>, bikes: &Bikes<'a>) -> Worth {
        let riding = bikes.docks.at_best(self.end).after(way.dock_after_s - way.bike_after_s);
        riding.after_walking(way.bike_after_s, trip.weights)
    }

    /// What it is worth at best, with these chances: whoever finds no bike has one at once.
    pub(crate) fn promised_at_best(self, promise: Promise, trip: &Trip<'a>, bikes: &Bikes<'a>) -> Worth {
        let (way, ride_s) = (promise.way, promise.way.dock_after_s - promise.way.bike_after_s);
        let found = bikes.docks.arriving_at_best(promise.p_dock, self.end).after(ride_s);
        let failed = bikes.docks.at_best(self.end).after(ride_s);
        Worth::or_failing(promise.p_bike, found, failed, trip.weights)
            .after_walking(way.bike_after_s, trip.weights)
    }

    pub(crate) fn dropped(self, reason: DropReason) -> Dropped {
        let end = &self.end.site.station_id;
        match self.start {
            Some(start) => Dropped::pair(&start.site.station_id, end, reason),
            None => Dropped::dropoff(end, reason),
        }
    }

    fn by_stations(self, other: Self) -> Ordering {
        let key = |route: Self| (route.start.map(|start| start.site.index()), route.end.site.index());
        key(self).cmp(&key(other))
    }
}

impl Weighed<'_, '_> {
    /// The cheaper first; of equals the one with the smaller station ids.
    pub(crate) fn by_cost(&self, other: &Self) -> Ordering {
        self.worth.cost.total_cmp(&other.worth.cost).then_with(|| self.route.by_stations(other.route))
    }

    pub(crate) fn merits(&self) -> Merits {
        Merits {
            seconds: self.worth.seconds,
            p_no_failure: self.promise.p_no_failure(),
            walk_m: self.promise.way.walk_m,
        }
    }

    /// Whether the other, even at best, is not better in any respect.
    fn beats_for_sure(&self, other: &Promise, at_best: Worth) -> bool {
        self.worth.cost <= at_best.cost
            && self.worth.seconds <= at_best.seconds
            && self.promise.p_no_failure() >= other.p_no_failure()
            && self.promise.way.walk_m <= other.way.walk_m
    }
}

/// Every route between the candidates that may win, weighed; the others are dropped with the reason.
pub(crate) fn weighed<'c, 'a>(
    trip: &Trip<'a>,
    bikes: &Bikes<'a>,
    routes: Vec<Route<'c, 'a>>,
    leave_s: f64,
    left_out: &mut LeftOut,
) -> Vec<Weighed<'c, 'a>> {
    let mut promising = Vec::new();
    for route in routes {
        let reason = match route.promise(trip, leave_s) {
            Ok(promise) if promise.p_bike <= 0.0 => DropReason::CertainlyEmpty,
            Ok(promise) if promise.p_dock <= 0.0 => DropReason::CertainlyFull,
            Ok(promise) => {
                promising.push((route, promise));
                continue;
            }
            Err(reason) => reason,
        };
        left_out.push(|| route.dropped(reason));
    }
    promising.sort_by(by_promise);
    let mut weighed: Vec<Weighed<'c, 'a>> = Vec::new();
    for (route, promise) in promising {
        let at_best = route.promised_at_best(promise, trip, bikes);
        if weighed.iter().any(|better| better.beats_for_sure(&promise, at_best)) {
            left_out.push(|| route.dropped(DropReason::NoBetterThanAnother));
        } else {
            weighed.push(route.weighed(promise, trip, bikes, leave_s));
        }
    }
    weighed.sort_by(Weighed::by_cost);
    weighed
}

fn by_promise(
    (a, promise_a): &(Route<'_, '_>, Promise),
    (b, promise_b): &(Route<'_, '_>, Promise),
) -> Ordering {
    promise_a.way.if_ok.cost.total_cmp(&promise_b.way.if_ok.cost).then_with(|| a.by_stations(*b))
}

/// All pairs of stations; only the ends for a traveller who has a bike.
pub(crate) fn routes<'c, 'a>(
    starts: &'c [Candidate<'a>],
    ends: &'c [Candidate<'a>],
    riding: bool,
) -> Vec<Route<'c, 'a>> {
    if riding {
        return ends.iter().map(|end| Route { start: None, end }).collect();
    }
    let mut pairs = Vec::with_capacity(starts.len() * ends.len());
    for start in starts {
        let others = ends.iter().filter(|end| end.site != start.site);
        pairs.extend(others.map(|end| Route { start: Some(start), end }));
    }
    pairs
}
