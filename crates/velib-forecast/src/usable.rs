//! Bikes that are counted and cannot be ridden, and docks that are counted and take no bike: how many, judged from
//! nothing but counts.
//!
//! The feed of a station with three broken bikes says three bikes, day after day. What gives them away is a count that
//! stands still at three in hours when bikes leave the stations around, and never goes below. For every number there is
//! a probability, learned step by step from the request's own history (`filter`), where the riders to be expected
//! come from how counts move there and around at that time (`traffic`) and what they do to a count is a queue
//! (`queue`). Nothing is fitted beforehand but [`Wear`], nothing after `issued_at` is seen.
//!
//! It is an estimate to be shown beside the count, never instead of it. It does not say which bike is stuck, nor why.

mod filter;
mod queue;
#[cfg(test)]
mod tests;
mod traffic;
mod wear;

use velib_domain::Distribution;

pub use self::wear::Wear;
use self::{
    filter::{Belief, Step},
    queue::{Queue, Riders},
    traffic::Changes,
};
use crate::ForecastRequest;

/// How often the riders are judged again, knowing in which steps no bike could be taken.
const PASSES: usize = 2;

/// What the counts of a request say about stuck bikes or docks.
#[derive(Debug, Clone, PartialEq)]
pub struct StuckEstimate {
    /// One a station of the request: how many of its newest count are stuck; `None` where its newest slot is empty.
    pub stations: Vec<Option<Distribution>>,
    /// One a station: bikes that would leave in an hour if there always were one, on average over the history.
    pub leaving_per_hour: Vec<f64>,
    /// The logarithm of the probability of all counts, each given those before: larger where [`Wear`] fits better.
    pub log_evidence: f64,
}

/// Estimates stuck bikes and docks. It keeps tables between requests, nothing else.
#[derive(Debug, Default)]
pub struct StuckEstimator {
    wear: Wear,
    queue: Queue,
}

impl StuckEstimator {
    /// An estimator for such habits.
    pub fn new(wear: Wear) -> Self {
        Self { wear, queue: Queue::default() }
    }

    /// How many of the newest bikes are stuck, station by station.
    pub fn bikes(&mut self, request: &ForecastRequest) -> StuckEstimate {
        let counts: Vec<&[Option<u16>]> = request.stations.iter().map(|station| &station.bikes[..]).collect();
        self.estimate(request, &counts)
    }

    /// How many of the newest free docks take no bike, station by station.
    pub fn docks(&mut self, request: &ForecastRequest) -> StuckEstimate {
        let counts: Vec<&[Option<u16>]> = request.stations.iter().map(|station| &station.docks[..]).collect();
        self.estimate(request, &counts)
    }

    fn estimate(&mut self, request: &ForecastRequest, counts: &[&[Option<u16>]]) -> StuckEstimate {
        let changes = Changes::of(request, counts);
        let hours = request.cadence.as_secs_f64() / 3600.0;
        let some = |station: usize, step: usize| counts[station].get(step).copied().flatten() > Some(0);
        let mut traffic = changes.traffic(|station, step| f64::from(u8::from(some(station, step))));
        for _ in 1..PASSES {
            let walks: Vec<Walk> = self.walk_all(counts, &traffic, hours);
            traffic = changes.traffic(|station, step| walks[station].free.get(step).copied().unwrap_or(0.0));
        }
        let walks = self.walk_all(counts, &traffic, hours);
        StuckEstimate {
            leaving_per_hour: traffic
                .iter()
                .map(|steps| mean(steps, |riders| riders.leaving) / hours)
                .collect(),
            log_evidence: walks.iter().map(|walk| walk.log_evidence).sum(),
            stations: walks.into_iter().zip(counts).map(|(walk, series)| walk.newest(series)).collect(),
        }
    }

    fn walk_all(&mut self, counts: &[&[Option<u16>]], traffic: &[Vec<Riders>], hours: f64) -> Vec<Walk> {
        let stations = counts.iter().zip(traffic);
        stations.map(|(series, traffic)| walk(series, traffic, hours, &self.wear, &mut self.queue)).collect()
    }
}

/// The part of a count that is not stuck. A count is never below its stuck part, whatever a forecast holds for possible
/// that does not know of it.
pub fn usable(count: &Distribution, stuck: &Distribution) -> Distribution {
    let mut masses = vec![0.0; count.support() + 1];
    for (stuck, p_stuck) in stuck.masses().iter().enumerate() {
        for (count, p_count) in count.masses().iter().enumerate() {
            masses[count.saturating_sub(stuck)] += p_stuck * p_count;
        }
    }
    Distribution::from_masses(masses).expect("two distributions that sum to one make one that does")
}

fn mean(traffic: &[Riders], of: fn(&Riders) -> f64) -> f64 {
    traffic.iter().map(of).sum::<f64>() / traffic.len().max(1) as f64
}

/// One station's history, walked through.
struct Walk {
    /// Before each step, P(a bike could be taken).
    free: Vec<f64>,
    belief: Option<Belief>,
    log_evidence: f64,
}

impl Walk {
    fn newest(self, series: &[Option<u16>]) -> Option<Distribution> {
        let count = usize::from((*series.last()?)?);
        let mut masses = self.belief?.stuck();
        masses.truncate(count + 1);
        Distribution::from_masses(masses).ok()
    }
}

fn walk(series: &[Option<u16>], traffic: &[Riders], hours: f64, wear: &Wear, queue: &mut Queue) -> Walk {
    let arrivals_per_hour = mean(traffic, |riders| riders.arriving) / hours;
    let mut walk = Walk { free: vec![0.0; traffic.len()], belief: None, log_evidence: 0.0 };
    let mut last: Option<(usize, u16)> = None;
    for (slot, count) in series.iter().enumerate() {
        let Some(after) = *count else { continue };
        match (&mut walk.belief, last) {
            (Some(belief), Some((from, before))) => {
                let riders = traffic[from..slot].iter().copied().sum();
                belief.learn(
                    wear,
                    queue,
                    Step { hours: hours * (slot - from) as f64, riders, before, after },
                );
            }
            (belief, _) => *belief = Some(Belief::first(wear, arrivals_per_hour, after)),
        }
        if let (Some(belief), Some(free)) = (&walk.belief, walk.free.get_mut(slot)) {
            *free = belief.p_some_free(after);
        }
        last = Some((slot, after));
    }
    walk.log_evidence = walk.belief.as_ref().map_or(0.0, |belief| belief.log_evidence);
    walk
}
