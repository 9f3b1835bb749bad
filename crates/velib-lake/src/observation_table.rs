//! The columns of `silver/station_status`, written from observations and read back.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use arrow::{
    array::{
        Array, AsArray, BooleanArray, DictionaryArray, RecordBatch, StringArray, TimestampMillisecondArray,
        UInt16Array,
    },
    datatypes::{DataType, Int8Type, Schema, SchemaRef, TimestampMillisecondType},
};
use bytes::Bytes;
use velib_domain::{
    CapacitySource, Counts, Hour, Observation, StationCode, StationId, StationStatus, Timestamp,
};

use crate::{
    LakeError,
    table::{
        self, Columns, Meaning, flag_at, instant_at, instant_type, instants, number_at, optional, required,
        text_at,
    },
};

const SORTED_BY: [&str; 2] = ["station_id", "snapshot_at"];

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    // Three words need no wider index than a byte.
    let word = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
    Arc::new(Schema::new(vec![
        required("snapshot_at", instant_type()).meaning("when the document was fetched"),
        optional("reported_at", instant_type())
            .meaning("the station's own `last_reported`: a label, not the age of the counts; null where absurd"),
        required("station_id", DataType::Utf8).meaning("GBFS station id: the key everywhere"),
        optional("station_code", DataType::Utf8).meaning("the code printed on the station: a label"),
        required("bikes", DataType::UInt16).meaning("bikes ready to rent"),
        optional("mechanical", DataType::UInt16)
            .meaning("of these, without a motor; null where the feed does not say"),
        optional("ebikes", DataType::UInt16).meaning("of these, electric; null where the feed does not say"),
        optional("docks", DataType::UInt16).meaning("free docks as the feed says, never capacity less bikes"),
        optional("capacity", DataType::UInt16).meaning("docks of the station, in use or not"),
        optional("capacity_source", word).meaning(
            "`feed`; `remembered` where the feed says 0 and said more before; `observed`, the most bikes and docks \
             counted together in the hour",
        ),
        optional("is_installed", DataType::Boolean).meaning("whether the station stands on the street"),
        optional("is_renting", DataType::Boolean).meaning("whether bikes can be taken"),
        optional("is_returning", DataType::Boolean).meaning("whether bikes can be given back"),
    ]))
});

/// The Arrow schema of a silver hour.
pub fn observation_schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// Sorts rows by station and time, and encodes them.
pub(crate) fn encode(
    key: &impl ToString,
    rows: &[Observation],
    mark: Option<(&str, &str)>,
) -> Result<Bytes, LakeError> {
    let mut rows: Vec<&Observation> = rows.iter().collect();
    rows.sort_by(|a, b| (&a.status.station_id, a.snapshot_at).cmp(&(&b.status.station_id, b.snapshot_at)));
    table::encode(key, &SCHEMA, columns(&rows), &SORTED_BY, mark)
}

fn columns(rows: &[&Observation]) -> Vec<Arc<dyn Array>> {
    let counts = |of: fn(&Counts) -> Option<u16>| -> UInt16Array {
        rows.iter().map(|row| of(&row.status.counts)).collect()
    };
    let flags = |of: fn(&StationStatus) -> Option<bool>| -> BooleanArray {
        rows.iter().map(|row| of(&row.status)).collect()
    };
    let ids = rows.iter().map(|row| row.status.station_id.as_str());
    let codes = rows.iter().map(|row| row.status.station_code.as_ref().map(StationCode::as_str));
    let sources = rows.iter().map(|row| row.capacity_source.map(CapacitySource::as_str));
    vec![
        Arc::new(instants(rows.iter().map(|row| Some(row.snapshot_at)))),
        Arc::new(instants(rows.iter().map(|row| row.status.reported_at))),
        Arc::new(StringArray::from_iter_values(ids)),
        Arc::new(codes.collect::<StringArray>()),
        Arc::new(counts(|counts| Some(counts.bikes))),
        Arc::new(counts(|counts| counts.mechanical)),
        Arc::new(counts(|counts| counts.ebikes)),
        Arc::new(counts(|counts| counts.docks)),
        Arc::new(rows.iter().map(|row| row.capacity).collect::<UInt16Array>()),
        Arc::new(sources.collect::<DictionaryArray<Int8Type>>()),
        Arc::new(flags(|status| status.is_installed)),
        Arc::new(flags(|status| status.is_renting)),
        Arc::new(flags(|status| status.is_returning)),
    ]
}

/// Reads an hour's observations in their stored order.
pub(crate) fn decode(key: &impl ToString, object: Bytes) -> Result<Vec<Observation>, LakeError> {
    observations(key, &table::decode(key, object, &SCHEMA)?)
}

