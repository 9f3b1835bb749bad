//! One way to go, ready to be shown: legs, moments, probabilities, and what to do when something is missing.

use std::fmt;

use velib_domain::{LatLon, StationId, Timestamp};

use crate::{BikeKind, Missing, Reason, Stretch};

/// Bytes for which there is room in a line before it grows.
const USUAL_LINE: usize = 160;

/// A journey by shared bike.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// What it is best at; empty for a good alternative that is best at nothing.
    pub labels: Vec<Label>,
    /// When the traveller leaves.
    pub depart_at: Timestamp,
    /// Where and when the bike is taken; `None` where the traveller has one.
    pub pickup: Option<Stop>,
    /// Where and when it is returned.
    pub dropoff: Stop,
    /// Walk, ride, walk; without the first walk where the traveller has a bike.
    pub legs: Vec<Leg>,
    /// How long it takes, door to door.
    pub durations: Durations,
    /// The probability of being there by the time asked for; `None` where only a departure was.
    pub p_on_time: Option<f64>,
    /// When to prefer another station, by what it has now.
    pub switch_if: Vec<SwitchIf>,
    /// Why it is like this.
    pub reasons: Vec<Reason>,
}

/// What a journey is best at among those offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// The shortest time to expect, or the latest departure that is in time.
    Fastest,
    /// The best chance that nothing is missing.
    Safest,
    /// The fewest metres on foot.
    LeastWalking,
    /// By e-bike, where any bike would do, and sooner.
    Ebike,
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
    /// Whether to wait first if not.
    pub wait: Option<Wait>,
    /// Where to go next if not, and from there; empty where walking on, or waiting for as long as it takes, is best.
    pub fallbacks: Vec<Fallback>,
    /// Seconds lost, to expect, if it is not there.
    pub failure_s: f64,
}

/// Staying where nothing is, in the hope that something comes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// How long.
    pub seconds: f64,
    /// The probability that it comes meanwhile.
    pub p: f64,
}

/// The next station to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Fallback {
    /// The station.
    pub station_id: StationId,
    /// Its name.
    pub name: String,
    /// When the traveller stands there.
    pub at: Timestamp,
    /// The probability of success there, on arrival, after what has failed.
    pub p: f64,
    /// Seconds to get there: walking to a bike, riding to a dock.
    pub away_s: f64,
}

/// Advice that can be followed by looking at a station's counts again.
#[derive(Debug, Clone, PartialEq)]
pub struct SwitchIf {
    /// The station of this journey.
    pub station_id: StationId,
    /// What to count there.
    pub what: Missing,
    /// With fewer than this now, the other is better.
    pub below: u16,
    /// The station to go to instead.
    pub to: StationId,
    /// The place among the plan's journeys of one that goes there, if one does.
    pub journey: Option<usize>,
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

/// The words of the one line that tells a journey.
#[derive(Debug, Clone, Copy)]
pub struct LineWords {
    /// On foot.
    pub walk: &'static str,
    /// By bike.
    pub ride: &'static str,
    /// Before the chance of a bike.
    pub bike: &'static str,
    /// Before the chance of an e-bike.
    pub ebike: &'static str,
    /// Before the chance of a dock.
    pub dock: &'static str,
    /// Before the chance of being there by the time asked for.
    pub in_time: &'static str,
    /// After a number of minutes.
    pub minutes: &'static str,
    /// How a probability is written.
    pub probability: fn(f64) -> String,
}

/// Door-to-door times in seconds, unlocking and docking included; the quantiles are of travellers who differ in pace.
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
    /// The probability of being there within `p90_s`: more than 0.9 where outcomes are few and travellers alike.
    pub p_within_p90: f64,
}

impl Journey {
    /// The probability that bike and dock are both found at the first attempt.
    pub fn p_no_failure(&self) -> f64 {
        self.pickup.as_ref().map_or(1.0, |pickup| pickup.p) * self.dropoff.p
    }

    /// The leg by bike.
    pub fn ride(&self) -> &Leg {
        &self.legs[self.legs.len() - 2]
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
            Self::Ebike => "ebike",
        }
    }
}

impl LineWords {
    /// As in `walk 4m → Bastille (bike .93) → ride 11m → Nation (dock .88) → walk 2m [19m, p90 31m]`.
    pub const ENGLISH: Self = Self {
        walk: "walk",
        ride: "ride",
        bike: "bike",
        ebike: "e-bike",
        dock: "dock",
        in_time: "in time",
        minutes: "m",
        probability,
    };

    fn leg(&self, leg: &Leg, f: &mut impl fmt::Write) -> fmt::Result {
        let how = if leg.bike.is_some() { self.ride } else { self.walk };
        write!(f, "{how} {}{}", minutes(leg.stretch.duration_s), self.minutes)
    }

    fn stop(&self, place: &Place, what: &str, p: f64, f: &mut impl fmt::Write) -> fmt::Result {
        let name = place.station.as_ref().map_or("", |(_, name)| name);
        write!(f, " → {name} ({what} {}) → ", (self.probability)(p))
    }
}

impl Journey {
    /// The journey in one readable line.
    pub fn line(&self, words: &LineWords) -> String {
        let mut line = String::with_capacity(USUAL_LINE);
        self.write_line(words, &mut line).expect("nothing fails that is written to memory");
        line
    }

    fn write_line(&self, words: &LineWords, f: &mut impl fmt::Write) -> fmt::Result {
        let ride = self.ride();
        if let (Some(pickup), [to_bike, ..]) = (&self.pickup, self.legs.as_slice()) {
            let what = if ride.bike == Some(BikeKind::Ebike) { words.ebike } else { words.bike };
            words.leg(to_bike, f)?;
            words.stop(&ride.from, what, pickup.p, f)?;
        }
        words.leg(ride, f)?;
        words.stop(&ride.to, words.dock, self.dropoff.p, f)?;
        words.leg(&self.legs[self.legs.len() - 1], f)?;
        let [expected, p90] = [self.durations.expected_s, self.durations.p90_s].map(minutes);
        write!(f, " [{expected}{unit}, p90 {p90}{unit}", unit = words.minutes)?;
        if let Some(p) = self.p_on_time {
            write!(f, ", {} {}", words.in_time, (words.probability)(p))?;
        }
        f.write_char(']')
    }
}

impl fmt::Display for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        LineWords::ENGLISH.leg(self, f)
    }
}

/// The line in English.
impl fmt::Display for Journey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_line(&LineWords::ENGLISH, f)
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
