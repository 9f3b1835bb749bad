//! Where an instant lies among the whole hours of a Paris week.

use jiff::civil::Date;
use velib_domain::{
    Hour, Timestamp,
    calendar::{calendar_point, paris_time},
};

/// An instant between two whole hours of the week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeekMoment {
    /// The hour of the week before, from Monday 0:00.
    pub earlier: usize,
    /// The hour of the week after.
    pub later: usize,
    /// 0 at the earlier hour, towards 1 at the later one.
    pub weight_of_later: f32,
}

impl WeekMoment {
    /// The place of an instant; a public holiday is a Sunday.
    pub fn of(instant: Timestamp) -> Self {
        let hour = Hour::containing(instant);
        Self {
            earlier: hour_of_week(hour.start()),
            later: hour_of_week(hour.end()),
            weight_of_later: instant.duration_since(hour.start()).as_secs_f32() / 3600.0,
        }
    }
}

/// The local days to which the whole hours before and after an instant belong.
pub(super) fn days_around(instant: Timestamp) -> [Date; 2] {
    let hour = Hour::containing(instant);
    [hour.start(), hour.end()].map(|whole| paris_time(whole).date())
}

fn hour_of_week(whole_hour: Timestamp) -> usize {
    let point = calendar_point(whole_hour);
    usize::from(point.day_of_week) * 24 + point.hour_of_day as usize
}
