//! The street corner nearest to a place, on foot and by bike.

use std::collections::HashMap;

use velib_domain::{LatLon, METRES_PER_DEGREE};

use crate::graph::{Graph, Passage};

/// Nobody starts farther from a street than this: beyond it, a place is off the map. Metres.
const FARTHEST_M: f64 = 250.0;

/// Squares beside that of a place, in which what is near enough lies.
const RINGS: i32 = 2;

/// The side of a square: somewhat longer than it need be, as a map is as wide as the ground only in its middle.
const SIDE_M: f64 = 1.02 * FARTHEST_M / RINGS as f64;

/// Corners by square, whoever passes there. Made when tables are, or are read: not part of their file.
#[derive(Debug, Clone)]
pub(crate) struct Snapping {
    plane: Plane,
    squares: Squares,
}

/// A flat map.
#[derive(Debug, Clone, Copy)]
struct Plane {
    /// How much narrower a degree of longitude is than one of latitude, in its middle.
    narrower: f64,
}

#[derive(Debug, Clone)]
struct Squares {
    /// Square by square.
    corners: Vec<u32>,
    /// The number of each square that has corners.
    numbers: HashMap<[i32; 2], u32>,
    /// By number: where its corners end. They begin where those of the one before end.
    ends: Vec<u32>,
}

impl Snapping {
    pub(crate) fn new(corners: &[LatLon]) -> Self {
        let plane = Plane::of(corners);
        Self { plane, squares: Squares::of(corners, plane) }
    }

    /// The nearest corner on foot, and the metres to it.
    pub(crate) fn on_foot(&self, graph: &Graph, place: LatLon) -> Option<(u32, f32)> {
        self.nearest(graph, &graph.foot, place)
    }

    /// The nearest corner by bike, and the metres to it.
    pub(crate) fn by_bike(&self, graph: &Graph, place: LatLon) -> Option<(u32, f32)> {
        self.nearest(graph, &graph.bike, place)
    }

    fn nearest(&self, graph: &Graph, passage: &Passage, place: LatLon) -> Option<(u32, f32)> {
        let here = self.plane.metres(place);
        let squared_m = |corner: u32| {
            let there = self.plane.metres(graph.corners[corner as usize]);
            (there[0] - here[0]).powi(2) + (there[1] - here[1]).powi(2)
        };
        let mut nearest: Option<(f64, u32)> = None;
        for ring in 0..=RINGS {
            let in_it = self.squares.ring(square(here), ring).filter(|corner| passage.serves(*corner));
            let in_it = in_it.map(|corner| (squared_m(corner), corner));
            nearest = in_it.chain(nearest).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            // Whatever lies farther out is at least as far away as this ring is wide.
            if nearest.is_some_and(|(squared_m, _)| squared_m <= (SIDE_M * f64::from(ring)).powi(2)) {
                break;
            }
        }
        let (_, corner) = nearest?;
        let metres = graph.corners[corner as usize].distance_m(place);
        (metres <= FARTHEST_M).then_some((corner, metres as f32))
    }
}

impl Plane {
    fn of(corners: &[LatLon]) -> Self {
        let middle = corners.iter().map(|place| place.lat).sum::<f64>() / corners.len().max(1) as f64;
        Self { narrower: middle.to_radians().cos() }
    }

    fn metres(self, place: LatLon) -> [f64; 2] {
        [METRES_PER_DEGREE * place.lat, METRES_PER_DEGREE * place.lon * self.narrower]
    }
}

fn square(metres: [f64; 2]) -> [i32; 2] {
    metres.map(|metres| (metres / SIDE_M).floor() as i32)
}

impl Squares {
    /// Counts the corners of each square, and puts them in their places: sorting takes five times as long.
    fn of(places: &[LatLon], plane: Plane) -> Self {
        let (mut numbers, mut ends) = (HashMap::new(), Vec::new());
        let of_corner: Vec<u32> = places
            .iter()
            .map(|place| {
                let number = *numbers.entry(square(plane.metres(*place))).or_insert_with(|| {
                    ends.push(0);
                    ends.len() as u32 - 1
                });
                ends[number as usize] += 1;
                number
            })
            .collect();
        let mut before = 0;
        // Where the next corner of each square goes, which is its end once all are there.
        for count in &mut ends {
            before += std::mem::replace(count, before);
        }
        let mut corners = vec![0; places.len()];
        for (corner, number) in (0..).zip(of_corner) {
            let next = &mut ends[number as usize];
            corners[*next as usize] = corner;
            *next += 1;
        }
        Self { corners, numbers, ends }
    }

    /// The corners in the squares that are so many away.
    fn ring(&self, [up, right]: [i32; 2], ring: i32) -> impl Iterator<Item = u32> + '_ {
        let aside = move || -ring..=ring;
        let squares = aside()
            .flat_map(move |y| aside().map(move |x| [y, x]))
            .filter(move |[y, x]| y.abs().max(x.abs()) == ring);
        squares.flat_map(move |[y, x]| self.within([up + y, right + x])).copied()
    }

    fn within(&self, square: [i32; 2]) -> &[u32] {
        let Some(&number) = self.numbers.get(&square) else { return &[] };
        let begin = number.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        &self.corners[begin as usize..self.ends[number as usize] as usize]
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::GraphBuilder;

    fn places(count: impl Into<prop::collection::SizeRange>) -> impl Strategy<Value = Vec<LatLon>> {
        vec(
            (0.0..0.02, 0.0..0.03).prop_map(|(up, right)| LatLon { lat: 48.85 + up, lon: 2.34 + right }),
            count,
        )
    }

    proptest! {
        #[test]
        fn the_nearest_corner_is_found_wherever_one_looks_from(corners in places(2..60), doors in places(20)) {
            let mut builder = GraphBuilder::default();
            let numbers: Vec<u32> = corners.iter().map(|place| builder.corner(*place)).collect();
            for (a, b) in numbers.iter().zip(numbers.iter().cycle().skip(1)) {
                builder.ride(*a, *b, 100.0);
            }
            let graph = builder.finish();
            let snapping = Snapping::new(&graph.corners);
            for door in doors {
                let nearest_m = corners.iter().map(|corner| corner.distance_m(door)).fold(f64::MAX, f64::min);
                let found = snapping.by_bike(&graph, door);
                prop_assert_eq!(found.is_some(), nearest_m <= FARTHEST_M);
                prop_assert!(found.is_none_or(|(_, metres)| (f64::from(metres) - nearest_m).abs() < 0.5));
                prop_assert_eq!(snapping.on_foot(&graph, door), None, "nobody walks here");
            }
        }
    }
}
