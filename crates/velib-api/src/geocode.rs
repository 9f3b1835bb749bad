//! Names of places to coordinates: names that are in memory first, then whoever knows addresses.
//!
//! What somebody types may say where they live: it is in no log and in no error, only in the address asked and, folded,
//! in a cache in memory. A service that fails is left alone for a while; names in memory are found without any.

mod breaker;
mod chain;
mod geojson;
mod geoplateforme;
mod landmarks;
mod names;
mod photon;

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use lru::LruCache;
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{LatLon, SignedDuration, Timestamp};

use chain::{Chain, Search};
pub(crate) use geojson::{GeocodeError, web_limits};
pub(crate) use geoplateforme::Geoplateforme;
pub(crate) use names::Names;
use names::folded;
pub(crate) use photon::Photon;

/// Answers kept, each a few hundred bytes.
const MOST_KEPT: NonZeroUsize = NonZeroUsize::new(2_000).expect("it is not zero");

/// How long an answer is kept: addresses seldom move.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Shorter texts are looked up in memory only: too many addresses begin like that.
const FEWEST_LETTERS: usize = 3;

/// A place that bears a name.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Place {
    pub(crate) label: String,
    pub(crate) kind: PlaceKind,
    #[serde(flatten)]
    pub(crate) position: LatLon,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) station_id: Option<String>,
    /// Who knows it.
    pub(crate) source: &'static str,
}

/// What kind of place it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlaceKind {
    Coordinates,
    Station,
    Landmark,
    Address,
    Street,
    Municipality,
    Place,
}

/// Somebody who knows where addresses are.
#[async_trait]
pub(crate) trait Geocoder: Send + Sync {
    /// What it is called in answers.
    fn name(&self) -> &'static str;

    /// What an answer owes it.
    fn attribution(&self) -> &'static str;

    /// Places that fit a text, the best first, those near a point preferred.
    async fn search(&self, text: &str, near: LatLon) -> Result<Vec<Place>, GeocodeError>;
}

/// Geocoders in the order in which they are asked, and what they answered.
pub(crate) struct Geocoding {
    chain: Chain,
    kept: Mutex<LruCache<String, Kept>>,
}

struct Kept {
    at: Timestamp,
    found: Found,
}

/// What the geocoders know of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Found {
    pub(crate) places: Vec<Place>,
    pub(crate) attribution: Option<&'static str>,
    /// Those who gave no answer, each with the reason.
    pub(crate) failures: Vec<(&'static str, String)>,
}

impl Geocoding {
    pub(crate) fn new(chain: Vec<Box<dyn Geocoder>>) -> Self {
        Self { chain: Chain::new(chain), kept: Mutex::new(LruCache::new(MOST_KEPT)) }
    }

    /// What the first geocoder that knows anything within the area knows. A text too short for them finds nothing.
    pub(crate) async fn search(
        &self,
        text: &str,
        near: LatLon,
        in_area: impl Fn(LatLon) -> bool + Sync,
        now: Timestamp,
    ) -> Found {
        let key = folded(text);
        if key.chars().count() < FEWEST_LETTERS {
            return Found::default();
        }
        if let Some(found) = self.kept(&key, now) {
            return found;
        }
        let found = self.chain.search(&Search { text, near, in_area: &in_area, now }).await;
        if !found.places.is_empty() || found.failures.is_empty() {
            self.keep(key, now, found.clone());
        }
        found
    }

    fn kept(&self, key: &str, now: Timestamp) -> Option<Found> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = |kept: &&Kept| now.duration_since(kept.at) < KEPT_FOR;
        kept.get(key).filter(fresh).map(|kept| kept.found.clone())
    }

    fn keep(&self, key: String, now: Timestamp, found: Found) {
        // Who failed then says nothing of now.
        let found = Found { failures: Vec::new(), ..found };
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).put(key, Kept { at: now, found });
    }
}

#[cfg(test)]
mod tests;
