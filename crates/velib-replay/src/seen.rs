//! A history as it looks from one of its moments: what was counted last, and nothing later.

use velib_domain::{LatLon, SignedDuration, StationId, Timestamp};
use velib_forecast::{
    StationHistory,
    kinds::{KindsNow, usual_share},
    protocol::{Cell, CityHistory, week_before_slots},
};
use velib_planner::BikeKind;

/// For how long a snapshot speaks for the city; after that nobody knows.
pub const STANDS_FOR: SignedDuration = SignedDuration::from_mins(45);

/// The moments of a past day, the one seen from included.
const HOURS_OF_A_DAY: i64 = 25;

/// A history that can be asked what stood at a station at any moment: what the last snapshot before it counted, as far as
/// somebody is interested who wants one kind of bike.
#[derive(Debug, Clone, Copy)]
pub struct Recording<'c> {
    city: &'c CityHistory,
    kind: BikeKind,
}

impl<'c> Recording<'c> {
    /// The recording of a city, for who takes any bike.
    pub fn new(city: &'c CityHistory) -> Self {
        Self { city, kind: BikeKind::Any }
    }

    /// The same for who wants this kind.
    #[must_use]
    pub fn wanting(self, kind: BikeKind) -> Self {
        Self { kind, ..self }
    }

    /// The kind that is wanted.
    pub fn kind(self) -> BikeKind {
        self.kind
    }

    /// What a snapshot counted at a station, with the bikes that are wanted as its bikes; `None` too where it does not tell their
    /// kinds.
    pub fn cell(self, snapshot: usize, station: usize) -> Option<Cell> {
        let cell = self.city.cell(snapshot, station)?;
        let bikes = match self.kind {
            BikeKind::Any => cell.bikes,
            BikeKind::Ebike => cell.ebikes?,
            BikeKind::Mechanical => cell.bikes.saturating_sub(cell.ebikes?),
        };
        Some(Cell { bikes, ..cell })
    }

    /// Whether any snapshot between two moments tells of the kind that is wanted.
    pub(crate) fn tells_the_kind(self, from: Timestamp, to: Timestamp) -> bool {
        let stations = self.city.stations().len();
        self.kind == BikeKind::Any
            || self
                .between(from, to)
                .any(|snapshot| (0..stations).any(|station| self.cell(snapshot, station).is_some()))
    }

    /// Of the bikes whose kinds a snapshot tells, the share that is wanted.
    fn wanted_share(self, snapshot: usize) -> Option<f64> {
        let stations = 0..self.city.stations().len();
        let (wanted, all) = sum(stations.filter_map(|station| self.wanted_among_all(snapshot, station)));
        (all > 0).then(|| f64::from(wanted) / f64::from(all))
    }

    /// The bikes that were wanted at a station and all there were, summed over moments.
    fn kinds_counted(self, moments: impl Iterator<Item = Timestamp>, station: usize) -> (u32, u32) {
        sum(moments.filter_map(|moment| self.wanted_among_all(self.snapshot_at(moment)?, station)))
    }

    fn wanted_among_all(self, snapshot: usize, station: usize) -> Option<(u32, u32)> {
        let (all, wanted) = (self.city.cell(snapshot, station)?, self.cell(snapshot, station)?);
        Some((u32::from(wanted.bikes), u32::from(all.bikes)))
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
        self.cell(self.snapshot_at(at)?, station)
    }

    /// What stands at a station in the snapshots around a moment: the last one before it, and the next, where that comes before
    /// nobody knows any more.
    pub fn cells_around(self, at: Timestamp, station: usize) -> Option<[Option<Cell>; 2]> {
        let before = self.snapshot_at(at)?;
        let next = self.city.times().get(before + 1);
        let after = next.filter(|next| next.duration_since(at) <= STANDS_FOR).map_or(before, |_| before + 1);
        Some([before, after].map(|snapshot| self.cell(snapshot, station)))
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
    /// Of all bikes in the city, the share that is wanted; `None` for who takes any, and where nobody knows.
    city_share: Option<f64>,
}

impl<'c> Seen<'c> {
    /// The view from a moment.
    pub fn new(recording: Recording<'c>, at: Timestamp) -> Self {
        let by_kind = recording.snapshot_at(at).filter(|_| recording.kind != BikeKind::Any);
        Self { recording, at, city_share: by_kind.and_then(|now| recording.wanted_share(now)) }
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

    /// The same with bikes of every kind.
    pub fn all_bikes(self, station: usize) -> Option<Cell> {
        Recording::new(self.recording.city).cell_at(self.at, station)
    }

    /// The bikes that are wanted beside the others; `None` for who takes any.
    pub fn kinds(self, station: usize) -> Option<KindsNow> {
        let (all, wanted) = (self.all_bikes(station)?, self.cell(station)?);
        let of_other = all.bikes.saturating_sub(wanted.bikes);
        Some(KindsNow { of_kind: wanted.bikes, of_other, usual_share: self.usual_share(station)? })
    }

    /// How often a bike there was of the kind that is wanted, hour by hour over the past day.
    fn usual_share(self, station: usize) -> Option<f64> {
        let moments = (0..HOURS_OF_A_DAY).map(|hour| self.at - SignedDuration::from_hours(hour));
        let (wanted, counted) = self.recording.kinds_counted(moments, station);
        Some(usual_share(wanted, counted, self.city_share?))
    }

    /// A station with bikes of every kind, as a forecaster is asked about it, with this many slots of the past.
    pub fn history(self, station: usize, slots: usize, cadence: SignedDuration) -> StationHistory {
        let observed = &self.recording.city.stations()[station];
        let back = |slot: usize| i32::try_from(slots - 1 - slot).unwrap_or(i32::MAX);
        let all = Recording::new(self.recording.city);
        let cells: Vec<Option<Cell>> =
            (0..slots).map(|slot| all.cell_at(self.at - cadence * back(slot), station)).collect();
        let newest = cells.last().copied().flatten();
        let week_before = week_before_slots(self.at, cadence).map(|slot| all.cell_at(slot, station));
        StationHistory {
            station_id: observed.station_id.clone(),
            capacity: newest.map(|cell| cell.capacity),
            position: observed.position,
            bikes: cells.iter().map(|cell| cell.map(|cell| cell.bikes)).collect(),
            docks: cells.iter().map(|cell| cell.and_then(|cell| cell.docks)).collect(),
            ebikes: None,
            bikes_week_before: week_before.map(|cell| cell.map(|cell| cell.bikes)).collect(),
        }
    }

    /// The key and the place of a station.
    pub fn place(self, station: usize) -> (&'c StationId, LatLon) {
        let observed = &self.recording.city.stations()[station];
        (&observed.station_id, observed.position)
    }
}

fn sum(counted: impl Iterator<Item = (u32, u32)>) -> (u32, u32) {
    counted.fold((0, 0), |sum, (wanted, all)| (sum.0 + wanted, sum.1 + all))
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
