//! What one station's counts say about how many of its bikes are stuck, step by step: a Bayesian filter.
//!
//! Hidden are the number stuck and whether the station has fallen silent. A count that stays where riders were
//! expected to take a bike speaks for all of it being stuck; a count below a number rules that number out.

use super::{
    Wear,
    queue::{Queue, Riders},
};

/// More stuck bikes than this at one station are not told apart.
const MOST_STUCK: usize = 20;

/// A longer gap in the counts tells nothing of what happened meanwhile, in hours.
const LONGEST_STEP_H: f64 = 3.0;

/// What is believed of one station.
#[derive(Debug, Clone)]
pub(super) struct Belief {
    /// P(so many stuck, the station speaks).
    heard: Vec<f64>,
    /// P(so many stuck, the station is silent).
    silent: Vec<f64>,
    /// Of the counts so far, the logarithm of their probability.
    pub(super) log_evidence: f64,
}

/// From one count to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) hours: f64,
    pub(super) riders: Riders,
    pub(super) before: u16,
    pub(super) after: u16,
}

impl Belief {
    /// Before anything was seen but one count: as many as are usual, never more than there are.
    pub(super) fn first(wear: &Wear, arrivals_per_hour: f64, count: u16) -> Self {
        let usual = wear.usual_stuck(arrivals_per_hour);
        let share = usual / (1.0 + usual);
        let geometric = std::iter::successors(Some(1.0), |p| Some(p * share));
        let mut heard: Vec<f64> = geometric.take(usize::from(count).min(MOST_STUCK) + 1).collect();
        heard.resize(MOST_STUCK + 1, 0.0);
        let mut first = Self { heard, silent: vec![0.0; MOST_STUCK + 1], log_evidence: 0.0 };
        first.normalise();
        Self { log_evidence: 0.0, ..first }
    }

    /// P(each number stuck).
    pub(super) fn stuck(&self) -> Vec<f64> {
        self.heard.iter().zip(&self.silent).map(|(heard, silent)| heard + silent).collect()
    }

    /// P(not all of a count is stuck).
    pub(super) fn p_some_free(&self, count: u16) -> f64 {
        let below = usize::from(count).min(MOST_STUCK + 1);
        (0..below).map(|stuck| self.heard[stuck] + self.silent[stuck]).sum()
    }

    /// Learns from the next count.
    pub(super) fn learn(&mut self, wear: &Wear, queue: &mut Queue, step: Step) {
        free(&mut self.heard, wear, step.hours);
        free(&mut self.silent, wear, step.hours);
        self.change_voice(wear, step.hours);
        if step.hours <= LONGEST_STEP_H {
            self.weigh(queue, step);
        }
        let arrivals = step.riders.arriving;
        get_stuck(&mut self.heard, 1.0 - (-wear.stuck_per_arrival * arrivals).exp());
        self.forget_impossible(step.after);
    }

    fn change_voice(&mut self, wear: &Wear, hours: f64) {
        let falls_silent = 1.0 - (-wear.silent_per_hour * hours).exp();
        let is_heard_again = 1.0 - (-wear.heard_per_hour * hours).exp();
        for (heard, silent) in self.heard.iter_mut().zip(&mut self.silent) {
            let (falling, rising) = (*heard * falls_silent, *silent * is_heard_again);
            *heard += rising - falling;
            *silent += falling - rising;
        }
    }

    fn weigh(&mut self, queue: &mut Queue, step: Step) {
        let (before, after) = (usize::from(step.before), usize::from(step.after));
        let by_riders = queue.step(step.riders);
        for (stuck, p) in self.heard.iter_mut().enumerate().filter(|(_, p)| **p > 0.0) {
            let free = before.checked_sub(stuck).zip(after.checked_sub(stuck));
            *p *= free.map_or(0.0, |(before, after)| by_riders.probability(before, after));
        }
        if before != after {
            self.silent.fill(0.0);
        }
        self.normalise();
    }

    /// More than are there cannot be stuck.
    fn forget_impossible(&mut self, count: u16) {
        for probabilities in [&mut self.heard, &mut self.silent] {
            probabilities.iter_mut().skip(usize::from(count) + 1).for_each(|p| *p = 0.0);
        }
        let before = self.log_evidence;
        self.normalise();
        self.log_evidence = before;
    }

    fn normalise(&mut self) {
        let total: f64 = self.heard.iter().chain(&self.silent).sum();
        if total <= f64::MIN_POSITIVE {
            // What was held for impossible has happened: nothing is known any more but that some bike can be taken.
            self.heard.fill(0.0);
            self.silent.fill(0.0);
            self.heard[0] = 1.0;
            return;
        }
        self.log_evidence += total.ln();
        self.heard.iter_mut().chain(&mut self.silent).for_each(|p| *p /= total);
    }
}

/// Stuck bikes are freed one by one, or all at once.
fn free(stuck: &mut [f64], wear: &Wear, hours: f64) {
    let cleared = 1.0 - (-wear.cleared_per_hour * hours).exp();
    let mut at_once = 0.0;
    for number in 1..stuck.len() {
        let one = stuck[number] * (1.0 - (-wear.freed_per_hour * number as f64 * hours).exp());
        stuck[number] -= one;
        stuck[number - 1] += one;
        let all = stuck[number] * cleared;
        stuck[number] -= all;
        at_once += all;
    }
    stuck[0] += at_once;
}

/// One more is stuck, with this probability.
fn get_stuck(stuck: &mut [f64], p: f64) {
    for number in (1..stuck.len()).rev() {
        let one_more = stuck[number - 1] * p;
        stuck[number - 1] -= one_more;
        stuck[number] += one_more;
    }
}
