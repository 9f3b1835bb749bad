//! The columns of weather, written from hours and read back: the same for what was collected and for what was computed
//! afterwards, so that the two can be laid on top of each other and still be told apart.

use std::sync::{Arc, LazyLock};

use arrow::{
    array::{Array, AsArray, DictionaryArray, Float64Array, Int32Array, RecordBatch, UInt8Array},
    datatypes::{DataType, Float64Type, Int8Type, Schema, SchemaRef, UInt8Type},
};
use bytes::Bytes;
use velib_domain::{Weather, WeatherHour, WeatherOrigin, WeatherQuantity};

use crate::{
    LakeError,
    table::{self, Columns, Meaning, instant_at, instant_type, instants, number_at, optional, required},
};

const SORTED_BY: [&str; 2] = ["fetched_at", "valid_at"];

/// Told before the hour came.
const FORECAST: &str = "forecast";
/// Told soon after it had come.
const RECENT_PAST: &str = "recent_past";
/// Computed long afterwards.
const REANALYSIS: &str = "reanalysis";

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let word = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
    let mut columns = vec![
        optional("fetched_at", instant_type())
            .meaning("when the document was fetched; null for a reanalysis"),
        required("valid_at", instant_type()).meaning("the full hour at which it holds"),
        required("origin", word)
            .meaning("`forecast`, `recent_past` or `reanalysis`, which was known to nobody in time"),
        optional("lead_minutes", DataType::Int32)
            .meaning("from the fetch to the hour, negative for the past; null for a reanalysis"),
    ];
    columns.extend(
        WeatherQuantity::ALL
            .map(|quantity| optional(quantity.column(), type_of(quantity)).meaning(words_for(quantity))),
    );
    Arc::new(Schema::new(columns))
});

/// The Arrow schema of weather.
pub fn weather_schema() -> SchemaRef {
    Arc::clone(&SCHEMA)
}

fn words_for(quantity: WeatherQuantity) -> &'static str {
    match quantity {
        WeatherQuantity::Temperature => "air, degrees Celsius",
        WeatherQuantity::ApparentTemperature => "as it feels, degrees Celsius",
        WeatherQuantity::Precipitation => {
            "rain, showers and snow of the hour that ends then, millimetres of water"
        }
        WeatherQuantity::Snowfall => "of the hour that ends then, centimetres of snow",
        WeatherQuantity::Wind => "kilometres an hour",
        WeatherQuantity::Gusts => "the strongest of the hour that ends then, kilometres an hour",
        WeatherQuantity::Cloud => "share of the sky, per cent",
        WeatherQuantity::WmoCode => "weather code of the World Meteorological Organization, 0 to 99",
    }
}

fn type_of(quantity: WeatherQuantity) -> DataType {
    match quantity {
        WeatherQuantity::WmoCode => DataType::UInt8,
        _ => DataType::Float64,
    }
}

/// Sorts rows by time of fetch and time told of, and encodes them.
pub(super) fn encode(
    key: &impl ToString,
    rows: &[WeatherHour],
    mark: Option<(&str, &str)>,
) -> Result<Bytes, LakeError> {
    let mut rows: Vec<&WeatherHour> = rows.iter().collect();
    rows.sort_by_key(|row| (row.known_at(), row.valid_at));
    let leads = rows.iter().map(|row| row.lead().and_then(|lead| i32::try_from(lead.as_mins()).ok()));
    let mut columns: Vec<Arc<dyn Array>> = vec![
        Arc::new(instants(rows.iter().map(|row| row.known_at()))),
        Arc::new(instants(rows.iter().map(|row| Some(row.valid_at)))),
        Arc::new(rows.iter().map(|row| Some(origin(row))).collect::<DictionaryArray<Int8Type>>()),
        Arc::new(leads.collect::<Int32Array>()),
    ];
    columns.extend(WeatherQuantity::ALL.map(|quantity| column(quantity, &rows)));
    table::encode(key, &SCHEMA, columns, &SORTED_BY, mark)
}

fn origin(row: &WeatherHour) -> &'static str {
    match row.origin {
        WeatherOrigin::Reanalysis => REANALYSIS,
        WeatherOrigin::Collected { .. } if row.is_forecast() => FORECAST,
        WeatherOrigin::Collected { .. } => RECENT_PAST,
    }
}

fn column(quantity: WeatherQuantity, rows: &[&WeatherHour]) -> Arc<dyn Array> {
    match quantity {
        WeatherQuantity::WmoCode => {
            Arc::new(rows.iter().map(|row| row.weather.wmo_code).collect::<UInt8Array>())
        }
        _ => Arc::new(rows.iter().map(|row| row.weather.get(quantity)).collect::<Float64Array>()),
    }
}

/// Reads rows in their stored order.
pub(super) fn decode(key: &impl ToString, object: Bytes) -> Result<Vec<WeatherHour>, LakeError> {
    let batch = table::decode(key, object, &SCHEMA)?;
    let rows = (0..batch.num_rows()).map(|row| {
        let hour = hour(&batch, row);
        hour.ok_or_else(|| LakeError::corrupt_table(key, &format!("row {row} contradicts itself")))
    });
    rows.collect()
}

/// One row; `None` where its origin is no origin of ours or does not go with its time of fetch.
fn hour(batch: &RecordBatch, row: usize) -> Option<WeatherHour> {
    let columns = Columns(batch);
    let fetched_at = instant_at(columns.instants("fetched_at"), row);
    let origin =
        fetched_at.map_or(WeatherOrigin::Reanalysis, |fetched_at| WeatherOrigin::Collected { fetched_at });
    let hour = WeatherHour {
        valid_at: instant_at(columns.instants("valid_at"), row)?,
        origin,
        weather: weather(&columns, row)?,
    };
    (word(&columns, row)? == self::origin(&hour)).then_some(hour)
}

fn word<'a>(columns: &Columns<'a>, row: usize) -> Option<&'a str> {
    let words = columns.any("origin").as_dictionary::<Int8Type>();
    Some(words.values().as_string::<i32>().value(words.key(row)?))
}

fn weather(columns: &Columns<'_>, row: usize) -> Option<Weather> {
    let mut weather = Weather::default();
    for quantity in WeatherQuantity::ALL {
        let name = quantity.column();
        let value = match type_of(quantity) {
            DataType::UInt8 => number_at(columns.numbers::<UInt8Type>(name), row).map(f64::from),
            _ => number_at(columns.numbers::<Float64Type>(name), row),
        };
        if value.is_some_and(|value| !weather.set(quantity, value)) {
            return None;
        }
    }
    Some(weather)
}
