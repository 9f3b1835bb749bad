//! The same question answered without any cleverness: every pair, every order of failures, nothing remembered, nothing left
//! out. Slow, short, and written apart from the planner, so that the two can be held against each other.

use velib_domain::LatLon;
use velib_planner::{
    BikeKind, Correlation, DOCK_S, DetourStreets, HourClass, LAST_RESORT_S, Missing, StreetTimes, UNLOCK_S,
    WAIT_S,
};

use crate::{g_laws::Anywhere, street::eight_o_clock};

/// A city of at most seven stations, and where to go in it.
pub(crate) struct Thorough<'a> {
    pub(crate) city: &'a [Anywhere],
    pub(crate) to: LatLon,
    pub(crate) correlation: &'a Correlation,
}

impl Thorough<'_> {
    /// The least time to expect, the walk included.
    pub(crate) fn best_s(&self, from: LatLon) -> f64 {
        let mut best = walk_s(from, self.to);
        for start in 0..self.city.len() {
            for end in (0..self.city.len()).filter(|end| *end != start) {
                let (bike, dock) = (self.bike(start), self.dock(end));
                if bike <= 0.0 || dock <= 0.0 {
                    continue;
                }
                let nothing = self.without_bike(start, None, end, 2);
                let waited = {
                    let p = self.city[start].bike.min(self.correlation.comes[0]);
                    WAIT_S + p * self.with_bike(start, end) + (1.0 - p) * nothing
                };
                let there = bike * self.with_bike(start, end) + (1.0 - bike) * nothing.min(waited);
                best = best.min(walk_s(from, self.city[start].position) + there);
            }
        }
        best
    }

    fn bike(&self, station: usize) -> f64 {
        if self.city[station].is_renting { self.city[station].bike } else { 0.0 }
    }

    fn dock(&self, station: usize) -> f64 {
        if self.city[station].is_returning { self.city[station].dock } else { 0.0 }
    }

    fn without_bike(&self, here: usize, before: Option<usize>, end: usize, left: usize) -> f64 {
        let mut best = self.walk_on_s(here);
        for next in (0..self.city.len())
            .filter(|next| left > 0 && ![here, end].contains(next) && Some(*next) != before)
        {
            let p = self.after_failure(Missing::Bike, self.bike(next), here, next);
            if p > 0.0 {
                let empty = self.without_bike(next, Some(here), end, left - 1);
                let there = p * self.with_bike(next, end) + (1.0 - p) * empty;
                best = best.min(walk_s(self.city[here].position, self.city[next].position) + there);
            }
        }
        best
    }

    fn with_bike(&self, from: usize, end: usize) -> f64 {
        let p = self.dock(end);
        let full = self.without_dock(end, None, 2);
        let comes = self.city[end].dock.min(self.correlation.comes[1]);
        let waited = WAIT_S + comes * self.walk_on_s(end) + (1.0 - comes) * full;
        UNLOCK_S + self.ride_s(from, end) + DOCK_S + p * self.walk_on_s(end) + (1.0 - p) * full.min(waited)
    }

    fn without_dock(&self, here: usize, before: Option<usize>, left: usize) -> f64 {
        let mut best = LAST_RESORT_S + self.walk_on_s(here);
        for next in (0..self.city.len()).filter(|next| left > 0 && *next != here && Some(*next) != before) {
            let p = self.after_failure(Missing::Dock, self.dock(next), here, next);
            if p > 0.0 {
                let full = self.without_dock(next, Some(here), left - 1);
                let there = p * self.walk_on_s(next) + (1.0 - p) * full;
                best = best.min(self.ride_s(here, next) + DOCK_S + there);
            }
        }
        best
    }

    /// `σ(logit p + ρ)`.
    fn after_failure(&self, missing: Missing, p: f64, failed: usize, next: usize) -> f64 {
        let distance_m = self.city[failed].position.distance_m(self.city[next].position);
        let rho = self.correlation.rho(missing, HourClass::of(eight_o_clock()), distance_m);
        1.0 / (1.0 + ((1.0 - p) / p) * (-rho).exp())
    }

    fn walk_on_s(&self, station: usize) -> f64 {
        walk_s(self.city[station].position, self.to)
    }

    fn ride_s(&self, from: usize, to: usize) -> f64 {
        let (from, to) = (self.city[from].position, self.city[to].position);
        DetourStreets::default().ride(from, to, BikeKind::Mechanical).duration_s
    }
}

fn walk_s(from: LatLon, to: LatLon) -> f64 {
    DetourStreets::default().walk(from, to).duration_s
}
