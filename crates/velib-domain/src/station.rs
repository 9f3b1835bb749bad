//! A station as a place: what the feed publishes about it, and what the lake remembers of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{LatLon, StationCode, StationId};

/// One station as `station_information` describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct StationInformation {
    /// The key.
    pub station_id: StationId,
    /// The printed code; null for whole documents at times.
    pub station_code: Option<StationCode>,
    /// The name, in the feed's language.
    pub name: String,
    /// Where it stands.
    pub position: LatLon,
    /// Docks built, as the feed says; `Some(0)` is what Vélib' publishes when it does not know.
    pub capacity: Option<u16>,
}

/// One row of the stations dimension: every station ever seen, with the newest that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Station {
    /// The key.
    pub station_id: StationId,
    /// The last printed code that was not null.
    pub station_code: Option<StationCode>,
    /// The last name.
    pub name: String,
    /// The last position.
    #[serde(flatten)]
    pub position: LatLon,
    /// The last capacity above zero.
    pub capacity: Option<u16>,
    /// Paris arrondissement 1–20; `None` outside Paris or where unknown.
    pub arrondissement: Option<u8>,
    /// The commune, where known.
    pub commune: Option<String>,
    /// First document that named it.
    pub first_seen: Timestamp,
    /// Last document that named it.
    pub last_seen: Timestamp,
}
