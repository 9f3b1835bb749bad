//! Walks: from every corner to the stations around it, how far, and which stretch to take.

use crate::{
    graph::{Graph, Passage},
    onward::NO_WAY,
    paths::within,
    tables::{NONE, Stop, forget, whole_m},
};

/// Stations kept for each corner.
pub(crate) const KEPT: usize = 16;

/// Walks to stations that are kept go no farther, in metres.
const FARTHEST_WALK_M: f32 = 2_500.0;

/// A station within a walk: which, and how far.
pub(crate) type Near = (u16, u16);

/// The stations around each corner.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Around {
    /// By corner: the nearest stops, nearest first.
    pub(crate) near: Vec<[Near; KEPT]>,
    /// In the same order: the stretch on a shortest way there, of those that leave the corner.
    pub(crate) onward: Vec<[u8; KEPT]>,
}

/// What is known of one stop at a corner: metres, which, and the stretch on the way.
type Known = (f32, u16, u8);

/// Collects walks stop by stop.
pub(crate) struct AroundBuilder(Vec<[Known; KEPT]>);

impl Around {
    /// Metres from a corner to a stop.
    pub(crate) fn metres(&self, corner: u32, row: u16) -> Option<u16> {
        self.near[corner as usize].iter().find(|(stop, _)| *stop == row).map(|(_, metres)| *metres)
    }

    /// The corners of a shortest walk to one that a station is walked to; `None` where none is, or too far away.
    ///
    /// A stop that is among the nearest at one corner is so at the next corner on the way to it: a stop that is nearer
    /// there was nearer before.
    pub(crate) fn way(&self, foot: &Passage, stops: &[Stop], from: u32, to: u32) -> Option<Vec<u32>> {
        let mut here = self.near[to as usize].iter().map(|(stop, _)| *stop).filter(|stop| *stop != NONE);
        let row = here.find(|stop| stops[usize::from(*stop)].foot_corner == Some(to))?;
        foot.follow(from, to, |corner| {
            let slot = self.near[corner as usize].iter().position(|(stop, _)| *stop == row)?;
            Some(self.onward[corner as usize][slot])
        })
    }
}

impl AroundBuilder {
    pub(crate) fn new(graph: &Graph) -> Self {
        Self(vec![[(f32::INFINITY, NONE, NO_WAY); KEPT]; graph.corner_count()])
    }

    /// Puts a stop down at every corner from which it is one of the nearest. `metres` come and go infinite everywhere.
    pub(crate) fn walk_to(&mut self, graph: &Graph, stop: &Stop, row: u16, metres: &mut [f32]) {
        let Some(corner) = stop.foot_corner else { return };
        let start = (corner, stop.to_corner_m(graph, corner));
        let reached = within(&graph.foot, start, FARTHEST_WALK_M, metres);
        for corner in &reached {
            let known = (metres[*corner as usize], row, graph.foot.onward(*corner, metres));
            insert(&mut self.0[*corner as usize], known);
        }
        forget(reached, metres);
    }

    pub(crate) fn finish(self) -> Around {
        let near = self.0.iter().map(|kept| kept.map(|(metres, stop, _)| (stop, whole_m(metres))));
        let onward = self.0.iter().map(|kept| kept.map(|(_, _, onward)| onward));
        Around { near: near.collect(), onward: onward.collect() }
    }
}

/// Keeps the nearest, nearest first; of two equally far the one that comes first in the table.
fn insert(kept: &mut [Known; KEPT], known: Known) {
    let at = kept.partition_point(|other| other.0.total_cmp(&known.0).then(other.1.cmp(&known.1)).is_lt());
    if at < KEPT {
        kept[at..].rotate_right(1);
        kept[at] = known;
    }
}
