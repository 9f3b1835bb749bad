//! How many bytes of JSON a second become typed stations on one core: `cargo bench -p velib-gbfs --bench parse`.
//!
//! Documents of a simulated city, and the recorded ones where `../shared/data` is there. Beside the reader as it is
//! used stand the reader that takes any JSON, which is what a document that is not plain costs, and `serde_json` into
//! borrowed fields, which is the least that a general reader has to do.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark measures time, and stops where it cannot"
)]

use std::{fs, hint::black_box, path::Path, time::Instant};

use serde::Deserialize;
use velib_domain::{SignedDuration, Timestamp};
use velib_gbfs::StatusReader;
use velib_sim::{City, CityConfig};

const ROUNDS: usize = 15;
const HOURS: i64 = 24;
const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/paris_raw_gbfs");

/// Documents of one feed, read one after the other.
struct Feed {
    name: String,
    documents: Vec<Vec<u8>>,
}

fn main() {
    let mut feeds = vec![simulated()];
    feeds.extend(recorded(Path::new(RECORDED)));
    println!(
        "{:<44} {:>10} {:>10} {:>12}  MB/s of JSON on one core",
        "feed", "as used", "any JSON", "serde_json"
    );
    for Feed { name, documents } in &feeds {
        let not_plain: Vec<Vec<u8>> = documents.iter().map(|document| not_plain(document)).collect();
        let (mut used, mut any) = (StatusReader::default(), StatusReader::default());
        let speeds = medians([
            &mut || documents.iter().for_each(|document| read(&mut used, document)),
            &mut || not_plain.iter().for_each(|document| read(&mut any, document)),
            &mut || documents.iter().for_each(|document| deserialize(document)),
        ]);
        let bytes: usize = documents.iter().map(Vec::len).sum();
        let [used, any, serde] = speeds.map(|seconds| bytes as f64 / 1e6 / seconds);
        println!("{name:<44} {used:>10.0} {any:>10.0} {serde:>12.0}");
    }
}

fn simulated() -> Feed {
    let start = Timestamp::from_second(1_767_225_600).unwrap();
    let mut city = City::new(CityConfig::default(), start);
    let documents = (0..HOURS).map(|hour| {
        city.advance_to(start + SignedDuration::from_hours(hour));
        city.station_status_json()
    });
    Feed { name: "simulated".to_owned(), documents: documents.collect() }
}

/// The recorded documents that are one JSON object, each as a feed of its own.
fn recorded(folder: &Path) -> Vec<Feed> {
    let Ok(folders) = fs::read_dir(folder) else {
        println!("no recorded documents in {}", folder.display());
        return Vec::new();
    };
    let mut files: Vec<_> = folders
        .flat_map(|entry| fs::read_dir(entry.unwrap().path()).into_iter().flatten())
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.to_string_lossy().contains("status") && path.extension().is_some_and(|e| e == "json")
        })
        .collect();
    files.sort();
    let feed = |path: &std::path::PathBuf| {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        Feed { name, documents: vec![fs::read(path).unwrap(); 4] }
    };
    files.iter().map(feed).collect()
}

/// The same document with a list that keeps it from being read as a plain one.
fn not_plain(document: &[u8]) -> Vec<u8> {
    let brace = document.iter().position(|byte| *byte == b'{').unwrap();
    [&document[..=brace], br#""not_plain":[],"#, &document[brace + 1..]].concat()
}

fn read(reader: &mut StatusReader, document: &[u8]) {
    black_box(reader.read(document, Timestamp::MAX).unwrap());
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    data: Data<'a>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    stations: Vec<Station<'a>>,
}

/// Every field that the reader reads, in Vélib's types and no other.
#[derive(Deserialize)]
#[expect(
    dead_code,
    clippy::struct_field_names,
    reason = "only the reading of the feed's own fields is of interest"
)]
struct Station<'a> {
    station_id: u64,
    #[serde(rename = "stationCode")]
    station_code: Option<&'a str>,
    num_bikes_available: u16,
    num_bikes_available_types: [BikeKind; 2],
    num_docks_available: u16,
    is_installed: u8,
    is_renting: u8,
    is_returning: u8,
    last_reported: i64,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the reading is of interest")]
struct BikeKind {
    mechanical: Option<u16>,
    ebike: Option<u16>,
}

fn deserialize(document: &[u8]) {
    // A document that needs escapes or has other types ends early, and its figure says nothing.
    black_box(serde_json::from_slice::<Document>(document).map(|document| document.data.stations.len()).ok());
}

/// The median seconds of each, taken in turns.
fn medians<const N: usize>(mut works: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut seconds = [const { Vec::new() }; N];
    for _ in 0..ROUNDS {
        for (work, seconds) in works.iter_mut().zip(&mut seconds) {
            let since = Instant::now();
            work();
            seconds.push(since.elapsed().as_secs_f64());
        }
    }
    seconds.map(|mut seconds| {
        seconds.sort_by(f64::total_cmp);
        seconds[ROUNDS / 2]
    })
}
