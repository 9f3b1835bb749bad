//! Streets as they are: tables of walks and rides, made once from an OpenStreetMap extract, and looked up while planning
//! and drawing.
//!
//! No router runs while somebody waits. [`StreetTables::build`] computes every ride from station to station and, for every
//! street corner, the walks to the stations around it; [`TableStreets`] answers the planner from those, and from
//! straight lines with a measured detour factor where the tables are silent (a new station, a place off the map).
//! Distances are kept, not times: how fast somebody walks or rides is a matter of the request.

mod around;
mod artefact;
mod calibration;
mod drawing;
mod error;
mod graph;
mod landmarks;
mod onward;
mod osm;
mod paths;
mod signposts;
mod snapping;
mod table_streets;
mod tables;
mod tags;

pub use calibration::Calibration;
pub use error::StreetsError;
pub use graph::{Graph, GraphBuilder, Passage};
pub use osm::read_osm;
pub use table_streets::{StationRows, TableStreets};
pub use tables::StreetTables;
pub use tags::{Access, access};
