//! What trips of one day add up to, so that days can be drawn again and again.

use velib_planner::Weights;

use crate::{going::Going, planner::Promised, promise::Kept, traveller::Travelled};

/// Seconds of one step in which door-to-door times are counted.
const STEP_S: f64 = 15.0;

/// Steps: up to two and a half hours.
const STEPS: usize = 600;

/// Sums over trips by one planner.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    pub(crate) trips: f64,
    /// Trips by bike, or meant to be.
    pub(crate) by_bike: f64,
    pub(crate) no_bike: f64,
    pub(crate) no_dock: f64,
    /// Trips on which either was missing.
    pub(crate) missed: f64,
    /// The same where only what both snapshots around an arrival hold counts as there.
    pub(crate) missed_strictly: f64,
    pub(crate) stranded: f64,
    /// Of the trips on which something was missing: seconds, and how many of them were stranded.
    pub(crate) missed_s: f64,
    pub(crate) missed_stranded: f64,
    pub(crate) seconds: f64,
    pub(crate) walk_m: f64,
    pub(crate) on_foot_s: f64,
    pub(crate) oracle_s: f64,
    /// Trips whose time was promised, and how the promise was kept.
    pub(crate) promised: f64,
    pub(crate) late_s: f64,
    pub(crate) off_s: f64,
    pub(crate) within_p90: f64,
    pub(crate) said_within_p90: f64,
    /// Chances shown for the stations chosen.
    pub(crate) kept: Kept,
    /// What following them was worth.
    pub(crate) going: Going,
    durations: Vec<f64>,
}

impl Default for Sums {
    fn default() -> Self {
        Self {
            trips: 0.0,
            by_bike: 0.0,
            no_bike: 0.0,
            no_dock: 0.0,
            missed: 0.0,
            missed_strictly: 0.0,
            stranded: 0.0,
            missed_s: 0.0,
            missed_stranded: 0.0,
            seconds: 0.0,
            walk_m: 0.0,
            on_foot_s: 0.0,
            oracle_s: 0.0,
            promised: 0.0,
            late_s: 0.0,
            off_s: 0.0,
            within_p90: 0.0,
            said_within_p90: 0.0,
            kept: Kept::default(),
            going: Going::default(),
            durations: vec![0.0; STEPS],
        }
    }
}

impl Travelled {
    /// Whether a bike or a dock was missing where the planner had sent the traveller.
    pub(crate) fn missed(&self) -> bool {
        self.found_bike == Some(false) || self.found_dock == Some(false)
    }
}

impl Sums {
    /// Counts one trip.
    pub(crate) fn add(&mut self, went: &Travelled, promised: Option<&Promised>, oracle_s: f64) {
        let one = |is: bool| f64::from(u8::from(is));
        self.trips += 1.0;
        self.by_bike += one(went.found_bike.is_some());
        self.no_bike += one(went.found_bike == Some(false));
        self.no_dock += one(went.found_dock == Some(false));
        self.missed += one(went.missed());
        self.missed_strictly += one(went.missed_strictly);
        self.stranded += one(went.stranded);
        if went.missed() {
            self.missed_s += went.seconds;
            self.missed_stranded += one(went.stranded);
        }
        self.seconds += went.seconds;
        self.walk_m += went.walk_m;
        self.on_foot_s += went.on_foot_s;
        self.oracle_s += oracle_s;
        self.durations[((went.seconds / STEP_S) as usize).min(STEPS - 1)] += 1.0;
        if let Some(promised) = promised {
            let late_s = went.seconds - promised.expected_s;
            self.promised += 1.0;
            self.late_s += late_s;
            self.off_s += late_s.abs();
            // What was promised and what came are sums of the same numbers in another order.
            self.within_p90 += one(went.seconds <= promised.p90_s + 1.0);
            self.said_within_p90 += promised.p_within_p90;
            self.going.add(promised.p_bike * promised.p_dock, !went.missed());
        }
    }

    /// Adds another day, so many times.
    pub(crate) fn merge(&mut self, other: &Self, times: u32) {
        let weight = f64::from(times);
        for (sum, other) in [
            (&mut self.trips, other.trips),
            (&mut self.by_bike, other.by_bike),
            (&mut self.no_bike, other.no_bike),
            (&mut self.no_dock, other.no_dock),
            (&mut self.missed, other.missed),
            (&mut self.missed_strictly, other.missed_strictly),
            (&mut self.stranded, other.stranded),
            (&mut self.missed_s, other.missed_s),
            (&mut self.missed_stranded, other.missed_stranded),
            (&mut self.seconds, other.seconds),
            (&mut self.walk_m, other.walk_m),
            (&mut self.on_foot_s, other.on_foot_s),
            (&mut self.oracle_s, other.oracle_s),
            (&mut self.promised, other.promised),
            (&mut self.late_s, other.late_s),
            (&mut self.off_s, other.off_s),
            (&mut self.within_p90, other.within_p90),
            (&mut self.said_within_p90, other.said_within_p90),
        ] {
            *sum += weight * other;
        }
        self.kept.merge(&other.kept, times);
        self.going.merge(&other.going, times);
        self.durations.iter_mut().zip(&other.durations).for_each(|(sum, other)| *sum += weight * other);
    }

    /// What the trips cost who minds walking and failures so much, whoever chose for them: seconds. It is what a planner minimises.
    pub(crate) fn cost_s(&self, weights: Weights) -> f64 {
        let failures = self.no_bike + self.no_dock;
        self.seconds + (weights.on_foot - 1.0) * self.on_foot_s + weights.failure_s * failures
    }

    /// Seconds within which nine trips of ten are over.
    pub(crate) fn p90_s(&self) -> Option<f64> {
        let mut left = 0.9 * self.trips;
        for (step, &count) in self.durations.iter().enumerate() {
            if count >= left && count > 0.0 {
                return Some((step as f64 + left / count) * STEP_S);
            }
            left -= count;
        }
        None
    }
}
