//! A day of silver as one object: the rows of its hours by station and time, and in the footer, hour by hour, what
//! they were made from.
//!
//! An hour stands in the footer even where it has no rows, so that a reader can tell an hour in which nothing could be
//! used from one that was never refined.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use parquet::{
    errors::ParquetError,
    file::metadata::{ParquetMetaData, ParquetMetaDataReader},
};
use serde::{Deserialize, Serialize};
use velib_domain::{Hour, Observation};

use crate::{
    LakeError,
    keys::SilverDayKey,
    lineage::{DIGEST_NAME, digest_of_bytes},
    observation_table, table,
};

/// The name under which the hours stand in the metadata of a day's object.
const HOURS_NAME: &str = "velib.hours";
const FIX: &str = "move it out of the lake, run velib silver for its hours and velib compact; what was imported, \
                   import again";

/// What an hour's rows were made from; two hours with the same mark have the same rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HourMark {
    /// The digest of its lineage, as in the hour's own object.
    MadeFrom(String),
    /// The digest of the hour's own object, which was not made from bronze.
    Object(String),
}

/// The hours of a day's object.
pub(crate) type HourMarks = BTreeMap<Hour, HourMark>;

/// What stands at the end of a day's object.
#[derive(Default)]
pub(crate) struct Footer {
    pub(crate) marks: HourMarks,
    pub(crate) rows: u64,
}

impl HourMark {
    /// The mark of an hour's own object.
    pub(crate) fn of(object: &Bytes) -> Self {
        let made_from = table::mark(object, object.len() as u64, DIGEST_NAME);
        made_from.map_or_else(|| Self::Object(digest_of_bytes(object)), Self::MadeFrom)
    }
}

/// Reads the footer in the last bytes of an object of so many; `Err` tells how many bytes that takes.
pub(crate) fn footer(key: &SilverDayKey, tail: &Bytes, size: u64) -> Result<Result<Footer, u64>, LakeError> {
    let mut reader = ParquetMetaDataReader::new();
    let read = reader.try_parse_sized(tail, size).and_then(|()| reader.finish());
    match read {
        Ok(metadata) => footer_of(&metadata).map(Ok).map_err(|reason| corrupt(key, &reason)),
        Err(ParquetError::NeedMoreData(needed)) if (tail.len() as u64) < size => Ok(Err(needed as u64)),
        Err(error) => Err(corrupt(key, &error)),
    }
}

fn footer_of(metadata: &ParquetMetaData) -> Result<Footer, String> {
    let metadata = metadata.file_metadata();
    let told = metadata.key_value_metadata().into_iter().flatten().find(|mark| mark.key == HOURS_NAME);
    let told = told.and_then(|mark| mark.value.as_deref()).ok_or("its footer tells no hours")?;
    let marks = serde_json::from_str(told).map_err(|error| format!("its footer tells no hours: {error}"))?;
    let rows = u64::try_from(metadata.num_rows()).map_err(|error| error.to_string())?;
    Ok(Footer { marks, rows })
}

/// The footer of an object that was read whole.
pub(crate) fn whole_footer(key: &SilverDayKey, object: &Bytes) -> Result<Footer, LakeError> {
    footer(key, object, object.len() as u64)?.map_err(|_| corrupt(key, &"it is shorter than its footer"))
}

/// Encodes the rows of a day's hours.
pub(crate) fn encode(
    key: &SilverDayKey,
    rows: &[Observation],
    marks: &HourMarks,
) -> Result<Bytes, LakeError> {
    let told = serde_json::to_string(marks).map_err(|error| LakeError::encode(key, &error))?;
    observation_table::encode(key, rows, Some((HOURS_NAME, &told)))
}

/// The rows of those of the wanted hours that the day holds, each by station and time.
pub(crate) fn decode(
    key: &SilverDayKey,
    object: Bytes,
    wanted: &BTreeSet<Hour>,
) -> Result<BTreeMap<Hour, Vec<Observation>>, LakeError> {
    let held = whole_footer(key, &object)?.marks;
    let mut hours: BTreeMap<Hour, Vec<Observation>> =
        held.keys().filter(|hour| wanted.contains(hour)).map(|hour| (*hour, Vec::new())).collect();
    if hours.is_empty() {
        return Ok(hours);
    }
    let is_whole = hours.len() == held.len();
    let rows = if is_whole {
        observation_table::decode(key, object)
    } else {
        observation_table::decode_hours(key, object, hours.keys().copied().collect())
    };
    for row in rows.map_err(|error| with_fix(key, error))? {
        let hour = Hour::containing(row.snapshot_at);
        let rows = hours.get_mut(&hour);
        rows.ok_or_else(|| corrupt(key, &format!("it has rows of {hour}, which its footer does not tell")))?
            .push(row);
    }
    Ok(hours)
}

fn corrupt(key: &SilverDayKey, reason: &impl ToString) -> LakeError {
    LakeError::Corrupt { key: key.to_string(), reason: reason.to_string(), fix: FIX }
}

fn with_fix(key: &SilverDayKey, error: LakeError) -> LakeError {
    match error {
        LakeError::Corrupt { reason, .. } => corrupt(key, &reason),
        error => error,
    }
}
