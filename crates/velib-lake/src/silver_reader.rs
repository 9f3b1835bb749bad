//! Which object speaks for an hour, decided here and nowhere else.
//!
//! An hour's own object speaks for it; where there is none, the day's object does, if it holds the hour. Compaction
//! writes the day before it deletes the hours, so a reader that looks for the hour first and for the day after it finds
//! every row, and finds it once, whatever happens between the two looks.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};
use jiff::civil::Date;
use velib_domain::{Hour, Observation, SystemId};

use crate::{
    Lake, LakeError,
    keys::{SilverDayKey, SilverKey, silver_days_folder, silver_folder},
    lake::CONCURRENCY,
    lineage::{DIGEST_NAME, TAIL_BYTES},
    observation_table,
    silver_day::{self, Footer, HourMark},
    table,
};

/// An object of silver and the hours that it speaks for: none, where each of its hours has an object of its own again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilverObject {
    /// Its key.
    pub key: String,
    /// Its hours, oldest first.
    pub hours: Vec<Hour>,
}

impl Lake {
    /// Every refined hour, oldest first.
    pub async fn silver_hours(&self, system: &SystemId) -> Result<Vec<Hour>, LakeError> {
        let mut hours = Vec::new();
        for object in self.silver_objects(system).await? {
            hours.extend(object?.hours);
        }
        hours.sort_unstable();
        Ok(hours)
    }

    /// Every object of silver that holds observations; an error in place of one whose hours cannot be read.
    pub async fn silver_objects(
        &self,
        system: &SystemId,
    ) -> Result<Vec<Result<SilverObject, LakeError>>, LakeError> {
        let own = self.hours_with_objects(system).await?;
        let own = &own;
        let days = self.compacted_days(system).await?;
        let days = futures::stream::iter(days).map(|key| async move {
            let footer = match self.day_footer(&key).await {
                Err(error @ LakeError::Corrupt { .. }) => return Ok(Some(Err(error))),
                footer => footer?,
            };
            let hours = footer.map(|footer| footer.marks.into_keys().filter(|hour| !own.contains(hour)));
            Ok(hours.map(|hours| Ok(SilverObject { key: key.to_string(), hours: hours.collect() })))
        });
        let days: Vec<Option<_>> = days.buffered(CONCURRENCY).try_collect().await?;
        let own = own.iter().map(|hour| {
            let key = SilverKey { system: system.clone(), hour: *hour };
            Ok(SilverObject { key: key.to_string(), hours: vec![*hour] })
        });
        Ok(own.chain(days.into_iter().flatten()).collect())
    }

    /// An hour's observations by station and time; `None` where the hour was never refined.
    pub async fn read_silver_hour(
        &self,
        system: &SystemId,
        hour: Hour,
    ) -> Result<Option<Vec<Observation>>, LakeError> {
        Ok(self.read_silver_hours(system, [hour]).await?.remove(&hour))
    }

    /// As [`Lake::read_silver_hour`] for several hours, reading each day's object at most once; hours that were never
    /// refined are left out.
    pub async fn read_silver_hours(
        &self,
        system: &SystemId,
        hours: impl IntoIterator<Item = Hour>,
    ) -> Result<BTreeMap<Hour, Vec<Observation>>, LakeError> {
        let hours: BTreeSet<Hour> = hours.into_iter().collect();
        let own = futures::stream::iter(hours).map(|hour| async move {
            let key = SilverKey { system: system.clone(), hour };
            let object = self.get(&key).await?;
            let rows = object.map(|object| observation_table::decode(&key, object)).transpose()?;
            Ok::<_, LakeError>((hour, rows))
        });
        let own: Vec<_> = own.buffered(CONCURRENCY).try_collect().await?;
        let mut found = BTreeMap::new();
        let mut missing: BTreeMap<Date, BTreeSet<Hour>> = BTreeMap::new();
        for (hour, rows) in own {
            match rows {
                Some(rows) => _ = found.insert(hour, rows),
                None => _ = missing.entry(hour.civil().date()).or_default().insert(hour),
            }
        }
        for (day, hours) in missing {
            found.extend(self.read_hours_of_day(system, day, &hours).await?);
        }
        Ok(found)
    }

    async fn read_hours_of_day(
        &self,
        system: &SystemId,
        day: Date,
        hours: &BTreeSet<Hour>,
    ) -> Result<BTreeMap<Hour, Vec<Observation>>, LakeError> {
        let key = SilverDayKey { system: system.clone(), day };
        let object = self.get(&key).await?;
        object.map_or(Ok(BTreeMap::new()), |object| silver_day::decode(&key, object, hours))
    }

    /// The digest of what an hour's rows were made from; `None` where there are no rows, none that can be read, or some
    /// that were not made from bronze. Reads the end of an object or two.
    pub async fn silver_digest(&self, system: &SystemId, hour: Hour) -> Result<Option<String>, LakeError> {
        let key = SilverKey { system: system.clone(), hour };
        if let Some((tail, size)) = self.get_tail(&key, TAIL_BYTES).await? {
            return Ok(table::mark(&tail, size, DIGEST_NAME));
        }
        let day = SilverDayKey { system: system.clone(), day: hour.civil().date() };
        let footer = match self.day_footer(&day).await {
            Err(LakeError::Corrupt { .. }) => None,
            footer => footer?,
        };
        let mark = footer.and_then(|mut footer| footer.marks.remove(&hour));
        Ok(mark.and_then(|mark| match mark {
            HourMark::MadeFrom(digest) => Some(digest),
            HourMark::Object(_) => None,
        }))
    }

    /// Hours that have an object of their own.
    pub(crate) async fn hours_with_objects(&self, system: &SystemId) -> Result<BTreeSet<Hour>, LakeError> {
        let keys = self.keys_under(&silver_folder(system)).await?;
        Ok(keys.iter().filter_map(|key| key.parse::<SilverKey>().ok()).map(|key| key.hour).collect())
    }

    async fn compacted_days(&self, system: &SystemId) -> Result<Vec<SilverDayKey>, LakeError> {
        let keys = self.keys_under(&silver_days_folder(system)).await?;
        Ok(keys.iter().filter_map(|key| key.parse().ok()).collect())
    }

    /// What the end of a day's object tells; `None` where there is no object.
    async fn day_footer(&self, key: &SilverDayKey) -> Result<Option<Footer>, LakeError> {
        let mut most = TAIL_BYTES;
        while let Some((tail, size)) = self.get_tail(key, most).await? {
            match silver_day::footer(key, &tail, size)? {
                Ok(footer) => return Ok(Some(footer)),
                Err(needed) => most = needed.max(most + 1),
            }
        }
        Ok(None)
    }
}
