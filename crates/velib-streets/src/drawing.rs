//! Ways on the ground, corner by corner: by signs where a way leads to a station, by a search otherwise.

#[cfg(test)]
mod laws;

use velib_domain::LatLon;

use crate::{StreetTables, paths::straight_to};

/// A way on foot that leads to no station is longer than the shortest by this factor at most, and mostly by none: who
/// hurries towards the goal need not tell apart the thousand ways through a grid that differ by a step.
const NEARLY: f32 = 1.005;

impl StreetTables {
    /// The way on the ground, for drawing; `None` off the map.
    pub(crate) fn line(&self, from: LatLon, to: LatLon, by_bike: bool) -> Option<Vec<LatLon>> {
        let (start, end) = self.corners_at(from, to, by_bike)?;
        let way = if by_bike { self.ride_way(start, end) } else { self.walk_way(start, end) };
        Some(self.places(from, &way?, to))
    }

    /// A shortest one, searched with nothing but the straight line for a guide: what drawing is measured against.
    pub fn searched_line(&self, from: LatLon, to: LatLon, by_bike: bool) -> Option<Vec<LatLon>> {
        let (start, end) = self.corners_at(from, to, by_bike)?;
        Some(self.places(from, &self.straight_way(start, end, by_bike)?, to))
    }

    /// The corners of a way by bike: a shortest one.
    fn ride_way(&self, from: u32, to: u32) -> Option<Vec<u32>> {
        let Self { graph, signposts, .. } = self;
        signposts.way(&graph.bike, from, to).or_else(|| self.straight_way(from, to, true))
    }

    /// The corners of a way on foot: a shortest one to or from a station, nearly so between other places.
    fn walk_way(&self, from: u32, to: u32) -> Option<Vec<u32>> {
        let Self { graph, around, stops, .. } = self;
        let there = || around.way(&graph.foot, stops, from, to);
        let back = || around.way(&graph.foot, stops, to, from);
        // On foot a way back is the way there.
        let reversed = || back().map(|way| way.into_iter().rev().collect());
        there().or_else(reversed).or_else(|| self.landmark_way(from, to))
    }

    fn landmark_way(&self, from: u32, to: u32) -> Option<Vec<u32>> {
        let left_m = |corner| NEARLY * self.landmarks.at_least_m(corner, to);
        self.notebook.search(&self.graph.foot, (from, to), left_m)
    }

    /// A shortest way, searched with nothing but the straight line for a guide.
    fn straight_way(&self, from: u32, to: u32, by_bike: bool) -> Option<Vec<u32>> {
        let passage = if by_bike { &self.graph.bike } else { &self.graph.foot };
        self.notebook.search(passage, (from, to), straight_to(&self.graph, to))
    }

    fn corners_at(&self, from: LatLon, to: LatLon, by_bike: bool) -> Option<(u32, u32)> {
        let Self { graph, snapping, .. } = self;
        let corner = |place| {
            if by_bike { snapping.by_bike(graph, place) } else { snapping.on_foot(graph, place) }
        };
        Some((corner(from)?.0, corner(to)?.0))
    }

    fn places(&self, from: LatLon, way: &[u32], to: LatLon) -> Vec<LatLon> {
        let corners = way.iter().map(|corner| self.graph.corners[*corner as usize]);
        [from].into_iter().chain(corners).chain([to]).collect()
    }
}
