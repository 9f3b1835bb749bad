//! What holds for every input: no bytes make the parsers panic, no cut passes unnoticed, nothing written is lost.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use proptest::prelude::*;
use velib_domain::{StatusSnapshot, Timestamp};
use velib_gbfs::{
    DocumentError, DocumentKind, Parsed, StatusReader, examine, parse_discovery, parse_station_information,
    parse_station_status, parse_system_information, parse_vehicle_types,
};

/// A station as a test writes it: id, mechanical bikes, e-bikes, docks.
type Row = (u64, u16, u16, u16);

fn now() -> Timestamp {
    Timestamp::from_second(1_730_311_933).unwrap()
}

fn record((id, mechanical, ebikes, docks): &Row) -> String {
    let bikes = mechanical + ebikes;
    format!(
        r#"{{"station_id":{id},"num_bikes_available":{bikes},"numBikesAvailable":{bikes},"num_bikes_available_types":[{{"mechanical":{mechanical}}},{{"ebike":{ebikes}}}],"num_docks_available":{docks},"numDocksAvailable":{docks},"is_installed":1,"is_returning":1,"is_renting":1,"last_reported":1730308421,"stationCode":"é16107"}}"#
    )
}

fn document(rows: &[Row]) -> String {
    let records: Vec<String> = rows.iter().map(record).collect();
    format!(r#"{{"lastUpdatedOther":1730311920,"ttl":3600,"data":{{"stations":[{}]}}}}"#, records.join(","))
}

fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let ids = prop::collection::btree_set(0..20_000_000_000_u64, 0..most);
    let counts = (0..100_u16, 0..100_u16, 0..u16::MAX);
    ids.prop_flat_map(move |ids| {
        let counts = prop::collection::vec(counts.clone(), ids.len());
        counts.prop_map(move |counts| ids.iter().zip(counts).map(|(id, (m, e, d))| (*id, m, e, d)).collect())
    })
}

