//! A profile learned from counts, a few weeks of which are little: each hour of the week leans on its kind of day.
//!
//! Sums are kept by day, so that a row can be learned from with a profile that has not seen the row's own days. Without
//! that, the profile would carry the answer. And so that a profile belongs to its time: a day's word halves with every
//! half-life that it lies away from the days left out, or from the last day there is. A station is reckoned from the
//! nearest day on which it was counted itself, so that one unseen for a year keeps what was usual then.

use std::{collections::BTreeMap, ops::Range};

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use velib_domain::calendar::is_public_holiday;

use super::{HalfLife, Profile, StationProfile, Usual, WEEK_HOURS, WeekMoment, week::days_around};
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
    half_life: HalfLife,
    days: BTreeMap<Date, Day>,
}

/// One for each station; `None` where it was not counted.
type Day = Vec<Option<Box<[Sum; 24]>>>;

/// Weighted sums of the usual state.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Sum {
    days: f32,
    share: f32,
    empty: f32,
    full: f32,
}

impl ProfileLearner {
    /// Learns from some snapshots of a city, and forgets nothing.
    pub fn of(city: &CityHistory, snapshots: impl Iterator<Item = usize>) -> Self {
        let places = city.stations().iter().map(|station| StationProfile {
            station_id: station.station_id.clone(),
            position: station.position,
            hours: Vec::new(),
        });
        let mut learner =
            Self { places: places.collect(), half_life: HalfLife::NEVER, days: BTreeMap::new() };
        for snapshot in snapshots {
            learner.add(city, snapshot);
        }
        for sums in learner.days.values_mut().flatten().flatten().flat_map(|hours| hours.iter_mut()) {
            *sums = sums.as_one_day();
        }
        learner
    }

    /// The same sums, of which profiles are made that forget.
    #[must_use]
    pub fn forgetting(self, half_life: HalfLife) -> Self {
        Self { half_life, ..self }
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
        let after = self.days.last_key_value().map_or(Date::MAX, |(&last, _)| last.saturating_add(1.day()));
        self.without(after, after)
    }

    /// The profile of all days but those from `first` to `last`, as it stood in those days, of what came before and after.
    pub fn without(&self, first: Date, last: Date) -> Profile {
        let mut nearest = vec![i32::MAX; self.places.len()];
        for (distance, _, day) in self.around(first, last) {
            for (nearest, _) in nearest.iter_mut().zip(day).filter(|(_, hours)| hours.is_some()) {
                *nearest = distance.min(*nearest);
            }
        }
        let mut week = vec![Sum::default(); self.places.len() * WEEK_HOURS];
        for (distance, date, day) in self.around(first, last) {
            let from = day_of_week(date) * 24;
            // A count shortly before midnight speaks for the next day's first hour too.
            let shared = usize::from(last.tomorrow().ok() == Some(date));
            let weeks = week.chunks_exact_mut(WEEK_HOURS).zip(day).zip(&nearest);
            for ((week, hours), nearest) in weeks {
                let Some(hours) = hours else { continue };
                let weight = self.half_life.weight(distance - nearest);
                let sums = week[from..from + 24].iter_mut().zip(hours.iter());
                sums.skip(shared).for_each(|(sum, hour)| sum.merge(hour.times(weight)));
            }
        }
        let stations = self.places.iter().zip(week.chunks_exact(WEEK_HOURS));
        Profile::new(
            stations
                .map(|(place, week)| StationProfile { hours: usual_week(week), ..place.clone() })
                .collect(),
        )
    }

    /// The days outside of a span, each with how many days it lies away.
    fn around(&self, first: Date, last: Date) -> impl Iterator<Item = (i32, Date, &Day)> {
        let away = move |date: Date| match date {
            date if date < first => Some(days_between(date, first)),
            date if date > last => Some(days_between(last, date)),
            _ => None,
        };
        self.days.iter().filter_map(move |(&date, day)| Some((away(date)?, date, day)))
    }

    fn add(&mut self, city: &CityHistory, snapshot: usize) {
        let time = city.times()[snapshot];
        let moment = WeekMoment::of(time);
        let hours = [(moment.earlier, 1.0 - moment.weight_of_later), (moment.later, moment.weight_of_later)];
        for (date, (hour, weight)) in days_around(time).into_iter().zip(hours) {
            if weight == 0.0 {
                continue;
            }
            let day = self.days.entry(date).or_insert_with(|| vec![None; self.places.len()]);
            for (station, sums) in day.iter_mut().enumerate() {
                if let Some(cell) = city.cell(snapshot, station) {
                    sums.get_or_insert_default()[hour % 24].add(weight, cell);
                }
            }
        }
    }
}

fn days_between(earlier: Date, later: Date) -> i32 {
    later.since(earlier).map_or(i32::MAX, |span| span.get_days())
}

/// Weekday of a civil day from Monday, public holidays being Sundays.
fn day_of_week(date: Date) -> usize {
    let weekday = if is_public_holiday(date) { Weekday::Sunday } else { date.weekday() };
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

/// Each hour of each weekday, drawn towards the same hour on days of its kind, and those towards that hour of any day.
fn usual_week(week: &[Sum]) -> Vec<Option<Usual>> {
    let mut usual = vec![None; WEEK_HOURS];
    for hour in 0..24 {
        let of_days = |days: Range<usize>| {
            days.fold(Sum::default(), |mut sum, day| {
                sum.merge(week[day * 24 + hour]);
                sum
            })
        };
        let any = of_days(0..7).weighing(ANY_DAYS);
        for days in [0..5, 5..7] {
            let Some(kind) = any.map(|any| of_days(days.clone()).and(any)) else { continue };
            for day in days {
                let own = week[day * 24 + hour];
                usual[day * 24 + hour] = kind.weighing(KIND_DAYS).and_then(|kind| own.and(kind).usual());
            }
        }
    }
    usual
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

    fn and(mut self, other: Self) -> Self {
        self.merge(other);
        self
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
