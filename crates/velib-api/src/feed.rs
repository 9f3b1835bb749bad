//! The feed as it is now: fetched at most once a minute by however many requests, and kept when the next fetch fails.
//!
//! What is served never claims to be younger than it is: a status keeps the time at which it was fetched, and a
//! failed fetch is told beside it, and so is a feed that answers while its counts stand still.

use std::sync::Arc;

use tokio::sync::Mutex;
use velib_domain::{
    SignedDuration, Source, StandingContent, StationInformation, StatusContent, StatusSnapshot, Timestamp,
};
use velib_gbfs::{
    Discovery, DocumentError, Rejected,
    client::{FeedClient, FetchError},
    parse_station_information, parse_station_status,
};

/// How long a status is served before the feed is asked again.
const STATUS_LIVES: SignedDuration = SignedDuration::from_secs(60);

/// How long names, places and capacities are kept, and where the feed's documents are.
const STATIONS_LIVE: SignedDuration = SignedDuration::from_hours(1);

/// How long a feed that failed is left alone.
const REST_AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(10);

/// A feed and the newest that was read from it.
pub(crate) struct Feed {
    client: FeedClient,
    discovery_url: String,
    source: Source,
    kept: Mutex<Kept>,
}

/// What one fetch brought.
#[derive(Debug)]
pub(crate) struct LiveStatus {
    /// The counts; `snapshot_at` is when they were fetched.
    pub(crate) snapshot: StatusSnapshot,
    /// Names, places and capacities.
    pub(crate) stations: Arc<Vec<StationInformation>>,
    /// Records that could not be used.
    pub(crate) rejected: Vec<Rejected>,
    /// The feed's own time.
    pub(crate) updated_at: Option<Timestamp>,
    /// For how long the counts have been these, as far as this process has seen.
    pub(crate) standing: StandingContent,
}

/// The newest there is, and why it is not newer.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) status: Option<Arc<LiveStatus>>,
    pub(crate) failure: Option<Failure>,
}

/// A fetch that failed.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) at: Timestamp,
    pub(crate) reason: String,
}

#[derive(Default)]
struct Kept {
    stations: Option<KnownStations>,
    status: Option<Arc<LiveStatus>>,
    failure: Option<Failure>,
}

#[derive(Clone)]
struct KnownStations {
    fetched_at: Timestamp,
    discovery: Discovery,
    stations: Arc<Vec<StationInformation>>,
}

/// Why a fetch brought nothing.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("{feed}: {error}")]
    Document { feed: &'static str, error: DocumentError },
}

impl Feed {
    pub(crate) fn new(client: FeedClient, discovery_url: String, source: Source) -> Self {
        Self { client, discovery_url, source, kept: Mutex::default() }
    }

    pub(crate) fn source(&self) -> Source {
        self.source
    }

    pub(crate) fn discovery_url(&self) -> &str {
        &self.discovery_url
    }

    /// The newest status; asks the feed if that is due. Requests that come meanwhile wait for the same fetch.
    pub(crate) async fn newest(&self, now: Timestamp) -> Reading {
        let mut kept = self.kept.lock().await;
        if kept.is_due(now) {
            let before = kept.status.as_ref().map(|status| status.standing);
            match self.fetch(&mut kept.stations, before, now).await {
                Ok(status) => {
                    kept.status = Some(Arc::new(status));
                    kept.failure = None;
                }
                Err(error) => {
                    tracing::warn!(%error, feed = self.discovery_url, "the feed gave no status");
                    kept.failure = Some(Failure { at: now, reason: error.to_string() });
                }
            }
        }
        Reading { status: kept.status.clone(), failure: kept.failure.clone() }
    }

    async fn fetch(
        &self,
        known: &mut Option<KnownStations>,
        before: Option<StandingContent>,
        now: Timestamp,
    ) -> Result<LiveStatus, ReadError> {
        let fresh = known.as_ref().filter(|known| now.duration_since(known.fetched_at) < STATIONS_LIVE);
        let known = match fresh {
            Some(known) => known.clone(),
            None => known.insert(self.fetch_stations(now).await?).clone(),
        };
        let url = feed_url(&known.discovery, "station_status")?;
        let body = self.client.fetch(url).await?;
        let parsed = parse_station_status(&body, now)
            .map_err(|error| ReadError::Document { feed: "station_status", error })?;
        let content = StatusContent::of(&parsed.value);
        let standing = match before {
            Some(before) => before.followed_by(content, now),
            None => StandingContent::new(content, now),
        };
        Ok(LiveStatus {
            snapshot: parsed.value,
            stations: known.stations,
            rejected: parsed.rejected,
            updated_at: parsed.updated_at,
            standing,
        })
    }

    async fn fetch_stations(&self, now: Timestamp) -> Result<KnownStations, ReadError> {
        let discovery = self.client.discover(&self.discovery_url).await?;
        let url = feed_url(&discovery, "station_information")?;
        let body = self.client.fetch(url).await?;
        let parsed = parse_station_information(&body)
            .map_err(|error| ReadError::Document { feed: "station_information", error })?;
        Ok(KnownStations { fetched_at: now, stations: Arc::new(parsed.value), discovery })
    }
}

impl Kept {
    fn is_due(&self, now: Timestamp) -> bool {
        let rests = |failure: &Failure| now.duration_since(failure.at) < REST_AFTER_FAILURE;
        let lives = |status: &Arc<LiveStatus>| now.duration_since(status.snapshot.snapshot_at) < STATUS_LIVES;
        !self.failure.as_ref().is_some_and(rests) && !self.status.as_ref().is_some_and(lives)
    }
}

fn feed_url<'a>(discovery: &'a Discovery, feed: &'static str) -> Result<&'a str, ReadError> {
    discovery.feed_url(feed).map_err(|error| ReadError::Document { feed: "gbfs.json", error })
}
