//! What a traveller asks for, and the bounds within which an answer means something.

use std::fmt;

use velib_domain::{LatLon, SignedDuration, Timestamp};

use crate::{BikeKind, Network, Paces, Risk, Weights};

/// Farther than this from every station, in metres as the crow flies, a place is outside the service area.
pub const SERVICE_AREA_M: f64 = 2_000.0;

/// How far ahead a journey can be planned.
const LATEST_DEPARTURE: SignedDuration = SignedDuration::from_hours(24);

/// How far back a departure may lie: a request that was written a minute ago still means "now".
const DEPARTURE_GRACE: SignedDuration = SignedDuration::from_mins(5);

/// The most riders that can travel together, as one Vélib' account can hold five bikes.
const MOST_RIDERS: u16 = 5;

/// The farthest anyone can be asked to walk at each end, in metres.
const LONGEST_WALK_M: f64 = 5_000.0;

/// When to travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Leaving at this moment.
    DepartAt(Timestamp),
    /// Leaving as late as possible to be there in time, as surely as [`Risk::on_time`] says.
    ArriveBy {
        /// When to be there.
        at: Timestamp,
        /// Nobody leaves before; usually now.
        not_before: Timestamp,
    },
}

/// How the traveller starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// On foot, to find a bike.
    #[default]
    OnFoot,
    /// With a bike in hand: only docks matter.
    Riding,
}

/// The slowest and the fastest walk, in metres a second.
const WALKING_M_PER_S: std::ops::RangeInclusive<f64> = 0.3..=3.0;

/// The longest before an arrival that a journey may start.
const LONGEST_JOURNEY: SignedDuration = SignedDuration::from_hours(3);

/// A journey to plan.
#[derive(Debug, Clone, PartialEq)]
pub struct JourneyRequest {
    /// Where it starts.
    pub from: LatLon,
    /// Where it ends.
    pub to: LatLon,
    /// When.
    pub when: When,
    /// With or without a bike.
    pub start: Start,
    /// The bike wanted, or the one in hand.
    pub bike: BikeKind,
    /// The farthest walk at either end, in metres along the streets.
    pub max_walk_m: f64,
    /// Metres a second on foot.
    pub walk_m_per_s: f64,
    /// People who travel together, a bike and a dock for each.
    pub riders: u16,
    /// What to spare the traveller.
    pub risk: Risk,
    /// What things cost the traveller: those of `risk`, but where others are studied.
    pub weights: Option<Weights>,
    /// How much the traveller may differ from the usual one whose times streets tell.
    pub paces: Paces,
    /// Whether to tell what was left out, and why, which takes longer: every pair of stations is weighed to know.
    pub tells_left_out: bool,
}

/// One end of a journey, by the name of its parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The start.
    From,
    /// The destination.
    To,
}

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// No station is within reach of an end.
    #[error(
        "{end} ({:.5}, {:.5}) is outside the service area: the nearest station is {:.1} km away, it must be within {:.1} km",
        place.lat, place.lon, nearest_m / 1000.0, SERVICE_AREA_M / 1000.0
    )]
    OutsideServiceArea {
        /// Which end.
        end: End,
        /// The coordinate given.
        place: LatLon,
        /// Metres to the nearest station, as the crow flies.
        nearest_m: f64,
    },
    /// Too long ago, or too far ahead.
    #[error("{parameter} {given:.0} is out of range: it must lie between {earliest:.0} and {latest:.0}")]
    TimeOutOfRange {
        /// Its name, as `depart_at`.
        parameter: &'static str,
        /// The time given.
        given: Timestamp,
        /// The first that is answered.
        earliest: Timestamp,
        /// The last that is answered.
        latest: Timestamp,
    },
    /// No riders, or more than one account can hold.
    #[error("riders is {riders}: it must be 1 to {MOST_RIDERS}")]
    BadRiders {
        /// The number given.
        riders: u16,
    },
    /// Not a walking distance.
    #[error("max_walk_m is {metres}: it must be 1 to {LONGEST_WALK_M}")]
    BadMaxWalk {
        /// The metres given.
        metres: f64,
    },
    /// Not a pace.
    #[error(
        "walk_m_per_s is {m_per_s}: it must be {} to {}", WALKING_M_PER_S.start(), WALKING_M_PER_S.end()
    )]
    BadWalkingSpeed {
        /// The speed given.
        m_per_s: f64,
    },
}

impl JourneyRequest {
    /// The farthest walk at either end where the traveller names none, in metres.
    pub const DEFAULT_MAX_WALK_M: f64 = 1_000.0;

    /// How fast people walk whom nobody asked, in metres a second.
    pub const USUAL_WALK_M_PER_S: f64 = 1.25;

    /// A request on foot by any bike, with every default.
    pub fn new(from: LatLon, to: LatLon, when: When) -> Self {
        Self {
            from,
            to,
            when,
            start: Start::default(),
            bike: BikeKind::default(),
            max_walk_m: Self::DEFAULT_MAX_WALK_M,
            walk_m_per_s: Self::USUAL_WALK_M_PER_S,
            riders: 1,
            risk: Risk::default(),
            weights: None,
            paces: Paces::USUAL,
            tells_left_out: false,
        }
    }

    /// Whether the request can be answered at `now`; the first thing wrong with it otherwise.
    ///
    /// [`plan`](crate::plan) takes any request: this is for telling a person what to change.
    pub fn check(&self, network: &Network, now: Timestamp) -> Result<(), RequestError> {
        if !(1..=MOST_RIDERS).contains(&self.riders) {
            return Err(RequestError::BadRiders { riders: self.riders });
        }
        if !(1.0..=LONGEST_WALK_M).contains(&self.max_walk_m) {
            return Err(RequestError::BadMaxWalk { metres: self.max_walk_m });
        }
        if !WALKING_M_PER_S.contains(&self.walk_m_per_s) {
            return Err(RequestError::BadWalkingSpeed { m_per_s: self.walk_m_per_s });
        }
        self.check_time(now)?;
        check_served(network, End::From, self.from)?;
        check_served(network, End::To, self.to)
    }

    fn check_time(&self, now: Timestamp) -> Result<(), RequestError> {
        let (parameter, given, earliest) = match self.when {
            When::DepartAt(depart_at) => ("depart_at", depart_at, now - DEPARTURE_GRACE),
            When::ArriveBy { at, .. } => ("arrive_by", at, now),
        };
        let latest = now + LATEST_DEPARTURE;
        if (earliest..=latest).contains(&given) {
            return Ok(());
        }
        Err(RequestError::TimeOutOfRange { parameter, given, earliest, latest })
    }

    /// The first moment at which the journey may start.
    pub(crate) fn earliest_departure(&self) -> Timestamp {
        match self.when {
            When::DepartAt(depart_at) => depart_at,
            When::ArriveBy { at, not_before } => not_before.max(at - LONGEST_JOURNEY),
        }
    }
}

fn check_served(network: &Network, end: End, place: LatLon) -> Result<(), RequestError> {
    match network.nearest_distance_m(place) {
        Some(nearest_m) if nearest_m > SERVICE_AREA_M => {
            Err(RequestError::OutsideServiceArea { end, place, nearest_m })
        }
        _ => Ok(()),
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::From => "from",
            Self::To => "to",
        })
    }
}
