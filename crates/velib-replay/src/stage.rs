//! Where trips take place: the stations as the planner knows them, which of them are near, and how long streets take.

use std::collections::HashMap;

use velib_domain::{LatLon, StationId, Timestamp};
use velib_forecast::protocol::Cell;
use velib_planner::{BikeKind, DetourStreets, Door, Network, NetworkStation, Site, StreetTimes, Stretch};

use crate::{Recording, foresight::Wanted};

/// Stations looked at around a place: more are hardly ever needed.
const LOOKED_AT: usize = 24;

/// A city with its history; stations are known by their place in the network.
pub(crate) struct Stage<'c> {
    pub(crate) recording: Recording<'c>,
    pub(crate) network: Network,
    pub(crate) streets: DetourStreets,
    /// By station of the network: its index in the history.
    pub(crate) in_history: Vec<usize>,
    /// By station: the others around it, nearest first.
    around: Vec<Vec<usize>>,
}

impl<'c> Stage<'c> {
    pub(crate) fn new(recording: Recording<'c>) -> Self {
        let stations = recording.city().stations();
        let index: HashMap<&StationId, usize> =
            stations.iter().enumerate().map(|(index, station)| (&station.station_id, index)).collect();
        // Who is out of service at a moment has no count then, and nobody plans with what is not known.
        let network = Network::new(
            stations
                .iter()
                .map(|station| NetworkStation {
                    station_id: station.station_id.clone(),
                    name: station.name.clone(),
                    position: station.position,
                    is_installed: true,
                    is_renting: true,
                    is_returning: true,
                    silent_for: None,
                })
                .collect(),
        );
        let in_history = network.stations().iter().map(|station| index[&station.station_id]).collect();
        let mut stage =
            Self { recording, network, streets: DetourStreets::default(), in_history, around: Vec::new() };
        let positions = stage.network.stations().iter().map(|station| station.position);
        stage.around = positions.map(|position| stage.near(position)).collect();
        for (station, around) in stage.around.iter_mut().enumerate() {
            around.retain(|&other| other != station);
        }
        stage
    }

    /// The stations around a place, nearest first as the crow flies, which is the order of these streets too.
    pub(crate) fn near(&self, place: LatLon) -> Vec<usize> {
        let scale = place.lat.to_radians().cos();
        let squared = |station: &NetworkStation| {
            let (up, right) = (station.position.lat - place.lat, (station.position.lon - place.lon) * scale);
            up * up + right * right
        };
        let stations = self.network.stations().iter().enumerate();
        let mut found: Vec<(f64, usize)> =
            stations.map(|(index, station)| (squared(station), index)).collect();
        if found.len() > LOOKED_AT {
            found.select_nth_unstable_by(LOOKED_AT, |a, b| a.0.total_cmp(&b.0));
            found.truncate(LOOKED_AT);
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        // Taken over, the list would keep its room for the whole city.
        found.iter().map(|&(_, index)| index).collect()
    }

    /// The place of a station in the network.
    pub(crate) fn index(&self, id: &StationId) -> Option<usize> {
        self.network.stations().binary_search_by(|station| station.station_id.cmp(id)).ok()
    }

    /// The other stations around a station, nearest first.
    pub(crate) fn around(&self, station: usize) -> &[usize] {
        &self.around[station]
    }

    pub(crate) fn site(&self, station: usize) -> Site<'_> {
        self.network.site(station)
    }

    /// What stands at a station at a moment.
    pub(crate) fn cell(&self, at: Timestamp, station: usize) -> Option<Cell> {
        self.recording.cell_at(at, self.in_history[station])
    }

    /// Whether it is there for who stands at a station at a moment.
    pub(crate) fn is_there(&self, wanted: Wanted, at: Timestamp, station: usize) -> bool {
        self.cell(at, station).is_some_and(|cell| wanted.is_in(&cell))
    }

    /// Whether it is there by both snapshots around a moment.
    pub(crate) fn is_there_throughout(&self, wanted: Wanted, at: Timestamp, station: usize) -> bool {
        let around = self.recording.cells_around(at, self.in_history[station]);
        around.is_some_and(|cells| cells.iter().all(|cell| cell.is_some_and(|cell| wanted.is_in(&cell))))
    }

    pub(crate) fn walk_to(&self, from: LatLon, station: usize) -> Stretch {
        self.streets.walk_to(Door::at(from), self.site(station))
    }

    pub(crate) fn walk_from(&self, station: usize, to: LatLon) -> Stretch {
        self.streets.walk_from(self.site(station), Door::at(to))
    }

    pub(crate) fn walk_between(&self, from: usize, to: usize) -> Stretch {
        self.streets.walk_between(self.site(from), self.site(to))
    }

    pub(crate) fn ride_between(&self, from: usize, to: usize) -> Stretch {
        self.streets.ride_between(self.site(from), self.site(to), self.ridden())
    }

    /// The bike that everybody rides: who takes any is timed as without a motor.
    pub(crate) fn ridden(&self) -> BikeKind {
        match self.recording.kind() {
            BikeKind::Ebike => BikeKind::Ebike,
            BikeKind::Any | BikeKind::Mechanical => BikeKind::Mechanical,
        }
    }
}
