//! A boundaries file: areas with a name, and the one in which a point lies.
//!
//! The file is GeoJSON in longitude and latitude, a `FeatureCollection` of polygons. What a feature is comes from the
//! properties that published files use; a file that cannot be used whole is refused, for a map with a hole in it would
//! silently place stations nowhere.

mod geojson;
mod polygon;

use velib_domain::LatLon;

pub use geojson::InvalidBoundaries;
use polygon::Polygon;

/// The areas of a file, in its order: where two overlap, the first one holds the point.
#[derive(Debug, Clone, PartialEq)]
pub struct Boundaries(Vec<Area>);

/// An area and what the file calls it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Area {
    /// Paris arrondissement, 1–20.
    pub(crate) arrondissement: Option<u8>,
    pub(crate) commune: Option<String>,
    polygons: Vec<Polygon>,
}

impl Boundaries {
    /// Reads a GeoJSON file.
    pub fn parse(file: &[u8]) -> Result<Self, InvalidBoundaries> {
        geojson::areas(file).map(Self)
    }

    /// How many areas there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The area in which a place lies.
    pub(crate) fn area_of(&self, place: LatLon) -> Option<&Area> {
        self.0.iter().find(|area| area.polygons.iter().any(|polygon| polygon.holds(place)))
    }
}

#[cfg(test)]
mod tests;
