//! A Parquet column in one of five shapes, whatever width, unit or encoding the file chose.

use std::sync::Arc;

use arrow::{
    array::{Array, AsArray, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMillisecondArray},
    compute::cast,
    datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMillisecondType},
    error::ArrowError,
};
use velib_domain::Timestamp;

use super::value::Value;

/// Values of one column.
pub(super) enum Column {
    Text(StringArray),
    Time(TimestampMillisecondArray),
    Integer(Int64Array),
    Number(Float64Array),
    Flag(BooleanArray),
}

/// The shape in which a column of this type is read; `None` where no field can be read from it.
///
/// A timestamp without a zone is taken as UTC.
pub(super) fn shape(data_type: &DataType) -> Option<DataType> {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(DataType::Utf8),
        DataType::Dictionary(_, values) => shape(values),
        DataType::Timestamp(_, zone) => Some(DataType::Timestamp(TimeUnit::Millisecond, zone.clone())),
        DataType::Boolean => Some(DataType::Boolean),
        number if number.is_integer() => Some(DataType::Int64),
        number if number.is_floating() => Some(DataType::Float64),
        _ => None,
    }
}

impl Column {
    pub(super) fn read(array: &Arc<dyn Array>) -> Result<Self, ArrowError> {
        let unfit = || ArrowError::CastError(format!("{} is no column of history", array.data_type()));
        let array = cast(array, &shape(array.data_type()).ok_or_else(unfit)?)?;
        Ok(match array.data_type() {
            DataType::Utf8 => Self::Text(array.as_string().clone()),
            DataType::Boolean => Self::Flag(array.as_boolean().clone()),
            DataType::Int64 => Self::Integer(array.as_primitive::<Int64Type>().clone()),
            DataType::Float64 => Self::Number(array.as_primitive::<Float64Type>().clone()),
            _ => Self::Time(array.as_primitive::<TimestampMillisecondType>().clone()),
        })
    }

    pub(super) fn value(&self, row: usize) -> Value<'_> {
        match self {
            Self::Text(texts) if texts.is_valid(row) => Value::from_text(texts.value(row)),
            Self::Time(times) if times.is_valid(row) => {
                Timestamp::from_millisecond(times.value(row)).map_or(Value::Missing, Value::Time)
            }
            Self::Integer(integers) if integers.is_valid(row) => Value::Integer(integers.value(row)),
            Self::Number(numbers) if numbers.is_valid(row) && !numbers.value(row).is_nan() => {
                Value::Number(numbers.value(row))
            }
            Self::Flag(flags) if flags.is_valid(row) => Value::Flag(flags.value(row)),
            _ => Value::Missing,
        }
    }
}
