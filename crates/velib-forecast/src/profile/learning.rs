//! A profile learned from counts, a few weeks of which are little: each hour of the week leans on its kind of day.
//!
//! Sums are kept by day, so that a row can be learned from with a profile that has not seen the row's own days. Without
//! that, the profile would carry the answer.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use velib_domain::calendar::is_public_holiday;

use super::{Profile, StationProfile, Usual, WEEK_HOURS, WeekMoment, week::days_around};
use crate::protocol::{Cell, CityHistory};

/// Days of its kind (working, free) that count as much as the days seen of one weekday.
const KIND_DAYS: f32 = 2.0;

/// Days of any kind that count as much as those of one kind.
const ANY_DAYS: f32 = 0.5;

/// Seen for less than this many days in all, an hour has no usual state.
const FEWEST_DAYS: f32 = 0.5;

/// Sums from which profiles are made, with or without given days.
#[derive(Debug, Clone)]
pub struct ProfileLearner {
    places: Vec<StationProfile>,
    days: BTreeMap<Date, Vec<Sum>>,
    /// `stations × WEEK_HOURS`, over all days.
    week: Vec<Sum>,
}

/// Weighted sums of the usual state.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Sum {
    days: f32,
    share: f32,
    empty: f32,
    full: f32,
}

impl ProfileLearner {
    /// Learns from some snapshots of a city.
    pub fn of(city: &CityHistory, snapshots: impl Iterator<Item = usize>) -> Self {
        let places = city.stations().iter().map(|station| StationProfile {
            station_id: station.station_id.clone(),
            position: station.position,
            hours: Vec::new(),
        });
        let mut learner = Self { places: places.collect(), days: BTreeMap::new(), week: Vec::new() };
        for snapshot in snapshots {
            learner.add(city, snapshot);
        }
        for sums in learner.days.values_mut() {
            for sum in sums.iter_mut() {
                *sum = sum.as_one_day();
            }
        }
        learner.week = learner.week_of(learner.days.iter());
        learner
    }

    /// The profile of all days.
    pub fn profile(&self) -> Profile {
        self.finish(&self.week)
    }

    /// The profile of all days but those from `first` to `last`.
    pub fn without(&self, first: Date, last: Date) -> Profile {
        let mut left = self.week.clone();
        let left_out = self.week_of(self.days.range(first..=last));
        left.iter_mut().zip(left_out).for_each(|(sum, out)| sum.subtract(out));
        self.finish(&left)
    }

    fn add(&mut self, city: &CityHistory, snapshot: usize) {
        let time = city.times()[snapshot];
        let moment = WeekMoment::of(time);
        let hours = [(moment.earlier, 1.0 - moment.weight_of_later), (moment.later, moment.weight_of_later)];
        for (day, (hour, weight)) in days_around(time).into_iter().zip(hours) {
            let sums = self.days.entry(day).or_insert_with(|| vec![Sum::default(); self.places.len() * 24]);
            for station in 0..self.places.len() {
                if let Some(cell) = city.cell(snapshot, station) {
                    sums[station * 24 + hour % 24].add(weight, cell);
                }
            }
        }
    }

    fn week_of<'a>(&self, days: impl Iterator<Item = (&'a Date, &'a Vec<Sum>)>) -> Vec<Sum> {
        let mut week = vec![Sum::default(); self.places.len() * WEEK_HOURS];
        for (&date, sums) in days {
            let day = day_of_week(date);
            for (station, hours) in sums.chunks_exact(24).enumerate() {
                let from = station * WEEK_HOURS + day * 24;
                week[from..from + 24].iter_mut().zip(hours).for_each(|(sum, &hour)| sum.merge(hour));
            }
        }
        week
    }

    fn finish(&self, week: &[Sum]) -> Profile {
        let stations = self.places.iter().zip(week.chunks_exact(WEEK_HOURS));
        Profile::new(
            stations
                .map(|(place, week)| StationProfile { hours: usual_week(week), ..place.clone() })
                .collect(),
        )
    }
}

/// Weekday of a civil day from Monday, public holidays being Sundays.
fn day_of_week(date: Date) -> usize {
    let weekday = if is_public_holiday(date) { Weekday::Sunday } else { date.weekday() };
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

/// Each hour of each weekday, drawn towards the same hour on days of its kind, and those towards that hour of any day.
fn usual_week(week: &[Sum]) -> Vec<Option<Usual>> {
    let of_days = |days: std::ops::Range<usize>, hour: usize| {
        days.fold(Sum::default(), |mut sum, day| {
            sum.merge(week[day * 24 + hour]);
            sum
        })
    };
    let usual = |day: usize, hour: usize| {
        let any = of_days(0..7, hour);
        let mut kind = of_days(if day < 5 { 0..5 } else { 5..7 }, hour);
        kind.merge(any.weighing(ANY_DAYS)?);
        let mut own = week[day * 24 + hour];
        own.merge(kind.weighing(KIND_DAYS)?);
        own.usual()
    };
    (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour))).map(|(day, hour)| usual(day, hour)).collect()
}

impl Sum {
    fn add(&mut self, weight: f32, cell: Cell) {
        let capacity = f32::from(cell.capacity.max(cell.bikes).max(1));
        self.days += weight;
        self.share += weight * f32::from(cell.bikes) / capacity;
        self.empty += if cell.bikes == 0 { weight } else { 0.0 };
        self.full += if cell.docks == Some(0) { weight } else { 0.0 };
    }

    fn merge(&mut self, other: Self) {
        self.days += other.days;
        self.share += other.share;
        self.empty += other.empty;
        self.full += other.full;
    }

    fn subtract(&mut self, other: Self) {
        self.merge(other.times(-1.0));
    }

    fn times(self, factor: f32) -> Self {
        Self {
            days: self.days * factor,
            share: self.share * factor,
            empty: self.empty * factor,
            full: self.full * factor,
        }
    }

    /// The same mean with another weight; `None` where too little was seen.
    fn weighing(self, days: f32) -> Option<Self> {
        (self.days >= FEWEST_DAYS).then(|| self.times(days / self.days))
    }

    /// However often an hour was counted in a day, it is one day's word, and a glimpse of it is less.
    fn as_one_day(self) -> Self {
        if self.days > 1.0 { self.times(1.0 / self.days) } else { self }
    }

    fn usual(self) -> Option<Usual> {
        let mean = |sum: f32| (sum / self.days).clamp(0.0, 1.0);
        let usual = Usual { share: mean(self.share), empty: mean(self.empty), full: mean(self.full) };
        (self.days > 0.0).then_some(usual)
    }
}
