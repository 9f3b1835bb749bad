//! What each station usually holds at each hour of the week: the knowledge that a day of history cannot give.
//!
//! A profile is learned from training days only and travels with the model that was trained beside it, because a
//! request carries one day. A station that it does not know by id is looked for by place; one found by neither is
//! unknown, never average. Public holidays are Sundays here, as in the calendar.

mod half_life;
mod landmark;
mod learning;
mod sum;
#[cfg(test)]
mod tests;
mod week;

use foldhash::HashMap;
use velib_domain::{LatLon, StationId};

pub use self::{
    half_life::{HalfLife, InvalidHalfLife},
    learning::ProfileLearner,
    week::WeekMoment,
};

/// Whole hours in a week.
pub const WEEK_HOURS: usize = 7 * 24;

/// Two places this close are the same station under another id, in metres.
const SAME_PLACE_M: f64 = 40.0;

/// Degrees of latitude that are surely further than that.
const SAME_LATITUDE: f64 = 0.0005;

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
#[derive(Debug, Clone, Default)]
pub struct Profile {
    stations: Vec<StationProfile>,
    /// By a quick hash: every row of features begins with looking its station up.
    index: HashMap<StationId, usize>,
    /// `stations × WEEK_HOURS`: the usual shares once more, close together because every request reads a day of each
    /// station's; NaN where they are unknown.
    shares: Vec<f32>,
}

impl PartialEq for Profile {
    /// The rest is made of the stations.
    fn eq(&self, other: &Self) -> bool {
        self.stations == other.stations
    }
}

impl Profile {
    /// A profile of these stations; of two with the same id the later one stays.
    pub fn new(stations: Vec<StationProfile>) -> Self {
        let ids = stations.iter().enumerate();
        let index = ids.map(|(index, station)| (station.station_id.clone(), index)).collect();
        let week = |station: &StationProfile| {
            let hours = station.hours.iter().map(|usual| usual.map_or(f32::NAN, |usual| usual.share));
            hours.chain(std::iter::repeat(f32::NAN)).take(WEEK_HOURS).collect::<Vec<_>>()
        };
        Self { index, shares: stations.iter().flat_map(week).collect(), stations }
    }

    /// The stations, in no particular order.
    pub fn stations(&self) -> &[StationProfile] {
        &self.stations
    }

    /// The station with this id, or the one that stands where it is said to stand.
    pub fn station(&self, id: &StationId, position: LatLon) -> Option<&StationProfile> {
        self.find(id, position).map(|index| &self.stations[index])
    }

    /// As [`Profile::station`], its index.
    pub(crate) fn find(&self, id: &StationId, position: LatLon) -> Option<usize> {
        if let Some(&index) = self.index.get(id) {
            return Some(index);
        }
        let distance = |&index: &usize| self.stations[index].position.distance_m(position);
        // Almost all stations are ruled out by their latitude alone: a city of unknown ids would take long otherwise.
        let on_its_latitude =
            |&index: &usize| (self.stations[index].position.lat - position.lat).abs() < SAME_LATITUDE;
        let candidates = (0..self.stations.len()).filter(on_its_latitude);
        let nearest = candidates.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        (distance(&nearest) <= SAME_PLACE_M).then_some(nearest)
    }

    /// The usual shares of the station with this index at some moments, as [`StationProfile::at`] has them; NaN where
    /// they are unknown.
    pub(crate) fn usual_shares(&self, index: usize, moments: &[WeekMoment]) -> impl Iterator<Item = f32> {
        let week = &self.shares[index * WEEK_HOURS..(index + 1) * WEEK_HOURS];
        moments.iter().map(|&moment| {
            let (earlier, later) = (week[moment.earlier], week[moment.later]);
            match (earlier.is_nan(), later.is_nan()) {
                (false, false) => between(earlier, later, moment),
                (true, _) => later,
                (false, true) => earlier,
            }
        })
    }
}

impl StationProfile {
    /// What is usual at a moment, between the whole hours around it.
    pub fn at(&self, moment: WeekMoment) -> Option<Usual> {
        let (earlier, later) = (self.hours[moment.earlier], self.hours[moment.later]);
        let (Some(earlier), Some(later)) = (earlier, later) else { return earlier.or(later) };
        Some(Usual {
            share: between(earlier.share, later.share, moment),
            empty: between(earlier.empty, later.empty, moment),
            full: between(earlier.full, later.full, moment),
        })
    }
}

fn between(earlier: f32, later: f32, moment: WeekMoment) -> f32 {
    earlier + (later - earlier) * moment.weight_of_later
}
