//! Vélib' documents written by hand: only what a test is about, with the dialect's quirks around it.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt, memory::InMemory};
use velib_domain::{Hour, Observation, SystemId, Timestamp};
use velib_lake::{BronzeKey, Feed, Lake};

pub(crate) fn velib() -> SystemId {
    "velib".parse().unwrap()
}

pub(crate) fn hour(text: &str) -> Hour {
    text.parse().unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A record of `station_status`; the id doubles as the printed code.
pub(crate) fn status(id: u64, mechanical: u16, ebikes: u16, docks: u16) -> String {
    let bikes = mechanical + ebikes;
    format!(
        r#"{{"stationCode":"{id}","station_id":{id},"num_bikes_available":{bikes},"numBikesAvailable":{bikes},
        "num_bikes_available_types":[{{"mechanical":{mechanical}}},{{"ebike":{ebikes}}}],
        "num_docks_available":{docks},"numDocksAvailable":{docks},
        "is_installed":1,"is_returning":1,"is_renting":1,"last_reported":1795183200}}"#
    )
}

/// A record of `station_information`.
pub(crate) fn information(id: u64, name: &str, capacity: u16) -> String {
    format!(
        r#"{{"station_id":{id},"stationCode":"{id}","name":"{name}","lat":48.865983,"lon":2.275725,
        "capacity":{capacity},"rental_methods":["CREDITCARD"]}}"#
    )
}

/// A whole document whose feed says it was updated at `updated`.
pub(crate) fn document(updated: &str, records: &[String]) -> String {
    let updated = at(updated).as_second();
    let records = records.join(",");
    format!(r#"{{"lastUpdatedOther":{updated},"ttl":3600,"data":{{"stations":[{records}]}}}}"#)
}

pub(crate) async fn store(lake: &Lake, feed: Feed, time: &str, body: &str) -> BronzeKey {
    let key = BronzeKey::new(velib(), feed, at(time));
    lake.store_bronze(&key, body.as_bytes()).await.unwrap();
    key
}

/// Stores what the status feed said at a time.
pub(crate) async fn counted(lake: &Lake, time: &str, records: &[String]) -> BronzeKey {
    store(lake, Feed::StationStatus, time, &document(time, records)).await
}

/// Stores what the information feed said at a time.
pub(crate) async fn described(lake: &Lake, time: &str, records: &[String]) -> BronzeKey {
    store(lake, Feed::StationInformation, time, &document(time, records)).await
}

/// An hour's rows, one a line: `14:05:03 16107 3+2 bikes 30 docks of 35 (feed)`.
pub(crate) async fn silver(lake: &Lake, hour: Hour) -> String {
    let rows = lake.read_silver_hour(&velib(), hour).await.unwrap().expect("the hour was refined");
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(row: &Observation) -> String {
    let number = |count: Option<u16>| count.map_or("?".to_owned(), |count| count.to_string());
    let counts = row.status.counts;
    format!(
        "{} {} {}+{} bikes {} docks of {} ({})",
        row.snapshot_at.strftime("%H:%M:%S"),
        row.status.station_id,
        number(counts.mechanical),
        number(counts.ebikes),
        number(counts.docks),
        number(row.capacity),
        row.capacity_source.map_or("unknown", |source| source.as_str()),
    )
}

/// Every file with its bytes.
pub(crate) fn files_under(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            files.push((entry.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&entry).unwrap()));
        }
    }
    files.sort();
    files
}

/// Every object of a store with its bytes.
pub(crate) async fn objects(store: &InMemory) -> BTreeMap<String, Bytes> {
    let listed: Vec<ObjectMeta> = store.list(None).try_collect().await.unwrap();
    let mut objects = BTreeMap::new();
    for object in listed {
        let bytes = store.get(&object.location).await.unwrap().bytes().await.unwrap();
        objects.insert(object.location.to_string(), bytes);
    }
    objects
}
