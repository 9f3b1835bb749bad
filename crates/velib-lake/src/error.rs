//! What can go wrong with a lake, told apart by what the caller can do about it.

use std::path::PathBuf;

use velib_domain::Timestamp;

/// A lake that could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The address names no store this crate can open.
    #[error("{url:?} names no lake: {fix}")]
    Url {
        /// The address given.
        url: String,
        /// What to write instead.
        fix: &'static str,
    },
    /// The folder cannot be made or opened.
    #[error("cannot open the lake folder {}: choose a folder that can be written", path.display())]
    Folder {
        /// The folder given.
        path: PathBuf,
        /// What the file system said.
        source: object_store::Error,
    },
    /// The store refused or could not be reached.
    #[error("cannot {action} {key}: check that the lake can be reached and written")]
    Store {
        /// The verb that failed.
        action: &'static str,
        /// The object or folder.
        key: String,
        /// What the store said.
        source: object_store::Error,
    },
    /// The object asked for is not there.
    #[error("{key} is not in the lake: check the key, or collect it first")]
    Missing {
        /// The object asked for.
        key: String,
    },
    /// The object is there, and its bytes are not what its key promises.
    #[error("{key} is damaged ({reason}): {fix}")]
    Corrupt {
        /// The damaged object.
        key: String,
        /// What is wrong with it.
        reason: String,
        /// What to do about it.
        fix: &'static str,
    },
    /// Others changed the object again and again while it was being changed.
    #[error("{key} is being changed by too many others at once: run this again")]
    Contended {
        /// The object.
        key: String,
    },
    /// A table has other columns than this version writes.
    #[error("{key} has other columns than expected ({difference}): refine it again with this version")]
    Schema {
        /// The table.
        key: String,
        /// The first difference.
        difference: String,
    },
    /// A row was given for an hour in which it was not observed.
    #[error("{key} cannot hold a row observed at {snapshot_at}: write it to its own hour")]
    OutsideHour {
        /// The hour's object.
        key: String,
        /// When the row was observed.
        snapshot_at: Timestamp,
    },
    /// Rows that could not be written as Parquet or JSON.
    #[error("{key} cannot be encoded: {reason}")]
    Encode {
        /// The object that was to be written.
        key: String,
        /// What the encoder said.
        reason: String,
    },
}

impl LakeError {
    /// A damaged derived table: refining the hour again writes it anew.
    pub(crate) fn corrupt_table(key: &impl ToString, reason: &impl ToString) -> Self {
        Self::Corrupt { key: key.to_string(), reason: reason.to_string(), fix: "refine it again" }
    }

    /// Damaged forecasts: what was said then cannot be made again.
    pub(crate) fn corrupt_issue(key: &impl ToString, reason: &impl ToString) -> Self {
        let fix = "delete it: nothing can make it again";
        Self::Corrupt { key: key.to_string(), reason: reason.to_string(), fix }
    }

    pub(crate) fn encode(key: &impl ToString, reason: &impl ToString) -> Self {
        Self::Encode { key: key.to_string(), reason: reason.to_string() }
    }
}
