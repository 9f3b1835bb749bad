//! A polygon on the map, small enough that degrees are as good as metres, and whether a point lies in it.

use velib_domain::LatLon;

/// A corner line and the lines of its holes; each line is closed, whether its last point repeats the first or not.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Polygon {
    rings: Vec<Vec<LatLon>>,
    /// South-west and north-east of all of it, so that most points are ruled out by four comparisons.
    corners: [LatLon; 2],
}

impl Polygon {
    pub(super) fn new(rings: Vec<Vec<LatLon>>) -> Self {
        let mut corners = [LatLon { lat: f64::MAX, lon: f64::MAX }, LatLon { lat: f64::MIN, lon: f64::MIN }];
        for point in rings.iter().flatten() {
            corners[0] = LatLon { lat: corners[0].lat.min(point.lat), lon: corners[0].lon.min(point.lon) };
            corners[1] = LatLon { lat: corners[1].lat.max(point.lat), lon: corners[1].lon.max(point.lon) };
        }
        Self { rings, corners }
    }

    /// Whether a line from the point to the east crosses the lines an odd number of times, which leaves holes out.
    ///
    /// Of two polygons that share an edge exactly one holds a point on it.
    pub(super) fn holds(&self, point: LatLon) -> bool {
        let [south_west, north_east] = self.corners;
        let near = (south_west.lat..=north_east.lat).contains(&point.lat)
            && (south_west.lon..=north_east.lon).contains(&point.lon);
        near && self.rings.iter().map(|ring| crossings(ring, point)).sum::<usize>() % 2 == 1
    }
}

fn crossings(ring: &[LatLon], point: LatLon) -> usize {
    let ends = ring.iter().cycle().skip(1);
    ring.iter().zip(ends).filter(|(from, to)| is_east(**from, **to, point)).count()
}

/// Whether an edge passes the point's latitude east of it. The ends are taken from south to north, so that an edge
/// gives the same answer in both of the polygons that share it.
fn is_east(from: LatLon, to: LatLon, point: LatLon) -> bool {
    let (south, north) = if from.lat <= to.lat { (from, to) } else { (to, from) };
    if point.lat < south.lat || point.lat >= north.lat {
        return false;
    }
    let share = (point.lat - south.lat) / (north.lat - south.lat);
    point.lon < south.lon + share * (north.lon - south.lon)
}
