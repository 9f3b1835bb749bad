//! What was counted at a station, when, and how much of it the feed really said.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{StationCode, StationId};

/// Bikes and docks at a station at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Mechanical + e-bikes, ready to rent.
    pub bikes: u16,
    /// Mechanical bikes; `None` where the feed does not tell the kinds apart.
    pub mechanical: Option<u16>,
    /// E-bikes; `None` where the feed does not tell the kinds apart.
    pub ebikes: Option<u16>,
    /// Free docks as the feed says; never `capacity − bikes`, because docks break and bikes are locked.
    pub docks: Option<u16>,
}

/// One station's record in `station_status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationStatus {
    /// The key.
    pub station_id: StationId,
    /// The printed code, where the status document carries it.
    pub station_code: Option<StationCode>,
    /// What can be rented and returned.
    pub counts: Counts,
    /// The station's own `last_reported`: a label, not the age of the counts.
    pub reported_at: Option<Timestamp>,
    /// Whether the station stands on the street.
    pub is_installed: Option<bool>,
    /// Whether it rents bikes out.
    pub is_renting: Option<bool>,
    /// Whether it takes bikes back.
    pub is_returning: Option<bool>,
}

/// Every valid station of one `station_status` document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusSnapshot {
    /// When the collector fetched the document: the time of every count in it.
    pub snapshot_at: Timestamp,
    /// One record a station, in the document's order.
    pub stations: Vec<StationStatus>,
}

/// How a capacity became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CapacitySource {
    /// The feed says so now.
    Feed,
    /// The feed says 0 or nothing now, and said this before.
    Remembered,
    /// The feed never said: the most bikes + docks ever counted.
    Observed,
}

impl CapacitySource {
    /// The word stored in silver.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Remembered => "remembered",
            Self::Observed => "observed",
        }
    }
}

/// One row of silver: a station in a snapshot, with the capacity that was known then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// When the document was fetched.
    pub snapshot_at: Timestamp,
    /// What it said of the station.
    pub status: StationStatus,
    /// Docks built, from the best source there was; `None` where there was none.
    pub capacity: Option<u16>,
    /// Which source that was; `None` exactly where `capacity` is.
    pub capacity_source: Option<CapacitySource>,
}
