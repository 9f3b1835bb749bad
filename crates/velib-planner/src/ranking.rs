//! From every pair worth taking to the few worth reading.
//!
//! A journey stays if it is better than each one before it in time, chance or walking by more than a person would
//! notice. What is left is ordered by the time to expect, and by station ids where that is equal.

use std::cmp::Ordering;

use crate::{DropReason, Dropped, journey::Journey, journey::Label};

/// Differences in the chance of success that nobody would weigh.
const SAME_CHANCE: f64 = 0.02;

/// Differences in walking, in metres, that nobody would weigh.
const SAME_WALK_M: f64 = 50.0;

/// Below this chance, a promise of less walking is more likely broken than kept, and no advantage.
const LIKELY: f64 = 0.5;

/// The best journeys, at most `limit`, labelled; the others are dropped with the reason.
pub(crate) fn ranked(mut journeys: Vec<Journey>, limit: usize, dropped: &mut Vec<Dropped>) -> Vec<Journey> {
    journeys.sort_by(by_expected_time);
    let mut kept: Vec<Journey> = Vec::new();
    for journey in journeys {
        if kept.iter().any(|better| as_good(better, &journey)) {
            dropped.push(drop_pair(&journey, DropReason::NoBetterThanAnother));
        } else {
            kept.push(journey);
        }
    }
    label(&mut kept);
    limited(kept, limit, dropped)
}

fn by_expected_time(a: &Journey, b: &Journey) -> Ordering {
    let time = a.durations.expected_s.total_cmp(&b.durations.expected_s);
    time.then_with(|| a.pickup.station_id.cmp(&b.pickup.station_id))
        .then_with(|| a.dropoff.station_id.cmp(&b.dropoff.station_id))
}

/// Whether a journey that takes no longer is about as good in every other respect.
fn as_good(faster: &Journey, slower: &Journey) -> bool {
    let as_safe = faster.p_no_failure() >= slower.p_no_failure() - SAME_CHANCE;
    let as_little_walking = faster.walk_m() <= slower.walk_m() + SAME_WALK_M;
    as_safe && (as_little_walking || slower.p_no_failure() < LIKELY)
}

/// Names the best of each kind; the faster one where two are equal.
fn label(kept: &mut [Journey]) {
    let best = |kept: &[Journey], better: fn(&Journey, &Journey) -> bool| {
        let mut best = 0;
        for index in 1..kept.len() {
            if better(&kept[index], &kept[best]) {
                best = index;
            }
        }
        best
    };
    if kept.is_empty() {
        return;
    }
    let safest = best(kept, |a, b| a.p_no_failure() > b.p_no_failure());
    let least_walking = best(kept, |a, b| a.walk_m() < b.walk_m());
    kept[0].labels.push(Label::Fastest);
    kept[safest].labels.push(Label::Safest);
    kept[least_walking].labels.push(Label::LeastWalking);
}

/// The labelled ones first, then the fastest of the others, in the order they had.
fn limited(kept: Vec<Journey>, limit: usize, dropped: &mut Vec<Dropped>) -> Vec<Journey> {
    let labelled = kept.iter().filter(|journey| !journey.labels.is_empty()).count();
    let mut room_for_others = limit.saturating_sub(labelled);
    let mut offered = Vec::new();
    for journey in kept {
        if journey.labels.is_empty() && room_for_others == 0 {
            dropped.push(drop_pair(&journey, DropReason::BeyondTheLimit));
            continue;
        }
        if journey.labels.is_empty() {
            room_for_others -= 1;
        }
        offered.push(journey);
    }
    offered
}

fn drop_pair(journey: &Journey, reason: DropReason) -> Dropped {
    Dropped::pair(&journey.pickup.station_id, &journey.dropoff.station_id, reason)
}
