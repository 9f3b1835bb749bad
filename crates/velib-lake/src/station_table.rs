//! The columns of `silver/stations`: one row a station, by station id.
//!
//! Beside the contract's columns stand three times, `code_at`, `described_at` and `capacity_at`: when each fact was
//! last said. They let hours be refined in any order. Name and place are null for a station that only status
//! documents have named so far.

use std::sync::{Arc, LazyLock};

use arrow::{
    array::{Array, Float64Array, RecordBatch, StringArray, UInt8Array, UInt16Array},
    datatypes::{DataType, Float64Type, Schema, SchemaRef, UInt8Type, UInt16Type},
};
use bytes::Bytes;
use velib_domain::{LatLon, StationCode, StationId, Timestamp};

use crate::{
    Dated, Description, LakeError, StationRecord,
    keys::StationsKey,
    table::{
        self, Columns, Meaning, instant_at, instant_type, instants, number_at, optional, required, text_at,
    },
};

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        required("station_id", DataType::Utf8).meaning("GBFS station id: the key everywhere"),
        optional("station_code", DataType::Utf8).meaning("the last printed code that was not null"),
        optional("name", DataType::Utf8).meaning("the last name; null while only counts were seen"),
        optional("lat", DataType::Float64).meaning("degrees north, WGS84; null where the name is"),
        optional("lon", DataType::Float64).meaning("degrees east, WGS84; null where the name is"),
        optional("capacity", DataType::UInt16).meaning("the last number of docks above 0"),
        optional("arrondissement", DataType::UInt8).meaning(
            "1 to 20, by the place where the lake has boundaries, else by the code; null outside Paris",
        ),
        optional("commune", DataType::Utf8).meaning("by the place, where the lake's boundaries name it"),
        required("first_seen", instant_type()).meaning("the first document that named the station"),
        required("last_seen", instant_type()).meaning("the last document that named it"),
        optional("code_at", instant_type()).meaning("when the code was told last"),
        optional("described_at", instant_type()).meaning("when name and place were told last"),
        optional("capacity_at", instant_type()).meaning("when the capacity was told last"),
    ]))
});

/// The Arrow schema of the stations table.
pub fn station_schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// Sorts records by station and encodes them.
pub(crate) fn encode(key: &StationsKey, records: &[StationRecord]) -> Result<Bytes, LakeError> {
    let mut rows: Vec<&StationRecord> = records.iter().collect();
    rows.sort_by(|a, b| a.station_id.cmp(&b.station_id));
    table::encode(key, &SCHEMA, columns(&rows), &["station_id"], None)
}

fn columns(rows: &[&StationRecord]) -> Vec<Arc<dyn Array>> {
    let description = |row: &'_ &StationRecord| row.description.as_ref().map(|fact| fact.value.position);
    let names = rows.iter().map(|row| row.description.as_ref().map(|fact| fact.value.name.as_str()));
    let codes = rows.iter().map(|row| row.code.as_ref().map(|fact| fact.value.as_str()));
    let capacities = rows.iter().map(|row| row.capacity.map(|fact| fact.value));
    vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.station_id.as_str()))),
        Arc::new(codes.collect::<StringArray>()),
        Arc::new(names.collect::<StringArray>()),
        Arc::new(rows.iter().map(|row| description(row).map(|p| p.lat)).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|row| description(row).map(|p| p.lon)).collect::<Float64Array>()),
        Arc::new(capacities.collect::<UInt16Array>()),
        Arc::new(rows.iter().map(|row| row.arrondissement).collect::<UInt8Array>()),
        Arc::new(rows.iter().map(|row| row.commune.as_deref()).collect::<StringArray>()),
        Arc::new(instants(rows.iter().map(|row| Some(row.first_seen)))),
        Arc::new(instants(rows.iter().map(|row| Some(row.last_seen)))),
        Arc::new(instants(rows.iter().map(|row| row.code.as_ref().map(|fact| fact.at)))),
        Arc::new(instants(rows.iter().map(|row| row.description.as_ref().map(|fact| fact.at)))),
        Arc::new(instants(rows.iter().map(|row| row.capacity.map(|fact| fact.at)))),
    ]
}

/// Reads every record, by station id.
pub(crate) fn decode(key: &StationsKey, object: Bytes) -> Result<Vec<StationRecord>, LakeError> {
    let batch = table::decode(key, object, &SCHEMA)?;
    let rows = 0..batch.num_rows();
    rows.map(|row| record(&batch, row).ok_or_else(|| LakeError::corrupt_table(key, &format!("row {row}"))))
        .collect()
}

fn record(batch: &RecordBatch, row: usize) -> Option<StationRecord> {
    let columns = Columns(batch);
    let text = |name| text_at(columns.text(name), row);
    let at = |name| instant_at(columns.instants(name), row);
    let degrees = |name| number_at(columns.numbers::<Float64Type>(name), row);
    let capacity = number_at(columns.numbers::<UInt16Type>("capacity"), row);
    Some(StationRecord {
        station_id: StationId::new(columns.text("station_id").value(row)),
        code: dated(text("station_code").map(StationCode::new), at("code_at"))?,
        description: dated(description(text("name"), degrees("lat"), degrees("lon"))?, at("described_at"))?,
        capacity: dated(capacity, at("capacity_at"))?,
        arrondissement: number_at(columns.numbers::<UInt8Type>("arrondissement"), row),
        commune: text("commune").map(str::to_owned),
        first_seen: at("first_seen")?,
        last_seen: at("last_seen")?,
    })
}

/// A description is there whole or not at all; anything else (the outer `None`) is damage.
#[expect(clippy::option_option, reason = "the outer level is damage, the inner one absence")]
fn description(name: Option<&str>, lat: Option<f64>, lon: Option<f64>) -> Option<Option<Description>> {
    match (name, lat, lon) {
        (Some(name), Some(lat), Some(lon)) => {
            Some(Some(Description { name: name.to_owned(), position: LatLon::new(lat, lon)? }))
        }
        (None, None, None) => Some(None),
        _ => None,
    }
}

/// A fact and its time are there together or not at all; anything else (the outer `None`) is damage.
#[expect(clippy::option_option, reason = "the outer level is damage, the inner one absence")]
fn dated<T>(value: Option<T>, at: Option<Timestamp>) -> Option<Option<Dated<T>>> {
    match (value, at) {
        (Some(value), Some(at)) => Some(Some(Dated { at, value })),
        (None, None) => Some(None),
        _ => None,
    }
}
