//! The street corner nearest to a place, on foot and by bike.

use rstar::{RTree, primitives::GeomWithData};
use velib_domain::LatLon;

use crate::graph::{Graph, Passage};

/// Nobody starts farther from a street than this: beyond it, a place is off the map. Metres.
const FARTHEST_M: f64 = 250.0;

/// Corners in a plane whose unit is about a degree of latitude.
type Corners = RTree<GeomWithData<[f64; 2], u32>>;

/// Corners by place. Made when tables are, or are read: not part of their file.
#[derive(Debug, Clone)]
pub(crate) struct Snapping {
    /// How much narrower a degree of longitude is than one of latitude, in the middle of the map.
    narrower: f64,
    foot: Corners,
    bike: Corners,
}

impl Snapping {
    pub(crate) fn new(graph: &Graph) -> Self {
        let middle = LatLon::median(graph.corners.iter().copied()).map_or(0.0, |place| place.lat);
        let narrower = middle.to_radians().cos();
        let served = |passage: &Passage| {
            let at = |corner: u32| flat(graph.corners[corner as usize], narrower);
            RTree::bulk_load(passage.served().map(|corner| GeomWithData::new(at(corner), corner)).collect())
        };
        Self { narrower, foot: served(&graph.foot), bike: served(&graph.bike) }
    }

    /// The nearest corner on foot, and the metres to it.
    pub(crate) fn on_foot(&self, graph: &Graph, place: LatLon) -> Option<(u32, f32)> {
        self.nearest(&self.foot, graph, place)
    }

    /// The nearest corner by bike, and the metres to it.
    pub(crate) fn by_bike(&self, graph: &Graph, place: LatLon) -> Option<(u32, f32)> {
        self.nearest(&self.bike, graph, place)
    }

    fn nearest(&self, corners: &Corners, graph: &Graph, place: LatLon) -> Option<(u32, f32)> {
        let corner = corners.nearest_neighbor(flat(place, self.narrower))?.data;
        let metres = graph.corners[corner as usize].distance_m(place);
        (metres <= FARTHEST_M).then_some((corner, metres as f32))
    }
}

fn flat(place: LatLon, narrower: f64) -> [f64; 2] {
    [place.lat, place.lon * narrower]
}
