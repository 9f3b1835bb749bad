//! Ways to choose stations, from what a child would do to what only a prophet can.

use velib_domain::{LatLon, Timestamp};
use velib_forecast::protocol::Cell;
use velib_planner::{Correlation, Inputs, Journey, JourneyRequest, Risk, Weights, When, plan};

use crate::{
    outlook::Lookout,
    recovery::Common,
    stage::Stage,
    traveller::{self, Travelled},
    trips::Trip,
};

/// Stations at each end that the oracle tries.
const ORACLE_TRIES: usize = 12;

/// The farthest that anyone walks to or from a station, in metres along the streets, whoever plans.
const MAX_WALK_M: f64 = 2_000.0;

/// A way to choose, under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Planner {
    /// What it is called in tables.
    pub name: String,
    /// How it chooses.
    pub rule: Rule,
}

/// How stations are chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// The nearest at both ends, whatever stands there.
    Nearest,
    /// The nearest with so many bikes, and with so many docks, at departure; where there is none, the nearest.
    NearestWith {
        /// Bikes at departure.
        bikes: u16,
        /// Docks at departure.
        docks: u16,
    },
    /// The first journey of `velib_planner::plan`, by a foresight.
    Planned {
        /// The place of the foresight in the replay's list.
        foresight: usize,
        /// Whether what a failure tells of the stations around was learned.
        correlated: bool,
        /// What the traveller minds.
        wishes: Wishes,
        /// Whether who finds nothing asks again from there; by the rule that all others follow where not.
        asks_again: bool,
    },
    /// The pair that turns out fastest, known in advance; walking where that is faster.
    Oracle,
}

/// What a traveller minds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Wishes {
    /// What to be spared.
    pub risk: Risk,
    /// What things cost, if not what the risk says.
    pub weights: Option<Weights>,
}

/// Where a planner sends a traveller, and what it promises.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Choice {
    /// Stations of the network; `None` for walking.
    pub(crate) stations: Option<(usize, usize)>,
    pub(crate) promised: Option<Promised>,
}

/// What a planner says of its choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Promised {
    pub(crate) expected_s: f64,
    pub(crate) p90_s: f64,
    /// P(there within `p90_s`), which is more than 0.9 where times come in steps.
    pub(crate) p_within_p90: f64,
    pub(crate) p_bike: f64,
    pub(crate) p_dock: f64,
}

/// What planners without a forecast choose by.
pub(crate) fn nearest(stage: &Stage<'_>, trip: &Trip, bikes: u16, docks: u16) -> Choice {
    let now = |station: usize| stage.cell(trip.departs_at, station);
    let in_service = |place: LatLon| -> Vec<(usize, Cell)> {
        let near = stage.near(place).into_iter();
        let near = near.filter(|&station| stage.walk_to(place, station).distance_m <= MAX_WALK_M);
        near.filter_map(|station| Some((station, now(station)?))).collect()
    };
    let first = |near: &[(usize, Cell)], enough: &dyn Fn(&Cell) -> bool| {
        let best = near.iter().find(|(_, cell)| enough(cell)).or(near.first());
        best.map(|(station, _)| *station)
    };
    let pickup = first(&in_service(trip.from), &|cell| cell.bikes >= bikes);
    let mut ends = in_service(trip.to);
    ends.retain(|(station, _)| Some(*station) != pickup);
    let dropoff = first(&ends, &|cell| cell.docks.is_some_and(|free| free >= docks));
    Choice { stations: pickup.zip(dropoff), promised: None }
}

/// What the planner of ours chooses.
pub(crate) fn planned(
    stage: &Stage<'_>,
    trip: &Trip,
    lookout: &Lookout<'_>,
    correlation: &Correlation,
    wishes: Wishes,
) -> Choice {
    let request = request(stage, (trip.from, trip.to), trip.departs_at, wishes);
    let Some(journey) = first_journey(stage, lookout, correlation, &request) else {
        return Choice { stations: None, promised: None };
    };
    Choice { stations: stations(stage, &journey), promised: promised(&journey) }
}

/// What a traveller at a place asks the planner of ours.
pub(crate) fn request(
    stage: &Stage<'_>,
    (from, to): (LatLon, LatLon),
    at: Timestamp,
    wishes: Wishes,
) -> JourneyRequest {
    let mut request = JourneyRequest::new(from, to, When::DepartAt(at));
    (request.bike, request.max_walk_m) = (stage.ridden(), MAX_WALK_M);
    (request.risk, request.weights) = (wishes.risk, wishes.weights);
    request
}

/// Its first answer; `None` where walking takes no longer.
pub(crate) fn first_journey(
    stage: &Stage<'_>,
    lookout: &Lookout<'_>,
    correlation: &Correlation,
    request: &JourneyRequest,
) -> Option<Journey> {
    let inputs = Inputs { network: &stage.network, outlook: lookout, streets: &stage.streets, correlation };
    plan(inputs, request).journeys.into_iter().next()
}

/// Where a journey takes a bike, and where it leaves it; `None` for one that has a bike already.
pub(crate) fn stations(stage: &Stage<'_>, journey: &Journey) -> Option<(usize, usize)> {
    stage.index(&journey.pickup.as_ref()?.station_id).zip(stage.index(&journey.dropoff.station_id))
}

fn promised(journey: &Journey) -> Option<Promised> {
    Some(Promised {
        expected_s: journey.durations.expected_s,
        p90_s: journey.durations.p90_s,
        p_within_p90: journey.durations.p_within_p90,
        p_bike: journey.pickup.as_ref()?.p,
        p_dock: journey.dropoff.p,
    })
}

/// The fastest that could have been: any of these choices, any pair of the nearest stations, or walking.
pub(crate) fn fastest(stage: &Stage<'_>, trip: &Trip, known: &[Travelled]) -> Travelled {
    let walked = traveller::walk(stage, trip);
    let mut best = known.iter().copied().fold(walked, faster);
    let near = |place| stage.near(place).into_iter().take(ORACLE_TRIES).collect::<Vec<_>>();
    let ends = near(trip.to);
    let recovery = Common { stage, trip };
    for pickup in near(trip.from) {
        for &dropoff in ends.iter().filter(|&&dropoff| dropoff != pickup) {
            // Nothing is faster than a journey on which nothing is missing.
            if if_ok_s(stage, trip, pickup, dropoff) < best.seconds {
                best = faster(best, traveller::travel(stage, trip, (pickup, dropoff), &recovery));
            }
        }
    }
    best
}

fn faster(one: Travelled, other: Travelled) -> Travelled {
    if other.seconds < one.seconds { other } else { one }
}

fn if_ok_s(stage: &Stage<'_>, trip: &Trip, pickup: usize, dropoff: usize) -> f64 {
    let on_foot_s =
        stage.walk_to(trip.from, pickup).duration_s + stage.walk_from(dropoff, trip.to).duration_s;
    on_foot_s * trip.pace.on_foot + stage.ride_between(pickup, dropoff).duration_s * trip.pace.riding
}
