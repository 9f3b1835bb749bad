//! What is looked up while planning: rides from station to station, walks from every corner to the stations around it.

use velib_domain::{LatLon, StationId};

use crate::{
    StreetsError,
    graph::Graph,
    paths::{Notebook, within},
    snapping::Snapping,
};

/// Stations kept for each corner.
pub(crate) const KEPT: usize = 16;

/// Walks to stations that are kept go no farther, in metres.
const FARTHEST_WALK_M: f32 = 2_500.0;

/// No station, or no way: in tables of metres and of stations alike.
pub(crate) const NONE: u16 = u16::MAX;

/// Pairs nearer than this say little about detours, in metres as the crow flies.
const NEAR_M: f64 = 300.0;

/// A station within a walk: which, and how far.
pub(crate) type Near = (u16, u16);

/// A station as it was when the tables were made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stop {
    pub(crate) station_id: StationId,
    pub(crate) position: LatLon,
    /// The corner it is walked to.
    pub(crate) foot_corner: Option<u32>,
    /// The corner it is ridden to.
    pub(crate) bike_corner: Option<u32>,
}

/// How much longer streets are than straight lines, as measured on this graph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Walked metres for each metre of straight line.
    pub walk_detour: f64,
    /// Ridden metres for each metre of straight line.
    pub ride_detour: f64,
    /// Mean absolute error of rides estimated so, in metres.
    pub ride_mae_m: f64,
    /// Pairs of stations it was measured on.
    pub pairs: u64,
}

/// Everything that planning looks up, and the graph for drawing.
#[derive(Debug, Clone)]
pub struct StreetTables {
    /// What they were made from, as people name it: `paris.osm.pbf 2026-11-01`.
    pub(crate) version: String,
    pub(crate) stops: Vec<Stop>,
    /// Metres by bike from stop to stop, row by row.
    pub(crate) ride_m: Vec<u16>,
    /// By corner: the stops around it, nearest first.
    pub(crate) around: Vec<[Near; KEPT]>,
    pub(crate) calibration: Calibration,
    pub(crate) graph: Graph,
    /// Made when the tables are, or are read: not part of the file.
    pub(crate) snapping: Snapping,
    /// For drawing: not part of the file either.
    pub(crate) notebook: Notebook,
}

impl StreetTables {
    /// Computes the tables; `progress` is told how many stations are done, of how many.
    pub fn build(
        version: impl Into<String>,
        graph: Graph,
        stations: &[(StationId, LatLon)],
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Self, StreetsError> {
        let most = usize::from(NONE);
        if stations.len() >= most {
            return Err(StreetsError::TooManyStations { count: stations.len(), most });
        }
        let snapping = Snapping::new(&graph);
        let mut sorted: Vec<_> = stations.to_vec();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        sorted.dedup_by(|later, earlier| later.0 == earlier.0);
        let stops: Vec<Stop> =
            sorted.into_iter().map(|(id, place)| Stop::on(&graph, &snapping, id, place)).collect();
        let mut ride_m = Vec::with_capacity(stops.len() * stops.len());
        let mut around = vec![[(NONE, NONE); KEPT]; graph.corner_count()];
        let mut metres = vec![f32::INFINITY; graph.corner_count()];
        for (row, stop) in stops.iter().enumerate() {
            ride_m.extend(rides(&graph, &stops, stop, &mut metres));
            walks(&graph, stop, row as u16, &mut metres, &mut around);
            progress(row + 1, stops.len());
        }
        let calibration = calibration(&stops, &ride_m, &around);
        Ok(Self {
            version: version.into(),
            stops,
            ride_m,
            around,
            calibration,
            graph,
            snapping,
            notebook: Notebook::default(),
        })
    }

    /// What they were made from.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How many stations they know.
    pub fn station_count(&self) -> usize {
        self.stops.len()
    }

    /// How many corners.
    pub fn corner_count(&self) -> usize {
        self.graph.corner_count()
    }

    /// How much longer streets are than straight lines.
    pub fn calibration(&self) -> Calibration {
        self.calibration
    }
}

impl Stop {
    fn on(graph: &Graph, snapping: &Snapping, station_id: StationId, position: LatLon) -> Self {
        let foot_corner = snapping.on_foot(graph, position).map(|(corner, _)| corner);
        let bike_corner = snapping.by_bike(graph, position).map(|(corner, _)| corner);
        Self { station_id, position, foot_corner, bike_corner }
    }

