//! One run: find the two feeds, fetch both, keep each as it was served.
//!
//! The feeds do not wait for each other: what is good of one is kept whatever happens to the other. A body that is no
//! feed is kept too, under `rejected/`, and then fails the run, so that somebody looks.

use std::error::Error;

use bytes::Bytes;
use velib_domain::{SystemId, Timestamp};
use velib_gbfs::{
    Discovery, DocumentError, Parsed, client::FeedClient, parse_station_information, parse_station_status,
};
use velib_lake::{BronzeKey, Feed, Lake, LakeError, PutOutcome};

use crate::{CollectError, FeedOutcome, Kept, Outcome, outcome::CheckedFeed};

/// Whose feeds to collect, and where their list stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSource {
    /// The name under which the lake keeps them.
    pub system: SystemId,
    /// Address of the system's `gbfs.json`.
    pub discovery_url: String,
}

/// Looks whether a body that was fetched at a time is the feed that was asked for.
type Check = fn(&[u8], Timestamp) -> Result<CheckedFeed, DocumentError>;

/// Everything a feed's part of the run needs.
struct Run<'a> {
    lake: &'a Lake,
    client: &'a FeedClient,
    discovery: &'a Discovery,
    system: &'a SystemId,
    at: Timestamp,
}

/// Collects both feeds for the moment a run was scheduled for. Running it again for the same moment stores nothing
/// twice and succeeds.
pub async fn collect_once(
    lake: &Lake,
    client: &FeedClient,
    source: &FeedSource,
    scheduled_at: Timestamp,
) -> Result<Outcome, CollectError> {
    let discovery = client.discover(&source.discovery_url).await;
    let discovery = discovery.map_err(|cause| CollectError::Unreachable { feed: None, cause })?;
    let run = Run { lake, client, discovery: &discovery, system: &source.system, at: scheduled_at };
    let (status, information) = tokio::join!(
        run.collect(Feed::StationStatus, CheckedFeed::status),
        run.collect(Feed::StationInformation, CheckedFeed::information)
    );
    match (status, information) {
        (Ok(station_status), Ok(station_information)) => {
            Ok(Outcome { system: source.system.clone(), scheduled_at, station_status, station_information })
        }
        (Err(status), Err(information)) => {
            Err(CollectError::Both { status: Box::new(status), information: Box::new(information) })
        }
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
    }
}

impl Run<'_> {
    async fn collect(&self, feed: Feed, check: Check) -> Result<FeedOutcome, CollectError> {
        let body = self.fetch(feed).await?;
        let checked = match check(&body, self.at) {
            Ok(checked) => checked,
            Err(reason) => return Err(self.reject(feed, &body, reason).await),
        };
        let (kept, key) = self.keep(feed, &body).await?;
        Ok(FeedOutcome::new(kept, &key, &body, &checked, self.at))
    }

    async fn fetch(&self, feed: Feed) -> Result<Bytes, CollectError> {
        let url = self.discovery.feed_url(feed.as_str());
        let url = url.map_err(|cause| CollectError::NotListed { feed, cause })?;
        let fetched = self.client.fetch(url).await;
        fetched.map_err(|cause| CollectError::Unreachable { feed: Some(feed), cause })
    }

    async fn keep(&self, feed: Feed, body: &[u8]) -> Result<(Kept, BronzeKey), CollectError> {
        if feed == Feed::StationInformation
            && let Some(newest) = self.newest_with(feed, body).await
        {
            return Ok((Kept::Unchanged, newest));
        }
        let key = BronzeKey::new(self.system.clone(), feed, self.at);
        match self.lake.store_bronze(&key, body).await {
            Ok(PutOutcome::Stored) => Ok((Kept::Stored, key)),
            Ok(PutOutcome::AlreadyStored) => Ok((Kept::AlreadyStored, key)),
            Err(cause) => Err(CollectError::Lake { feed, cause }),
        }
    }

    /// The newest stored document, if it has the same bytes. One that cannot be read counts as another: to store a
    /// document once more loses nothing.
    async fn newest_with(&self, feed: Feed, body: &[u8]) -> Option<BronzeKey> {
        match self.newest(feed).await {
            Ok(newest) => newest.filter(|(_, stored)| stored == body).map(|(key, _)| key),
            Err(error) => {
                tracing::warn!(%feed, error = &error as &dyn Error, "the newest document cannot be read");
                None
            }
        }
    }

    async fn newest(&self, feed: Feed) -> Result<Option<(BronzeKey, Vec<u8>)>, LakeError> {
        let Some(newest) = self.lake.newest_bronze(self.system, feed).await? else {
            return Ok(None);
        };
        let stored = self.lake.read_bronze(&newest).await?;
        Ok(Some((newest, stored)))
    }

    async fn reject(&self, feed: Feed, body: &[u8], reason: DocumentError) -> CollectError {
        let stored = self.lake.store_rejected(self.system, feed, self.at, body, &reason.to_string()).await;
        match stored {
            Ok(_) => CollectError::NotAFeed { feed, bytes: body.len(), cause: reason },
            Err(cause) => CollectError::Lake { feed, cause },
        }
    }
}

impl CheckedFeed {
    fn status(body: &[u8], at: Timestamp) -> Result<Self, DocumentError> {
        let Parsed { value, rejected, updated_at } = parse_station_status(body, at)?;
        Ok(Self { stations: value.stations.len(), rejected, updated_at })
    }

    fn information(body: &[u8], _: Timestamp) -> Result<Self, DocumentError> {
        let Parsed { value, rejected, updated_at } = parse_station_information(body)?;
        Ok(Self { stations: value.len(), rejected, updated_at })
    }
}
