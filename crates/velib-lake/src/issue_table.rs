//! The columns of issued forecasts, written from an issue and read back. What holds of all rows stands in each, so that one
//! query reads many hours; in Parquet it takes a few bytes.

use std::{
    iter::repeat_n,
    sync::{Arc, LazyLock},
};

use arrow::{
    array::{
        Array, AsArray, DictionaryArray, Float64Array, PrimitiveArray, RecordBatch, StringArray, UInt16Array,
        UInt32Array,
    },
    datatypes::{DataType, Field, Float64Type, Int8Type, Schema, SchemaRef, UInt16Type, UInt32Type},
};
use bytes::Bytes;
use velib_domain::{Issue, IssuedCount, IssuedForecast, SignedDuration, StationId};

use crate::{
    LakeError,
    table::{self, Columns, Meaning, instant_at, instant_type, instants, number_at, optional, required},
};

const NO_FORECAST: &str = "it holds no forecast";
const SORTED_BY: [&str; 2] = ["station_id", "horizon_s"];

/// A number that was said of a count: the end of its column's name, its meaning, and where it stands.
type Said = (&'static str, &'static str, fn(&IssuedCount) -> f64);

const SAID: [Said; 5] = [
    ("mean", "the expected count", |count| count.mean),
    ("p10", "the count that one time in ten is not reached", |count| count.p10),
    ("p50", "the median", |count| count.p50),
    ("p90", "the count that one time in ten is exceeded", |count| count.p90),
    ("p_at_least_1", "the probability of one or more", |count| count.p_at_least_1),
];

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let word = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
    let mut columns = vec![
        required("station_id", DataType::Utf8).meaning("GBFS station id: the key everywhere"),
        required("issued_at", instant_type())
            .meaning("when the counts were taken that the forecasts start from"),
        required("horizon_s", DataType::UInt32).meaning("seconds from there to the moment forecast"),
    ];
    columns.extend(columns_of("bikes", required, "bikes ready to rent"));
    columns.extend(columns_of(
        "docks",
        optional,
        "free docks; null where none were counted at the issue, or none forecast",
    ));
    columns.extend([
        required("basis", word.clone()).meaning("what the forecasts rest on: `model`, `persistence`"),
        required("model_version", word).meaning("what made them"),
        required("input_age_s", DataType::UInt32)
            .meaning("seconds that the counts were old when the forecasts were made"),
    ]);
    Arc::new(Schema::new(columns))
});

fn columns_of(what: &str, column: fn(&str, DataType) -> Field, of: &str) -> Vec<Field> {
    let counted =
        column(&format!("{what}_counted"), DataType::UInt16).meaning(&format!("counted at the issue: {of}"));
    let said = SAID.map(|(name, meaning, _)| {
        column(&format!("{what}_{name}"), DataType::Float64).meaning(&format!("{meaning}, of {what}"))
    });
    [counted].into_iter().chain(said).collect()
}

/// The Arrow schema of issued forecasts.
pub fn issue_schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

/// Sorts rows by station and horizon, and encodes them.
pub(crate) fn encode(key: &impl ToString, issue: &Issue) -> Result<Bytes, LakeError> {
    if issue.forecasts.is_empty() {
        return Err(LakeError::encode(key, &NO_FORECAST));
    }
    let mut rows: Vec<&IssuedForecast> = issue.forecasts.iter().collect();
    rows.sort_by(|a, b| (&a.station_id, a.horizon).cmp(&(&b.station_id, b.horizon)));
    let whole_seconds = |span: SignedDuration, what: &str| {
        let seconds = u32::try_from(span.as_secs());
        seconds.map_err(|_| LakeError::encode(key, &format!("{what} of {span} is no number of seconds")))
    };
    let horizons: Result<Vec<u32>, LakeError> =
        rows.iter().map(|row| whole_seconds(row.horizon, "a horizon")).collect();
    let input_age = whole_seconds(issue.input_age, "an age")?;
    let word = |word: &str| repeat_n(Some(word), rows.len()).collect::<DictionaryArray<Int8Type>>();
    let ids = rows.iter().map(|row| row.station_id.as_str());
    let mut columns: Vec<Arc<dyn Array>> = vec![
        Arc::new(StringArray::from_iter_values(ids)),
        Arc::new(instants(repeat_n(Some(issue.issued_at), rows.len()))),
        Arc::new(UInt32Array::from(horizons?)),
    ];
    columns.extend(counts(&rows, |row| Some(row.bikes)));
    columns.extend(counts(&rows, |row| row.docks));
    columns.extend::<[Arc<dyn Array>; 3]>([
        Arc::new(word(&issue.basis)),
        Arc::new(word(&issue.model_version)),
        Arc::new(UInt32Array::from_value(input_age, rows.len())),
    ]);
    table::encode(key, &SCHEMA, columns, &SORTED_BY, None)
}

