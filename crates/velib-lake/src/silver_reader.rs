//! Which object speaks for an hour, decided here and nowhere else.
//!
//! An hour's own object speaks for it; where there is none, the day's object does, if it holds the hour. Compaction
//! writes the day before it deletes the hours, so a reader that looks for the hour first and for the day after it finds
//! every row, and finds it once, whatever happens between the two looks.

mod known_days;

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use velib_domain::{Hour, Observation, SystemId};

pub use known_days::KnownDays;
use known_days::PutTogether;

use crate::{
    Lake, LakeError,
    keys::{SilverDayKey, SilverKey, silver_day as silver_day_folder, silver_days_folder, silver_folder},
    lake::CONCURRENCY,
    lineage::{DIGEST_NAME, TAIL_BYTES},
    observation_table,
    silver_day::{self, Footer, HourMark},
    table,
};

/// All hours of a day are asked for at once.
const HOURS_OF_A_DAY: usize = 24;

/// Days whose hours are asked for at once.
const DAYS_TOGETHER: usize = 8;

/// Hours of a day's object that are decoded, and in memory, together, where they are to be thinned. Each time the rows of the
/// others are passed over, which is the price of holding no whole day.
const DECODED_TOGETHER: usize = 6;

/// How to read several hours.
#[derive(Clone, Copy)]
struct Reading {
    /// The first day that has no object because it is not over.
    open_from: Date,
    /// Hours of a day's object in memory at once.
    together: usize,
}

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
        let own = self.hours_with_objects(&silver_folder(system)).await?;
        let own = &own;
        let days = self.compacted_days(system).await?;
        let days = stream::iter(days).map(|key| async move {
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
        let reading = Reading { open_from: Date::MAX, together: HOURS_OF_A_DAY };
        self.read_hours(system, hours, &mut KnownDays::default(), reading, |rows| rows).await
    }

    /// As [`Lake::read_silver_hours`], making something smaller of each hour's rows as soon as they are read, so that no whole
    /// day is in memory. Days from `open_from` on are not over: they were never compacted, and nobody looks for their object. What
    /// is found out of the others is kept in `days`, for the next reading.
    pub async fn thin_silver_hours<T: Send>(
        &self,
        system: &SystemId,
        hours: impl IntoIterator<Item = Hour>,
        open_from: Date,
        days: &mut KnownDays,
        thin: impl Fn(Vec<Observation>) -> T + Sync,
    ) -> Result<BTreeMap<Hour, T>, LakeError> {
        self.read_hours(system, hours, days, Reading { open_from, together: DECODED_TOGETHER }, thin).await
    }

    async fn read_hours<T: Send>(
        &self,
        system: &SystemId,
        hours: impl IntoIterator<Item = Hour>,
        days: &mut KnownDays,
        reading: Reading,
        thin: impl Fn(Vec<Observation>) -> T + Sync,
    ) -> Result<BTreeMap<Hour, T>, LakeError> {
        let mut by_day: BTreeMap<Date, BTreeSet<Hour>> = BTreeMap::new();
        for hour in hours {
            by_day.entry(hour.civil().date()).or_default().insert(hour);
        }
        let thin = &thin;
        let reads = by_day.into_iter().map(|(day, hours)| {
            let (key, known) = (SilverDayKey { system: system.clone(), day }, days.get(day));
            async move { self.read_day(key, hours, known, reading, thin).await }
        });
        let read: Vec<_> = stream::iter(reads).buffered(DAYS_TOGETHER).try_collect().await?;
        let mut found = BTreeMap::new();
        for (day, of_day, known) in read {
            found.extend(of_day);
            days.learn(day, known);
        }
        Ok(found)
    }

    /// Hours of one day, those that have an object of their own first, and what is known of the day then.
    async fn read_day<T: Send>(
        &self,
        key: SilverDayKey,
        hours: BTreeSet<Hour>,
        known: Option<PutTogether>,
        reading: Reading,
        thin: &(impl Fn(Vec<Observation>) -> T + Sync),
    ) -> Result<(Date, BTreeMap<Hour, T>, Option<PutTogether>), LakeError> {
        let (SilverDayKey { system, day }, mut known) = (&key, known);
        let (asked, others) = match &mut known {
            None => (hours, BTreeSet::new()),
            Some(PutTogether { own: Some(own) }) => hours.into_iter().partition(|hour| own.contains(hour)),
            Some(PutTogether { own }) => {
                let listed = own.insert(self.hours_with_objects(&silver_day_folder(system, *day)).await?);
                hours.into_iter().partition(|hour| listed.contains(hour))
            }
        };
        let (mut found, mut missing) = self.read_own_objects(system, asked, thin).await?;
        missing.extend(others);
        if !missing.is_empty() && *day < reading.open_from {
            let of_day = self.read_hours_of_day(&key, &missing, reading.together, thin).await?;
            known = of_day.as_ref().map(|_| known.unwrap_or_default());
            found.extend(of_day.into_iter().flatten());
        }
        Ok((*day, found, known))
    }

    /// The hours of one day that have an object of their own, and those that have none.
    async fn read_own_objects<T: Send>(
        &self,
        system: &SystemId,
        hours: BTreeSet<Hour>,
        thin: &(impl Fn(Vec<Observation>) -> T + Sync),
    ) -> Result<(BTreeMap<Hour, T>, BTreeSet<Hour>), LakeError> {
        let reads = hours.into_iter().map(|hour| async move {
            let key = SilverKey { system: system.clone(), hour };
            let object = self.get(&key).await?;
            let rows = object.map(|object| observation_table::decode(&key, object).map(thin)).transpose()?;
            Ok::<_, LakeError>((hour, rows))
        });
        let read: Vec<(Hour, Option<T>)> = stream::iter(reads).buffered(HOURS_OF_A_DAY).try_collect().await?;
        let (mut found, mut missing) = (BTreeMap::new(), BTreeSet::new());
        for (hour, rows) in read {
            match rows {
                Some(rows) => _ = found.insert(hour, rows),
                None => _ = missing.insert(hour),
            }
        }
        Ok((found, missing))
    }

    /// Those of some hours that a day's object holds: it is fetched once, and so many hours of it are decoded at a time; `None` where
    /// there is no object.
    async fn read_hours_of_day<T>(
        &self,
        key: &SilverDayKey,
        hours: &BTreeSet<Hour>,
        together: usize,
        thin: &impl Fn(Vec<Observation>) -> T,
    ) -> Result<Option<BTreeMap<Hour, T>>, LakeError> {
        let Some(object) = self.get(key).await? else { return Ok(None) };
        let hours: Vec<Hour> = hours.iter().copied().collect();
        let mut found = BTreeMap::new();
        for some in hours.chunks(together) {
            let rows = silver_day::decode(key, object.clone(), &some.iter().copied().collect())?;
            found.extend(rows.into_iter().map(|(hour, rows)| (hour, thin(rows))));
        }
        Ok(Some(found))
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

    /// Hours that have an object of their own, of those in a folder.
    pub(crate) async fn hours_with_objects(&self, folder: &str) -> Result<BTreeSet<Hour>, LakeError> {
        let keys = self.keys_under(folder).await?;
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
