//! One run over one system: find its feeds, fetch each, keep each as it was served.
//!
//! The feeds do not wait for each other: what is good of one is kept whatever happens to the others. A body that is no
//! feed is kept too, under `rejected/`, and then fails the run, so that somebody looks. Of the two feeds that hardly
//! ever change and that many systems leave out, vehicle types and system information, a failure is a warning: the counts
//! of an hour are worth more than a run that is tried again for their sake.

use std::error::Error;

use velib_domain::{StandingContent, SystemId, Timestamp};
use velib_gbfs::{
    Discovery, DocumentContent, DocumentError,
    client::{FeedClient, FetchError},
    parse_discovery,
};
use velib_lake::{BronzeKey, Feed, Lake, LakeError, PutOutcome};

use crate::{
    CollectError, FeedOutcome, Kept, Outcome, Stillness,
    checked::{Check, Checked},
    memory::{Fetched, Memory},
    stillness::StatusBefore,
};

/// Whose feeds to collect, and where their list stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedSource {
    /// The name under which the lake keeps them.
    pub system: SystemId,
    /// Address of the system's `gbfs.json`.
    pub discovery_url: String,
}

/// Everything a feed's part of the run needs.
struct Run<'a> {
    lake: &'a Lake,
    client: &'a FeedClient,
    memory: &'a Memory,
    discovery: &'a Discovery,
    system: &'a SystemId,
    at: Timestamp,
}

/// A document that was kept, and what it said.
struct Collected {
    outcome: FeedOutcome,
    checked: Checked,
}

/// Collects a system for the moment a run was scheduled for. Running it again for the same moment stores nothing twice
/// and succeeds.
pub async fn collect_once(
    lake: &Lake,
    client: &FeedClient,
    source: &FeedSource,
    scheduled_at: Timestamp,
) -> Result<Outcome, CollectError> {
    collect(lake, client, &Memory::default(), source, scheduled_at).await
}

/// As [`collect_once`], with the memory of earlier runs.
pub(crate) async fn collect(
    lake: &Lake,
    client: &FeedClient,
    memory: &Memory,
    source: &FeedSource,
    at: Timestamp,
) -> Result<Outcome, CollectError> {
    let discovery = discover(client, memory, &source.discovery_url).await;
    let discovery = discovery.map_err(|cause| CollectError::Unreachable { feed: None, cause })?;
    let run = Run { lake, client, memory, discovery: &discovery, system: &source.system, at };
    let (status, information, vehicle_types, system_information) = tokio::join!(
        run.collect_status(),
        run.collect(Feed::StationInformation, Checked::information),
        run.collect_if_listed(Feed::VehicleTypes, Checked::vehicle_types),
        run.collect_if_listed(Feed::SystemInformation, Checked::system_information),
    );
    let ((status, standing), information) = both(status, information)?;
    let longitude = memory.longitude(information.checked.longitude);
    Ok(Outcome {
        system: source.system.clone(),
        scheduled_at: at,
        station_status: status.outcome,
        station_information: information.outcome,
        vehicle_types,
        system_information,
        stillness: Stillness::told(&source.system, standing, longitude),
    })
}

async fn discover(client: &FeedClient, memory: &Memory, url: &str) -> Result<Discovery, FetchError> {
    let fetched = memory.fetch(client, url).await?;
    parse_discovery(&fetched.body).map_err(|source| FetchError::NotDiscovery { url: url.to_owned(), source })
}

fn both<S, I>(
    status: Result<S, CollectError>,
    information: Result<I, CollectError>,
) -> Result<(S, I), CollectError> {
    match (status, information) {
        (Ok(status), Ok(information)) => Ok((status, information)),
        (Err(status), Err(information)) => {
            Err(CollectError::Both { status: Box::new(status), information: Box::new(information) })
        }
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
    }
}

