//! What a traveller asks for, and the bounds within which an answer means something.

use std::fmt;

use velib_domain::{LatLon, SignedDuration, Timestamp};

use crate::{BikeKind, Network};

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

/// A journey to plan.
#[derive(Debug, Clone, PartialEq)]
pub struct JourneyRequest {
    /// Where it starts.
    pub from: LatLon,
    /// Where it ends.
    pub to: LatLon,
    /// When the traveller leaves.
    pub depart_at: Timestamp,
    /// The bike wanted.
    pub bike: BikeKind,
    /// The farthest walk at either end, in metres along the streets.
    pub max_walk_m: f64,
    /// People who travel together, a bike and a dock for each.
    pub riders: u16,
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
    #[error("depart_at {depart_at:.0} is out of range: it must lie between {earliest:.0} and {latest:.0}")]
    DepartureOutOfRange {
        /// The time given.
        depart_at: Timestamp,
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
}

impl JourneyRequest {
    /// The farthest walk at either end where the traveller names none, in metres.
    pub const DEFAULT_MAX_WALK_M: f64 = 1_000.0;

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
        let (earliest, latest) = (now - DEPARTURE_GRACE, now + LATEST_DEPARTURE);
        if !(earliest..=latest).contains(&self.depart_at) {
            return Err(RequestError::DepartureOutOfRange { depart_at: self.depart_at, earliest, latest });
        }
        check_served(network, End::From, self.from)?;
        check_served(network, End::To, self.to)
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
