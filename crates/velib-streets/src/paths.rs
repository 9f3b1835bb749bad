//! Shortest ways: to everything within a distance, and from corner to corner for drawing.

use std::{cmp::Reverse, collections::BinaryHeap};

use velib_domain::{LatLon, METRES_PER_DEGREE};

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

/// Of a way that is left, the share that the straight line to the goal is taken for: a plane is not a globe, and a guess
/// that is too long would miss the shortest way.
const SURELY: f64 = 0.995;

/// No corner was come from.
const NOWHERE: u32 = u32::MAX;

/// The shortest way between two corners, as places; `None` where there is none. Goes towards the goal first.
pub(crate) fn line(graph: &Graph, passage: &Passage, from: u32, to: u32) -> Option<Vec<LatLon>> {
    let goal = graph.corners[to as usize];
    let narrower = goal.lat.to_radians().cos();
    let left = |corner: u32| {
        let here = graph.corners[corner as usize];
        let (up, right) = (goal.lat - here.lat, (goal.lon - here.lon) * narrower);
        (SURELY * METRES_PER_DEGREE * (up * up + right * right).sqrt()) as f32
    };
    let mut metres = vec![f32::INFINITY; graph.corners.len()];
    let mut came_from = vec![NOWHERE; graph.corners.len()];
    let mut queue = BinaryHeap::from([Reverse((Metres(left(from)), from))]);
    metres[from as usize] = 0.0;
    while let Some(Reverse((Metres(estimate), corner))) = queue.pop() {
        if corner == to {
            return Some(walked_back(graph, &came_from, to));
        }
        let so_far = metres[corner as usize];
        if estimate > so_far + left(corner) + 1e-2 {
            continue;
        }
        for (next, stretch) in passage.leaving(corner) {
            let there = so_far + stretch;
            if there < metres[next as usize] {
                metres[next as usize] = there;
                came_from[next as usize] = corner;
                queue.push(Reverse((Metres(there + left(next)), next)));
            }
        }
    }
    None
}

fn walked_back(graph: &Graph, came_from: &[u32], to: u32) -> Vec<LatLon> {
    let corners = std::iter::successors(Some(to), |corner| {
        Some(came_from[*corner as usize]).filter(|before| *before != NOWHERE)
    });
    let mut line: Vec<LatLon> = corners.map(|corner| graph.corners[corner as usize]).collect();
    line.reverse();
    line
}
