//! The planner's street times from tables, and from straight lines where those are silent.

use std::sync::{Arc, Mutex, PoisonError};

use velib_domain::LatLon;
use velib_planner::{BikeKind, DetourStreets, Door, Network, NetworkStation, Site, StreetTimes, Stretch};

use crate::{
    StreetTables,
    tables::{NONE, Stop},
};

/// A station that moved farther than this since the tables were made is a new one, in metres.
const SAME_PLACE_M: f64 = 50.0;

/// The rows of a network's stations in some tables: found once for a network, for as many plans as there are.
#[derive(Debug, Clone)]
pub struct StationRows(Arc<[Option<u16>]>);

/// A corner, and the metres on foot to it; `None` off the map.
type Snapped = Option<(u32, f32)>;

/// What was drawn: from here to there, by bike or on foot.
type Drawn = (LatLon, LatLon, bool);

/// Places along streets; `None` off the map.
type Way = Option<Arc<[LatLon]>>;

/// Tables, for the stations of one network.
#[derive(Debug)]
pub struct TableStreets<'t> {
    tables: &'t StreetTables,
    /// By the network's order: the station's row.
    rows: StationRows,
    /// The two places last looked for: the ends of a journey, which are walked from and to again and again.
    ends: Mutex<[Option<(LatLon, Snapped)>; 2]>,
    /// Ways drawn before: the journeys of an answer share most of theirs.
    drawn: Mutex<Vec<(Drawn, Way)>>,
    /// Straight lines, with the detours that were measured.
    detour: DetourStreets,
}

impl StationRows {
    /// Finds the network's stations in the tables. Both are in the order of their ids.
    pub fn of(network: &Network, tables: &StreetTables) -> Self {
        let mut stops = (0..).zip(&tables.stops).peekable();
        let row = |station: &NetworkStation| {
            while stops.next_if(|(_, stop)| stop.station_id < station.station_id).is_some() {}
            let same = |(_, stop): &(u16, &Stop)| {
                let near = || stop.position.distance_m(station.position) <= SAME_PLACE_M;
                stop.station_id == station.station_id && near()
            };
            stops.peek().filter(|stop| same(stop)).map(|(row, _)| *row)
        };
        Self(network.stations().iter().map(row).collect())
    }
}

impl<'t> TableStreets<'t> {
    /// The streets between a network's stations.
    pub fn new(tables: &'t StreetTables, network: &Network) -> Self {
        Self::with_rows(tables, StationRows::of(network, tables))
    }

    /// The same, where the stations were found before.
    pub fn with_rows(tables: &'t StreetTables, rows: StationRows) -> Self {
        let measured = tables.calibration;
        Self {
            tables,
            rows,
            ends: Mutex::default(),
            drawn: Mutex::default(),
            detour: DetourStreets {
                walk_detour: measured.walk_detour,
                ride_detour: measured.ride_detour,
                ..DetourStreets::default()
            },
        }
    }

    /// Stations of the network that the tables do not know: they are timed by straight lines.
    pub fn unknown_stations(&self) -> usize {
        self.rows.0.iter().filter(|row| row.is_none()).count()
    }

    /// The way on the ground, for drawing; `None` off the map.
    pub fn line(&self, from: LatLon, to: LatLon, by_bike: bool) -> Way {
        let asked = (from, to, by_bike);
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, way)) = drawn.iter().find(|(known, _)| *known == asked) {
            return way.clone();
        }
        let way: Way = self.tables.line(from, to, by_bike).map(Arc::from);
        drawn.push((asked, way.clone()));
        way
    }

    /// Metres on foot between a corner and a station, which is the same both ways.
    fn walk_m(&self, from: Snapped, site: Site<'_>) -> Option<f64> {
        let row = self.rows.0[site.index()]?;
        let (corner, to_corner_m) = from?;
        let metres = self.tables.around.metres(corner, row)?;
        Some(f64::from(to_corner_m) + f64::from(metres))
    }

    /// The corner nearest to the end of a journey.
    fn snapped(&self, place: LatLon) -> Snapped {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, snapped)) = ends.iter().flatten().find(|(known, _)| *known == place) {
            return *snapped;
        }
        let snapped = self.tables.snapping.on_foot(&self.tables.graph, place);
        *ends = [Some((place, snapped)), ends[0]];
        snapped
    }

    /// The corner of a station that the tables know.
    fn corner(&self, site: Site<'_>) -> Snapped {
        let stop = &self.tables.stops[usize::from(self.rows.0[site.index()]?)];
        let corner = stop.foot_corner?;
        Some((corner, stop.to_corner_m(&self.tables.graph, corner)))
    }

    fn on_foot(&self, metres: Option<f64>, otherwise: impl FnOnce() -> Stretch) -> Stretch {
        metres.map_or_else(otherwise, |metres| self.detour.on_foot(metres))
    }
}

impl StreetTimes for TableStreets<'_> {
    fn walk(&self, from: LatLon, to: LatLon) -> Stretch {
        self.detour.walk(from, to)
    }

    fn ride(&self, from: LatLon, to: LatLon, kind: BikeKind) -> Stretch {
        self.detour.ride(from, to, kind)
    }

    fn walk_to(&self, from: Door, to: Site<'_>) -> Stretch {
        self.on_foot(self.walk_m(self.snapped(from.place), to), || self.walk(from.place, to.position))
    }

    fn walk_from(&self, from: Site<'_>, to: Door) -> Stretch {
        self.on_foot(self.walk_m(self.snapped(to.place), from), || self.walk(from.position, to.place))
    }

    fn walk_between(&self, from: Site<'_>, to: Site<'_>) -> Stretch {
        self.on_foot(self.walk_m(self.corner(from), to), || self.walk(from.position, to.position))
    }

    fn ride_between(&self, from: Site<'_>, to: Site<'_>, kind: BikeKind) -> Stretch {
        let metres = self.rows.0[from.index()].zip(self.rows.0[to.index()]).and_then(|(from, to)| {
            let index = usize::from(from) * self.tables.stops.len() + usize::from(to);
            Some(self.tables.ride_m[index]).filter(|metres| *metres != NONE)
        });
        let on_streets = metres.map(|metres| self.detour.riding(f64::from(metres), kind));
        on_streets.unwrap_or_else(|| self.ride(from.position, to.position, kind))
    }
}
