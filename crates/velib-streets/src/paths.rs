//! Shortest ways: to everything within a distance, and from corner to corner for drawing.

use std::{cmp::Reverse, collections::BinaryHeap};

use velib_domain::LatLon;

use crate::graph::{Graph, Passage};

/// Metres as an order: never NaN, never negative.
#[derive(Clone, Copy, PartialEq)]
struct Metres(f32);

impl Eq for Metres {}

impl PartialOrd for Metres {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Metres {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Metres to every corner not farther than `most_m`, which starts with some already walked; by corner, infinite beyond.
pub(crate) fn within(passage: &Passage, start: (u32, f32), most_m: f32, metres: &mut [f32]) -> Vec<u32> {
    let mut reached = vec![start.0];
    let mut queue = BinaryHeap::from([Reverse((Metres(start.1), start.0))]);
    metres[start.0 as usize] = start.1;
    while let Some(Reverse((Metres(so_far), corner))) = queue.pop() {
        if so_far > metres[corner as usize] {
            continue;
        }
        for (next, stretch) in passage.leaving(corner) {
            let there = so_far + stretch;
            if there <= most_m && there < metres[next as usize] {
                if metres[next as usize].is_infinite() {
                    reached.push(next);
                }
                metres[next as usize] = there;
                queue.push(Reverse((Metres(there), next)));
            }
        }
    }
    reached
}

/// The shortest way between two corners, as places; `None` where there is none. Goes towards the goal first.
pub(crate) fn line(graph: &Graph, passage: &Passage, from: u32, to: u32) -> Option<Vec<LatLon>> {
    let goal = graph.corners[to as usize];
    let left = |corner: u32| graph.corners[corner as usize].distance_m(goal) as f32;
    let mut best = std::collections::HashMap::from([(from, (0.0_f32, from))]);
    let mut queue = BinaryHeap::from([Reverse((Metres(left(from)), from))]);
    while let Some(Reverse((Metres(estimate), corner))) = queue.pop() {
        if corner == to {
            return Some(walked_back(graph, &best, from, to));
        }
        let (so_far, _) = best[&corner];
        if estimate > so_far + left(corner) + 1e-2 {
            continue;
        }
        for (next, stretch) in passage.leaving(corner) {
            let there = so_far + stretch;
            if best.get(&next).is_none_or(|(known, _)| there < *known) {
                best.insert(next, (there, corner));
                queue.push(Reverse((Metres(there + left(next)), next)));
            }
        }
    }
    None
}

fn walked_back(
    graph: &Graph,
    best: &std::collections::HashMap<u32, (f32, u32)>,
    from: u32,
    to: u32,
) -> Vec<LatLon> {
    let mut line = vec![graph.corners[to as usize]];
    let mut corner = to;
    while corner != from {
        corner = best[&corner].1;
        line.push(graph.corners[corner as usize]);
    }
    line.reverse();
    line
}
