//! What becomes of a traveller who goes where a planner said.
//!
//! Whoever finds no bike or no dock goes on as a [`Recovery`] says, at most to [`TRIES`] stations in all at each end; then the
//! rest is walked, or a quarter of an hour is lost at a full station.

#[cfg(test)]
mod tests;

use velib_domain::{LatLon, SignedDuration, Timestamp};
use velib_planner::{DOCK_S, LAST_RESORT_S, UNLOCK_S};

use crate::{foresight::Wanted, recovery::Recovery, stage::Stage, trips::Trip};

/// Stations that a traveller tries at each end, the planned one included.
const TRIES: usize = 3;

/// How a trip went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Travelled {
    /// Seconds from door to door.
    pub(crate) seconds: f64,
    /// Metres on foot.
    pub(crate) walk_m: f64,
    /// Seconds of them.
    pub(crate) on_foot_s: f64,
    /// Whether there was a bike at the planned station; `None` for who walks by plan.
    pub(crate) found_bike: Option<bool>,
    /// Whether there was a dock at the planned station; `None` for who got no bike at all.
    pub(crate) found_dock: Option<bool>,
    /// Whether either was missing in one of the two snapshots around the arrival.
    pub(crate) missed_strictly: bool,
    /// Out of tries, or slower than a walker.
    pub(crate) stranded: bool,
}

/// A traveller on the way.
struct Way<'s, 'c> {
    stage: &'s Stage<'c>,
    trip: &'s Trip,
    seconds: f64,
    walk_m: f64,
    on_foot_s: f64,
    missed_strictly: bool,
}

/// Walks all the way, by plan.
pub(crate) fn walk(stage: &Stage<'_>, trip: &Trip) -> Travelled {
    let on_foot = stage.walk(trip.from, trip.to);
    let on_foot_s = on_foot.duration_s * trip.pace.on_foot;
    Travelled {
        seconds: on_foot_s,
        walk_m: on_foot.distance_m,
        on_foot_s,
        found_bike: None,
        found_dock: None,
        missed_strictly: false,
        stranded: false,
    }
}

/// Goes from station to station, and on as this says where something is missing.
pub(crate) fn travel(
    stage: &Stage<'_>,
    trip: &Trip,
    (pickup, dropoff): (usize, usize),
    recovery: &dyn Recovery,
) -> Travelled {
    let mut way = Way { stage, trip, seconds: 0.0, walk_m: 0.0, on_foot_s: 0.0, missed_strictly: false };
    way.walk(stage.walk_to(trip.from, pickup));
    let found_bike = way.looks_for(Wanted::Bike, pickup);
    let Some((bike_at, dropoff)) = way.find_bike((pickup, dropoff), recovery) else {
        return way.arrived(Some(found_bike), None, true);
    };
    way.seconds += UNLOCK_S;
    way.ride(stage.ride_between(bike_at, dropoff));
    let found_dock = way.looks_for(Wanted::Dock, dropoff);
    let (dock_at, got_dock) = way.find_dock(dropoff, recovery);
    way.walk(stage.walk_from(dock_at, trip.to));
    way.arrived(Some(found_bike), Some(found_dock), !got_dock)
}

impl Way<'_, '_> {
    fn now(&self) -> Timestamp {
        self.trip.departs_at + SignedDuration::from_secs((self.seconds + 0.5) as i64)
    }

    fn walk(&mut self, stretch: velib_planner::Stretch) {
        let on_foot_s = stretch.duration_s * self.trip.pace.on_foot;
        self.seconds += on_foot_s;
        self.on_foot_s += on_foot_s;
        self.walk_m += stretch.distance_m;
    }

    fn ride(&mut self, stretch: velib_planner::Stretch) {
        self.seconds += stretch.duration_s * self.trip.pace.riding;
    }

    /// Whether it is there at a planned station.
    fn looks_for(&mut self, wanted: Wanted, station: usize) -> bool {
        let now = self.now();
        self.missed_strictly |= !self.stage.is_there_throughout(wanted, now, station);
        self.stage.is_there(wanted, now, station)
    }

    /// The station with a bike, and the one to ride to; without one the traveller has walked to the destination.
    fn find_bike(
        &mut self,
        (pickup, dropoff): (usize, usize),
        recovery: &dyn Recovery,
    ) -> Option<(usize, usize)> {
        let (mut here, mut end, mut tried) = (pickup, dropoff, Vec::new());
        loop {
            let now = self.now();
            if self.stage.is_there(Wanted::Bike, now, here) {
                return Some((here, end));
            }
            tried.push(here);
            let on = Some(&tried).filter(|tried| tried.len() < TRIES);
            let Some((next, next_end)) = on.and_then(|tried| recovery.without_bike(now, end, tried)) else {
                self.walk(self.stage.walk_from(here, self.trip.to));
                return None;
            };
            self.walk(self.stage.walk_between(here, next));
            (here, end) = (next, next_end);
        }
    }

    /// The station where the bike is left, and whether that took no more than the tries.
    fn find_dock(&mut self, dropoff: usize, recovery: &dyn Recovery) -> (usize, bool) {
        let (mut here, mut tried) = (dropoff, Vec::new());
        loop {
            let now = self.now();
            self.seconds += DOCK_S;
            if self.stage.is_there(Wanted::Dock, now, here) {
                return (here, true);
            }
            tried.push(here);
            let on = Some(&tried).filter(|tried| tried.len() < TRIES);
            let Some(next) = on.and_then(|tried| recovery.without_dock(now, tried)) else {
                self.seconds += LAST_RESORT_S;
                return (here, false);
            };
            self.ride(self.stage.ride_between(here, next));
            here = next;
        }
    }

    fn arrived(self, found_bike: Option<bool>, found_dock: Option<bool>, gave_up: bool) -> Travelled {
        let walker_s = self.stage.walk(self.trip.from, self.trip.to).duration_s * self.trip.pace.on_foot;
        Travelled {
            seconds: self.seconds,
            walk_m: self.walk_m,
            on_foot_s: self.on_foot_s,
            found_bike,
            found_dock,
            missed_strictly: self.missed_strictly,
            stranded: gave_up || self.seconds > walker_s,
        }
    }
}

impl Stage<'_> {
    /// Walking all the way.
    pub(crate) fn walk(&self, from: LatLon, to: LatLon) -> velib_planner::Stretch {
        velib_planner::StreetTimes::walk(&self.streets, from, to)
    }
}
