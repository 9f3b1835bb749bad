//! What becomes of a traveller who goes where a planner said.
//!
//! Whoever finds no bike or no dock sees the counts of that moment and goes to the nearest station that has one, at most to
//! [`TRIES`] stations in all at each end; then the rest is walked, or a quarter of an hour is lost at a full station. The rule is the
//! same for every planner, whatever it would have advised.

use velib_domain::{LatLon, SignedDuration, Timestamp};
use velib_planner::{DOCK_S, LAST_RESORT_S, UNLOCK_S};

use crate::{stage::Stage, trips::Trip};

/// Stations that a traveller tries at each end, the planned one included.
const TRIES: usize = 3;

/// How a trip went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Travelled {
    /// Seconds from door to door.
    pub(crate) seconds: f64,
    /// Metres on foot.
    pub(crate) walk_m: f64,
    /// Whether there was a bike at the planned station; `None` for who walks by plan.
    pub(crate) found_bike: Option<bool>,
    /// Whether there was a dock at the planned station; `None` for who got no bike at all.
    pub(crate) found_dock: Option<bool>,
    /// Out of tries, or slower than a walker.
    pub(crate) stranded: bool,
}

/// A traveller on the way.
struct Way<'s, 'c> {
    stage: &'s Stage<'c>,
    trip: &'s Trip,
    seconds: f64,
    walk_m: f64,
}

/// Walks all the way, by plan.
pub(crate) fn walk(stage: &Stage<'_>, trip: &Trip) -> Travelled {
    let on_foot = stage.walk(trip.from, trip.to);
    Travelled {
        seconds: on_foot.duration_s * trip.pace.on_foot,
        walk_m: on_foot.distance_m,
        found_bike: None,
        found_dock: None,
        stranded: false,
    }
}

/// Goes from station to station.
pub(crate) fn travel(stage: &Stage<'_>, trip: &Trip, pickup: usize, dropoff: usize) -> Travelled {
    let mut way = Way { stage, trip, seconds: 0.0, walk_m: 0.0 };
    way.walk(stage.walk_to(trip.from, pickup));
    let found_bike = stage.bikes(way.now(), pickup) > 0;
    let Some(bike_at) = way.find_bike(pickup, dropoff) else {
        return way.arrived(Some(found_bike), None, true);
    };
    way.seconds += UNLOCK_S;
    way.ride(stage.ride_between(bike_at, dropoff));
    let found_dock = stage.docks(way.now(), dropoff) > 0;
    let (dock_at, got_dock) = way.find_dock(dropoff);
    way.walk(stage.walk_from(dock_at, trip.to));
    way.arrived(Some(found_bike), Some(found_dock), !got_dock)
}

impl Way<'_, '_> {
    fn now(&self) -> Timestamp {
        self.trip.departs_at + SignedDuration::from_secs((self.seconds + 0.5) as i64)
    }

    fn walk(&mut self, stretch: velib_planner::Stretch) {
        self.seconds += stretch.duration_s * self.trip.pace.on_foot;
        self.walk_m += stretch.distance_m;
    }

    fn ride(&mut self, stretch: velib_planner::Stretch) {
        self.seconds += stretch.duration_s * self.trip.pace.riding;
    }

    /// The station with a bike; without one the traveller has walked to the destination.
    fn find_bike(&mut self, pickup: usize, dropoff: usize) -> Option<usize> {
        let (mut here, mut tried) = (pickup, vec![dropoff]);
        loop {
            let now = self.now();
            if self.stage.bikes(now, here) > 0 {
                return Some(here);
            }
            tried.push(here);
            let on_foot = self.stage.walk_from(here, self.trip.to);
            let around = self.stage.around(here).iter().copied();
            let next =
                around.filter(|other| !tried.contains(other)).find(|&other| self.stage.bikes(now, other) > 0);
            let step = next.map(|next| (next, self.stage.walk_between(here, next)));
            match step {
                Some((next, stretch)) if tried.len() <= TRIES && stretch.duration_s < on_foot.duration_s => {
                    self.walk(stretch);
                    here = next;
                }
                _ => {
                    self.walk(on_foot);
                    return None;
                }
            }
        }
    }

    /// The station where the bike is left, and whether that took no more than the tries.
    fn find_dock(&mut self, dropoff: usize) -> (usize, bool) {
        let (mut here, mut tried) = (dropoff, Vec::new());
        loop {
            let now = self.now();
            self.seconds += DOCK_S;
            if self.stage.docks(now, here) > 0 {
                return (here, true);
            }
            tried.push(here);
            let around = self.stage.around(here).iter().copied();
            let next =
                around.filter(|other| !tried.contains(other)).find(|&other| self.stage.docks(now, other) > 0);
            match next {
                Some(next) if tried.len() < TRIES => {
                    self.ride(self.stage.ride_between(here, next));
                    here = next;
                }
                _ => {
                    self.seconds += LAST_RESORT_S;
                    return (here, false);
                }
            }
        }
    }

