//! A city's whole history in memory: snapshots × stations.

use std::collections::{BTreeMap, HashMap};

use velib_domain::{LatLon, Observation, Station, StationId, Timestamp};

use crate::{HourlyWeather, weather::AROUND};

/// Every count of every station in every snapshot.
#[derive(Debug, Clone, PartialEq)]
pub struct CityHistory {
    times: Vec<Timestamp>,
    stations: Vec<ObservedStation>,
    cells: Vec<Option<Cell>>,
    /// Ascending, one an hour; empty where nobody told.
    weather: Vec<HourlyWeather>,
}

/// A station that was counted at least once.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedStation {
    /// The key.
    pub station_id: StationId,
    /// The name, for people.
    pub name: String,
    /// Where it stands.
    pub position: LatLon,
    /// Paris arrondissement 1–20; `None` outside Paris or where unknown.
    pub arrondissement: Option<u8>,
}

/// One station in one snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Bikes ready to rent.
    pub bikes: u16,
    /// E-bikes among them, where the feed tells the kinds apart.
    pub ebikes: Option<u16>,
    /// Free docks, where the feed says.
    pub docks: Option<u16>,
    /// Docks built.
    pub capacity: u16,
}

/// Collects observations in any order.
#[derive(Debug, Default)]
pub struct CityHistoryBuilder {
    places: HashMap<StationId, ObservedStation>,
    index: HashMap<StationId, u32>,
    stations: Vec<ObservedStation>,
    snapshots: BTreeMap<Timestamp, Vec<(u32, Cell)>>,
    placeless: usize,
}

impl CityHistory {
    /// When the snapshots were taken, ascending.
    pub fn times(&self) -> &[Timestamp] {
        &self.times
    }

    /// The stations, in the order of their indices.
    pub fn stations(&self) -> &[ObservedStation] {
        &self.stations
    }

    /// The same with the weather that there was, in any order.
    #[must_use]
    pub fn with_weather(mut self, mut weather: Vec<HourlyWeather>) -> Self {
        weather.sort_by_key(|hour| hour.valid_at);
        weather.dedup_by_key(|hour| hour.valid_at);
        self.weather = weather;
        self
    }

    /// The weather of every hour, ascending.
    pub fn weather(&self) -> &[HourlyWeather] {
        &self.weather
    }

    /// The weather of the hours around a moment.
    pub fn weather_around(&self, moment: Timestamp) -> &[HourlyWeather] {
        let from = self.weather.partition_point(|hour| hour.valid_at < moment - AROUND);
        let to = self.weather.partition_point(|hour| hour.valid_at <= moment + AROUND);
        &self.weather[from..to]
    }

    /// What was counted in a snapshot at a station.
    pub fn cell(&self, snapshot: usize, station: usize) -> Option<Cell> {
        self.cells[snapshot * self.stations.len() + station]
    }

    /// Stations counted in a snapshot.
    pub fn counted(&self, snapshot: usize) -> usize {
        let width = self.stations.len();
        self.cells[snapshot * width..(snapshot + 1) * width].iter().flatten().count()
    }

    /// Counts of stations in snapshots.
    pub fn observations(&self) -> usize {
        self.cells.iter().flatten().count()
    }

    /// The mean position of the stations; `None` where there are none.
    pub fn centre(&self) -> Option<LatLon> {
        let count = self.stations.len() as f64;
        let sum =
            |of: fn(&LatLon) -> f64| self.stations.iter().map(|station| of(&station.position)).sum::<f64>();
        // To a tenth of a metre: as many digits as are the same again after a file of JSON.
        let mean = |of: fn(&LatLon) -> f64| (sum(of) / count * 1e6).round() / 1e6;
        LatLon::new(mean(|place| place.lat), mean(|place| place.lon))
    }
}

impl CityHistoryBuilder {
    /// Starts from the places of the stations.
    pub fn new(stations: &[Station]) -> Self {
        let place = |station: &Station| ObservedStation {
            station_id: station.station_id.clone(),
            name: station.name.clone(),
            position: station.position,
            arrondissement: station.arrondissement,
        };
        let places = stations.iter().map(|station| (station.station_id.clone(), place(station))).collect();
        Self { places, ..Self::default() }
    }

    /// Adds an observation; the first of two of the same station in the same snapshot stays. One without a capacity or
    /// of a station without a known place is left out, the latter counted.
    pub fn add(&mut self, observation: &Observation) {
        let Some(capacity) = observation.capacity else { return };
        let Some(station) = self.station(&observation.status.station_id) else {
            self.placeless += 1;
            return;
        };
        let counts = observation.status.counts;
        let cell = Cell { bikes: counts.bikes, ebikes: counts.ebikes, docks: counts.docks, capacity };
        self.snapshots.entry(observation.snapshot_at).or_default().push((station, cell));
    }

    /// Observations left out so far because nobody knows where the station stands.
    pub fn placeless(&self) -> usize {
        self.placeless
    }

    /// All of it, ready to be read by index.
    pub fn finish(self) -> CityHistory {
        let width = self.stations.len();
        let mut cells = vec![None; self.snapshots.len() * width];
        for (row, counted) in cells.chunks_mut(width.max(1)).zip(self.snapshots.values()) {
            for &(station, cell) in counted {
                row[station as usize].get_or_insert(cell);
            }
        }
        let times = self.snapshots.into_keys().collect();
        CityHistory { times, stations: self.stations, cells, weather: Vec::new() }
    }

    fn station(&mut self, id: &StationId) -> Option<u32> {
        if let Some(&known) = self.index.get(id) {
            return Some(known);
        }
        let observed = self.places.get(id)?.clone();
        let next = self.stations.len() as u32;
        self.stations.push(observed);
        self.index.insert(id.clone(), next);
        Some(next)
    }
}
