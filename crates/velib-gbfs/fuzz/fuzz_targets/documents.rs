//! Any bytes, read as every kind of document: nothing panics, and what the parsers say of a body agrees.
#![no_main]

use libfuzzer_sys::fuzz_target;
use velib_domain::Timestamp;
use velib_gbfs::{
    DocumentContent, DocumentError, DocumentKind, StatusReader, examine, parse_discovery,
    parse_station_information,
    parse_station_status, parse_station_status_with, parse_system_information, parse_vehicle_types,
};

fuzz_target!(|body: &[u8]| {
    let now = Timestamp::from_second(1_730_311_933).expect("a second of 2024 is a time");
    let status = parse_station_status(body, now);
    let information = parse_station_information(body);
    let types = parse_vehicle_types(body).unwrap_or_default();
    let _ = (parse_discovery(body), parse_system_information(body));
    assert_eq!(DocumentContent::of(body), DocumentContent::of(body));

    // Knowing the types tells kinds, and neither refuses nor adds a record.
    let known = parse_station_status_with(body, now, &types).map_or(0, |parsed| parsed.value.stations.len());
    let unknown = status.as_ref().map_or(0, |parsed| parsed.value.stations.len());
    assert_eq!(known, unknown);

    // A reader that knows the feed already, or a list that keeps a document from being a plain one, changes nothing.
    let mut reader = StatusReader::default();
    assert_eq!(reader.read(body, now), status);
    assert_eq!(reader.read(body, now), status);
    if body.first() == Some(&b'{') && body.len() > 2 {
        let not_plain = [br#"{"not_plain":[],"#, &body[1..]].concat();
        match (&status, parse_station_status(&not_plain, now)) {
            (Ok(status), any) => assert_eq!(any.as_ref(), Ok(status)),
            (Err(_), any) => assert!(any.is_err()),
        }
    }

    // Whatever is kept has an id, once.
    if let Ok(parsed) = &information {
        let mut ids: Vec<_> = parsed.value.iter().map(|station| station.station_id.as_str()).collect();
        ids.sort_unstable();
        assert!(ids.iter().all(|id| !id.is_empty()) && ids.windows(2).all(|pair| pair[0] != pair[1]));
    }

    // An examination counts what the parser of its kind keeps, and a document it accepts is a feed.
    if let Ok(found) = examine(body, now) {
        let kept = match found.kind {
            DocumentKind::StationStatus => status.map(|parsed| parsed.value.stations.len()),
            DocumentKind::StationInformation => information.map(|parsed| parsed.value.len()),
            _ => return,
        };
        match kept {
            Ok(kept) => assert_eq!(found.accepted, kept),
            Err(DocumentError::NothingUsable { rejected }) => assert_eq!(found.rejected, rejected),
            Err(error) => panic!("accepted by the examination, refused by the parser: {error}"),
        }
    }
});
