//! Every stored Vélib' document, with what must come of it.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use velib_domain::{StationCode, StationId, Timestamp};
use velib_gbfs::{parse_discovery, parse_station_information, parse_station_status};

type StatusRow = (&'static str, Option<i64>, usize, u32, u32, u32);

/// `station_status` documents: file, the feed's own time, stations, bikes and e-bikes over all of them, free docks.
#[rustfmt::skip]
const STATUS: &[StatusRow] = &[
    ("samhrrl_2022/station_status.json",                                           Some(1_645_640_933), 1439, 13_960, 4_634, 29_102),
    ("jmgbt_2024/velib_station_status_2024-10-30_18-12-13.json",                   Some(1_730_311_920), 1485, 14_485, 4_739, 29_778),
    ("jmgbt_2024_11_05_jsonl/velib_station_status_2024-11-05_16-48-41.jsonl.gz",   None,                1485, 14_547, 4_734, 30_242),
    ("jmgbt_2024_11_05_jsonl/velib_station_status_2024-11-05_16-49-42.jsonl.gz",   None,                1485, 14_525, 4_729, 30_261),
    ("jmgbt_2024_11_05_jsonl/velib_station_status_2024-11-05_16-50-42.jsonl.gz",   None,                1485, 14_519, 4_727, 30_262),
    ("jmgbt_2024_11_05_jsonl/velib_station_status_2024-11-05_16-51-57.jsonl.gz",   None,                1485, 14_512, 4_715, 30_271),
    ("jmgbt_2024_11_05_jsonl/velib_station_status_2024-11-05_16-52-57.jsonl.gz",   None,                1485, 14_491, 4_704, 30_292),
    ("jmgbt_2024_11_05_jsonl/velib_station_status_2024-11-05_16-53-57.jsonl.gz",   None,                1485, 14_470, 4_690, 30_310),
    ("jmgbt_2024_11_05_jsonl/velib_station_status_2024-11-05_16-54-57.jsonl.gz",   None,                1485, 14_453, 4_660, 30_320),
    ("jmgbt_2024_11_05_jsonl/velib_station_status_2024-11-05_16-55-57.jsonl.gz",   None,                1485, 14_479, 4_704, 30_300),
    ("banacchini_2024/station_status.json",                                        Some(1_732_004_538), 1485, 15_626, 5_319, 29_291),
    ("dariusbengo_2025/station_status.json",                                       Some(1_760_778_556), 1495, 18_067, 7_015, 27_893),
    ("cchoooots98_2026/station_status.sample.json",                                Some(1_772_634_590), 1511, 18_658, 7_008, 28_678),
];

/// `station_information` documents: file, the feed's own time, stations, docks built, stations of capacity 0.
#[rustfmt::skip]
const INFORMATION: &[(&str, i64, usize, u32, usize)] = &[
    ("samhrrl_2022/station_information.json",              1_645_804_786, 1439, 44_954, 14),
    ("jmgbt_2024/station_info_2024-11-03_09-51-54.json",   1_730_623_870, 1485, 46_125, 12),
    ("banacchini_2024/station_information.json",           1_732_004_538, 1485, 46_155, 12),
    ("dariusbengo_2025/station_information.json",          1_760_778_679, 1495, 47_434, 16),
    ("cchoooots98_2026/station_information.sample.json",   1_772_634_590, 1511, 48_638, 4),
];

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");

/// The unpacked bytes of a stored document; `None`, with a line saying so, where the data is not at hand.
fn stored(path: &str) -> Option<Vec<u8>> {
    let path: PathBuf = Path::new(DATA).join(path);
    let Ok(mut file) = File::open(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let mut body = Vec::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(file).read_to_end(&mut body).unwrap();
    } else {
        file.read_to_end(&mut body).unwrap();
    }
    Some(body)
}

fn second(epoch: i64) -> Timestamp {
    Timestamp::from_second(epoch).unwrap()
}

#[test]
fn every_stored_status_document_gives_all_its_stations() {
    for &(file, updated, stations, bikes, ebikes, docks) in STATUS {
        let Some(body) = stored(&format!("paris_raw_gbfs/{file}")) else { return };
        let parsed = parse_station_status(&body, second(1_800_000_000)).unwrap();
        assert_eq!(parsed.rejected, [], "{file}");
        assert_eq!(parsed.updated_at, updated.map(second), "{file}");
        let statuses = parsed.value.stations;
        assert_eq!(statuses.len(), stations, "{file}");
        let sum = |count: fn(&velib_domain::Counts) -> u16| -> u32 {
            statuses.iter().map(|status| u32::from(count(&status.counts))).sum()
        };
        assert_eq!(sum(|counts| counts.bikes), bikes, "{file}");
        assert_eq!(sum(|counts| counts.ebikes.unwrap()), ebikes, "{file}");
        assert_eq!(sum(|counts| counts.mechanical.unwrap()), bikes - ebikes, "{file}");
        assert_eq!(sum(|counts| counts.docks.unwrap()), docks, "{file}");
        for status in &statuses {
            assert!(status.reported_at.is_some() && status.station_code.is_some(), "{file}: {status:?}");
            assert!(
                status.is_installed.is_some() && status.is_renting.is_some() && status.is_returning.is_some()
            );
        }
    }
}

#[test]
fn every_stored_information_document_gives_all_its_stations() {
    for &(file, updated, stations, docks, without_capacity) in INFORMATION {
        let Some(body) = stored(&format!("paris_raw_gbfs/{file}")) else { return };
        let parsed = parse_station_information(&body).unwrap();
        assert_eq!(parsed.rejected, [], "{file}");
        assert_eq!(parsed.updated_at, Some(second(updated)), "{file}");
        assert_eq!(parsed.value.len(), stations, "{file}");
        let capacities: Vec<u16> = parsed.value.iter().map(|station| station.capacity.unwrap()).collect();
        assert_eq!(capacities.iter().copied().map(u32::from).sum::<u32>(), docks, "{file}");
        assert_eq!(capacities.iter().filter(|capacity| **capacity == 0).count(), without_capacity, "{file}");
    }
}

#[test]
fn the_first_station_of_2022_is_read_to_the_letter() {
    let Some(body) = stored("paris_raw_gbfs/samhrrl_2022/station_information.json") else { return };
    let first = parse_station_information(&body).unwrap().value.swap_remove(0);
    assert_eq!(first.station_id, StationId::new("213688169"));
    assert_eq!(first.station_code, Some(StationCode::new("16107")));
    assert_eq!(first.name, "Benjamin Godard - Victor Hugo");
    assert_eq!((first.position.lat, first.position.lon), (48.865_983, 2.275_725));
    assert_eq!(first.capacity, Some(35));
}

#[test]
fn the_discovery_of_2022_names_both_station_feeds() {
    let Some(body) = stored("paris_raw_gbfs/samhrrl_2022/gbfs.json") else { return };
    let discovery = parse_discovery(&body).unwrap();
    assert_eq!(discovery.feeds.len(), 4);
    assert!(discovery.feed_url("station_status").unwrap().ends_with("/station_status.json"));
    assert!(discovery.feed_url("station_information").unwrap().ends_with("/station_information.json"));
}

#[test]
fn a_document_without_codes_or_capacities_still_gives_every_station() {
    let faulty =
        "malformed_real/station_information_null_stationcode_and_capacity0__2025-03-26-10-39.json.gz";
    let Some(body) = stored(faulty) else { return };
    let parsed = parse_station_information(&body).unwrap();
    assert_eq!(parsed.rejected, []);
    assert!(parsed.value.len() > 1400);
    assert!(parsed.value.iter().all(|station| station.station_code.is_none()));
    let without_capacity = parsed.value.iter().filter(|station| station.capacity == Some(0)).count();
    assert!(without_capacity > 1000, "{without_capacity}");
}
