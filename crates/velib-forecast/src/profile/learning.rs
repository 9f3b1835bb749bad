//! A profile learned from counts, a few weeks of which are little: each hour of the week leans on its kind of day.
//!
//! Sums are kept by day, so that a row can be learned from with a profile that has not seen the row's own days. Without
//! that, the profile would carry the answer. And so that a profile belongs to its time: a day's word halves with every
//! half-life that it lies away from the days left out, or from the last day there is. A station is reckoned from the
//! nearest day on which it was counted itself, so that one unseen for a year keeps what was usual then.

use std::collections::BTreeMap;

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use velib_domain::calendar::is_public_holiday;

use super::{
    HalfLife, Profile, StationProfile, WEEK_HOURS, WeekMoment,
    landmark::{Landmarks, Outside},
    sum::{Sum, usual_week},
    week::days_around,
};
use crate::protocol::CityHistory;

/// Sums from which profiles are made, with or without given days.
#[derive(Debug, Clone)]
pub struct ProfileLearner {
    places: Vec<StationProfile>,
    half_life: HalfLife,
    /// Ascending.
    days: Vec<LearnedDay>,
    landmarks: Landmarks,
}

/// A day on which anything was counted.
#[derive(Debug, Clone)]
pub(super) struct LearnedDay {
    /// Which, in Paris.
    pub date: Date,
    /// From Monday, public holidays being Sundays.
    weekday: usize,
    /// Its hours at each station; `None` where it was not counted.
    pub stations: Vec<Option<Box<[Sum; 24]>>>,
}

impl ProfileLearner {
    /// Learns from some snapshots of a city, and forgets nothing.
    pub fn of(city: &CityHistory, snapshots: impl Iterator<Item = usize>) -> Self {
        let places = city.stations().iter().map(|station| StationProfile {
            station_id: station.station_id.clone(),
            position: station.position,
            hours: Vec::new(),
        });
        let mut days = BTreeMap::new();
        for snapshot in snapshots {
            add(&mut days, city, snapshot);
        }
        let mut days: Vec<LearnedDay> = days.into_values().collect();
        for sum in
            days.iter_mut().flat_map(|day| &mut day.stations).flatten().flat_map(|hours| hours.iter_mut())
        {
            *sum = sum.as_one_day();
        }
        let half_life = HalfLife::NEVER;
        Self { places: places.collect(), half_life, landmarks: Landmarks::of(&days, half_life), days }
    }

    /// The same sums, of which profiles are made that forget.
    #[must_use]
    pub fn forgetting(self, half_life: HalfLife) -> Self {
        Self { half_life, landmarks: Landmarks::of(&self.days, half_life), ..self }
    }

    /// Days on which anything was counted.
    pub fn days(&self) -> usize {
        self.days.len()
    }

    /// How fast its profiles forget.
    pub fn half_life(&self) -> HalfLife {
        self.half_life
    }

    /// The profile of all days as it stands after the last, and after any number of days on which nothing was counted.
    pub fn profile(&self) -> Profile {
        let after = self.days.last().map_or(Date::MAX, |last| last.date.saturating_add(1.day()));
        self.without(after, after)
    }

    /// The profile of all days but those from `first` to `last`, as it stood in those days, of what came before and after.
    pub fn without(&self, first: Date, last: Date) -> Profile {
        self.of_stations_without(0..self.places.len(), first, last)
    }

    /// The same of some stations, by their indices in the city.
    pub fn of_stations_without(
        &self,
        stations: impl IntoIterator<Item = usize>,
        first: Date,
        last: Date,
    ) -> Profile {
        let from = self.days.partition_point(|day| day.date < first);
        let to = self.days.partition_point(|day| day.date <= last);
        let outside = self.landmarks.outside(&self.days, from, to);
        let week = |station| StationProfile {
            hours: usual_week(&self.week(station, outside, first, last)),
            ..self.places[station].clone()
        };
        Profile::new(stations.into_iter().map(week).collect())
    }

    /// What was counted at a station on the days outside of a span, each as much as it counts.
    fn week(&self, station: usize, outside: Outside<'_>, first: Date, last: Date) -> [Sum; WEEK_HOURS] {
        let away = |date: Date| days_between(date, if date < first { first } else { last });
        let days = || {
            let days = outside.days.into_iter().flatten();
            days.filter_map(|day| Some((away(day.date), day, day.stations[station].as_deref()?)))
        };
        let mut week = [Sum::default(); WEEK_HOURS];
        let landmarks = || outside.landmarks_of(station).map(|(date, said)| (away(date), said));
        let nearest =
            days().map(|(distance, ..)| distance).chain(landmarks().map(|(distance, _)| distance)).min();
        let Some(nearest) = nearest else { return week };
        for (distance, said) in landmarks() {
            let weight = self.half_life.weight(distance - nearest);
            week.iter_mut().zip(said).for_each(|(sum, said)| sum.merge(said.times(weight)));
        }
        for (distance, day, hours) in days() {
            // A count shortly before midnight speaks for the next day's first hour too.
            let shared = usize::from(last.tomorrow().ok() == Some(day.date));
            day.add_to(&mut week, hours, shared, self.half_life.weight(distance - nearest));
        }
        week
    }
}

impl LearnedDay {
    /// Adds its hours at a station, but the first so many, to those of a week.
    pub(super) fn add_to(&self, week: &mut [Sum], hours: &[Sum; 24], but_first: usize, weight: f32) {
        let from = self.weekday * 24;
        let sums = week[from..from + 24].iter_mut().zip(hours);
        sums.skip(but_first).for_each(|(sum, hour)| sum.merge(hour.times(weight)));
    }
}

fn add(days: &mut BTreeMap<Date, LearnedDay>, city: &CityHistory, snapshot: usize) {
    let time = city.times()[snapshot];
    let moment = WeekMoment::of(time);
    let hours = [(moment.earlier, 1.0 - moment.weight_of_later), (moment.later, moment.weight_of_later)];
    for (date, (hour, weight)) in days_around(time).into_iter().zip(hours) {
        if weight == 0.0 {
            continue;
        }
        let unseen =
            || LearnedDay { date, weekday: day_of_week(date), stations: vec![None; city.stations().len()] };
        let day = days.entry(date).or_insert_with(unseen);
        for (station, sums) in day.stations.iter_mut().enumerate() {
            if let Some(cell) = city.cell(snapshot, station) {
                sums.get_or_insert_default()[hour % 24].add(weight, cell);
            }
        }
    }
}

/// Days from one to the other, whichever comes first.
pub(super) fn days_between(one: Date, other: Date) -> i32 {
    other.since(one).map_or(i32::MAX, |span| span.get_days().abs())
}

/// Weekday of a civil day from Monday, public holidays being Sundays.
fn day_of_week(date: Date) -> usize {
    let weekday = if is_public_holiday(date) { Weekday::Sunday } else { date.weekday() };
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}
