//! The hours of a day put together in one object, in an order of writes that may end anywhere.
//!
//! The day's object is written first, over the very version whose rows were carried over, and each hour's object is
//! deleted after it, in the very version that was put in. A run that is killed between the two leaves hours beside the
//! day; they speak for themselves until the next run deletes them. An hour refined again at the same time is another
//! version: it stays, and is put in next.
//!
//! The day is read before the hours. If it were read after them, an hour that others put in and deleted meanwhile could
//! be replaced by the older one that was read here.

use std::collections::BTreeSet;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use jiff::civil::Date;
use serde::Serialize;
use velib_domain::{Hour, Observation, SystemId};

use crate::{
    Lake, LakeError,
    keys::{SilverDayKey, SilverKey, silver_day as silver_day_folder, silver_folder},
    lake::CONCURRENCY,
    observation_table,
    silver_day::{self, Footer, HourMark, HourMarks},
    version::Version,
};

/// Each attempt after the first takes somebody who changed the same day or hour meanwhile.
const ATTEMPTS: usize = 64;

/// What becomes of the hours' own objects once the day holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HourObjects {
    /// They are deleted.
    #[default]
    Delete,
    /// They stay, for engines that read the hours' table only.
    Keep,
}

/// What became of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompactedDay {
    /// The day (UTC).
    pub day: Date,
    /// Hours that the day's object holds now.
    pub hours: u64,
    /// Of these, hours put in by this run.
    pub hours_put_in: u64,
    /// Hours' own objects deleted by this run.
    pub hours_deleted: u64,
    /// Rows of the day's object.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
}

/// A day's object as it was read.
struct StoredDay {
    version: Version,
    footer: Footer,
}

/// An hour's own object as it was read.
struct StoredHour {
    key: SilverKey,
    version: Version,
    mark: HourMark,
}

impl Lake {
    /// Days of which some hours have objects of their own, oldest first: those that compaction would work on.
    pub async fn days_with_hour_objects(&self, system: &SystemId) -> Result<Vec<Date>, LakeError> {
        let hours = self.hours_with_objects(&silver_folder(system)).await?;
        let days: BTreeSet<Date> = hours.into_iter().map(|hour| hour.civil().date()).collect();
        Ok(days.into_iter().collect())
    }

    /// Puts every hour of a day that has an object of its own into the day's object.
    ///
    /// Whether the day is over is for the caller to know. Done again, it changes no byte.
    pub async fn compact_day(
        &self,
        system: &SystemId,
        day: Date,
        hour_objects: HourObjects,
    ) -> Result<CompactedDay, LakeError> {
        let key = SilverDayKey { system: system.clone(), day };
        let mut compacted =
            CompactedDay { day, hours: 0, hours_put_in: 0, hours_deleted: 0, rows: 0, bytes: 0 };
        for _ in 0..ATTEMPTS {
            let stored = self.stored_day(&key).await?;
            let hours = self.stored_hours(system, day).await?;
            if !self.put_in(&key, stored, &hours, hour_objects, &mut compacted).await? {
                continue;
            }
            if hour_objects == HourObjects::Keep || self.delete_hours(&hours, &mut compacted).await? {
                return Ok(compacted);
            }
        }
        Err(LakeError::Contended { key: key.to_string() })
    }

    async fn stored_day(&self, key: &SilverDayKey) -> Result<Option<StoredDay>, LakeError> {
        let Some(version) = self.get_version(key).await? else { return Ok(None) };
        let footer = silver_day::whole_footer(key, &version.bytes)?;
        Ok(Some(StoredDay { version, footer }))
    }

    async fn stored_hours(&self, system: &SystemId, day: Date) -> Result<Vec<StoredHour>, LakeError> {
        let keys = self.keys_under(&silver_day_folder(system, day)).await?;
        let keys: Vec<SilverKey> = keys.iter().filter_map(|key| key.parse().ok()).collect();
        let reads = futures::stream::iter(keys).map(|key| async move {
            let version = self.get_version(&key).await?;
            Ok(version.map(|version| StoredHour { mark: HourMark::of(&version.bytes), key, version }))
        });
        let hours: Vec<Option<StoredHour>> = reads.buffered(CONCURRENCY).try_collect().await?;
        Ok(hours.into_iter().flatten().collect())
    }

    /// Makes the day's object hold these hours; tells whether nobody else changed it meanwhile.
    async fn put_in(
        &self,
        key: &SilverDayKey,
        stored: Option<StoredDay>,
        hours: &[StoredHour],
        hour_objects: HourObjects,
        compacted: &mut CompactedDay,
    ) -> Result<bool, LakeError> {
        let (version, footer) = stored.map_or_else(
            || (None, Footer::default()),
            |StoredDay { version, footer }| (Some(version), footer),
        );
        compacted.hours = footer.marks.len() as u64;
        compacted.rows = footer.rows;
        compacted.bytes = version.as_ref().map_or(0, |version| version.bytes.len() as u64);
        let fresh = hours.iter().filter(|hour| footer.marks.get(&hour.key.hour) != Some(&hour.mark)).count();
        // Before an hour is deleted, the day is made once more and compared, even where the marks are the same.
        if hours.is_empty() || (fresh == 0 && hour_objects == HourObjects::Keep) {
            return Ok(true);
        }
        let carried = version.as_ref().map(|version| &version.bytes);
        let (object, marks, rows) = put_together(key, carried, footer.marks, hours)?;
        compacted.hours = marks.len() as u64;
        compacted.rows = rows as u64;
        compacted.bytes = object.len() as u64;
        if carried == Some(&object) {
            return Ok(true);
        }
        let written = self.put_over(key, version.as_ref(), object).await?;
        compacted.hours_put_in += if written { fresh as u64 } else { 0 };
        Ok(written)
    }

    /// Deletes hours that the day holds; tells whether all of them were still those that were read.
    async fn delete_hours(
        &self,
        hours: &[StoredHour],
        compacted: &mut CompactedDay,
    ) -> Result<bool, LakeError> {
        let deletions: Vec<_> =
            hours.iter().map(|hour| self.delete_version(&hour.key, &hour.version)).collect();
        let deleted: Vec<bool> = futures::stream::iter(deletions).buffered(CONCURRENCY).try_collect().await?;
        compacted.hours_deleted += deleted.iter().filter(|deleted| **deleted).count() as u64;
        Ok(deleted.into_iter().all(|deleted| deleted))
    }
}

/// A day's object with these hours in it: beside them, the hours it had that have no object of their own.
fn put_together(
    key: &SilverDayKey,
    stored: Option<&Bytes>,
    mut marks: HourMarks,
    hours: &[StoredHour],
) -> Result<(Bytes, HourMarks, usize), LakeError> {
    let own: BTreeSet<Hour> = hours.iter().map(|hour| hour.key.hour).collect();
    let carried: BTreeSet<Hour> = marks.keys().filter(|hour| !own.contains(hour)).copied().collect();
    let mut rows: Vec<Observation> = Vec::new();
    if let Some(object) = stored {
        let carried = silver_day::decode(key, object.clone(), &carried)?;
        rows.extend(carried.into_values().flatten());
    }
    for StoredHour { key, version, mark } in hours {
        rows.extend(observation_table::decode(key, version.bytes.clone())?);
        marks.insert(key.hour, mark.clone());
    }
    let object = silver_day::encode(key, &rows, &marks)?;
    Ok((object, marks, rows.len()))
}