fn counts(rows: &[&IssuedForecast], of: fn(&IssuedForecast) -> Option<IssuedCount>) -> Vec<Arc<dyn Array>> {
    let counted: UInt16Array = rows.iter().map(|row| Some(of(row)?.counted)).collect();
    let said = SAID.map(|(_, _, said)| {
        let column: Float64Array = rows.iter().map(|row| Some(said(&of(row)?))).collect();
        Arc::new(column) as Arc<dyn Array>
    });
    [Arc::new(counted) as Arc<dyn Array>].into_iter().chain(said).collect()
}

/// Reads an issue, its rows in their stored order.
pub(crate) fn decode(key: &impl ToString, object: Bytes) -> Result<Issue, LakeError> {
    let batch = table::decode(key, object, &SCHEMA)?;
    issue(&batch).map_err(|reason| LakeError::corrupt_issue(key, &reason))
}

fn issue(batch: &RecordBatch) -> Result<Issue, &'static str> {
    if batch.num_rows() == 0 {
        return Err(NO_FORECAST);
    }
    let columns = Columns(batch);
    let word = |name: &str| {
        let words = columns.any(name).as_dictionary::<Int8Type>();
        words.key(0).map(|index| words.values().as_string::<i32>().value(index).to_owned())
    };
    let seconds =
        |column: &PrimitiveArray<UInt32Type>, row| SignedDuration::from_secs(column.value(row).into());
    let (ids, horizons) = (columns.text("station_id"), columns.numbers("horizon_s"));
    let (bikes, docks) = (CountColumns::new(&columns, "bikes"), CountColumns::new(&columns, "docks"));
    let mut forecasts: Vec<IssuedForecast> = Vec::with_capacity(batch.num_rows());
    for row in 0..batch.num_rows() {
        let id = ids.value(row);
        // Rows of one station stand together, so its name is allocated once.
        let station_id = match forecasts.last() {
            Some(before) if before.station_id.as_str() == id => before.station_id.clone(),
            _ => StationId::new(id),
        };
        forecasts.push(IssuedForecast {
            station_id,
            horizon: seconds(horizons, row),
            bikes: bikes.count(row)?.ok_or("bikes are missing")?,
            docks: docks.count(row)?,
        });
    }
    Ok(Issue {
        issued_at: instant_at(columns.instants("issued_at"), 0).ok_or("issued_at is out of range")?,
        input_age: seconds(columns.numbers("input_age_s"), 0),
        basis: word("basis").ok_or("basis is missing")?,
        model_version: word("model_version").ok_or("model_version is missing")?,
        forecasts,
    })
}

struct CountColumns<'a> {
    counted: &'a PrimitiveArray<UInt16Type>,
    said: [&'a PrimitiveArray<Float64Type>; 5],
}

impl<'a> CountColumns<'a> {
    fn new(columns: &Columns<'a>, what: &str) -> Self {
        Self {
            counted: columns.numbers(&format!("{what}_counted")),
            said: SAID.map(|(name, _, _)| columns.numbers(&format!("{what}_{name}"))),
        }
    }

    /// A count is there whole or not at all.
    fn count(&self, row: usize) -> Result<Option<IssuedCount>, &'static str> {
        let counted = number_at(self.counted, row);
        match (counted, self.said.map(|column| number_at(column, row))) {
            (Some(counted), [Some(mean), Some(p10), Some(p50), Some(p90), Some(p_at_least_1)]) => {
                Ok(Some(IssuedCount { counted, mean, p10, p50, p90, p_at_least_1 }))
            }
            (None, [None, None, None, None, None]) => Ok(None),
            _ => Err("a forecast is there in part only"),
        }
    }
}
