//! Corners and the stretches between them, on foot and by bike.

use std::{cmp::Reverse, ops::Range};

use petgraph::{
    algo::kosaraju_scc,
    graph::{DiGraph, NodeIndex},
};
use velib_domain::LatLon;

/// The stretches that leave each corner, in one array.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Passage {
    /// By corner, where its stretches begin; one more at the end.
    pub(crate) first: Vec<u32>,
    /// Where each stretch leads.
    pub(crate) to: Vec<u32>,
    /// Its length in metres.
    pub(crate) metres: Vec<f32>,
}

/// A street network.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graph {
    /// Where each corner is.
    pub(crate) corners: Vec<LatLon>,
    /// Who walks.
    pub(crate) foot: Passage,
    /// Who rides.
    pub(crate) bike: Passage,
}

/// Metres of the shortest stretch: two corners at one place are this far apart, so that what is left of a way is less at
/// each of its corners.
const SHORTEST_M: f32 = 0.01;

/// Collects stretches in any order.
#[derive(Debug, Clone, Default)]
pub struct GraphBuilder {
    corners: Vec<LatLon>,
    foot: Vec<(u32, u32, f32)>,
    bike: Vec<(u32, u32, f32)>,
}

impl GraphBuilder {
    /// A new corner; its number.
    pub fn corner(&mut self, position: LatLon) -> u32 {
        self.corners.push(position);
        self.corners.len() as u32 - 1
    }

    /// Metres from one corner to another, as the crow flies.
    pub fn straight_m(&self, from: u32, to: u32) -> f32 {
        self.corners[from as usize].distance_m(self.corners[to as usize]) as f32
    }

    /// A stretch that is walked both ways.
    pub fn walk(&mut self, a: u32, b: u32, metres: f32) {
        let metres = metres.max(SHORTEST_M);
        self.foot.extend([(a, b, metres), (b, a, metres)]);
    }

    /// A stretch that is ridden one way.
    pub fn ride(&mut self, from: u32, to: u32, metres: f32) {
        self.bike.push((from, to, metres.max(SHORTEST_M)));
    }

    /// The graph, of either kind only the largest part in which every corner is reached from every other.
    pub fn finish(self) -> Graph {
        let count = self.corners.len();
        let foot = Passage::of(largest_part(count, self.foot), count);
        let bike = Passage::of(largest_part(count, self.bike), count);
        Graph { corners: self.corners, foot, bike }
    }
}

impl Graph {
    /// How many corners there are.
    pub fn corner_count(&self) -> usize {
        self.corners.len()
    }

    /// Where each of them is.
    pub fn corners(&self) -> &[LatLon] {
        &self.corners
    }

    /// Whether there is nothing to walk or nothing to ride.
    pub(crate) fn is_empty(&self) -> bool {
        self.foot.to.is_empty() || self.bike.to.is_empty()
    }
}

impl Passage {
    fn of(mut stretches: Vec<(u32, u32, f32)>, corners: usize) -> Self {
        stretches.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        stretches.dedup_by_key(|stretch| (stretch.0, stretch.1));
        let first = |corner: usize| stretches.partition_point(|stretch| (stretch.0 as usize) < corner) as u32;
        Self {
            first: (0..=corners).map(first).collect(),
            to: stretches.iter().map(|stretch| stretch.1).collect(),
            metres: stretches.iter().map(|stretch| stretch.2).collect(),
        }
    }

    /// Where the stretches that leave a corner are.
    pub(crate) fn stretches(&self, corner: u32) -> Range<usize> {
        self.first[corner as usize] as usize..self.first[corner as usize + 1] as usize
    }

    /// The stretches that leave a corner.
    pub(crate) fn leaving(&self, corner: u32) -> impl Iterator<Item = (u32, f32)> + '_ {
        self.stretches(corner).map(|index| (self.to[index], self.metres[index]))
    }

    /// Every stretch the other way.
    pub(crate) fn backwards(&self) -> Self {
        let corners = self.first.len().saturating_sub(1);
        let leaving = |from: u32| self.leaving(from).map(move |(to, metres)| (to, from, metres));
        Self::of(self.served().flat_map(leaving).collect(), corners)
    }

    /// Corners that something leaves.
    pub(crate) fn served(&self) -> impl Iterator<Item = u32> + '_ {
        (0..).zip(self.first.windows(2)).filter(|(_, ends)| ends[0] < ends[1]).map(|(corner, _)| corner)
    }

    /// Whether something leaves a corner.
    pub(crate) fn serves(&self, corner: u32) -> bool {
        self.first[corner as usize] < self.first[corner as usize + 1]
    }
}

/// Of all stretches those of the largest part in which every corner is reached from every other: courtyards, islands and
/// streets that only lead out of the extract fall away.
fn largest_part(corners: usize, stretches: Vec<(u32, u32, f32)>) -> Vec<(u32, u32, f32)> {
    let graph = DiGraph::<(), ()>::from_edges(stretches.iter().map(|(from, to, _)| (*from, *to)));
    let parts = kosaraju_scc(&graph);
    let mut is_kept = vec![false; corners];
    // Of two equally large parts the one with the lowest corner, so that the same extract gives the same graph.
    let lowest = |part: &Vec<NodeIndex>| part.iter().min().copied();
    for corner in parts.iter().max_by_key(|part| (part.len(), Reverse(lowest(part)))).into_iter().flatten() {
        is_kept[corner.index()] = true;
    }
    let kept = |(from, to, _): &(u32, u32, f32)| is_kept[*from as usize] && is_kept[*to as usize];
    stretches.into_iter().filter(kept).collect()
}