/// The same document with a list that keeps it from being read as a plain one.
fn not_plain(body: &str) -> String {
    body.replacen('{', r#"{"not_plain":[],"#, 1)
}

/// What a reader makes of a document; where it is none, the list that was put in may change what is found first.
fn outcome(read: Result<Parsed<StatusSnapshot>, DocumentError>) -> Result<Parsed<StatusSnapshot>, String> {
    read.map_err(|error| match error {
        DocumentError::NothingUsable { rejected } => format!("{rejected:?}"),
        _ => "no document".to_owned(),
    })
}

/// A text with a piece of it replaced by another piece of it, or by one of what feeds write instead of a value.
fn mutated() -> impl Strategy<Value = String> {
    let values = prop::sample::select(vec![
        "",
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "1e3",
        "007",
        "\"7\"",
        "\"\"",
        "\" 5 \"",
        "\"\\u0031\"",
        "[]",
        "{}",
        "[3]",
        "99999999999999999999",
        "70000",
        ",",
        "}",
        "]",
        "{",
        "\n ",
        "\"station_id\":4,",
        "\"num_vehicles_available\":2,",
        "\"vehicle_types_available\":[{\"vehicle_type_id\":\"a\",\"count\":1}],",
        "\"num_bikes_available_types\":[],",
    ]);
    let spot = any::<prop::sample::Index>;
    let changes =
        prop::collection::vec((spot(), 0..24_usize, spot(), 0..40_usize, prop::option::of(values)), 0..4);
    (rows(6), changes).prop_map(|(rows, changes)| {
        let mut text = document(&rows).replace('é', "e");
        for (at, cut, from, length, value) in changes {
            let at = at.index(text.len());
            let cut = at..(at + cut).min(text.len());
            let from = from.index(text.len());
            let piece = text[from..(from + length).min(text.len())].to_owned();
            text.replace_range(cut, value.unwrap_or(&piece));
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn a_plain_document_is_read_as_any_other(text in mutated(), before in rows(6)) {
        let expect = outcome(parse_station_status(not_plain(&text).as_bytes(), now()));
        prop_assume!(!text.trim().is_empty() && text.starts_with('{'));
        prop_assert_eq!(&outcome(parse_station_status(text.as_bytes(), now())), &expect, "alone");
        let mut reader = StatusReader::default();
        reader.read(document(&before).as_bytes(), now()).ok();
        prop_assert_eq!(&outcome(reader.read(text.as_bytes(), now())), &expect, "after another");
        prop_assert_eq!(&outcome(reader.read(text.as_bytes(), now())), &expect, "once more");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_station_status(&body, now());
        let _ = parse_station_information(&body);
        let _ = parse_discovery(&body);
        let _ = parse_system_information(&body);
        let _ = parse_vehicle_types(&body);
        let _ = examine(&body, now());
    }

    #[test]
    fn an_examination_counts_what_the_parser_keeps(rows in rows(8), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = document(&rows).into_bytes();
        let at = at.index(body.len());
        body[at] = byte;
        let found = examine(&body, now());
        match parse_station_status(&body, now()) {
            Ok(parsed) => {
                let found = found.unwrap();
                let is_empty = parsed.value.stations.is_empty();
                prop_assert!(is_empty || found.kind == DocumentKind::StationStatus);
                prop_assert_eq!(found.accepted, parsed.value.stations.len());
                prop_assert_eq!(found.rejected.values().sum::<usize>(), parsed.rejected.len());
            }
            Err(DocumentError::NothingUsable { rejected }) => {
                prop_assert!(rejected.values().sum::<usize>() > 0);
            }
            Err(_) => prop_assert!(found.is_err()),
        }
    }

    #[test]
    fn no_value_of_any_field_makes_a_parser_panic(value in "[-0-9.eE\"a-z{}\\[\\]:,]{0,12}", field in field()) {
        let body = format!(r#"{{"data":{{"stations":[{{"station_id":1,"{field}":{value}}}]}}}}"#);
        let _ = parse_station_status(body.as_bytes(), now());
        let _ = parse_station_information(body.as_bytes());
    }

    #[test]
    fn a_changed_byte_never_panics(rows in rows(3), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = document(&rows).into_bytes();
        let at = at.index(body.len());
        body[at] = byte;
        if let Ok(parsed) = parse_station_status(&body, now()) {
            prop_assert!(parsed.value.stations.len() + parsed.rejected.len() <= rows.len() + 1);
        }
    }

    #[test]
    fn a_document_cut_anywhere_is_an_error(rows in rows(4), at in any::<prop::sample::Index>()) {
        let body = document(&rows);
        let cut = &body.as_bytes()[..at.index(body.len())];
        let expect = if cut.is_empty() { DocumentError::Empty } else { DocumentError::Truncated { bytes: cut.len() } };
        prop_assert_eq!(parse_station_status(cut, now()), Err(expect));
    }

    #[test]
    fn lines_cut_anywhere_lose_stations_only_at_the_end(rows in rows(4), at in any::<prop::sample::Index>()) {
        let lines: String = rows.iter().map(|row| record(row) + "\n").collect();
        prop_assume!(!lines.is_empty());
        let cut = &lines.as_bytes()[..at.index(lines.len())];
        if let Ok(parsed) = parse_station_status(cut, now()) {
            let whole_lines = (cut.split(|byte| *byte == b'}').count() - 1) / 3;
            prop_assert_eq!(parsed.value.stations.len(), whole_lines);
        }
    }

    #[test]
    fn what_is_written_is_read(rows in rows(20)) {
        let parsed = parse_station_status(document(&rows).as_bytes(), now()).unwrap();
        prop_assert_eq!(parsed.rejected.len(), 0);
        let read: Vec<Row> = parsed.value.stations.iter().map(|status| {
            let counts = status.counts;
            assert_eq!(Some(counts.bikes), counts.mechanical.zip(counts.ebikes).map(|(m, e)| m + e));
            let id = status.station_id.as_str().parse().unwrap();
            (id, counts.mechanical.unwrap(), counts.ebikes.unwrap(), counts.docks.unwrap())
        }).collect();
        prop_assert_eq!(read, rows);
    }
}

fn field() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "num_bikes_available",
        "num_bikes_available_types",
        "vehicle_types_available",
        "num_docks_available",
        "last_reported",
        "is_renting",
        "stationCode",
        "name",
        "lat",
        "capacity",
    ])
}
