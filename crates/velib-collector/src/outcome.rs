//! What a run did, for the log, the caller's summary and the tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use velib_domain::{SystemId, Timestamp};
use velib_gbfs::Rejected;
use velib_lake::BronzeKey;

/// What became of both feeds in a run without errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whose feeds they are.
    pub system: SystemId,
    /// The moment the run was scheduled for; it stands in the keys.
    pub scheduled_at: Timestamp,
    /// The counts of every station.
    pub station_status: FeedOutcome,
    /// Names, places and capacities.
    pub station_information: FeedOutcome,
}

/// What became of one feed's document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedOutcome {
    /// Whether this run added it to the lake.
    pub kept: Kept,
    /// The bronze object that holds these bytes (for [`Kept::AlreadyStored`]: those of the earlier run).
    pub key: String,
    /// Size of the served body in bytes, before the lake compresses it.
    pub bytes: usize,
    /// Records that are stations.
    pub stations: usize,
    /// Records that are not, by reason.
    pub rejected: BTreeMap<String, usize>,
    /// The feed's own time of update, where it gives one.
    pub updated_at: Option<Timestamp>,
    /// Whole seconds from `updated_at` to the scheduled moment; negative where the feed was updated after it.
    pub age_seconds: Option<i64>,
}

/// Why a document is in the lake now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// This run stored it.
    Stored,
    /// An earlier run for the same moment stored a document, which stays as it is.
    AlreadyStored,
    /// The newest stored document has the same bytes.
    Unchanged,
}

/// What the parser says of a body that is a feed.
pub(crate) struct CheckedFeed {
    pub(crate) stations: usize,
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) updated_at: Option<Timestamp>,
}

impl FeedOutcome {
    pub(crate) fn new(
        kept: Kept,
        key: &BronzeKey,
        body: &[u8],
        checked: &CheckedFeed,
        at: Timestamp,
    ) -> Self {
        let mut rejected = BTreeMap::new();
        for record in &checked.rejected {
            *rejected.entry(record.reason.code().to_owned()).or_default() += 1;
        }
        Self {
            kept,
            key: key.to_string(),
            bytes: body.len(),
            stations: checked.stations,
            rejected,
            updated_at: checked.updated_at,
            age_seconds: checked.updated_at.map(|updated_at| at.duration_since(updated_at).as_secs()),
        }
    }
}