    /// Metres from the station to one of its corners.
    pub(crate) fn to_corner_m(&self, graph: &Graph, corner: u32) -> f32 {
        self.position.distance_m(graph.corners[corner as usize]) as f32
    }
}

/// One row: metres by bike from a stop to all. `metres` comes and goes infinite everywhere.
fn rides(graph: &Graph, stops: &[Stop], from: &Stop, metres: &mut [f32]) -> Vec<u16> {
    let Some(corner) = from.bike_corner else { return vec![NONE; stops.len()] };
    let start = (corner, from.to_corner_m(graph, corner));
    let reached = within(&graph.bike, start, f32::from(NONE), metres);
    let to = |stop: &Stop| {
        let corner = stop.bike_corner?;
        Some(metres[corner as usize] + stop.to_corner_m(graph, corner))
    };
    let row = stops.iter().map(|stop| to(stop).map_or(NONE, whole_m)).collect();
    forget(reached, metres);
    row
}

/// Puts a stop down at every corner from which it is one of the nearest.
fn walks(graph: &Graph, stop: &Stop, row: u16, metres: &mut [f32], around: &mut [[Near; KEPT]]) {
    let Some(corner) = stop.foot_corner else { return };
    let start = (corner, stop.to_corner_m(graph, corner));
    let reached = within(&graph.foot, start, FARTHEST_WALK_M, metres);
    for corner in &reached {
        let near = (row, whole_m(metres[*corner as usize]));
        insert(&mut around[*corner as usize], near);
    }
    forget(reached, metres);
}

/// Keeps the nearest, nearest first; of two equally far the one that came first.
fn insert(kept: &mut [Near; KEPT], near: Near) {
    let at = kept.partition_point(|(_, metres)| *metres <= near.1);
    if at < KEPT {
        kept[at..].rotate_right(1);
        kept[at] = near;
    }
}

fn forget(reached: Vec<u32>, metres: &mut [f32]) {
    for corner in reached {
        metres[corner as usize] = f32::INFINITY;
    }
}

fn whole_m(metres: f32) -> u16 {
    if metres < f32::from(NONE) { metres.round() as u16 } else { NONE }
}

/// The ratio of all street metres to all straight ones.
fn calibration(stops: &[Stop], ride_m: &[u16], around: &[[Near; KEPT]]) -> Calibration {
    let mut rides = Vec::new();
    for (from, row) in stops.iter().zip(ride_m.chunks(stops.len().max(1))) {
        for (to, metres) in stops.iter().zip(row) {
            rides.extend(pair(from, to, *metres));
        }
    }
    let mut walks = Vec::new();
    for from in stops {
        let near = from.foot_corner.map(|corner| around[corner as usize]);
        for (to, metres) in near.into_iter().flatten().filter(|(to, _)| *to != NONE) {
            walks.extend(pair(from, &stops[usize::from(to)], metres));
        }
    }
    let usual = velib_planner::DetourStreets::default();
    let ride_detour = ratio(&rides).unwrap_or(usual.ride_detour);
    let error = |(straight, street): &(f64, f64)| (street - straight * ride_detour).abs();
    let ride_mae_m = rides.iter().map(error).sum::<f64>() / rides.len().max(1) as f64;
    let walk_detour = ratio(&walks).unwrap_or(usual.walk_detour);
    Calibration { walk_detour, ride_detour, ride_mae_m, pairs: rides.len() as u64 }
}

fn pair(from: &Stop, to: &Stop, metres: u16) -> Option<(f64, f64)> {
    let straight = from.position.distance_m(to.position);
    (metres != NONE && straight > NEAR_M).then_some((straight, f64::from(metres)))
}

fn ratio(pairs: &[(f64, f64)]) -> Option<f64> {
    let sum = |part: fn(&(f64, f64)) -> f64| pairs.iter().map(part).sum::<f64>();
    (!pairs.is_empty()).then(|| sum(|pair| pair.1) / sum(|pair| pair.0))
}
