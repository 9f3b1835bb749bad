//! What each station usually holds at each hour of the week: the knowledge that a day of history cannot give.
//!
//! A profile is learned from training days only and travels with the model that was trained beside it, because a
//! request carries one day. A station that it does not know by id is looked for by place; one found by neither is
//! unknown, never average. Public holidays are Sundays here, as in the calendar.

mod learning;
#[cfg(test)]
mod tests;
mod week;

use std::collections::HashMap;

use velib_domain::{LatLon, StationId};

pub use self::{learning::ProfileLearner, week::WeekMoment};

/// Whole hours in a week.
pub const WEEK_HOURS: usize = 7 * 24;

/// Two places this close are the same station under another id, in metres.
const SAME_PLACE_M: f64 = 40.0;

/// The usual state of a station at one hour of the week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// Mean bikes as a share of the capacity.
    pub share: f32,
    /// How often there is no bike.
    pub empty: f32,
    /// How often there is no free dock.
    pub full: f32,
}

/// The usual week of one station.
#[derive(Debug, Clone, PartialEq)]
pub struct StationProfile {
    /// The key.
    pub station_id: StationId,
    /// Where it stands.
    pub position: LatLon,
    /// One for each hour of the week from Monday 0:00, [`WEEK_HOURS`] in all; `None` where too little was seen.
    pub hours: Vec<Option<Usual>>,
}

/// The usual week of every station of a city.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    stations: Vec<StationProfile>,
    index: HashMap<StationId, usize>,
}

impl Profile {
    /// A profile of these stations; of two with the same id the later one stays.
    pub fn new(stations: Vec<StationProfile>) -> Self {
        let ids = stations.iter().enumerate();
        Self { index: ids.map(|(index, station)| (station.station_id.clone(), index)).collect(), stations }
    }

    /// The stations, in no particular order.
    pub fn stations(&self) -> &[StationProfile] {
        &self.stations
    }

    /// The station with this id, or the one that stands where it is said to stand.
    pub fn station(&self, id: &StationId, position: LatLon) -> Option<&StationProfile> {
        if let Some(&index) = self.index.get(id) {
            return Some(&self.stations[index]);
        }
        let distance = |station: &&StationProfile| station.position.distance_m(position);
        let nearest = self.stations.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        (distance(&nearest) <= SAME_PLACE_M).then_some(nearest)
    }
}

impl StationProfile {
    /// What is usual at a moment, between the whole hours around it.
    pub fn at(&self, moment: WeekMoment) -> Option<Usual> {
        let (earlier, later) = (self.hours[moment.earlier], self.hours[moment.later]);
        let (Some(earlier), Some(later)) = (earlier, later) else { return earlier.or(later) };
        let between = |from: f32, to: f32| from + (to - from) * moment.weight_of_later;
        Some(Usual {
            share: between(earlier.share, later.share),
            empty: between(earlier.empty, later.empty),
            full: between(earlier.full, later.full),
        })
    }
}
