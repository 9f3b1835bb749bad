//! Keys against the contract, and the laws that printing and parsing keep.

use std::{fmt::Display, str::FromStr};

use proptest::prelude::*;

use super::*;

/// A key prints as the contract says, and the contract's text reads back as the key.
fn check<K: Display + FromStr<Err = InvalidKey> + PartialEq + std::fmt::Debug>(key: &K, contract: &str) {
    assert_eq!(key.to_string(), contract);
    assert_eq!(&contract.parse::<K>().unwrap(), key);
}

fn velib() -> SystemId {
    "velib".parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn hour(text: &str) -> Hour {
    text.parse().unwrap()
}

#[test]
fn a_status_document_stands_where_the_contract_says() {
    check(
        &BronzeKey::new(velib(), Feed::StationStatus, at("2026-11-20T14:05:03Z")),
        "bronze/system=velib/feed=station_status/date=2026-11-20/hour=14/20261120T140503Z.json.gz",
    );
}

#[test]
fn an_information_document_stands_beside_it() {
    check(
        &BronzeKey::new(velib(), Feed::StationInformation, at("2026-01-02T03:04:05Z")),
        "bronze/system=velib/feed=station_information/date=2026-01-02/hour=03/20260102T030405Z.json.gz",
    );
}

#[test]
fn a_rejected_body_is_kept_apart_with_its_reason() {
    let key =
        RejectedKey { system: velib(), feed: Feed::StationStatus, stored_at: at("2026-11-20T14:05:03Z") };
    let stem = "bronze/system=velib/rejected/feed=station_status/date=2026-11-20/hour=14/20261120T140503Z";
    check(&key, &format!("{stem}.body.gz"));
    assert_eq!(key.reason(), format!("{stem}.reason.json"));
}

#[test]
fn a_silver_hour_is_one_object() {
    check(
        &SilverKey { system: velib(), hour: hour("2026-11-20T14") },
        "silver/station_status/system=velib/date=2026-11-20/hour=14/part-0.parquet",
    );
}

#[test]
fn a_compacted_day_is_one_object_of_another_table() {
    check(
        &SilverDayKey { system: velib(), day: "2026-11-20".parse().unwrap() },
        "silver/station_status_daily/system=velib/date=2026-11-20/part-0.parquet",
    );
}

#[test]
fn a_quality_report_is_one_file_an_hour() {
    check(
        &QualityKey { system: velib(), hour: hour("2026-11-20T04") },
        "silver/quality/system=velib/date=2026-11-20/hour=04.json",
    );
}

#[test]
fn issued_forecasts_are_one_object_an_hour() {
    check(
        &IssueKey { system: velib(), hour: hour("2026-11-20T14") },
        "forecast/system=velib/date=2026-11-20/hour=14/part-0.parquet",
    );
}

#[test]
fn the_stations_table_is_one_object() {
    check(&StationsKey { system: velib() }, "silver/stations/system=velib/stations.parquet");
}

#[test]
fn the_boundaries_stand_beside_what_is_made_with_them() {
    check(&BoundariesKey { system: velib() }, "reference/boundaries/system=velib/boundaries.geojson");
}

#[test]
fn a_model_stands_under_its_name_and_version() {
    check(&ModelKey::new("lstm", "2026-11-20.1").unwrap(), "models/lstm/2026-11-20.1/model.tar.gz");
    assert!(ModelKey::new("lstm", "..").is_err());
    assert!(ModelKey::new("a/b", "1").is_err());
}

#[test]
fn a_key_whose_partition_contradicts_its_time_is_refused_by_name() {
    let text = "bronze/system=velib/feed=station_status/date=2026-11-20/hour=15/20261120T140503Z.json.gz";
    let refused = text.parse::<BronzeKey>().unwrap_err();
    assert!(refused.to_string().contains(text));
}

#[test]
fn a_fraction_of_a_second_is_dropped_towards_the_past() {
    let key = BronzeKey::new(velib(), Feed::StationStatus, at("1969-12-31T23:59:58.9Z"));
    assert_eq!(key.stored_at, at("1969-12-31T23:59:58Z"));
}

fn instants() -> impl Strategy<Value = Timestamp> {
    // From the year 0 to 9999: all that four digits can write.
    (-62_167_219_200_i64..253_402_207_200).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn systems() -> impl Strategy<Value = SystemId> {
    "[a-z0-9_-]{1,12}".prop_map(|slug| slug.parse().unwrap())
}

fn feeds() -> impl Strategy<Value = Feed> {
    proptest::sample::select(Feed::ALL.as_slice())
}

proptest! {
    #[test]
    fn every_key_reads_back_as_it_was_printed(system in systems(), feed in feeds(), stored_at in instants()) {
        let hour = Hour::containing(stored_at);
        let bronze = BronzeKey { system: system.clone(), feed, stored_at };
        prop_assert_eq!(bronze.to_string().parse::<BronzeKey>().unwrap(), bronze);
        let rejected = RejectedKey { system: system.clone(), feed, stored_at };
        prop_assert_eq!(rejected.to_string().parse::<RejectedKey>().unwrap(), rejected);
        let silver = SilverKey { system: system.clone(), hour };
        prop_assert_eq!(silver.to_string().parse::<SilverKey>().unwrap(), silver);
        let day = SilverDayKey { system: system.clone(), day: hour.civil().date() };
        prop_assert_eq!(day.to_string().parse::<SilverDayKey>().unwrap(), day);
        let quality = QualityKey { system: system.clone(), hour };
        prop_assert_eq!(quality.to_string().parse::<QualityKey>().unwrap(), quality);
        let stations = StationsKey { system: system.clone() };
        prop_assert_eq!(stations.to_string().parse::<StationsKey>().unwrap(), stations);
        let issue = IssueKey { system: system.clone(), hour };
        prop_assert_eq!(issue.to_string().parse::<IssueKey>().unwrap(), issue);
        let boundaries = BoundariesKey { system };
        prop_assert_eq!(boundaries.to_string().parse::<BoundariesKey>().unwrap(), boundaries);
    }

    #[test]
    fn keys_of_one_feed_sort_as_text_the_way_they_sort_in_time(a in instants(), b in instants()) {
        let [first, second] = [a, b].map(|at| BronzeKey::new("velib".parse().unwrap(), Feed::StationStatus, at));
        prop_assert_eq!(first.cmp(&second), first.to_string().cmp(&second.to_string()));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,80}") {
        let _ = text.parse::<BronzeKey>();
        let _ = format!("bronze/system=velib/feed=station_status/date=2026-11-20/hour=14/{text}").parse::<BronzeKey>();
    }
}
