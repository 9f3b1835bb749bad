//! A history as it looks from one of its moments: what was counted last, and nothing later.

use velib_domain::{LatLon, SignedDuration, StationId, Timestamp};
use velib_forecast::{
    StationHistory,
    protocol::{Cell, CityHistory},
};

/// For how long a snapshot speaks for the city; after that nobody knows.
pub const STANDS_FOR: SignedDuration = SignedDuration::from_mins(45);

/// A history that can be asked what stood at a station at any moment: what the last snapshot before it counted.
#[derive(Debug, Clone, Copy)]
pub struct Recording<'c> {
    city: &'c CityHistory,
}

impl<'c> Recording<'c> {
    /// The recording of a city.
    pub fn new(city: &'c CityHistory) -> Self {
        Self { city }
    }

    /// The history.
    pub fn city(self) -> &'c CityHistory {
        self.city
    }

    /// The snapshot that speaks for a moment.
    pub fn snapshot_at(self, at: Timestamp) -> Option<usize> {
        let times = self.city.times();
        let last = times.partition_point(|time| *time <= at).checked_sub(1)?;
        (at.duration_since(times[last]) <= STANDS_FOR).then_some(last)
    }

    /// What stands at a station at a moment.
    pub fn cell_at(self, at: Timestamp, station: usize) -> Option<Cell> {
        self.city.cell(self.snapshot_at(at)?, station)
    }

    /// The snapshots from one moment up to another, the latter excluded.
    pub fn between(self, from: Timestamp, to: Timestamp) -> std::ops::Range<usize> {
        let times = self.city.times();
        times.partition_point(|time| *time < from)..times.partition_point(|time| *time < to)
    }
}

/// What is known at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'c> {
    recording: Recording<'c>,
    at: Timestamp,
}

impl<'c> Seen<'c> {
    /// The view from a moment.
    pub fn new(recording: Recording<'c>, at: Timestamp) -> Self {
        Self { recording, at }
    }

    /// The moment.
    pub fn at(self) -> Timestamp {
        self.at
    }

    /// How many stations there are.
    pub fn stations(self) -> usize {
        self.recording.city.stations().len()
    }

    /// What stands at a station now; `None` where nobody knows, or where the station is out of service.
    pub fn cell(self, station: usize) -> Option<Cell> {
        self.recording.cell_at(self.at, station)
    }

    /// A station as a forecaster is asked about it, with this many slots of the past.
    pub fn history(self, station: usize, slots: usize, cadence: SignedDuration) -> StationHistory {
        let observed = &self.recording.city.stations()[station];
        let back = |slot: usize| i32::try_from(slots - 1 - slot).unwrap_or(i32::MAX);
        let cells: Vec<Option<Cell>> =
            (0..slots).map(|slot| self.recording.cell_at(self.at - cadence * back(slot), station)).collect();
        let newest = cells.last().copied().flatten();
        StationHistory {
            station_id: observed.station_id.clone(),
            capacity: newest.map(|cell| cell.capacity),
            position: observed.position,
            bikes: cells.iter().map(|cell| cell.map(|cell| cell.bikes)).collect(),
            docks: cells.iter().map(|cell| cell.and_then(|cell| cell.docks)).collect(),
            ebikes: None,
        }
    }

    /// The key and the place of a station.
    pub fn place(self, station: usize) -> (&'c StationId, LatLon) {
        let observed = &self.recording.city.stations()[station];
        (&observed.station_id, observed.position)
    }
}

/// Moments with a snapshot, so far apart.
pub(crate) fn every(
    recording: Recording<'_>,
    from: Timestamp,
    to: Timestamp,
    step: SignedDuration,
) -> Vec<Timestamp> {
    let moments = std::iter::successors(Some(from), |moment| Some(*moment + step));
    moments
        .take_while(|moment| *moment < to)
        .filter(|&moment| recording.snapshot_at(moment).is_some())
        .collect()
}
