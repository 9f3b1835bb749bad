//! When to prefer another station: the count below which what is on offer is no longer the best.
//!
//! A traveller looks again before leaving, and on the way. The question is asked of the outlook for counts other than the
//! real ones, from none upwards; the answer holds while nothing else has changed.

use crate::{
    Missing, SwitchIf,
    bikes::Bikes,
    candidates::Candidate,
    routes::{Promise, Route, Weighed},
    search::{Ends, Offer},
    trip::{LAST_RESORT_S, Trip, UNLOCK_S},
};

/// Counts that are asked about: more than this are not waited for.
const MOST: u16 = 10;

/// Other stations to start from that are weighed in full, of those that look best.
const WEIGHED: usize = 2;

/// What advice is made from.
pub(crate) struct Switching<'b, 'c, 'a> {
    pub(crate) trip: &'b Trip<'a>,
    pub(crate) bikes: &'b Bikes<'a>,
    pub(crate) ends: &'c Ends<'a>,
    /// Every journey that is offered.
    pub(crate) offered: &'b [Offer<'c, 'a>],
}

impl<'c, 'a> Switching<'_, 'c, 'a> {
    pub(crate) fn advice(&self, offer: &Offer<'c, 'a>) -> Vec<SwitchIf> {
        [self.other_pickup(offer), self.other_dropoff(offer)].into_iter().flatten().collect()
    }

    fn other_pickup(&self, offer: &Offer<'c, 'a>) -> Option<SwitchIf> {
        let route = offer.weighed.route;
        let start = route.start?;
        let at = self.trip.moment(offer.weighed.leave_s + offer.weighed.promise.way.bike_after_s);
        let request = self.trip.request;
        let had_it = |now| {
            self.trip.inputs.outlook.p_bikes_had_it(now, start.site, self.trip.kind, request.riders, at)
        };
        let p_if_empty = had_it(0)?;
        let other = self.best_other_start(offer)?;
        let promised = |p_bike| {
            let promise = Promise { p_bike, ..offer.weighed.promise };
            route.weighed(promise, self.trip, self.bikes, offer.weighed.leave_s).worth.cost
        };
        let (if_none, if_sure) = (promised(0.0), promised(1.0));
        let cost = |p: f64| p * if_sure + (1.0 - p) * if_none;
        let below = fewest(p_if_empty, had_it, |p| cost(p) <= other.worth.cost)?;
        let to = other.route.start?.site;
        let goes_there =
            |offer: &Offer<'_, '_>| offer.weighed.route.start.is_some_and(|start| start.site == to);
        Some(SwitchIf {
            station_id: start.site.station_id.clone(),
            what: Missing::Bike,
            below,
            to: to.station_id.clone(),
            journey: self.offered.iter().position(goes_there),
        })
    }

    /// The cheapest way to the same end from another station.
    fn best_other_start(&self, offer: &Offer<'c, 'a>) -> Option<Weighed<'c, 'a>> {
        let Route { start, end } = offer.weighed.route;
        let mut others = Vec::with_capacity(self.ends.pickups.worth_trying.len());
        for other in &self.ends.pickups.worth_trying {
            if Some(other.site) == start.map(|start| start.site) || other.site == end.site {
                continue;
            }
            let route = Route { start: Some(other), end };
            if let Ok(promise) = route.promise(self.trip, offer.weighed.leave_s) {
                others.push((
                    promise.way.if_ok.cost + (1.0 - promise.p_bike) * LAST_RESORT_S,
                    route,
                    promise,
                ));
            }
        }
        others.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut best: Option<Weighed<'c, 'a>> = None;
        for (_, route, promise) in others.into_iter().take(WEIGHED) {
            let at_best = || route.promised_at_best(promise, self.trip, self.bikes);
            if best.is_some_and(|best| best.worth.cost < at_best().cost) {
                continue;
            }
            let weighed = route.weighed(promise, self.trip, self.bikes, offer.weighed.leave_s);
            best = best.into_iter().chain([weighed]).min_by(Weighed::by_cost);
        }
        best
    }

    fn other_dropoff(&self, offer: &Offer<'c, 'a>) -> Option<SwitchIf> {
        let Route { start, end } = offer.weighed.route;
        let on_bike_s = offer.weighed.leave_s + offer.weighed.promise.way.bike_after_s;
        let at_s = offer.weighed.leave_s + offer.weighed.promise.way.dock_after_s;
        let (outlook, riders) = (self.trip.inputs.outlook, self.trip.request.riders);
        let had_it = |now| outlook.p_docks_had_it(now, end.site, riders, self.trip.moment(at_s));
        let p_if_full = had_it(0)?;
        let (other_cost, other) = self.best_other_end(start, end, on_bike_s)?;
        let cost = |p: f64| self.bikes.docks.arriving_with(p, end, at_s).cost + at_s - on_bike_s;
        let below = fewest(p_if_full, had_it, |p| cost(p) <= other_cost)?;
        let goes_there = |offer: &Offer<'_, '_>| offer.weighed.route.end.site == other.site;
        Some(SwitchIf {
            station_id: end.site.station_id.clone(),
            what: Missing::Dock,
            below,
            to: other.site.station_id.clone(),
            journey: self.offered.iter().position(goes_there),
        })
    }

    /// With the bike found: the cheapest other end to ride to, and what that costs. Those that promise most come first, and
    /// no others once they cost more even if whoever fails were there at once.
    fn best_other_end(
        &self,
        start: Option<&Candidate<'a>>,
        end: &Candidate<'a>,
        on_bike_s: f64,
    ) -> Option<(f64, &'c Candidate<'a>)> {
        let docks = &self.bikes.docks;
        let mut others = Vec::with_capacity(self.ends.dropoffs.worth_trying.len());
        for (rank, other) in self.ends.dropoffs.worth_trying.iter().enumerate() {
            if other.site == end.site || start.is_some_and(|start| start.site == other.site) {
                continue;
            }
            let ride_s = self.ride_s(start, other);
            let Some(p) = docks.p_dock(other.site, on_bike_s + ride_s) else { continue };
            others.push((docks.arriving_at_best(p, other).after(ride_s).cost, rank, p, ride_s));
        }
        others.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut best = (f64::INFINITY, usize::MAX);
        for (least_cost, rank, p, ride_s) in others {
            if least_cost > best.0 {
                break;
            }
            let other = &self.ends.dropoffs.worth_trying[rank];
            let cost = docks.arriving_with(p, other, on_bike_s + ride_s).after(ride_s).cost;
            if (cost, rank) < best {
                best = (cost, rank);
            }
        }
        Some((best.0, self.ends.dropoffs.worth_trying.get(best.1)?))
    }

    fn ride_s(&self, start: Option<&Candidate<'a>>, end: &Candidate<'a>) -> f64 {
        match start {
            Some(start) => UNLOCK_S + self.trip.ride_between(start.site, end.site).duration_s,
            None => self.trip.ride_from_start(end.site).duration_s,
        }
    }
}

/// The smallest count with which it still is good enough; `None` where none is, or where any is. What a journey costs changes
/// evenly with the chance: where neither that of none nor certainty is good enough, nothing between them is.
fn fewest(
    p_of_none: f64,
    p_had_it: impl Fn(u16) -> Option<f64>,
    good_enough: impl Fn(f64) -> bool,
) -> Option<u16> {
    if good_enough(p_of_none) || !good_enough(1.0) {
        return None;
    }
    (1..=MOST).find(|count| p_had_it(*count).is_some_and(&good_enough))
}
