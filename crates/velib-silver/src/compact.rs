//! Days that are over become one object each. How a day is put together, and in which order of writes, is the lake's
//! affair; here it is decided which days are over, and several are worked on at once.

use std::num::NonZeroUsize;

use futures::{StreamExt, TryStreamExt};
use jiff::civil::Date;
use serde::Serialize;
use velib_domain::{Hour, SignedDuration, SystemId, Timestamp};
use velib_lake::{CompactedDay, HourObjects, Lake, LakeError};

/// How long after its end a day is taken for over: until then its last hours may not have been refined. A document that
/// comes later still is not lost, it only costs the day one more write.
const CLOSES_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// How to go about many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompactOptions {
    /// What becomes of the hours' own objects.
    pub hour_objects: HourObjects,
    /// Days at work at once, each in memory; the result does not depend on it.
    pub jobs: NonZeroUsize,
}

/// What became of some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompactedRange {
    /// Whose stations.
    pub system: SystemId,
    /// Days whose hours stand in one object now.
    pub days: u64,
    /// Days left as they are because they are not over yet.
    pub open_days: u64,
    /// Hours put into their day's object.
    pub hours_put_in: u64,
    /// Hours' own objects deleted.
    pub hours_deleted: u64,
    /// Rows of the days together.
    pub rows: u64,
    /// Size of the days' objects together.
    pub bytes: u64,
}

/// A day that could not be compacted.
#[derive(Debug, thiserror::Error)]
#[error("cannot compact the day {day}: {source}")]
pub struct CompactError {
    /// The day.
    pub day: Date,
    /// What the lake said, with the key.
    pub source: LakeError,
}

impl Default for CompactOptions {
    fn default() -> Self {
        Self { hour_objects: HourObjects::Delete, jobs: NonZeroUsize::MIN }
    }
}

/// Compacts those of some days that are over, and tells of each in the order given.
///
/// A run that fails or is killed can simply be repeated.
pub async fn compact_days(
    lake: &Lake,
    system: &SystemId,
    days: impl IntoIterator<Item = Date>,
    now: Timestamp,
    options: CompactOptions,
    mut progress: impl FnMut(&CompactedDay),
) -> Result<CompactedRange, CompactError> {
    let (over, open): (Vec<Date>, Vec<Date>) = days.into_iter().partition(|day| is_over(*day, now));
    let mut range = CompactedRange::new(system, open.len());
    let days = over.into_iter().map(|day| compact(lake.clone(), system.clone(), day, options.hour_objects));
    let mut days = futures::stream::iter(days).buffered(options.jobs.get());
    while let Some(day) = days.try_next().await? {
        range.add(&day);
        progress(&day);
    }
    Ok(range)
}

/// Whether a UTC day ended long enough ago.
fn is_over(day: Date, now: Timestamp) -> bool {
    let hour = Hour::containing(now.checked_sub(CLOSES_AFTER).unwrap_or(Timestamp::MIN));
    day < hour.civil().date()
}

/// Compacts a day on a thread of the runtime's choice.
async fn compact(
    lake: Lake,
    system: SystemId,
    day: Date,
    hour_objects: HourObjects,
) -> Result<CompactedDay, CompactError> {
    let task = tokio::spawn(async move { lake.compact_day(&system, day, hour_objects).await });
    let compacted = task.await.expect("a day is compacted without panic, and nobody cancels it");
    compacted.map_err(|source| CompactError { day, source })
}

impl CompactedRange {
    fn new(system: &SystemId, open_days: usize) -> Self {
        Self {
            system: system.clone(),
            days: 0,
            open_days: open_days as u64,
            hours_put_in: 0,
            hours_deleted: 0,
            rows: 0,
            bytes: 0,
        }
    }

    fn add(&mut self, day: &CompactedDay) {
        self.days += 1;
        self.hours_put_in += day.hours_put_in;
        self.hours_deleted += day.hours_deleted;
        self.rows += day.rows;
        self.bytes += day.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(now: &str, expect: bool) {
        let day = "2026-11-20".parse().unwrap();
        assert_eq!(is_over(day, now.parse().unwrap()), expect, "{now}");
    }

    #[test]
    fn a_day_is_over_an_hour_after_its_end() {
        check("2026-11-20T23:59:59Z", false);
        check("2026-11-21T00:59:59Z", false);
        check("2026-11-21T01:00:00Z", true);
    }
}
