//! The picture's parts: what an hour is drawn as, how days become strips, and that the whole is well-formed.

use velib_domain::Hour;
use velib_lake::{Origin, QualityReport};

use super::{days::Cell, *};

fn velib() -> SystemId {
    "velib".parse().unwrap()
}

fn hour(text: &str) -> Hour {
    text.parse().unwrap()
}

fn held(hour: Hour, documents: u64, report: Option<(Origin, u64, u64)>) -> HourHoldings {
    let report = report.map(|(origin, snapshots, refused)| {
        let mut report = QualityReport::new(velib(), hour, origin);
        (report.snapshots, report.rows) = (snapshots, snapshots * 1000);
        if refused > 0 {
            report.quarantined.insert("bikes_missing".to_owned(), refused);
        }
        report
    });
    HourHoldings { hour, documents, in_silver: report.is_some(), report }
}

/// An evening imported, a night with a gap, a morning collected and not refined to its end.
fn one_night() -> Vec<HourHoldings> {
    vec![
        held(hour("2026-11-20T22"), 0, Some((Origin::Import, 1, 0))),
        held(hour("2026-11-20T23"), 0, Some((Origin::Import, 2, 3))),
        held(hour("2026-11-21T02"), 2, Some((Origin::Bronze, 2, 0))),
        held(hour("2026-11-21T03"), 1, None),
    ]
}

fn check(cells: &[Cell], expect: &[(usize, Cell)]) {
    for (hour, cell) in expect {
        assert_eq!(cells[*hour], *cell, "at {hour} h");
    }
}

#[test]
fn each_hour_is_drawn_as_what_is_held_of_it() {
    let days = day_columns(&one_night());
    check(&days[0].cells, &[(21, Cell::Outside), (22, Cell::Imported(1)), (23, Cell::Imported(2))]);
    let morning = [
        (0, Cell::Missing),
        (1, Cell::Missing),
        (2, Cell::Collected(2)),
        (3, Cell::Waiting),
        (4, Cell::Outside),
    ];
    check(&days[1].cells, &morning);
    assert_eq!((days[0].rows, days[0].set_aside, days[1].missing()), (3000, 3, 2));
}

#[test]
fn a_span_of_years_has_a_strip_for_each_and_a_shorter_one_a_single_strip() {
    let strips_until = |last: &str| {
        let ends = [held(hour("2024-12-30T00"), 1, None), held(hour(last), 1, None)];
        let columns = day_columns(&ends);
        strips(&columns).iter().map(|days| days.len()).collect::<Vec<_>>()
    };
    assert_eq!(strips_until("2025-01-30T00"), [32]);
    assert_eq!(strips_until("2026-01-02T00"), [2, 365, 2]);
}

#[test]
fn one_hour_at_a_faster_pace_makes_no_other_look_pale() {
    let mut hours: Vec<HourHoldings> = hour("2026-11-01T00")
        .until(hour("2026-11-03T00"))
        .map(|hour| held(hour, 12, Some((Origin::Bronze, 12, 0))))
        .collect();
    hours[7] = held(hours[7].hour, 60, None);
    assert_eq!(usually_at_most(hours.iter().map(days::snapshots)), 12);
    assert_eq!([1, 6, 11, 12, 60].map(|count| level(count, 12)), [1, 3, 5, 5, 5]);
}

#[test]
fn the_picture_names_system_span_age_and_counts() {
    let drawn_at = "2026-11-22T05:30:00Z".parse().unwrap();
    let picture = draw(&velib(), &one_night(), drawn_at);
    for part in [
        "velib, 2026-11-20T22 to 2026-11-21T03 (UTC)",
        "4 hours held, 2 missing in 1 gaps; 3 documents, 5 000 rows; 1 hours not refined yet",
        "drawn 2026-11-22 05:30 UTC, 1 d 1 h after the newest hour",
        "<title>2026-11-20: 0 documents, 3 000 rows, 3 set aside, 0 hours missing</title>",
        "class=\"missing\"",
        "class=\"aside\"",
    ] {
        assert!(picture.contains(part), "{part} is not in {picture}");
    }
}

#[test]
fn every_element_that_opens_closes() {
    let years = hour("2024-12-30T00").until(hour("2026-11-20T00")).step_by(5);
    let picture =
        draw(&velib(), &years.map(|hour| held(hour, 1, None)).collect::<Vec<_>>(), Timestamp::UNIX_EPOCH);
    let count = |part: &str| picture.matches(part).count();
    assert_eq!(count("<text"), count("</text>"));
    assert_eq!(count("<title>"), count("</title>"));
    assert_eq!(count("<rect") + count("<path"), count("/>") + count("</rect>"));
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
    assert!(picture.len() < 500_000, "{} bytes", picture.len());
}

#[test]
fn an_empty_lake_is_a_picture_too() {
    assert!(draw(&velib(), &[], Timestamp::UNIX_EPOCH).contains("velib: nothing is held"));
}

#[test]
fn numbers_stand_in_groups_of_three() {
    assert_eq!([0, 999, 1000, 1_016_982].map(grouped), ["0", "999", "1 000", "1 016 982"]);
}
