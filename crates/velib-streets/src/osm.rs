//! An OpenStreetMap extract (PBF) as a graph: ways first, for the corners that matter, then those corners' places.

use std::{collections::HashMap, path::Path};

use osmpbf::{Element, ElementReader};
use velib_domain::LatLon;

use crate::{
    StreetsError,
    graph::{Graph, GraphBuilder},
    tags::{Access, access},
};

/// A way that somebody may use: its corners in order.
struct Way {
    access: Access,
    corners: Vec<i64>,
}

/// Reads every way that is walked or ridden.
pub fn read_osm(extract: &Path) -> Result<Graph, StreetsError> {
    let ways = ways(extract)?;
    let mut places: HashMap<i64, Option<LatLon>> =
        ways.iter().flat_map(|way| way.corners.iter().map(|corner| (*corner, None))).collect();
    each(extract, |element| {
        let (id, lat, lon) = match element {
            Element::DenseNode(node) => (node.id(), node.lat(), node.lon()),
            Element::Node(node) => (node.id(), node.lat(), node.lon()),
            _ => return,
        };
        if let Some(place) = places.get_mut(&id) {
            *place = LatLon::new(lat, lon);
        }
    })?;
    let graph = graph(&ways, &places);
    if graph.is_empty() { Err(StreetsError::NoStreets) } else { Ok(graph) }
}

fn ways(extract: &Path) -> Result<Vec<Way>, StreetsError> {
    let mut ways = Vec::new();
    each(extract, |element| {
        if let Element::Way(way) = element {
            let tags: Vec<(&str, &str)> = way.tags().collect();
            let access = access(|key| tags.iter().find(|(name, _)| *name == key).map(|(_, value)| *value));
            if access != Access::default() {
                ways.push(Way { access, corners: way.refs().collect() });
            }
        }
    })?;
    Ok(ways)
}

fn each(extract: &Path, mut see: impl FnMut(Element<'_>)) -> Result<(), StreetsError> {
    let not_osm =
        |error: osmpbf::Error| StreetsError::NotOsm { path: extract.to_owned(), reason: error.to_string() };
    ElementReader::from_path(extract).map_err(not_osm)?.for_each(&mut see).map_err(not_osm)
}

/// Corners are numbered from south to north and west to east, so that the same extract gives the same graph. A corner
/// that lies outside the extract ends its way there.
fn graph(ways: &[Way], places: &HashMap<i64, Option<LatLon>>) -> Graph {
    let mut known: Vec<(i64, LatLon)> =
        places.iter().filter_map(|(id, place)| Some((*id, (*place)?))).collect();
    known.sort_by(|(a, at_a), (b, at_b)| {
        at_a.lat.total_cmp(&at_b.lat).then(at_a.lon.total_cmp(&at_b.lon)).then(a.cmp(b))
    });
    let mut builder = GraphBuilder::default();
    let numbers: HashMap<i64, u32> =
        known.into_iter().map(|(id, place)| (id, builder.corner(place))).collect();
    for way in ways {
        for stretch in way.corners.windows(2) {
            let (Some(&a), Some(&b)) = (numbers.get(&stretch[0]), numbers.get(&stretch[1])) else { continue };
            let metres = builder.straight_m(a, b);
            if way.access.foot {
                builder.walk(a, b, metres);
            }
            if way.access.bike_forward {
                builder.ride(a, b, metres);
            }
            if way.access.bike_backward {
                builder.ride(b, a, metres);
            }
        }
    }
    builder.finish()
}