impl Run<'_> {
    /// Collects the status, and finds out since when it has said the same. Where the lake cannot tell, the stretch begins
    /// now: a status that was kept is no failure.
    async fn collect_status(&self) -> Result<(Collected, StandingContent), CollectError> {
        let remembered = self.memory.standing_before(self.at);
        let look = async {
            let look = StatusBefore::look(self.lake, self.system, self.at);
            if remembered.is_some() { None } else { Some(look.await) }
        };
        let (collected, before) = tokio::join!(self.collect(Feed::StationStatus, Checked::status), look);
        let collected = collected?;
        let content = collected.checked.content;
        let standing = match (remembered, before) {
            (Some(earlier), _) => Ok(earlier.followed_by(content, self.at)),
            (None, Some(Ok(before))) => before.standing(self.lake, content, self.at).await,
            (None, Some(Err(error))) => Err(error),
            (None, None) => Ok(StandingContent::new(content, self.at)),
        };
        let standing = standing.unwrap_or_else(|error| {
            tracing::warn!(system = %self.system, error = &error as &dyn Error, "the documents before cannot be read");
            StandingContent::new(content, self.at)
        });
        self.memory.stands(standing);
        Ok((collected, standing))
    }

    async fn collect(&self, feed: Feed, check: Check) -> Result<Collected, CollectError> {
        let fetched = self.fetch(feed).await?;
        let checked = match check(&fetched.body, self.at) {
            Ok(checked) => checked,
            Err(reason) => return Err(self.reject(feed, &fetched.body, reason).await),
        };
        let kept = match feed {
            Feed::StationStatus => self.store(feed, &fetched.body).await,
            _ => self.store_if_changed(feed, &fetched.body).await,
        };
        let (kept, key) = kept.map_err(|cause| CollectError::Lake { feed, cause })?;
        Ok(Collected { outcome: FeedOutcome::new(kept, &key, &fetched, &checked, self.at), checked })
    }

    async fn collect_if_listed(&self, feed: Feed, check: Check) -> Option<FeedOutcome> {
        if !self.discovery.feeds.contains_key(feed.as_str()) {
            return None;
        }
        match self.collect(feed, check).await {
            Ok(collected) => Some(collected.outcome),
            Err(error) => {
                tracing::warn!(system = %self.system, %feed, code = error.code(), %error, "a minor feed was not collected");
                None
            }
        }
    }

    async fn fetch(&self, feed: Feed) -> Result<Fetched, CollectError> {
        let url = self.discovery.feed_url(feed.as_str());
        let url = url.map_err(|cause| CollectError::NotListed { feed, cause })?;
        let fetched = self.memory.fetch(self.client, url).await;
        fetched.map_err(|cause| CollectError::Unreachable { feed: Some(feed), cause })
    }

    async fn store(&self, feed: Feed, body: &[u8]) -> Result<(Kept, BronzeKey), LakeError> {
        let key = BronzeKey::new(self.system.clone(), feed, self.at);
        Ok(match self.lake.store_bronze(&key, body).await? {
            PutOutcome::Stored => (Kept::Stored, key),
            PutOutcome::AlreadyStored => (Kept::AlreadyStored, key),
        })
    }

    /// Stores a document unless the newest one before this run says the same.
    async fn store_if_changed(&self, feed: Feed, body: &[u8]) -> Result<(Kept, BronzeKey), LakeError> {
        let Ok(content) = DocumentContent::of(body) else { return self.store(feed, body).await };
        if let Some(key) = self.memory.same_stored(feed, content, self.at) {
            return Ok((Kept::Unchanged, key));
        }
        let (kept, key) = match self.newest(feed).await {
            Some((key, newest)) if newest == content => (Kept::Unchanged, key),
            _ => self.store(feed, body).await?,
        };
        if kept != Kept::AlreadyStored {
            self.memory.stored(feed, content, key.clone());
        }
        Ok((kept, key))
    }

    /// The newest document before this run, and what it says. One that cannot be read counts as another: to store a
    /// document once more loses nothing.
    async fn newest(&self, feed: Feed) -> Option<(BronzeKey, DocumentContent)> {
        let newest = async {
            let Some(key) = self.lake.newest_bronze_before(self.system, feed, self.at).await? else {
                return Ok(None);
            };
            let body = self.lake.read_bronze(&key).await?;
            Ok::<_, LakeError>(DocumentContent::of(&body).ok().map(|content| (key, content)))
        };
        newest.await.unwrap_or_else(|error| {
            tracing::warn!(%feed, error = &error as &dyn Error, "the newest document cannot be read");
            None
        })
    }

    async fn reject(&self, feed: Feed, body: &[u8], reason: DocumentError) -> CollectError {
        let stored = self.lake.store_rejected(self.system, feed, self.at, body, &reason.to_string()).await;
        match stored {
            Ok(_) => CollectError::NotAFeed { feed, bytes: body.len(), cause: reason },
            Err(cause) => CollectError::Lake { feed, cause },
        }
    }
}
