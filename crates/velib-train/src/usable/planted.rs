//! A simulated city's past, with the broken bikes that only the simulation knows, and how well an estimate finds them.

use serde::Serialize;
use velib_domain::{Distribution, SignedDuration, Station, StationId, Timestamp};
use velib_forecast::{
    protocol::{CityHistory, CityHistoryBuilder},
    scores::{EventError, EventScores},
};
use velib_sim::{City, CityConfig, Service};

use super::flagged;

/// Upper ends of classes of age, in hours.
const AGES_H: [f64; 5] = [6.0, 12.0, 24.0, 48.0, f64::INFINITY];

/// Numbers told apart: one, two, three, four and more.
const NUMBERS: usize = 4;

/// A simulated past and its secret.
pub struct PlantedCity {
    /// What the feed told.
    pub history: CityHistory,
    /// For each snapshot and station: since when each of its broken bikes stands there, oldest first.
    broken: Vec<Vec<Vec<Timestamp>>>,
}

/// How many of what was there were found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Found {
    /// Right among them.
    pub right: u64,
    /// All.
    pub all: u64,
}

/// How well broken bikes are found.
#[derive(Debug, Default)]
pub(super) struct PlantedTally {
    precision: [Found; NUMBERS],
    recall: [Found; NUMBERS],
    recall_by_age: [Found; AGES_H.len()],
    some_stuck: EventError,
    a_bike_to_ride: EventError,
    a_bike_counted: EventError,
    calibration: [(u64, f64, u64); 10],
}

/// Precision and recall of single bikes, and the errors of the probabilities.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlantedScores {
    /// Of bikes said to be stuck, those that are; by how many are said to be stuck at their station: 1, 2, 3, 4+.
    pub precision: [Found; NUMBERS],
    /// Of stuck bikes, those found; by how many are stuck at their station: 1, 2, 3, 4+.
    pub recall: [Found; NUMBERS],
    /// Of stuck bikes, those found; by hours since they broke: below 6, 12, 24, 48, and more.
    pub recall_by_age: [Found; AGES_H.len()],
    /// P(at least one stuck), at stations with a bike.
    pub some_stuck: Option<EventScores>,
    /// P(a bike I can ride), at stations with a bike.
    pub a_bike_to_ride: Option<EventScores>,
    /// The same said by the count alone: certainly.
    pub a_bike_counted: Option<EventScores>,
    /// P(at least so many stuck) in ten classes: rows, mean probability, share that was so.
    pub calibration: Vec<(u64, f64, f64)>,
}

impl PlantedCity {
    /// Lives through the days and writes down every slot; `step` is called after each.
    pub fn live(
        config: CityConfig,
        from: Timestamp,
        cadence: SignedDuration,
        slots: usize,
        step: impl Fn(),
    ) -> Self {
        let mut city = City::new(config, from);
        let open = |station: usize, city: &City| city.sites()[station].service == Service::Open;
        let mut history = CityHistoryBuilder::new(&places(&city, from));
        let mut broken = Vec::new();
        for slot in 0..slots {
            let at = from + cadence * i32::try_from(slot).expect("slots are few");
            city.advance_to(at);
            let told: Vec<_> = city.told().enumerate().filter(|(station, _)| open(*station, &city)).collect();
            for (station, stock) in told {
                history.add(&city.sites()[station].observation(id(station), stock, at));
            }
            broken.push(broken_by_station(&city));
            step();
        }
        Self { history: history.finish(), broken }
    }
}

fn places(city: &City, from: Timestamp) -> Vec<Station> {
    let sites = city.sites().iter().enumerate();
    sites.map(|(index, site)| site.station(id(index), from)).collect()
}

/// The place in the city's list, by which its breakdowns are told too.
fn id(site: usize) -> StationId {
    StationId::new(site.to_string())
}

fn broken_by_station(city: &City) -> Vec<Vec<Timestamp>> {
    let mut broken = vec![Vec::new(); city.sites().len()];
    for breakdown in city.breakdowns() {
        broken[breakdown.station].push(breakdown.since);
    }
    broken
}

impl PlantedTally {
    pub(super) fn add(&mut self, city: &PlantedCity, at: usize, station: usize, stuck: &Distribution) {
        let site: usize = city.history.stations()[station].station_id.as_str().parse().unwrap_or(usize::MAX);
        let count = stuck.support();
        let (Some(broken), true) = (city.broken[at].get(site), count > 0) else { return };
        let now = city.history.times()[at];
        let (true_number, said) = (broken.len().min(count), flagged(stuck));
        if said > 0 {
            self.precision[said.min(NUMBERS) - 1].add(said.min(true_number), said);
        }
        if true_number > 0 {
            self.recall[true_number.min(NUMBERS) - 1].add(said.min(true_number), true_number);
        }
        for (index, since) in broken.iter().enumerate() {
            let hours = now.duration_since(*since).as_secs_f64() / 3600.0;
            let class = AGES_H.iter().position(|end| hours < *end).unwrap_or(AGES_H.len() - 1);
            self.recall_by_age[class].add(usize::from(index < said), 1);
        }
        self.some_stuck.add(stuck.at_least(1), true_number > 0);
        self.a_bike_to_ride.add(1.0 - stuck.at_least(count), true_number < count);
        self.a_bike_counted.add(1.0, true_number < count);
        for number in 1..=count.min(NUMBERS) {
            let p = stuck.at_least(number);
            let class = &mut self.calibration[((p * 10.0) as usize).min(9)];
            *class = (class.0 + 1, class.1 + p, class.2 + u64::from(true_number >= number));
        }
    }

    pub(super) fn scores(&self) -> PlantedScores {
        let class = |&(rows, p, so): &(u64, f64, u64)| {
            (rows > 0).then(|| (rows, p / rows as f64, so as f64 / rows as f64))
        };
        PlantedScores {
            precision: self.precision,
            recall: self.recall,
            recall_by_age: self.recall_by_age,
            some_stuck: self.some_stuck.scores(),
            a_bike_to_ride: self.a_bike_to_ride.scores(),
            a_bike_counted: self.a_bike_counted.scores(),
            calibration: self.calibration.iter().filter_map(class).collect(),
        }
    }
}

impl Found {
    fn add(&mut self, right: usize, all: usize) {
        self.right += right as u64;
        self.all += all as u64;
    }

    /// The share; `None` where there was nothing.
    pub fn share(self) -> Option<f64> {
        (self.all > 0).then(|| self.right as f64 / self.all as f64)
    }
}
