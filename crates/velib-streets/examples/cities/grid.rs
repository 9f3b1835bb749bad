//! A made-up grid of streets as dense as those of Paris, in which the straight line is the poorest guide there is.

use velib_domain::LatLon;
use velib_streets::{Graph, GraphBuilder};

/// Corners from south to north and from west to east: about 35 m apart, as many as footways of Paris have.
const CORNERS: (u32, u32) = (330, 480);

/// The rectangle that the grid covers, from its south-west.
const SOUTH_WEST: LatLon = LatLon { lat: 48.81, lon: 2.23 };
const SIZE: LatLon = LatLon { lat: 0.10, lon: 0.22 };

/// Streets both ways, walked and ridden.
pub fn grid() -> Graph {
    let (rows, columns) = CORNERS;
    let mut builder = GraphBuilder::default();
    for row in 0..rows {
        for column in 0..columns {
            builder.corner(LatLon {
                lat: SOUTH_WEST.lat + SIZE.lat * f64::from(row) / f64::from(rows),
                lon: SOUTH_WEST.lon + SIZE.lon * f64::from(column) / f64::from(columns),
            });
        }
    }
    for row in 0..rows {
        for column in 0..columns {
            let here = row * columns + column;
            let north = (row + 1 < rows).then_some(here + columns);
            let east = (column + 1 < columns).then_some(here + 1);
            for there in [north, east].into_iter().flatten() {
                let metres = builder.straight_m(here, there);
                builder.walk(here, there, metres);
                builder.ride(here, there, metres);
                builder.ride(there, here, metres);
            }
        }
    }
    builder.finish()
}