/// As [`decode`], the rows of some hours only; the other rows' columns are not decoded beyond their time.
pub(crate) fn decode_hours(
    key: &impl ToString,
    object: Bytes,
    hours: BTreeSet<Hour>,
) -> Result<Vec<Observation>, LakeError> {
    let is_wanted = move |times: &dyn Array| {
        let times = times.as_primitive::<TimestampMillisecondType>();
        let hour_of = |millisecond| Timestamp::from_millisecond(millisecond).map(Hour::containing);
        times
            .iter()
            .map(|at| Some(at.is_some_and(|at| hour_of(at).is_ok_and(|hour| hours.contains(&hour)))))
            .collect()
    };
    observations(key, &table::decode_where(key, object, &SCHEMA, "snapshot_at", is_wanted)?)
}

fn observations(key: &impl ToString, batch: &RecordBatch) -> Result<Vec<Observation>, LakeError> {
    let columns = ObservationColumns::new(batch);
    let mut rows: Vec<Observation> = Vec::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        let station_id = columns.station_id(row, rows.last());
        rows.push(
            columns.observation(row, station_id).map_err(|reason| LakeError::corrupt_table(key, &reason))?,
        );
    }
    Ok(rows)
}

/// Every column by its type, looked up once and not once a row.
struct ObservationColumns<'a> {
    snapshot_at: &'a TimestampMillisecondArray,
    reported_at: &'a TimestampMillisecondArray,
    station_id: &'a StringArray,
    station_code: &'a StringArray,
    bikes: &'a UInt16Array,
    mechanical: &'a UInt16Array,
    ebikes: &'a UInt16Array,
    docks: &'a UInt16Array,
    capacity: &'a UInt16Array,
    capacity_source: &'a DictionaryArray<Int8Type>,
    capacity_words: &'a StringArray,
    is_installed: &'a BooleanArray,
    is_renting: &'a BooleanArray,
    is_returning: &'a BooleanArray,
}

impl<'a> ObservationColumns<'a> {
    fn new(batch: &'a RecordBatch) -> Self {
        let columns = Columns(batch);
        let capacity_source = columns.any("capacity_source").as_dictionary::<Int8Type>();
        Self {
            snapshot_at: columns.instants("snapshot_at"),
            reported_at: columns.instants("reported_at"),
            station_id: columns.text("station_id"),
            station_code: columns.text("station_code"),
            bikes: columns.numbers("bikes"),
            mechanical: columns.numbers("mechanical"),
            ebikes: columns.numbers("ebikes"),
            docks: columns.numbers("docks"),
            capacity: columns.numbers("capacity"),
            capacity_source,
            capacity_words: capacity_source.values().as_string(),
            is_installed: columns.flags("is_installed"),
            is_renting: columns.flags("is_renting"),
            is_returning: columns.flags("is_returning"),
        }
    }

    /// Rows of one station stand together, so its name is allocated once.
    fn station_id(&self, row: usize, previous: Option<&Observation>) -> StationId {
        let text = self.station_id.value(row);
        match previous.map(|observation| &observation.status.station_id) {
            Some(id) if id.as_str() == text => id.clone(),
            _ => StationId::new(text),
        }
    }

    fn observation(&self, row: usize, station_id: StationId) -> Result<Observation, String> {
        Ok(Observation {
            snapshot_at: instant_at(self.snapshot_at, row).ok_or("snapshot_at is out of range")?,
            status: self.status(row, station_id),
            capacity: number_at(self.capacity, row),
            capacity_source: self.capacity_source(row)?,
        })
    }

    fn status(&self, row: usize, station_id: StationId) -> StationStatus {
        StationStatus {
            station_id,
            station_code: text_at(self.station_code, row).map(StationCode::new),
            counts: Counts {
                bikes: self.bikes.value(row),
                mechanical: number_at(self.mechanical, row),
                ebikes: number_at(self.ebikes, row),
                docks: number_at(self.docks, row),
            },
            reported_at: instant_at(self.reported_at, row),
            is_installed: flag_at(self.is_installed, row),
            is_renting: flag_at(self.is_renting, row),
            is_returning: flag_at(self.is_returning, row),
        }
    }

    fn capacity_source(&self, row: usize) -> Result<Option<CapacitySource>, String> {
        let Some(index) = self.capacity_source.key(row) else { return Ok(None) };
        let word = self.capacity_words.value(index);
        let sources = [CapacitySource::Feed, CapacitySource::Remembered, CapacitySource::Observed];
        let source = sources.into_iter().find(|source| source.as_str() == word);
        source.map(Some).ok_or_else(|| format!("capacity_source {word:?} is unknown"))
    }
}
