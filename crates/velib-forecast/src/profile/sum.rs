//! Sums of what was counted, and the usual week that they come to.

use std::ops::Range;

use super::{Usual, WEEK_HOURS};
use crate::protocol::Cell;

/// Days of its kind (working, free) that count as much as the days seen of one weekday.
const KIND_DAYS: f32 = 2.0;

/// Days of any kind that count as much as those of one kind.
const ANY_DAYS: f32 = 0.5;

/// Seen for less than this many days in all, an hour has no usual state.
const FEWEST_DAYS: f32 = 0.5;

/// Weighted sums of the usual state.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sum {
    days: f32,
    share: f32,
    empty: f32,
    full: f32,
}

/// Each hour of each weekday, drawn towards the same hour on days of its kind, and those towards that hour of any day.
pub(super) fn usual_week(week: &[Sum]) -> Vec<Option<Usual>> {
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
    pub(super) fn add(&mut self, weight: f32, cell: Cell) {
        let capacity = f32::from(cell.capacity.max(cell.bikes).max(1));
        self.days += weight;
        self.share += weight * f32::from(cell.bikes) / capacity;
        self.empty += if cell.bikes == 0 { weight } else { 0.0 };
        self.full += if cell.docks == Some(0) { weight } else { 0.0 };
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.days += other.days;
        self.share += other.share;
        self.empty += other.empty;
        self.full += other.full;
    }

    fn and(mut self, other: Self) -> Self {
        self.merge(other);
        self
    }

    pub(super) fn times(self, factor: f32) -> Self {
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
    pub(super) fn as_one_day(self) -> Self {
        if self.days > 1.0 { self.times(1.0 / self.days) } else { self }
    }

    fn usual(self) -> Option<Usual> {
        let mean = |sum: f32| (sum / self.days).clamp(0.0, 1.0);
        let usual = Usual { share: mean(self.share), empty: mean(self.empty), full: mean(self.full) };
        (self.days > 0.0).then_some(usual)
    }
}
