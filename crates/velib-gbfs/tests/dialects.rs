//! Small documents of every GBFS version, and every way in which one record can be wrong.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use velib_domain::{StatusSnapshot, Timestamp};
use velib_gbfs::{
    DocumentError, Parsed, RejectReason, parse_station_information, parse_station_status,
    parse_station_status_with, parse_vehicle_types,
};

fn fetched_at() -> Timestamp {
    "2024-10-30T18:12:13Z".parse().unwrap()
}

fn parse(stations: &str) -> Parsed<StatusSnapshot> {
    let body = format!(r#"{{"last_updated":1730311920,"ttl":60,"data":{{"stations":[{stations}]}}}}"#);
    parse_station_status(body.as_bytes(), fetched_at()).unwrap()
}

/// One status record in, one readable line out. A good record stands beside it: a document without any is no feed.
fn check(record: &str, expect: &str) {
    let mut parsed = parse(&format!(r#"{record},{{"station_id":"beside","num_bikes_available":0}}"#));
    assert_eq!(parsed.value.stations.pop().unwrap().station_id.as_str(), "beside");
    let line = match (parsed.value.stations.as_slice(), parsed.rejected.as_slice()) {
        ([status], []) => {
            let counts = status.counts;
            let number = |count: Option<u16>| count.map_or("-".to_owned(), |count| count.to_string());
            let flag = |flag: Option<bool>| flag.map_or('-', |flag| if flag { 'y' } else { 'n' });
            format!(
                "{} bikes {} = {} + {} docks {} {}{}{}",
                status.station_id,
                counts.bikes,
                number(counts.mechanical),
                number(counts.ebikes),
                number(counts.docks),
                flag(status.is_installed),
                flag(status.is_renting),
                flag(status.is_returning),
            )
        }
        ([], [rejected]) => {
            let id = rejected.station_id.as_ref().map_or("?", |id| id.as_str());
            format!("{id} {}", rejected.reason.code())
        }
        other => panic!("one record must give one station or one rejection: {other:?}"),
    };
    assert_eq!(line, expect, "{record}");
}

#[test]
fn velib_writes_integers_for_ids_and_flags_and_counts_twice() {
    check(
        r#"{"station_id":17278902806,"num_bikes_available":5,"numBikesAvailable":5,
            "num_bikes_available_types":[{"mechanical":1},{"ebike":4}],"num_docks_available":15,
            "numDocksAvailable":15,"is_installed":1,"is_returning":0,"is_renting":1,"stationCode":"44015"}"#,
        "17278902806 bikes 5 = 1 + 4 docks 15 yyn",
    );
}

#[test]
fn gbfs_2_writes_text_and_booleans() {
    check(
        r#"{"station_id":"YLS:3","num_bikes_available":10,"num_docks_available":9,"is_installed":true,
            "is_renting":false,"is_returning":true,
            "vehicle_types_available":[{"vehicle_type_id":"YLS:CityBike","count":10}]}"#,
        "YLS:3 bikes 10 = - + - docks 9 yny",
    );
}

#[test]
fn gbfs_3_counts_vehicles() {
    check(r#"{"station_id":"s","num_vehicles_available":7}"#, "s bikes 7 = - + - docks - ---");
}

#[test]
fn vehicles_by_type_are_added_up_where_there_is_no_total() {
    let by_type = |counts: &str| format!(r#"{{"station_id":"s","vehicle_types_available":[{counts}]}}"#);
    check(&by_type(r#"{"count":2},{"count":3}"#), "s bikes 5 = - + - docks - ---");
    check(&by_type(r#"{"count":2},{}"#), "s missing_count");
    check(&by_type(r#"{"count":65535},{"count":1}"#), "s count_too_large");
}

#[test]
fn docks_by_vehicle_type_are_added_up_where_there_is_no_total() {
    let by_type = |fields: &str| format!(r#"{{"station_id":"s","num_bikes_available":1,{fields}}}"#);
    let list = r#""vehicle_docks_available":[{"vehicle_type_ids":["a","b"],"count":2},{"vehicle_type_ids":["b"],"count":1}]"#;
    check(&by_type(list), "s bikes 1 = - + - docks 3 ---");
    check(&by_type(&format!(r#""num_docks_available":8,{list}"#)), "s bikes 1 = - + - docks 8 ---");
    check(&by_type(r#""vehicle_docks_available":[{"count":-1}]"#), "s negative_count");
    check_information(
        r#"{"station_id":7,"name":"G","lat":48.8,"lon":2,"vehicle_docks_capacity":[{"count":7},{"count":2}]}"#,
        "7 G at 48.8,2 Some(9)",
    );
}

/// Counts by vehicle type in, mechanical bikes and e-bikes out, as the system's own types tell them apart.
fn check_kinds(by_type: &str, expect: (Option<u16>, Option<u16>)) {
    let types = parse_vehicle_types(
        br#"{"data":{"vehicle_types":[
            {"vehicle_type_id":"bike","form_factor":"bicycle","propulsion_type":"human"},
            {"vehicle_type_id":"cargo","form_factor":"cargo_bicycle","propulsion_type":"human"},
            {"vehicle_type_id":"ebike","form_factor":"bicycle","propulsion_type":"electric_assist"},
            {"vehicle_type_id":"scooter","form_factor":"scooter_standing","propulsion_type":"electric"}]}}"#,
    );
    let body = format!(
        r#"{{"data":{{"stations":[{{"station_id":"s","num_vehicles_available":9,"vehicle_types_available":[{by_type}]}}]}}}}"#
    );
    let parsed = parse_station_status_with(body.as_bytes(), fetched_at(), &types.unwrap()).unwrap();
    let counts = parsed.value.stations[0].counts;
    assert_eq!((counts.mechanical, counts.ebikes), expect, "{by_type}");
}

#[test]
fn kinds_come_from_the_systems_vehicle_types() {
    let of = |id: &str, count: u16| format!(r#"{{"vehicle_type_id":"{id}","count":{count}}}"#);
    check_kinds(&[of("bike", 2), of("cargo", 1), of("ebike", 4)].join(","), (Some(3), Some(4)));
    check_kinds(&[of("ebike", 4), of("scooter", 5)].join(","), (Some(0), Some(4)));
    check_kinds(&[of("bike", 2), of("unheard_of", 0)].join(","), (None, None));
    check_kinds("", (None, None));
}

#[test]
fn a_count_of_a_type_that_is_none_leaves_the_kinds_unknown_and_the_stations_own_total_good() {
    check_kinds(
        r#"{"vehicle_type_id":"ebike","count":4},{"vehicle_type_id":"ebike","count":-1}"#,
        (Some(0), None),
    );
    check_kinds(r#"{"vehicle_type_id":"bike"},{"vehicle_type_id":"ebike","count":4}"#, (None, Some(4)));
}

#[test]
fn a_document_of_which_nothing_can_be_used_is_no_feed() {
    let status = br#"{"data":{"stations":[{"station_id":1,"num_bikes_available":5},{"station_id":2},7]}}"#;
    let Err(DocumentError::NothingUsable { rejected }) = parse_station_information(status) else {
        panic!("a status document is no station_information");
    };
    assert_eq!(
        rejected.into_iter().collect::<Vec<_>>(),
        [(RejectReason::NotAnObject, 1), (RejectReason::MissingName, 2)]
    );
    let message = parse_station_information(status).unwrap_err().to_string();
    assert!(message.contains("none of the 3 records") && message.contains("in 2, the name"), "{message}");
}

#[test]
fn a_feed_may_have_no_stations() {
    let parsed = parse("");
    assert!(parsed.value.stations.is_empty() && parsed.rejected.is_empty());
}

#[test]
fn a_kind_that_is_not_listed_is_unknown_not_zero() {
    let kinds = |kinds: &str| {
        format!(r#"{{"station_id":1,"num_bikes_available":3,"num_bikes_available_types":{kinds}}}"#)
    };
    check(&kinds(r#"[{"mechanical":3}]"#), "1 bikes 3 = 3 + - docks - ---");
    check(&kinds(r#"[{"ebike":0},{"cargo":1}]"#), "1 bikes 3 = - + 0 docks - ---");
    check(&kinds("[]"), "1 bikes 3 = - + - docks - ---");
    check(&kinds("null"), "1 bikes 3 = - + - docks - ---");
    check(&kinds(r#"[{"ebike":-1}]"#), "1 negative_count");
}

#[test]
fn one_wrong_field_costs_one_record_and_says_why() {
    check("17", "? not_an_object");
    check("null", "? not_an_object");
    check(r#"["a"]"#, "? not_an_object");
    check("{}", "? missing_id");
    check(r#"{"station_id":null,"num_bikes_available":1}"#, "? missing_id");
    check(r#"{"station_id":{},"num_bikes_available":1}"#, "? missing_id");
    check(r#"{"station_id":4}"#, "4 missing_count");
    check(r#"{"station_id":4,"num_bikes_available":null}"#, "4 missing_count");
    check(r#"{"station_id":4,"num_bikes_available":-1}"#, "4 negative_count");
    check(r#"{"station_id":4,"num_bikes_available":65536}"#, "4 count_too_large");
    check(r#"{"station_id":4,"num_bikes_available":"many"}"#, "4 not_a_count");
    check(r#"{"station_id":4,"num_bikes_available":1,"num_docks_available":[]}"#, "4 not_a_count");
}

#[test]
fn the_first_record_of_a_station_counts() {
    let parsed = parse(
        r#"{"station_id":1,"num_bikes_available":5},{"station_id":2,"num_bikes_available":6},
           {"station_id":"1","num_bikes_available":7},{"station_id":3,"num_bikes_available":8}"#,
    );
    let kept: Vec<_> =
        parsed.value.stations.iter().map(|s| (s.station_id.as_str(), s.counts.bikes)).collect();
    assert_eq!(kept, [("1", 5), ("2", 6), ("3", 8)]);
    let refused: Vec<_> = parsed.rejected.iter().map(|r| r.reason.code()).collect();
    assert_eq!(refused, ["duplicate_id"]);
}

#[test]
fn a_report_from_the_future_is_no_report() {
    let reported_at = |second: i64| {
        let record = format!(r#"{{"station_id":1,"num_bikes_available":0,"last_reported":{second}}}"#);
        parse(&record).value.stations[0].reported_at
    };
    let fetched = fetched_at().as_second();
    assert!(reported_at(fetched + 86_400).is_some());
    assert_eq!(reported_at(fetched + 86_401), None);
    assert_eq!(reported_at(0), None);
}

#[test]
fn the_same_key_twice_is_no_error() {
    check(
        r#"{"station_id":1,"num_bikes_available":2,"num_bikes_available":3}"#,
        "1 bikes 3 = - + - docks - ---",
    );
}

/// One information record in, beside a good one, and one readable line out.
fn check_information(record: &str, expect: &str) {
    let beside = r#"{"station_id":"beside","name":"Gare","lat":48.8,"lon":2.5}"#;
    let body = format!(r#"{{"data":{{"stations":[{record},{beside}]}}}}"#);
    let mut parsed = parse_station_information(body.as_bytes()).unwrap();
    assert_eq!(parsed.value.pop().unwrap().station_id.as_str(), "beside");
    let line = match (parsed.value.as_slice(), parsed.rejected.as_slice()) {
        ([place], []) => {
            let position = place.position;
            format!(
                "{} {} at {},{} {:?}",
                place.station_id, place.name, position.lat, position.lon, place.capacity
            )
        }
        ([], [rejected]) => rejected.reason.to_string(),
        other => panic!("one record must give one station or one rejection: {other:?}"),
    };
    assert_eq!(line, expect, "{record}");
}

#[test]
fn a_place_is_read_in_every_version() {
    check_information(
        r#"{"station_id":7,"name":"Gare","lat":48.8,"lon":2,"capacity":0}"#,
        "7 Gare at 48.8,2 Some(0)",
    );
    check_information(
        r#"{"station_id":"7","name":[{"text":"Gare","language":"fr"}],"lat":"48.8","lon":2.5}"#,
        "7 Gare at 48.8,2.5 None",
    );
}

#[test]
fn a_place_that_is_nowhere_is_refused() {
    let refused = "the position is missing or not on Earth";
    check_information(r#"{"station_id":7,"name":"Gare","lat":48.8}"#, refused);
    check_information(r#"{"station_id":7,"name":"Gare","lat":91,"lon":2}"#, refused);
    check_information(r#"{"station_id":7,"name":"Gare","lat":0,"lon":0}"#, refused);
    check_information(r#"{"station_id":7,"name":"Gare","lat":"Paris","lon":"France"}"#, refused);
    check_information(r#"{"station_id":7,"lat":48.8,"lon":2}"#, "the name is missing");
    check_information(
        r#"{"station_id":7,"name":"G","lat":48.8,"lon":2,"capacity":-5}"#,
        "a count is negative",
    );
}
