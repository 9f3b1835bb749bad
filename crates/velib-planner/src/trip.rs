//! What a pair of stations is worth: every way it can turn out, failing and trying the next station included.
//!
//! One level of fallback at each end: who finds no bike walks to another station or all the way; who finds no dock
//! rides to another station or waits. Success at the next station is taken as independent of the failure that sent
//! the traveller there, which is somewhat optimistic where neighbouring stations empty together.

use velib_domain::{SignedDuration, Timestamp};

use crate::{
    BikeKind, JourneyRequest, Network, Outlook, StreetTimes, candidates::Candidate, journey::Fallback,
    network::NetworkStation, prospect::Prospect,
};

/// Seconds to take a bike out.
pub const UNLOCK_S: f64 = 60.0;

/// Seconds to put a bike into a dock, or to see that none is free.
pub const DOCK_S: f64 = 30.0;

/// Seconds lost where the fallback station is full too: waiting for a dock, or hunting for one.
pub const LAST_RESORT_S: f64 = 900.0;

/// Stations considered as the next one to try.
pub(crate) const FALLBACKS: usize = 6;

/// The inputs of one plan.
#[derive(Clone, Copy)]
pub(crate) struct Trip<'a> {
    pub(crate) network: &'a Network,
    pub(crate) outlook: &'a dyn Outlook,
    pub(crate) streets: &'a dyn StreetTimes,
    pub(crate) request: &'a JourneyRequest,
}

/// Standing somewhere, about to find out whether there is a bike, or a dock.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// The probability that there is.
    pub(crate) p: f64,
    /// All that may happen from here to the destination.
    pub(crate) prospect: Prospect,
    /// Where to go if there is not.
    pub(crate) fallback: Option<Fallback>,
}

/// What to do after a failure.
type NextStep = (Prospect, Option<Fallback>);

impl Trip<'_> {
    /// P(a bike for every rider) so many seconds after departure.
    pub(crate) fn p_bike(&self, station: &NetworkStation, after_s: f64) -> Option<f64> {
        let JourneyRequest { bike, riders, .. } = *self.request;
        self.outlook.p_bikes_at_least(&station.station_id, bike, riders, self.moment(after_s))
    }

    /// P(a dock for every rider) so many seconds after departure.
    pub(crate) fn p_dock(&self, station: &NetworkStation, after_s: f64) -> Option<f64> {
        self.outlook.p_docks_at_least(&station.station_id, self.request.riders, self.moment(after_s))
    }

    /// The moment so many seconds after departure.
    pub(crate) fn moment(&self, after_s: f64) -> Timestamp {
        self.request.depart_at + SignedDuration::from_secs(after_s.round() as i64)
    }

    /// Standing at the pick-up station `after_s` seconds after departure, meaning to ride to `end`.
    pub(crate) fn take_bike(
        &self,
        start: &Candidate<'_>,
        end: &Candidate<'_>,
        after_s: f64,
    ) -> Option<Attempt> {
        let p = self.p_bike(start.station, after_s)?;
        let riding = self.ride_away(start.station, end, after_s)?;
        let (empty, fallback) = self.next_bike(start, end, after_s);
        Some(Attempt { p, prospect: Prospect::either(p, riding, empty), fallback })
    }

    /// Seconds from finding a bike to standing at the drop-off station with it.
    pub(crate) fn ride_s(&self, from: &NetworkStation, to: &NetworkStation) -> f64 {
        UNLOCK_S + self.riding_s(from, to)
    }

    fn riding_s(&self, from: &NetworkStation, to: &NetworkStation) -> f64 {
        let kind: BikeKind = self.request.bike;
        self.streets.ride(from.position, to.position, kind).duration_s
    }

    /// With a bike in hand: ride to `end` and return it there.
    fn ride_away(&self, from: &NetworkStation, end: &Candidate<'_>, after_s: f64) -> Option<Prospect> {
        let ride_s = self.ride_s(from, end.station);
        let returning = self.return_bike(end, after_s + ride_s)?;
        Some(returning.prospect.after(ride_s))
    }

    /// No bike here: walk to the station that is best from here, or all the way.
    fn next_bike(&self, start: &Candidate<'_>, end: &Candidate<'_>, after_s: f64) -> NextStep {
        let on_foot = self.streets.walk(start.station.position, self.request.to).duration_s;
        let mut best: NextStep = (Prospect::certain(on_foot), None);
        for &next in start.next.iter().filter(|next| next.station_id != end.station.station_id) {
            let walk_s = self.streets.walk(start.station.position, next.position).duration_s;
            let Some(p) = self.p_bike(next, after_s + walk_s).filter(|p| *p > 0.0) else { continue };
            let Some(riding) = self.ride_away(next, end, after_s + walk_s) else { continue };
            let from_there = self.streets.walk(next.position, self.request.to).duration_s;
            let prospect = Prospect::either(p, riding, Prospect::certain(from_there)).after(walk_s);
            let fallback =
                Fallback { station_id: next.station_id.clone(), name: next.name.clone(), p, away_s: walk_s };
            best = sooner(best, (prospect, Some(fallback)));
        }
        best
    }

    /// Standing at the drop-off station with a bike.
    pub(crate) fn return_bike(&self, end: &Candidate<'_>, after_s: f64) -> Option<Attempt> {
        let p = self.p_dock(end.station, after_s)?;
        let docked = Prospect::certain(end.walk.duration_s);
        let (full, fallback) = self.next_dock(end, after_s + DOCK_S);
        Some(Attempt { p, prospect: Prospect::either(p, docked, full).after(DOCK_S), fallback })
    }

    /// No dock here: ride to the station that is best from here, or wait.
    fn next_dock(&self, end: &Candidate<'_>, after_s: f64) -> NextStep {
        let mut best: NextStep = (Prospect::certain(LAST_RESORT_S + end.walk.duration_s), None);
        for &next in &end.next {
            let ride_s = self.riding_s(end.station, next);
            let Some(p) = self.p_dock(next, after_s + ride_s).filter(|p| *p > 0.0) else { continue };
            let walk_s = self.streets.walk(next.position, self.request.to).duration_s;
            let docked = Prospect::certain(walk_s);
            let full = Prospect::certain(LAST_RESORT_S + walk_s);
            let prospect = Prospect::either(p, docked, full).after(ride_s + DOCK_S);
            let fallback =
                Fallback { station_id: next.station_id.clone(), name: next.name.clone(), p, away_s: ride_s };
            best = sooner(best, (prospect, Some(fallback)));
        }
        best
    }
}

/// The step that gets there sooner; the first of two that take equally long.
fn sooner(first: NextStep, second: NextStep) -> NextStep {
    if second.0.expected_s() < first.0.expected_s() { second } else { first }
}
