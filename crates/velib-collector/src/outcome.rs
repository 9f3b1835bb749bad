//! What a run did, for the log, the metrics, the caller's summary and the tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use velib_domain::{StandingContent, Stretch, SystemId, Timestamp};
use velib_lake::BronzeKey;

use crate::{checked::Checked, memory::Fetched};

/// What became of a system's feeds in a run without errors.
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
    /// Which vehicles are bikes; `None` where the system lists none or they were not collected.
    pub vehicle_types: Option<FeedOutcome>,
    /// Name and time zone; `None` where the system lists none or they were not collected.
    pub system_information: Option<FeedOutcome>,
    /// Whether the counts still move.
    pub stillness: Stillness,
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
    /// Whether the server said that it is the document it had served before (304); the bytes are those.
    pub not_modified: bool,
    /// From the request to the last byte, in milliseconds.
    pub fetch_ms: u64,
    /// Stations or vehicle types that can be used; 1 for a `system_information`.
    pub accepted: usize,
    /// Records that cannot, by reason.
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
    /// The newest stored document says the same.
    Unchanged,
}

/// For how long the counts and flags of all stations have stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stillness {
    /// The first run that met the content of this one.
    pub since: Timestamp,
    /// Seconds from then to this run: the age of a frozen feed, at least.
    pub seconds: i64,
    /// Whether that is longer than a feed of this size stands still at this time of day.
    pub frozen: bool,
}

impl FeedOutcome {
    pub(crate) fn new(
        kept: Kept,
        key: &BronzeKey,
        fetched: &Fetched,
        checked: &Checked,
        at: Timestamp,
    ) -> Self {
        let mut rejected = BTreeMap::new();
        for record in &checked.rejected {
            *rejected.entry(record.reason.code().to_owned()).or_default() += 1;
        }
        Self {
            kept,
            key: key.to_string(),
            bytes: fetched.body.len(),
            not_modified: fetched.not_modified,
            fetch_ms: u64::try_from(fetched.took.as_millis()).unwrap_or(u64::MAX),
            accepted: checked.accepted,
            rejected,
            updated_at: checked.updated_at,
            age_seconds: checked.updated_at.map(|updated_at| at.duration_since(updated_at).as_secs()),
        }
    }
}

impl Stillness {
    /// Judges a stretch, and warns of one that is too long.
    pub(crate) fn told(system: &SystemId, standing: StandingContent, longitude: Option<f64>) -> Self {
        let Stretch { since, .. } = standing.stretch;
        let seconds = standing.stretch.length().as_secs();
        let frozen = standing.is_frozen(longitude);
        if frozen {
            tracing::warn!(%system, %since, seconds, "the feed is frozen: it answers, and its counts stand still");
        }
        Self { since, seconds, frozen }
    }
}
