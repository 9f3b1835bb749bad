//! School holidays of zone C (Paris, Créteil, Versailles, Montpellier, Toulouse), when half of the city rides otherwise.
//!
//! Decreed a few years ahead, so that unlike public holidays they need a table: it ends with the last decree known, and
//! says `None` beyond rather than "no holiday". The long weekend of Ascension is left out: four days are no season.

use jiff::civil::{Date, date};

/// First and last civil day of each holiday, both free of school.
const ZONE_C: [[(i16, i8, i8); 2]; 35] = [
    [(2019, 10, 19), (2019, 11, 3)],
    [(2019, 12, 21), (2020, 1, 5)],
    [(2020, 2, 8), (2020, 2, 23)],
    [(2020, 4, 4), (2020, 4, 19)],
    [(2020, 7, 4), (2020, 8, 31)],
    [(2020, 10, 17), (2020, 11, 1)],
    [(2020, 12, 19), (2021, 1, 3)],
    [(2021, 2, 13), (2021, 2, 28)],
    [(2021, 4, 17), (2021, 5, 2)],
    [(2021, 7, 6), (2021, 8, 31)],
    [(2021, 10, 23), (2021, 11, 7)],
    [(2021, 12, 18), (2022, 1, 2)],
    [(2022, 2, 19), (2022, 3, 6)],
    [(2022, 4, 23), (2022, 5, 8)],
    [(2022, 7, 7), (2022, 8, 31)],
    [(2022, 10, 22), (2022, 11, 6)],
    [(2022, 12, 17), (2023, 1, 2)],
    [(2023, 2, 18), (2023, 3, 5)],
    [(2023, 4, 22), (2023, 5, 8)],
    [(2023, 7, 8), (2023, 9, 3)],
    [(2023, 10, 21), (2023, 11, 5)],
    [(2023, 12, 23), (2024, 1, 7)],
    [(2024, 2, 10), (2024, 2, 25)],
    [(2024, 4, 6), (2024, 4, 21)],
    [(2024, 7, 6), (2024, 9, 1)],
    [(2024, 10, 19), (2024, 11, 3)],
    [(2024, 12, 21), (2025, 1, 5)],
    [(2025, 2, 15), (2025, 3, 2)],
    [(2025, 4, 12), (2025, 4, 27)],
    [(2025, 7, 5), (2025, 8, 31)],
    [(2025, 10, 18), (2025, 11, 2)],
    [(2025, 12, 20), (2026, 1, 4)],
    [(2026, 2, 21), (2026, 3, 8)],
    [(2026, 4, 18), (2026, 5, 3)],
    [(2026, 7, 4), (2026, 8, 30)],
];

/// Whether a civil day lies in the school holidays of zone C; `None` before October 2019 and after August 2026.
pub fn is_school_holiday(day: Date) -> Option<bool> {
    let days = || ZONE_C.iter().map(|&[first, last]| civil(first)..=civil(last));
    let known = *days().next()?.start()..=*days().next_back()?.end();
    known.contains(&day).then(|| days().any(|holiday| holiday.contains(&day)))
}

fn civil((year, month, day): (i16, i8, i8)) -> Date {
    date(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_and_after_the_decrees_nothing_is_claimed() {
        assert_eq!(is_school_holiday(date(2026, 7, 14)), Some(true));
        assert_eq!(is_school_holiday(date(2022, 5, 27)), Some(false), "the bridge of Ascension");
        assert_eq!(is_school_holiday(date(2026, 8, 31)), None);
        assert_eq!(is_school_holiday(date(2019, 10, 18)), None);
    }

    #[test]
    fn the_holidays_are_the_published_ones() {
        let published = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../shared/data/calendars_fr/vacances_scolaires_zones.csv");
        let Ok(table) = std::fs::read_to_string(&published) else {
            println!("skipped: {} is not there", published.display());
            return;
        };
        for line in table.lines().skip(1).filter(|line| !line.contains("Ascension")) {
            let mut columns = line.split(',');
            let day: Date = columns.next().unwrap().parse().unwrap();
            let zone_c = columns.nth(2).unwrap() == "True";
            assert!(is_school_holiday(day).is_none_or(|holiday| holiday == zone_c), "{day}");
        }
    }
}
