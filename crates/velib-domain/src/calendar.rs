//! The Paris calendar: wall-clock hour, weekday and public holidays, which drive what riders do.
//!
//! Holidays follow the law (eight fixed days, and three that move with Easter), so no table can run out.

mod school_holidays;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Weekday, date},
    tz::{self, TimeZone},
};

pub use school_holidays::is_school_holiday;

/// `Europe/Paris`, compiled in: the same rules on a laptop and in an empty container.
pub const PARIS: TimeZone = tz::get!("Europe/Paris");

/// Paris wall-clock time of an instant.
pub fn paris_time(instant: Timestamp) -> DateTime {
    PARIS.to_datetime(instant)
}

/// The instant as RFC 3339 with the Paris offset, to the second: `2026-11-20T15:05:03+01:00`.
///
/// Answers hold dozens of times each, so that digits are put in their places here rather than by a reader of formats.
pub fn paris_rfc3339(instant: Timestamp) -> String {
    let offset = PARIS.to_offset(instant);
    let local = offset.to_datetime(instant);
    let (year, offset_s) = (local.year(), offset.seconds());
    if !(0..=9_999).contains(&year) || offset_s % 60 != 0 {
        return instant.to_zoned(PARIS).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    }
    let mut text = *b"0000-00-00T00:00:00+00:00";
    let mut put = |at: usize, number: u32| {
        text[at] += (number / 10) as u8;
        text[at + 1] += (number % 10) as u8;
    };
    put(0, u32::from(year.unsigned_abs()) / 100);
    put(2, u32::from(year.unsigned_abs()) % 100);
    let [month, day, hour, minute, second] =
        [local.month(), local.day(), local.hour(), local.minute(), local.second()]
            .map(|part| u32::from(part.unsigned_abs()));
    for (at, part) in [(5, month), (8, day), (11, hour), (14, minute), (17, second)] {
        put(at, part);
    }
    put(20, offset_s.unsigned_abs() / 3_600);
    put(23, offset_s.unsigned_abs() / 60 % 60);
    if offset_s < 0 {
        text[19] = b'-';
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// What the calendar says about an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalendarPoint {
    /// Hours since Paris midnight, 0…24, with minutes as a fraction.
    pub hour_of_day: f64,
    /// 0 = Monday … 6 = Sunday; a public holiday counts as Sunday.
    pub day_of_week: u8,
    /// Saturday, Sunday or public holiday.
    pub is_day_off: bool,
    /// Whether schools in Paris are closed for weeks; `None` where no decree says so yet.
    pub is_school_holiday: Option<bool>,
}

/// Reads the Paris calendar at an instant.
pub fn calendar_point(instant: Timestamp) -> CalendarPoint {
    let local = paris_time(instant);
    let holiday = is_public_holiday(local.date());
    let day_of_week = if holiday { 6 } else { local.weekday().to_monday_zero_offset().unsigned_abs() };
    let seconds = f64::from(local.second()) + 60.0 * f64::from(local.minute());
    CalendarPoint {
        hour_of_day: f64::from(local.hour()) + seconds / 3600.0,
        day_of_week,
        is_day_off: holiday || matches!(local.weekday(), Weekday::Saturday | Weekday::Sunday),
        is_school_holiday: is_school_holiday(local.date()),
    }
}

/// Whether a civil date is a public holiday in metropolitan France.
pub fn is_public_holiday(day: Date) -> bool {
    let fixed = matches!(
        (day.month(), day.day()),
        (1 | 5 | 11, 1) | (5, 8) | (7, 14) | (8, 15) | (11, 11) | (12, 25)
    );
    let easter = easter_sunday(day.year());
    let movable = [1.day(), 39.days(), 50.days()];
    fixed || movable.into_iter().any(|after| easter.saturating_add(after) == day)
}

/// Easter Sunday of a Gregorian year (Meeus, Jones and Butcher's computus).
fn easter_sunday(year: i16) -> Date {
    let y = i32::from(year);
    let lunar_cycle = y % 19;
    let (century, year_of_century) = (y / 100, y % 100);
    let lunar_correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * lunar_cycle + century - century / 4 - lunar_correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (year_of_century / 4) - epact - year_of_century % 4) % 7;
    let late = (lunar_cycle + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    date(year, (days / 31) as i8, (days % 31 + 1) as i8)
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for (year, month, day) in [(2022, 4, 17), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)] {
            assert_eq!(easter_sunday(year), date(year, month, day));
        }
    }

    #[test]
    fn ascension_and_whit_monday_of_2022_are_holidays() {
        assert!(is_public_holiday(date(2022, 5, 26)));
        assert!(is_public_holiday(date(2022, 6, 6)));
        assert!(!is_public_holiday(date(2022, 6, 7)));
    }

    #[test]
    fn a_holiday_counts_as_a_sunday() {
        let whit_monday: Timestamp = "2022-06-06T06:30:00Z".parse().unwrap();
        let point = calendar_point(whit_monday);
        assert_eq!((point.day_of_week, point.is_day_off), (6, true));
        assert!((point.hour_of_day - 8.5).abs() < 1e-9, "Paris is two hours ahead in June");
    }

    #[test]
    fn display_times_carry_the_paris_offset() {
        assert_eq!(paris_rfc3339("2026-11-20T14:05:03Z".parse().unwrap()), "2026-11-20T15:05:03+01:00");
    }

    proptest! {
        #[test]
        fn display_times_are_written_as_their_format_says(
            second in -100_000_000_000..250_000_000_000_i64, nanosecond in 0..1_000_000_000_i32,
        ) {
            let instant = Timestamp::new(second, nanosecond).unwrap();
            let by_format = instant.to_zoned(PARIS).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
            prop_assert_eq!(paris_rfc3339(instant), by_format);
        }
    }

    #[test]
    fn the_computed_holidays_are_the_published_ones() {
        let published = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../shared/data/calendars_fr/jours_feries_metropole.csv");
        let Ok(table) = std::fs::read_to_string(&published) else {
            println!("skipped: {} is not there", published.display());
            return;
        };
        let mut days = std::collections::BTreeSet::new();
        for line in table.lines().skip(1) {
            days.insert(line.split(',').next().unwrap().parse::<Date>().unwrap());
        }
        let (first, last) = (date(2006, 1, 1), date(2031, 12, 31));
        let mut day = first;
        while day <= last {
            assert_eq!(is_public_holiday(day), days.contains(&day), "{day}");
            day = day.tomorrow().unwrap();
        }
    }
}
