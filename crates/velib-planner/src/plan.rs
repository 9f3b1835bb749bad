//! The call: every pair of stations is weighed, the best few are offered, walking always is.

use std::fmt;

use velib_domain::LatLon;

use crate::{
    DropReason, Dropped, Durations, Journey, JourneyRequest, Leg, Network, Outlook, Place, Stop, StreetTimes,
    candidates::{self, Candidate},
    journey::minutes,
    network::NetworkStation,
    ranking,
    trip::{DOCK_S, Trip},
};

/// The most journeys by bike in one plan.
pub const MAX_JOURNEYS: usize = 5;

/// An answer: journeys by bike, the walk, and what was left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The best journeys by bike, soonest to expect first; empty where walking takes no longer.
    pub journeys: Vec<Journey>,
    /// Walking all the way, which is always possible.
    pub walk: Leg,
    /// Stations and pairs that were looked at and left out.
    pub dropped: Vec<Dropped>,
}

/// Plans a journey. The same inputs give the same plan; no input makes it fail.
///
/// A request that no plan can serve well (outside the service area, long ago) is for
/// [`JourneyRequest::check`] to refuse; here it gets a walk.
pub fn plan(
    network: &Network,
    outlook: &impl Outlook,
    streets: &impl StreetTimes,
    request: &JourneyRequest,
) -> Plan {
    let trip = Trip { network, outlook, streets, request };
    let walk = trip.walk_all_the_way();
    let mut dropped = Vec::new();
    let pickups = candidates::pickups(&trip, &mut dropped);
    let dropoffs = candidates::dropoffs(&trip, &mut dropped);
    let worth_taking = worth_taking(&trip, &pickups, &dropoffs, &walk, &mut dropped);
    let journeys = ranking::ranked(worth_taking, MAX_JOURNEYS, &mut dropped);
    Plan { journeys, walk, dropped }
}

/// Every pair of stations that is to be expected sooner than walking.
fn worth_taking(
    trip: &Trip<'_>,
    pickups: &[Candidate<'_>],
    dropoffs: &[Candidate<'_>],
    walk: &Leg,
    dropped: &mut Vec<Dropped>,
) -> Vec<Journey> {
    let mut journeys = Vec::new();
    for start in pickups {
        for end in dropoffs.iter().filter(|end| end.station.station_id != start.station.station_id) {
            match trip.journey(start, end) {
                Ok(journey) if journey.durations.expected_s < walk.stretch.duration_s => {
                    journeys.push(journey);
                }
                Ok(_) => dropped.push(drop_pair(start, end, DropReason::SlowerThanWalking)),
                Err(reason) => dropped.push(drop_pair(start, end, reason)),
            }
        }
    }
    journeys
}

fn drop_pair(start: &Candidate<'_>, end: &Candidate<'_>, reason: DropReason) -> Dropped {
    Dropped::pair(&start.station.station_id, &end.station.station_id, reason)
}

impl Trip<'_> {
    fn walk_all_the_way(&self) -> Leg {
        let (from, to) = (door(self.request.from), door(self.request.to));
        Leg { from, to, stretch: self.streets.walk(self.request.from, self.request.to), bike: None }
    }

    /// The journey from one station to another, or why there is none.
    fn journey(&self, start: &Candidate<'_>, end: &Candidate<'_>) -> Result<Journey, DropReason> {
        let at_bike_s = start.walk.duration_s;
        let at_dock_s = at_bike_s + self.ride_s(start.station, end.station);
        let taking = self.take_bike(start, end, at_bike_s).ok_or(DropReason::NoOutlook)?;
        let returning = self.return_bike(end, at_dock_s).ok_or(DropReason::NoOutlook)?;
        if returning.p <= 0.0 {
            return Err(DropReason::CertainlyFull);
        }
        let prospect = taking.prospect.after(at_bike_s);
        let durations = Durations {
            expected_s: prospect.expected_s(),
            if_ok_s: at_dock_s + DOCK_S + end.walk.duration_s,
            p50_s: prospect.quantile_s(0.5),
            p90_s: prospect.quantile_s(0.9),
        };
        let stop = |station: &NetworkStation, at_s, p, fallback| Stop {
            station_id: station.station_id.clone(),
            at: self.moment(at_s),
            p,
            fallback,
        };
        Ok(Journey {
            labels: Vec::new(),
            pickup: stop(start.station, at_bike_s, taking.p, taking.fallback),
            dropoff: stop(end.station, at_dock_s, returning.p, returning.fallback),
            legs: self.legs(start, end),
            durations,
        })
    }

    fn legs(&self, start: &Candidate<'_>, end: &Candidate<'_>) -> [Leg; 3] {
        let (bike_at, dock_at) = (at_station(start.station), at_station(end.station));
        let (from, to) = (door(self.request.from), door(self.request.to));
        let bike = self.request.bike;
        let ride = self.streets.ride(start.station.position, end.station.position, bike);
        [
            Leg { from, to: bike_at.clone(), stretch: start.walk, bike: None },
            Leg { from: bike_at, to: dock_at.clone(), stretch: ride, bike: Some(bike) },
            Leg { from: dock_at, to, stretch: end.walk, bike: None },
        ]
    }
}

fn door(position: LatLon) -> Place {
    Place { position, station: None }
}

fn at_station(station: &NetworkStation) -> Place {
    Place { position: station.position, station: Some((station.station_id.clone(), station.name.clone())) }
}

/// One line for each journey with its labels, the walk last.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for journey in &self.journeys {
            write!(f, "{journey}")?;
            for label in &journey.labels {
                write!(f, " {}", label.as_str())?;
            }
            writeln!(f)?;
        }
        write!(f, "{} [{}m]", self.walk, minutes(self.walk.stretch.duration_s))
    }
}
