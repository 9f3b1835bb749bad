//! The pieces that keys are made of: Hive partitions, compact times, and the folders that jobs list.

use std::{fmt::Display, str::FromStr};

use jiff::{
    civil::{Date, DateTime},
    tz::TimeZone,
};
use velib_domain::{Hour, SystemId, Timestamp};

use super::{InvalidKey, RejectedKey};
use crate::Feed;

const COMPACT: &str = "%Y%m%dT%H%M%SZ";

/// Every document of a feed.
pub(crate) fn bronze_feed(system: &SystemId, feed: Feed) -> String {
    format!("bronze/system={system}/feed={feed}")
}

/// Every document of a UTC day.
pub(crate) fn bronze_day(system: &SystemId, feed: Feed, day: Date) -> String {
    format!("{}/date={day}", bronze_feed(system, feed))
}

/// Every document of an hour.
pub(crate) fn bronze_hour(system: &SystemId, feed: Feed, hour: Hour) -> String {
    format!("{}/{}", bronze_feed(system, feed), partition(hour))
}

/// Every refined hour of a system.
pub(crate) fn silver_folder(system: &SystemId) -> String {
    format!("silver/station_status/system={system}")
}

/// Every hour of a day that has an object of its own.
pub(crate) fn silver_day(system: &SystemId, day: Date) -> String {
    format!("{}/date={day}", silver_folder(system))
}

/// Every compacted day of a system: a table of its own, so that no engine that reads the hours finds a row twice.
pub(crate) fn silver_days_folder(system: &SystemId) -> String {
    format!("silver/station_status_daily/system={system}")
}

/// A rejected body's key without its ending.
pub(super) fn rejected_stem(key: &RejectedKey) -> String {
    let RejectedKey { system, feed, stored_at } = key;
    let partition = partition(Hour::containing(*stored_at));
    format!("bronze/system={system}/rejected/feed={feed}/{partition}/{}", compact(*stored_at))
}

/// `date=2026-11-20/hour=14`.
pub(super) fn partition(hour: Hour) -> String {
    let civil = hour.civil();
    format!("date={}/hour={:02}", civil.date(), civil.hour())
}

/// `20261120T140503Z`.
pub(super) fn compact(at: Timestamp) -> String {
    whole_second(at).strftime(COMPACT).to_string()
}

/// The inverse of [`compact`].
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(DateTime::strptime(COMPACT, text).ok()?).ok()
}

/// The instant without its fraction of a second, towards the past.
pub(super) fn whole_second(at: Timestamp) -> Timestamp {
    let second = at.as_second() - i64::from(at.subsec_nanosecond() < 0);
    Timestamp::from_second(second).unwrap_or(at)
}

/// The hour that two partition segments name.
pub(super) fn hour_of(date: &str, hour: &str) -> Option<Hour> {
    let (date, hour) = (date.strip_prefix("date=")?, hour.strip_prefix("hour=")?);
    format!("{date}T{hour}").parse().ok()
}

/// The value of a segment `name=value`.
pub(crate) fn value<T: FromStr>(segment: &str, name: &str) -> Option<T> {
    segment.strip_prefix(name)?.strip_prefix('=')?.parse().ok()
}

/// The segments of a key, where it has exactly so many.
pub(super) fn segments<const N: usize>(text: &str) -> Option<[&str; N]> {
    text.split('/').collect::<Vec<_>>().try_into().ok()
}

/// Whether a name can stand as one segment.
pub(super) fn is_segment(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(is_plain)
}

/// The key that was read, if printing it gives the text back.
pub(super) fn exactly<K: Display>(
    text: &str,
    read: Option<K>,
    expected: &'static str,
) -> Result<K, InvalidKey> {
    read.filter(|key| key.to_string() == text).ok_or_else(|| invalid(text, expected))
}

pub(super) fn invalid(text: &str, expected: &'static str) -> InvalidKey {
    InvalidKey { key: text.to_owned(), expected }
}
