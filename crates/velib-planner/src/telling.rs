//! From an offer, which holds seconds and references, to a [`Journey`] that stands for itself.

use velib_domain::LatLon;

use crate::{
    Durations, Fallback, Journey, Label, Leg, Place, Site, Stop, Stretch, Wait,
    bikes::{AtEmpty, Bikes},
    candidates::Candidate,
    correlation::WAIT_S,
    docks::AtFull,
    search::Offer,
    trip::{DOCK_S, Trip, given_failure},
};

/// Tells journeys of one trip.
pub(crate) struct Telling<'b, 'a> {
    pub(crate) trip: &'b Trip<'a>,
    pub(crate) bikes: &'b Bikes<'a>,
}

impl<'a> Telling<'_, 'a> {
    /// The journey, without advice and reasons.
    pub(crate) fn journey(&self, offer: &Offer<'_, 'a>, labels: Vec<Label>) -> Journey {
        let route = offer.weighed.route;
        let promise = offer.weighed.promise;
        let arrivals = offer.prospect.arrivals(self.trip.request.paces);
        let p90_s = arrivals.quantile_s(0.9);
        let durations = Durations {
            expected_s: offer.prospect.expected_s(),
            if_ok_s: promise.way.if_ok.seconds,
            p50_s: arrivals.quantile_s(0.5),
            p90_s,
            p_within_p90: arrivals.p_within(p90_s),
        };
        let bike_s = offer.weighed.leave_s + promise.way.bike_after_s;
        Journey {
            labels,
            depart_at: self.trip.moment(offer.weighed.leave_s),
            pickup: route.start.map(|start| self.pickup(start, route.end, promise.p_bike, bike_s)),
            dropoff: self.dropoff(
                route.end,
                promise.p_dock,
                offer.weighed.leave_s + promise.way.dock_after_s,
            ),
            legs: self.legs(route.start, route.end),
            durations,
            p_on_time: offer.p_on_time,
            switch_if: Vec::new(),
            reasons: Vec::new(),
        }
    }

    fn pickup(&self, start: &Candidate<'a>, end: &Candidate<'a>, p: f64, at_s: f64) -> Stop {
        let (empty, step) = self.bikes.at_empty(start.site, end, at_s);
        let found = self.bikes.riding(start.site, end, at_s).map_or(0.0, |worth| worth.seconds);
        let (wait, step, from_s) = if let AtEmpty::Wait = step {
            let wait = Wait { seconds: WAIT_S, p: self.bikes.p_comes(start.site, at_s) };
            (Some(wait), self.bikes.walking_on(start.site, end, at_s + WAIT_S).1, at_s + WAIT_S)
        } else {
            (None, step, at_s)
        };
        Stop {
            wait,
            fallbacks: self.next_bikes(start.site, end, step, from_s),
            failure_s: empty.seconds - found,
            ..self.stop(start.site, p, at_s)
        }
    }

    /// Where to walk from an empty station, and from there if that is empty too.
    fn next_bikes(&self, site: Site<'a>, end: &Candidate<'a>, step: AtEmpty<'a>, at_s: f64) -> Vec<Fallback> {
        let AtEmpty::Walk(next) = step else { return Vec::new() };
        let there_s = at_s + next.walk_s;
        let p = given_failure(self.trip.p_bike(next.site, there_s), next.odds);
        let mut fallbacks = vec![self.fallback(next.site, p, next.walk_s, there_s)];
        if let AtEmpty::Walk(last) = self.bikes.last_step(next.site, end, there_s, site).1 {
            let last_s = there_s + last.walk_s;
            let p = given_failure(self.trip.p_bike(last.site, last_s), last.odds);
            fallbacks.push(self.fallback(last.site, p, last.walk_s, last_s));
        }
        fallbacks
    }

    fn dropoff(&self, end: &Candidate<'a>, p: f64, at_s: f64) -> Stop {
        let (docks, walk_s, full_s) = (&self.bikes.docks, end.walk.duration_s, at_s + DOCK_S);
        let (full, step) = docks.at_full(end.site, walk_s, full_s);
        let (wait, step, from_s) = if let AtFull::Wait = step {
            let wait = Wait { seconds: WAIT_S, p: docks.p_comes(end.site, full_s) };
            (Some(wait), docks.riding_on(end.site, walk_s, full_s + WAIT_S).1, full_s + WAIT_S)
        } else {
            (None, step, full_s)
        };
        Stop {
            wait,
            fallbacks: self.next_docks(end.site, step, from_s),
            failure_s: full.seconds - walk_s,
            ..self.stop(end.site, p, at_s)
        }
    }

    /// Where to ride from a full station, and from there if that is full too.
    fn next_docks(&self, site: Site<'a>, step: AtFull<'a>, at_s: f64) -> Vec<Fallback> {
        let AtFull::Ride(next) = step else { return Vec::new() };
        let there_s = at_s + next.ride_s;
        let p = given_failure(self.trip.p_dock(next.site, there_s), next.odds);
        let mut fallbacks = vec![self.fallback(next.site, p, next.ride_s, there_s)];
        let full_s = there_s + DOCK_S;
        if let AtFull::Ride(last) = self.bikes.docks.last_step(next.site, next.walk_s, full_s, site).1 {
            let last_s = full_s + last.ride_s;
            let p = given_failure(self.trip.p_dock(last.site, last_s), last.odds);
            fallbacks.push(self.fallback(last.site, p, last.ride_s, last_s));
        }
        fallbacks
    }

    fn fallback(&self, site: Site<'a>, p: Option<f64>, away_s: f64, at_s: f64) -> Fallback {
        Fallback {
            station_id: site.station_id.clone(),
            name: site.name.clone(),
            at: self.trip.moment(at_s),
            p: p.unwrap_or(0.0),
            away_s,
        }
    }

    fn stop(&self, site: Site<'a>, p: f64, at_s: f64) -> Stop {
        Stop {
            station_id: site.station_id.clone(),
            at: self.trip.moment(at_s),
            p,
            wait: None,
            fallbacks: Vec::new(),
            failure_s: 0.0,
        }
    }

    fn legs(&self, start: Option<&Candidate<'a>>, end: &Candidate<'a>) -> Vec<Leg> {
        let request = self.trip.request;
        let dock_at = at_station(end.site);
        let (bike_at, ride) = match start {
            Some(start) => (at_station(start.site), self.trip.ride_between(start.site, end.site)),
            None => (door(request.from), self.trip.ride_from_start(end.site)),
        };
        let to_bike = start.map(|start| on_foot(door(request.from), bike_at.clone(), start.walk));
        let ride = Leg { from: bike_at, to: dock_at.clone(), stretch: ride, bike: Some(self.trip.kind) };
        let from_dock = on_foot(dock_at, door(request.to), end.walk);
        to_bike.into_iter().chain([ride, from_dock]).collect()
    }
}

/// Walking all the way.
pub(crate) fn walk(trip: &Trip<'_>) -> Leg {
    on_foot(door(trip.request.from), door(trip.request.to), trip.walk_all_the_way())
}

fn on_foot(from: Place, to: Place, stretch: Stretch) -> Leg {
    Leg { from, to, stretch, bike: None }
}

fn door(position: LatLon) -> Place {
    Place { position, station: None }
}

fn at_station(site: Site<'_>) -> Place {
    Place { position: site.position, station: Some((site.station_id.clone(), site.name.clone())) }
}