    fn arrived(self, found_bike: Option<bool>, found_dock: Option<bool>, gave_up: bool) -> Travelled {
        let walker_s = self.stage.walk(self.trip.from, self.trip.to).duration_s * self.trip.pace.on_foot;
        Travelled {
            seconds: self.seconds,
            walk_m: self.walk_m,
            found_bike,
            found_dock,
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

#[cfg(test)]
mod tests {
    use super::*;

    use velib_domain::{
        CapacitySource, Counts, METRES_PER_DEGREE, Observation, Station, StationId, StationStatus,
    };
    use velib_forecast::protocol::{CityHistory, CityHistoryBuilder};

    use crate::{Recording, pace::Pace};

    const NOON: &str = "2024-09-16T10:00:00Z";

    /// Stations in a row, 300 m apart, each with bikes and docks that stay as they are.
    fn street(counts: &[(u16, u16)]) -> CityHistory {
        let at: Timestamp = NOON.parse().unwrap();
        let stations: Vec<Station> = (0..counts.len())
            .map(|index| Station {
                station_id: StationId::new(index.to_string()),
                station_code: None,
                name: index.to_string(),
                position: place(300.0 * index as f64),
                capacity: Some(20),
                arrondissement: None,
                commune: None,
                first_seen: at,
                last_seen: at,
            })
            .collect();
        let mut history = CityHistoryBuilder::new(&stations);
        for (station, &(bikes, docks)) in stations.iter().zip(counts) {
            for hour in 0..3 {
                let status = StationStatus {
                    station_id: station.station_id.clone(),
                    station_code: None,
                    counts: Counts { bikes, docks: Some(docks), ..Counts::default() },
                    reported_at: None,
                    is_installed: Some(true),
                    is_renting: Some(true),
                    is_returning: Some(true),
                };
                history.add(&Observation {
                    snapshot_at: at + SignedDuration::from_mins(30) * hour,
                    status,
                    capacity: Some(20),
                    capacity_source: Some(CapacitySource::Feed),
                });
            }
        }
        history.finish()
    }

    fn place(east_m: f64) -> LatLon {
        LatLon { lat: 0.0, lon: east_m / METRES_PER_DEGREE }
    }

    /// From the first station to the last, as planned.
    fn went(counts: &[(u16, u16)]) -> Travelled {
        went_at(counts, Pace::USUAL)
    }

    fn went_at(counts: &[(u16, u16)], pace: Pace) -> Travelled {
        let city = street(counts);
        let stage = Stage::new(Recording::new(&city));
        let last = counts.len() - 1;
        let trip = Trip {
            departs_at: NOON.parse().unwrap(),
            from: place(0.0),
            to: place(300.0 * last as f64),
            pace,
        };
        travel(&stage, &trip, 0, last)
    }

    const FINE: (u16, u16) = (5, 5);
    const EMPTY: (u16, u16) = (0, 10);
    const FULL: (u16, u16) = (10, 0);

    #[test]
    fn with_a_bike_and_a_dock_it_is_a_ride() {
        let went = went(&[FINE; 8]);
        assert!(!went.missed() && !went.stranded);
        // Two doorsteps of 20 s, unlocking, 2,100 m by 1.35 at 4.2 m/s and its 20 s, docking.
        assert!((went.seconds - (40.0 + 60.0 + 675.0 + 20.0 + 30.0)).abs() < 2.0, "{went:?}");
    }

    #[test]
    fn who_is_slow_needs_longer_for_every_way_and_as_long_at_stations() {
        let slow = went_at(&[FINE; 8], Pace { on_foot: 2.0, riding: 1.5 });
        assert!((slow.seconds - (80.0 + 60.0 + 1.5 * 695.0 + 30.0)).abs() < 3.0, "{slow:?}");
    }

    #[test]
    fn an_empty_station_costs_the_walk_to_the_next_that_shows_a_bike() {
        let ok = went(&[FINE; 8]);
        let one = went(&[EMPTY, FINE, FINE, FINE, FINE, FINE, FINE, FINE]);
        let skipped = went(&[EMPTY, EMPTY, FINE, FINE, FINE, FINE, FINE, FINE]);
        assert_eq!((one.found_bike, one.found_dock), (Some(false), Some(true)));
        assert!((one.walk_m - ok.walk_m - 390.0).abs() < 2.0, "{one:?}");
        assert!((skipped.walk_m - ok.walk_m - 780.0).abs() < 2.0, "{skipped:?}");
    }

    #[test]
    fn a_full_station_costs_the_ride_to_the_next_with_a_dock_and_the_walk_back() {
        let went = went(&[FINE, FINE, FINE, FINE, FINE, FINE, FINE, FULL]);
        assert_eq!((went.found_bike, went.found_dock), (Some(true), Some(false)));
        assert!((went.walk_m - 390.0).abs() < 2.0 && !went.stranded, "{went:?}");
    }

    #[test]
    fn without_any_bike_it_is_a_walk_and_without_any_dock_a_long_wait() {
        let on_foot = went(&[EMPTY; 8]);
        assert!(on_foot.stranded && on_foot.found_dock.is_none());
        assert!((on_foot.walk_m - 2_730.0).abs() < 2.0, "{on_foot:?}");
        let waited = went(&[FULL; 8]);
        assert!(waited.stranded && waited.seconds > LAST_RESORT_S, "{waited:?}");
    }
}
