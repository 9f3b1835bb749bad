//! The feed: one fetch of its counts, joined with names and places that are fetched more seldom.
//!
//! It keeps no count; what is served meanwhile, and when the feed is asked, is decided in [`crate::live`]. What was
//! fetched never claims to be younger than it is: it carries the moment at which the fetch began.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::Mutex;
use velib_domain::{
    SignedDuration, StandingContent, Station, StationId, StationInformation, StatusContent, StatusSnapshot,
    Timestamp,
};
use velib_gbfs::{
    Discovery, DocumentError, Rejected,
    client::{FeedClient, FetchError},
    parse_station_information, parse_station_status,
};

/// How long names, places and capacities are kept, and where the feed's documents are.
const STATIONS_LIVE: SignedDuration = SignedDuration::from_hours(1);

/// A feed, and what is remembered between two fetches.
pub(crate) struct Feed {
    client: FeedClient,
    discovery_url: String,
    known: Mutex<Known>,
}

/// What one fetch brought, or what the lake holds of one.
#[derive(Debug)]
pub(crate) struct LiveStatus {
    /// The counts; `snapshot_at` is when the fetch began.
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

#[derive(Default)]
struct Known {
    stations: Option<KnownStations>,
    standing: Option<StandingContent>,
}

#[derive(Clone)]
struct KnownStations {
    fetched_at: Timestamp,
    discovery: Discovery,
    stations: Arc<Vec<StationInformation>>,
}

/// Why a fetch brought nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("{feed}: {error}")]
    Document { feed: &'static str, error: DocumentError },
}

impl LiveStatus {
    /// A snapshot from the lake, of the stations that it has a name and a place for. It remembers others too, that are
    /// gone by now.
    pub(crate) fn remembered(snapshot: StatusSnapshot, stations: &BTreeMap<StationId, Station>) -> Self {
        let counted = snapshot.stations.iter().filter_map(|status| stations.get(&status.station_id));
        let information = |station: &Station| StationInformation {
            station_id: station.station_id.clone(),
            station_code: station.station_code.clone(),
            name: station.name.clone(),
            position: station.position,
            // What the lake knows of it is joined as remembered, not as the feed's.
            capacity: None,
        };
        Self {
            stations: Arc::new(counted.map(information).collect()),
            standing: StandingContent::new(StatusContent::of(&snapshot), snapshot.snapshot_at),
            snapshot,
            rejected: Vec::new(),
            updated_at: None,
        }
    }
}

impl Feed {
    pub(crate) fn new(client: FeedClient, discovery_url: String) -> Self {
        Self { client, discovery_url, known: Mutex::default() }
    }

    pub(crate) fn discovery_url(&self) -> &str {
        &self.discovery_url
    }

    /// Asks the feed once.
    pub(crate) async fn fetch(&self, now: Timestamp) -> Result<LiveStatus, ReadError> {
        let mut known = self.known.lock().await;
        let KnownStations { discovery, stations, .. } = self.stations(&mut known.stations, now).await?;
        let url = feed_url(&discovery, "station_status")?;
        let body = self.client.fetch(url).await?;
        let parsed = parse_station_status(&body, now)
            .map_err(|error| ReadError::Document { feed: "station_status", error })?;
        let content = StatusContent::of(&parsed.value);
        let standing = match known.standing {
            Some(before) => before.followed_by(content, now),
            None => StandingContent::new(content, now),
        };
        known.standing = Some(standing);
        Ok(LiveStatus {
            snapshot: parsed.value,
            stations,
            rejected: parsed.rejected,
            updated_at: parsed.updated_at,
            standing,
        })
    }

    /// Names and places an hour old at most; older ones where the feed does not tell them anew, for stations seldom move.
    async fn stations(
        &self,
        known: &mut Option<KnownStations>,
        now: Timestamp,
    ) -> Result<KnownStations, ReadError> {
        let fresh = |known: &&KnownStations| now.duration_since(known.fetched_at) < STATIONS_LIVE;
        if let Some(fresh) = known.as_ref().filter(fresh) {
            return Ok(fresh.clone());
        }
        match (self.fetch_stations(now).await, known.clone()) {
            (Ok(fetched), _) => Ok(known.insert(fetched).clone()),
            (Err(error), Some(older)) => {
                tracing::warn!(%error, feed = self.discovery_url, "names and places are those of before");
                Ok(older)
            }
            (Err(error), None) => Err(error),
        }
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

fn feed_url<'a>(discovery: &'a Discovery, feed: &'static str) -> Result<&'a str, ReadError> {
    discovery.feed_url(feed).map_err(|error| ReadError::Document { feed: "gbfs.json", error })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A status of no station.
    pub(crate) fn status_at(now: Timestamp) -> LiveStatus {
        let snapshot = StatusSnapshot { snapshot_at: now, stations: Vec::new() };
        LiveStatus {
            standing: StandingContent::new(StatusContent::of(&snapshot), now),
            snapshot,
            stations: Arc::default(),
            rejected: Vec::new(),
            updated_at: None,
        }
    }
}
