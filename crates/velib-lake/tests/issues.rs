//! Issued forecasts as other engines find them, and what comes back of what was said.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::fmt::Write;

use proptest::prelude::*;
use velib_domain::{
    Hour, Issue, IssuedCount, IssuedForecast, SignedDuration, StationId, SystemId, Timestamp,
};
use velib_lake::{Lake, LakeError, issue_schema};

const FILE: &str = "forecast/system=velib/date=2026-11-20/hour=14/part-0.parquet";

fn velib() -> SystemId {
    "velib".parse().unwrap()
}

fn two_pm() -> Hour {
    "2026-11-20T14".parse().unwrap()
}

fn issue(forecasts: Vec<IssuedForecast>) -> Issue {
    Issue {
        issued_at: "2026-11-20T14:00:03.250Z".parse().unwrap(),
        input_age: SignedDuration::from_secs(4),
        basis: "model".to_owned(),
        model_version: "lstm-2022-05".to_owned(),
        forecasts,
    }
}

/// A number to four decimals, as forecasts are told.
fn told(most: f64) -> impl Strategy<Value = f64> {
    (0.0..=1.0).prop_map(move |share: f64| (share * most * 1e4).round() / 1e4)
}

fn counts() -> impl Strategy<Value = IssuedCount> {
    (0_u16..70, [told(70.0), told(70.0), told(70.0), told(70.0)], told(1.0)).prop_map(
        |(counted, [mean, p10, p50, p90], p_at_least_1)| IssuedCount {
            counted,
            mean,
            p10,
            p50,
            p90,
            p_at_least_1,
        },
    )
}

fn forecasts(stations: std::ops::Range<usize>) -> impl Strategy<Value = Vec<IssuedForecast>> {
    let station = prop::collection::vec((counts(), prop::option::of(counts())), 3);
    let name = |index: usize| StationId::new(format!("{}", 213_688_169 + 7 * index));
    prop::collection::vec(station, stations).prop_map(move |stations| {
        let each = stations.into_iter().enumerate().flat_map(|(index, horizons)| {
            (1..).zip(horizons).map(move |(hours, (bikes, docks))| IssuedForecast {
                station_id: name(index),
                horizon: SignedDuration::from_hours(hours),
                bikes,
                docks,
            })
        });
        each.collect()
    })
}

fn stored(lake: &Lake, issue: &Issue) -> Issue {
    let kept = async {
        lake.keep_issue(&velib(), issue).await?;
        lake.read_issue(&velib(), issue.hour()).await
    };
    futures::executor::block_on(kept).unwrap().unwrap()
}

#[test]
fn the_columns_of_issued_forecasts_are_the_contract() {
    let columns = issue_schema().fields().iter().fold(String::new(), |mut text, field| {
        let null = if field.is_nullable() { "" } else { " not null" };
        writeln!(text, "{}: {}{null}", field.name(), field.data_type()).unwrap();
        text
    });
    insta::assert_snapshot!(columns, @r#"
    station_id: Utf8 not null
    issued_at: Timestamp(ms, "UTC") not null
    horizon_s: UInt32 not null
    bikes_counted: UInt16 not null
    bikes_mean: Float64 not null
    bikes_p10: Float64 not null
    bikes_p50: Float64 not null
    bikes_p90: Float64 not null
    bikes_p_at_least_1: Float64 not null
    docks_counted: UInt16
    docks_mean: Float64
    docks_p10: Float64
    docks_p50: Float64
    docks_p90: Float64
    docks_p_at_least_1: Float64
    basis: Dictionary(Int8, Utf8) not null
    model_version: Dictionary(Int8, Utf8) not null
    input_age_s: UInt32 not null
    "#);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_was_said_comes_back_whatever_the_order_it_was_told_in(
        (told, mut mixed) in forecasts(1..20).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let read = stored(&Lake::folder(one.path()).unwrap(), &issue(told));
        stored(&Lake::folder(other.path()).unwrap(), &issue(mixed.clone()));
        let bytes = |folder: &tempfile::TempDir| std::fs::read(folder.path().join(FILE)).unwrap();
        prop_assert_eq!(bytes(&one), bytes(&other), "the same forecasts are the same bytes");
        mixed.sort_by(|a, b| (&a.station_id, a.horizon).cmp(&(&b.station_id, b.horizon)));
        prop_assert_eq!(read, issue(mixed));
    }
}

#[test]
fn the_first_of_an_hour_stays_and_an_hour_without_forecasts_is_none() {
    let lake = Lake::in_memory();
    let bikes = IssuedCount { counted: 2, mean: 2.5, p10: 0.0, p50: 2.0, p90: 5.0, p_at_least_1: 0.9 };
    let forecast = IssuedForecast {
        station_id: StationId::new("1"),
        horizon: SignedDuration::from_hours(1),
        bikes,
        docks: None,
    };
    let first = issue(vec![forecast]);
    assert_eq!(stored(&lake, &first), first);
    let later: Timestamp = "2026-11-20T14:59:59Z".parse().unwrap();
    assert_eq!(stored(&lake, &Issue { issued_at: later, ..first.clone() }), first);
    let next = futures::executor::block_on(lake.read_issue(&velib(), two_pm().next())).unwrap();
    assert_eq!(next, None);
}

#[test]
fn an_issue_of_nothing_is_not_kept() {
    let refused = futures::executor::block_on(Lake::in_memory().keep_issue(&velib(), &issue(Vec::new())));
    assert!(matches!(refused, Err(LakeError::Encode { .. })), "{refused:?}");
}
