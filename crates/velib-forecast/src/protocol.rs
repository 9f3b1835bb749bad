//! Which rows are learned from and which are judged: the same for every forecaster, so that errors can be compared.
//!
//! A row is an origin snapshot and a station. Its truth is the count in another snapshot near the wanted horizon, in
//! the same fold, with no long gap since a day before the origin. Nothing here trains or scores.

mod blindfold;
mod checksums;
mod city;
mod folds;
#[cfg(test)]
mod tests;

use velib_domain::{CapacitySource, Observation, SignedDuration, Timestamp};

pub use self::{
    blindfold::TrainingRequest,
    checksums::{RowChecks, row_checks},
    city::{Cell, CityHistory, CityHistoryBuilder, ObservedStation},
    folds::{Fold, Folds, civil_days},
};
use crate::{ForecastRequest, Horizon, StationHistory};

/// How far from a slot of the look-back its snapshot may lie, in training and in serving.
pub const SLOT_TOLERANCE: SignedDuration = SignedDuration::from_mins(90);

/// How far from the wanted moment a target snapshot may lie.
pub const TARGET_TOLERANCE: SignedDuration = SignedDuration::from_mins(10);

/// From one hour of a week to the same of the next.
pub const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long after an origin's hour of a week before histories go on: as far as models forecast.
pub const WEEK_BEFORE_SPAN: SignedDuration = SignedDuration::from_hours(3);

/// The rules by which rows are chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Protocol {
    /// Which days are for what.
    pub folds: Folds,
    /// Time between two slots of a history.
    pub cadence: SignedDuration,
    /// Seconds from origin to target, ascending.
    pub horizons_seconds: Vec<i64>,
    /// How far from the wanted moment a target snapshot may lie.
    pub target_tolerance: SignedDuration,
    /// History that every origin must have behind it.
    pub history: SignedDuration,
    /// The longest step between two snapshots that a history or a target may span.
    pub longest_gap: SignedDuration,
    /// How far from a slot of the look-back its snapshot may lie.
    pub slot_tolerance: SignedDuration,
}

/// Which observations take part at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eligibility {
    /// Stations on the street whose capacity is known from any source.
    KnownCapacity,
    /// Stations on the street whose capacity the feed itself said in that snapshot.
    FeedCapacity,
}

impl Eligibility {
    /// Whether an observation takes part.
    pub fn admits(self, observation: &Observation) -> bool {
        let said = self == Self::KnownCapacity || observation.capacity_source == Some(CapacitySource::Feed);
        let has_docks_built = observation.capacity.is_some_and(|capacity| capacity > 0);
        said && has_docks_built && observation.status.is_installed != Some(false)
    }
}

/// A snapshot from which forecasts are made, and the snapshots they are judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Index of the snapshot.
    pub at: usize,
    /// What its day is for.
    pub fold: Fold,
    /// One for each horizon: the index of the snapshot with the truth, where the rules allow one.
    pub targets: Vec<Option<usize>>,
}

impl Protocol {
    /// Hourly horizons.
    pub fn hourly(folds: Folds) -> Self {
        Self {
            folds,
            cadence: SignedDuration::from_hours(1),
            horizons_seconds: vec![3600, 7200, 10800],
            target_tolerance: TARGET_TOLERANCE,
            history: SignedDuration::from_hours(24),
            longest_gap: SignedDuration::from_hours(4),
            slot_tolerance: SLOT_TOLERANCE,
        }
    }

    /// The horizons as durations.
    pub fn horizons(&self) -> Vec<Horizon> {
        self.horizons_seconds.iter().copied().map(SignedDuration::from_secs).collect()
    }

    /// The snapshots of a fold.
    pub fn snapshots<'a>(&'a self, city: &'a CityHistory, fold: Fold) -> impl Iterator<Item = usize> + 'a {
        let times = city.times().iter().enumerate();
        times.filter(move |&(_, &time)| self.folds.of(time) == Some(fold)).map(|(snapshot, _)| snapshot)
    }

    /// Every origin with at least one target, in time order.
    pub fn origins(&self, city: &CityHistory) -> Vec<Origin> {
        let last_gap = self.last_gaps(city.times());
        let origins = (0..city.times().len()).filter_map(|at| self.origin(city.times(), &last_gap, at));
        origins.filter(|origin| origin.targets.iter().any(Option::is_some)).collect()
    }

    fn origin(&self, times: &[Timestamp], last_gap: &[usize], at: usize) -> Option<Origin> {
        let fold = self.folds.of(times[at])?;
        let history_from = times[at] - self.history;
        if times[0] > history_from + self.target_tolerance {
            return None;
        }
        let target = |&seconds: &i64| {
            let wanted = times[at] + SignedDuration::from_secs(seconds);
            let found = nearest(times, wanted, self.target_tolerance)?;
            let unbroken = times[last_gap[found]] <= history_from || last_gap[found] == 0;
            (found > at && unbroken && self.folds.of(times[found]) == Some(fold)).then_some(found)
        };
        Some(Origin { at, fold, targets: self.horizons_seconds.iter().map(target).collect() })
    }

