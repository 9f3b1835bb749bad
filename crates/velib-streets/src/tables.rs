//! What is looked up while planning and drawing: rides from station to station, walks from every corner to the stations
//! around it, and signs at every corner.

use velib_domain::{LatLon, StationId};

use crate::{
    StreetsError,
    around::{Around, AroundBuilder},
    calibration::{Calibration, calibration},
    graph::{Graph, Passage},
    landmarks::Landmarks,
    paths::{Notebook, within},
    signposts::{SignpostBuilder, Signposts, along_a_curve},
    snapping::Snapping,
};

/// No station, or no way: in tables of metres and of stations alike.
pub(crate) const NONE: u16 = u16::MAX;

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

/// Everything that planning looks up, and what ways are drawn by.
#[derive(Debug, Clone)]
pub struct StreetTables {
    /// What they were made from, as people name it: `paris.osm.pbf 2026-11-01`.
    pub(crate) version: String,
    pub(crate) stops: Vec<Stop>,
    /// Metres by bike from stop to stop, row by row.
    pub(crate) ride_m: Vec<u16>,
    pub(crate) around: Around,
    pub(crate) calibration: Calibration,
    pub(crate) graph: Graph,
    /// By bike from everywhere to every stop.
    pub(crate) signposts: Signposts,
    /// On foot.
    pub(crate) landmarks: Landmarks,
    /// Made when the tables are, or are read: not part of the file.
    pub(crate) snapping: Snapping,
    /// For searching: not part of the file either.
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
        let snapping = Snapping::new(&graph.corners);
        let mut sorted: Vec<_> = stations.to_vec();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        sorted.dedup_by(|later, earlier| later.0 == earlier.0);
        let stops: Vec<Stop> =
            sorted.into_iter().map(|(id, place)| Stop::on(&graph, &snapping, id, place)).collect();
        let mut rides = Rides::new(&graph, stops.len());
        let mut around = AroundBuilder::new(&graph);
        let mut metres = vec![f32::INFINITY; graph.corner_count()];
        for (done, row) in neighbours_first(&graph, &stops).into_iter().enumerate() {
            rides.ride_to(&graph, &stops, row, &mut metres);
            around.walk_to(&graph, &stops[row], row as u16, &mut metres);
            progress(done + 1, stops.len());
        }
        let (around, Rides { ride_m, signposts, .. }) = (around.finish(), rides);
        let calibration = calibration(&stops, &ride_m, &around);
        Ok(Self {
            version: version.into(),
            stops,
            ride_m,
            around,
            calibration,
            landmarks: Landmarks::choose(&graph.foot, graph.corner_count()),
            signposts: signposts.finish(),
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

/// Collects rides stop by stop.
struct Rides {
    /// Stretches the other way: from a stop to all from which it is ridden to.
    backwards: Passage,
    ride_m: Vec<u16>,
    signposts: SignpostBuilder,
}

impl Rides {
    fn new(graph: &Graph, stops: usize) -> Self {
        let backwards = graph.bike.backwards();
        Self { backwards, ride_m: vec![NONE; stops * stops], signposts: SignpostBuilder::new(graph) }
    }

    /// A column of metres, and signs at every corner. `metres` come and go infinite everywhere.
    fn ride_to(&mut self, graph: &Graph, stops: &[Stop], row: usize, metres: &mut [f32]) {
        let to = &stops[row];
        let Some(goal) = to.bike_corner else { return };
        let start = (goal, to.to_corner_m(graph, goal));
        let reached = within(&self.backwards, start, f32::from(NONE), metres);
        let column = self.ride_m.iter_mut().skip(row).step_by(stops.len());
        for (ride_m, from) in column.zip(stops) {
            let Some(corner) = from.bike_corner else { continue };
            *ride_m = whole_m(from.to_corner_m(graph, corner) + metres[corner as usize]);
        }
        self.signposts.lead_to(&graph.bike, goal, metres);
        forget(reached, metres);
    }
}

/// Rows so that stops beside each other follow each other: signs to them are alike.
fn neighbours_first(graph: &Graph, stops: &[Stop]) -> Vec<usize> {
    let corner =
        |stop: &Stop| stop.bike_corner.map_or(stop.position, |corner| graph.corners[corner as usize]);
    let along = along_a_curve(&stops.iter().map(corner).collect::<Vec<_>>());
    let mut rows: Vec<usize> = (0..stops.len()).collect();
    rows.sort_by_key(|row| (along[*row], stops[*row].bike_corner, *row));
    rows
}

pub(crate) fn forget(reached: Vec<u32>, metres: &mut [f32]) {
    for corner in reached {
        metres[corner as usize] = f32::INFINITY;
    }
}

pub(crate) fn whole_m(metres: f32) -> u16 {
    if metres < f32::from(NONE) { metres.round() as u16 } else { NONE }
}
