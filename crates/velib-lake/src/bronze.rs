//! Bronze: documents exactly as they were served, each written once and never changed.
//!
//! Nothing is parsed here. An object under a bronze folder whose name is no bronze key is not the lake's, and is
//! left alone.

use jiff::civil::Date;
use velib_domain::{Hour, SystemId, Timestamp};

use crate::{
    BronzeKey, Feed, Lake, LakeError,
    gzip::{gunzip, gzip},
    keys::{bronze_day, bronze_feed, bronze_hour, value},
};

/// What became of a create-only write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOutcome {
    /// The object is new.
    Stored,
    /// An object stood there already and was left as it is.
    AlreadyStored,
}

impl Lake {
    /// Keeps a served body, unless this key was written before.
    pub async fn store_bronze(&self, key: &BronzeKey, body: &[u8]) -> Result<PutOutcome, LakeError> {
        self.create(key, gzip(body).into()).await
    }

    /// The body exactly as it was served.
    pub async fn read_bronze(&self, key: &BronzeKey) -> Result<Vec<u8>, LakeError> {
        let object = self.get(key).await?.ok_or_else(|| LakeError::Missing { key: key.to_string() })?;
        gunzip(&object).map_err(|error| LakeError::Corrupt {
            key: key.to_string(),
            reason: error.to_string(),
            fix: "bring the object back from a copy, or move it out of the lake",
        })
    }

    /// The documents of an hour, oldest first.
    pub async fn bronze_in_hour(
        &self,
        system: &SystemId,
        feed: Feed,
        hour: Hour,
    ) -> Result<Vec<BronzeKey>, LakeError> {
        self.bronze_under(&bronze_hour(system, feed, hour)).await
    }

    /// The documents of a UTC day, oldest first.
    pub async fn bronze_on_day(
        &self,
        system: &SystemId,
        feed: Feed,
        day: Date,
    ) -> Result<Vec<BronzeKey>, LakeError> {
        self.bronze_under(&bronze_day(system, feed, day)).await
    }

    /// Every document of a feed, oldest first.
    pub async fn bronze_documents(&self, system: &SystemId, feed: Feed) -> Result<Vec<BronzeKey>, LakeError> {
        self.bronze_under(&bronze_feed(system, feed)).await
    }

    /// Every hour that has documents, oldest first.
    pub async fn bronze_hours(&self, system: &SystemId, feed: Feed) -> Result<Vec<Hour>, LakeError> {
        let days = self.folders_in(&bronze_feed(system, feed)).await?;
        let days: Vec<Date> = days.iter().filter_map(|folder| value(folder, "date")).collect();
        let folders = days.iter().map(|day| bronze_day(system, feed, *day)).collect();
        let hours = self.folders_in_each(folders).await?;
        let hours = days.iter().zip(&hours).flat_map(|(day, hours)| {
            hours
                .iter()
                .filter_map(move |folder| format!("{day}T{}", folder.strip_prefix("hour=")?).parse().ok())
        });
        Ok(hours.collect())
    }

    /// The newest document of a feed.
    pub async fn newest_bronze(&self, system: &SystemId, feed: Feed) -> Result<Option<BronzeKey>, LakeError> {
        self.newest_bronze_before(system, feed, Timestamp::MAX).await
    }

    /// The newest document fetched at or before an instant.
    ///
    /// Walks back day by day from the newest that qualifies, so its cost does not grow with the age of the lake.
    pub async fn newest_bronze_before(
        &self,
        system: &SystemId,
        feed: Feed,
        at: Timestamp,
    ) -> Result<Option<BronzeKey>, LakeError> {
        let last_day = Hour::containing(at).civil().date();
        let days = self.folders_in(&bronze_feed(system, feed)).await?;
        let days = days.iter().filter_map(|folder| value::<Date>(folder, "date"));
        for day in days.filter(|day| *day <= last_day).collect::<Vec<_>>().into_iter().rev() {
            let documents = self.bronze_on_day(system, feed, day).await?;
            if let Some(newest) = documents.into_iter().rfind(|key| key.stored_at <= at) {
                return Ok(Some(newest));
            }
        }
        Ok(None)
    }

    async fn bronze_under(&self, folder: &str) -> Result<Vec<BronzeKey>, LakeError> {
        let keys = self.keys_under(folder).await?;
        Ok(keys.iter().filter_map(|key| key.parse().ok()).collect())
    }
}
