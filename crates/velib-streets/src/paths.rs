//! Shortest ways: to everything within a distance, and from corner to corner for drawing.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use velib_domain::METRES_PER_DEGREE;

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

/// What a search notes down at each corner, kept for the next one: a city has so many corners that making room for them
/// takes longer than most searches.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    metres: Vec<f32>,
    came_from: Vec<u32>,
    /// Where nothing shorter is looked for any more.
    is_settled: Vec<bool>,
    reached: Vec<u32>,
}

/// Notes that nobody writes in at the moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notebook(Arc<Mutex<Vec<Notes>>>);

impl Notebook {
    /// Searches a way between two corners; `None` where there is none. It goes first where the least is walked and left, as
    /// far as is known, and never looks at a corner twice. What is left must differ between two corners by no more than the
    /// metres from one to the other: then the way is a shortest one. Where all of it is told too long by a factor, so at
    /// most is the way.
    pub(crate) fn search(
        &self,
        passage: &Passage,
        (from, to): (u32, u32),
        left_m: impl Fn(u32) -> f32,
    ) -> Option<Vec<u32>> {
        let mut notes = self.idle().pop().unwrap_or_default();
        notes.make_room(passage.first.len() - 1);
        let found = search(passage, (from, to), left_m, &mut notes);
        notes.forget();
        self.idle().push(notes);
        found
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Notes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notes {
    fn make_room(&mut self, corners: usize) {
        self.metres.resize(corners, f32::INFINITY);
        self.came_from.resize(corners, NOWHERE);
        self.is_settled.resize(corners, false);
    }

    fn reach(&mut self, corner: u32, metres: f32, from: u32) {
        let so_far = &mut self.metres[corner as usize];
        if so_far.is_infinite() {
            self.reached.push(corner);
        }
        *so_far = metres;
        self.came_from[corner as usize] = from;
    }

    fn forget(&mut self) {
        for corner in self.reached.drain(..) {
            self.metres[corner as usize] = f32::INFINITY;
            self.came_from[corner as usize] = NOWHERE;
            self.is_settled[corner as usize] = false;
        }
    }
}

/// Metres as the crow flies to a corner, from every other; rather too few than too many.
pub(crate) fn straight_to(graph: &Graph, to: u32) -> impl Fn(u32) -> f32 + '_ {
    let goal = graph.corners[to as usize];
    let narrower = goal.lat.to_radians().cos();
    move |corner| {
        let here = graph.corners[corner as usize];
        let (up, right) = (goal.lat - here.lat, (goal.lon - here.lon) * narrower);
        (SURELY * METRES_PER_DEGREE * (up * up + right * right).sqrt()) as f32
    }
}

fn search(
    passage: &Passage,
    (from, to): (u32, u32),
    left_m: impl Fn(u32) -> f32,
    notes: &mut Notes,
) -> Option<Vec<u32>> {
    let mut queue = BinaryHeap::from([Reverse((Metres(left_m(from)), from))]);
    notes.reach(from, 0.0, NOWHERE);
    while let Some(Reverse((_, corner))) = queue.pop() {
        if corner == to {
            return Some(walked_back(&notes.came_from, to));
        }
        if std::mem::replace(&mut notes.is_settled[corner as usize], true) {
            continue;
        }
        let so_far = notes.metres[corner as usize];
        for (next, stretch) in passage.leaving(corner) {
            let there = so_far + stretch;
            if there < notes.metres[next as usize] && !notes.is_settled[next as usize] {
                notes.reach(next, there, corner);
                queue.push(Reverse((Metres(there + left_m(next)), next)));
            }
        }
    }
    None
}

fn walked_back(came_from: &[u32], to: u32) -> Vec<u32> {
    let corners = std::iter::successors(Some(to), |corner| {
        Some(came_from[*corner as usize]).filter(|before| *before != NOWHERE)
    });
    let mut way: Vec<u32> = corners.collect();
    way.reverse();
    way
}
