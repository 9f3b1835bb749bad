//! One way to go, ready to be shown: legs, moments, probabilities, and what to do when something is missing.

use std::fmt;

use velib_domain::{LatLon, StationId, Timestamp};

use crate::{BikeKind, Stretch};

/// A journey by shared bike.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// What it is best at; empty for a good alternative that is best at nothing.
    pub labels: Vec<Label>,
    /// Where and when the bike is taken.
    pub pickup: Stop,
    /// Where and when it is returned.
    pub dropoff: Stop,
    /// Walk, ride, walk.
    pub legs: [Leg; 3],
    /// How long it takes, door to door.
    pub durations: Durations,
}

/// What a journey is best at among those offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// The shortest time to expect.
    Fastest,
    /// The best chance that nothing is missing.
    Safest,
    /// The fewest metres on foot.
    LeastWalking,
}

/// A station where a journey needs something.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// The station.
    pub station_id: StationId,
    /// When the traveller stands there.
    pub at: Timestamp,
    /// The probability that every rider finds a bike, or a dock.
    pub p: f64,
    /// Where to go if not; `None` where no other station beats walking on, or waiting.
    pub fallback: Option<Fallback>,
}

/// The next station to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Fallback {
    /// The station.
    pub station_id: StationId,
    /// Its name.
    pub name: String,
    /// The probability of success there, on arrival.
    pub p: f64,
    /// Seconds to get there: walking to a bike, riding to a dock.
    pub away_s: f64,
}

/// A place on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Where it is.
    pub position: LatLon,
    /// The station's id and name, if it is one.
    pub station: Option<(StationId, String)>,
}

/// One part of a journey without a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Leg {
    /// Where it starts.
    pub from: Place,
    /// Where it ends.
    pub to: Place,
    /// Its length and its time in motion.
    pub stretch: Stretch,
    /// The bike that is ridden; `None` on foot.
    pub bike: Option<BikeKind>,
}

/// Door-to-door times in seconds, unlocking and docking included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Durations {
    /// To expect, weighing every way it can go wrong.
    pub expected_s: f64,
    /// If nothing goes wrong.
    pub if_ok_s: f64,
    /// Kept in half of all cases.
    pub p50_s: f64,
    /// Kept in nine cases of ten.
    pub p90_s: f64,
}

impl Journey {
    /// The probability that bike and dock are both found at the first attempt.
    pub fn p_no_failure(&self) -> f64 {
        self.pickup.p * self.dropoff.p
    }

    /// Metres on foot, if nothing goes wrong.
    pub fn walk_m(&self) -> f64 {
        self.legs.iter().filter(|leg| leg.bike.is_none()).map(|leg| leg.stretch.distance_m).sum()
    }

    /// Metres by bike, if nothing goes wrong.
    pub fn ride_m(&self) -> f64 {
        self.legs.iter().filter(|leg| leg.bike.is_some()).map(|leg| leg.stretch.distance_m).sum()
    }
}

impl Label {
    /// The word used in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fastest => "fastest",
            Self::Safest => "safest",
            Self::LeastWalking => "least_walking",
        }
    }
}

impl fmt::Display for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = if self.bike.is_some() { "ride" } else { "walk" };
        write!(f, "{verb} {}m", minutes(self.stretch.duration_s))
    }
}

/// One readable line: `walk 4m → Bastille (bike .93) → ride 11m → Nation (dock .88) → walk 2m [19m, p90 31m]`.
impl fmt::Display for Journey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [to_bike, ride, from_dock] = &self.legs;
        let stop = |place: &Place| place.station.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
        write!(f, "{to_bike} → {} (bike {}) → ", stop(&ride.from), probability(self.pickup.p))?;
        write!(f, "{ride} → {} (dock {}) → ", stop(&ride.to), probability(self.dropoff.p))?;
        let Durations { expected_s, p90_s, .. } = self.durations;
        write!(f, "{from_dock} [{}m, p90 {}m]", minutes(expected_s), minutes(p90_s))
    }
}

/// Whole minutes, rounded.
pub(crate) fn minutes(seconds: f64) -> i64 {
    (seconds / 60.0).round() as i64
}

/// Two decimals, without the zero in front: `.93`, `1.00`.
fn probability(p: f64) -> String {
    let text = format!("{p:.2}");
    text.strip_prefix('0').map_or(text.clone(), str::to_owned)
}