    /// For each snapshot, the newest one up to it that follows a step longer than allowed (0 where none does).
    fn last_gaps(&self, times: &[Timestamp]) -> Vec<usize> {
        let mut last = 0;
        let mut after_gap = |at: usize| {
            if at > 0 && times[at].duration_since(times[at - 1]) > self.longest_gap {
                last = at;
            }
            last
        };
        (0..times.len()).map(&mut after_gap).collect()
    }

    /// What a forecaster would have been asked at a snapshot: every station counted in it, and nothing later.
    /// Beside each history stands the station's index in the city.
    pub fn request(&self, city: &CityHistory, at: usize, look_back: usize) -> (Vec<usize>, ForecastRequest) {
        let times = &city.times()[..=at];
        let slots = slot_snapshots(times, self.cadence, look_back, self.slot_tolerance);
        let week_before = week_before_snapshots(times, times[at], self.cadence, self.slot_tolerance);
        let counted: Vec<usize> =
            (0..city.stations().len()).filter(|&station| city.cell(at, station).is_some()).collect();
        let stations =
            counted.iter().map(|&station| history(city, at, station, &slots, &week_before)).collect();
        let issued_at = city.times()[at];
        let weather = city.weather_around(issued_at).to_vec();
        (counted, ForecastRequest { issued_at, cadence: self.cadence, stations, weather })
    }
}

fn history(
    city: &CityHistory,
    at: usize,
    station: usize,
    slots: &[Option<usize>],
    week_before: &[Option<usize>],
) -> StationHistory {
    let observed = &city.stations()[station];
    let in_slot = |slot: &Option<usize>| slot.and_then(|snapshot| city.cell(snapshot, station));
    StationHistory {
        station_id: observed.station_id.clone(),
        capacity: city.cell(at, station).map(|cell| cell.capacity),
        position: observed.position,
        bikes: slots.iter().map(|slot| in_slot(slot).map(|cell| cell.bikes)).collect(),
        docks: slots.iter().map(|slot| in_slot(slot).and_then(|cell| cell.docks)).collect(),
        ebikes: city.cell(at, station).and_then(|cell| cell.ebikes),
        bikes_week_before: week_before.iter().map(|slot| in_slot(slot).map(|cell| cell.bikes)).collect(),
    }
}

/// Puts snapshots on a grid that ends at the newest of them: for each slot, oldest first, the nearest snapshot no
/// further away than `tolerance`.
pub fn slot_snapshots(
    times: &[Timestamp],
    cadence: SignedDuration,
    look_back: usize,
    tolerance: SignedDuration,
) -> Vec<Option<usize>> {
    let Some(&newest) = times.last() else { return vec![None; look_back] };
    let slot_time = |slot: usize| {
        let slots = i32::try_from(look_back - 1 - slot).expect("a look-back is no longer than a history");
        newest - cadence * slots
    };
    (0..look_back).map(|slot| nearest(times, slot_time(slot), tolerance)).collect()
}

/// The slots of a week before: the origin's hour, and those after it as far as models forecast.
pub fn week_before_slots(issued_at: Timestamp, cadence: SignedDuration) -> impl Iterator<Item = Timestamp> {
    let slots = std::iter::successors(Some(issued_at - WEEK), move |slot| Some(*slot + cadence));
    slots.take_while(move |slot| *slot <= issued_at - WEEK + WEEK_BEFORE_SPAN)
}

/// The snapshots nearest to these slots, no further away than `tolerance`. `times` ascends.
pub fn week_before_snapshots(
    times: &[Timestamp],
    issued_at: Timestamp,
    cadence: SignedDuration,
    tolerance: SignedDuration,
) -> Vec<Option<usize>> {
    week_before_slots(issued_at, cadence).map(|slot| nearest(times, slot, tolerance)).collect()
}

/// The index of the time nearest to `wanted`, the earlier of two equally near, within `tolerance`. `times` ascends.
pub(crate) fn nearest(times: &[Timestamp], wanted: Timestamp, tolerance: SignedDuration) -> Option<usize> {
    let after = times.partition_point(|&time| time < wanted);
    let distance = |index: usize| times[index].duration_since(wanted).abs();
    let candidates = [after.checked_sub(1), (after < times.len()).then_some(after)];
    let found = candidates.into_iter().flatten().min_by_key(|&index| distance(index))?;
    (distance(found) <= tolerance).then_some(found)
}
