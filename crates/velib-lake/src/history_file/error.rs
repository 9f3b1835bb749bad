//! What makes a history file unusable as a whole; a single bad row is a `RowFault` instead.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::Field;

/// A history file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HistoryFileError {
    /// The file is not there or may not be read.
    #[error("cannot read {}: check the path and its permissions", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// An archive, whatever its name ends in.
    #[error("{} is a {format} archive: unpack it first", path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// What it really is.
        format: &'static str,
    },
    /// The bytes are not the format they begin as.
    #[error("{} cannot be read as {format}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Parquet or CSV.
        format: &'static str,
        /// What the reader said.
        reason: String,
    },
    /// A column that rows cannot do without, or that the mapping names, is not there.
    #[error(
        "{} has no column for {field} (looked for {looked_for}; it has {present}): name it with {field}=COLUMN",
        path.display()
    )]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// What was to be read from the column.
        field: Field,
        /// The names tried.
        looked_for: String,
        /// The names there are.
        present: String,
    },
    /// A column holds something that no field can be read from.
    #[error("column {column} of {} holds {found}: use text, numbers, booleans or timestamps", path.display())]
    ColumnType {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// Its type.
        found: String,
    },
}

impl HistoryFileError {
    pub(super) fn open(path: &Path, source: io::Error) -> Self {
        Self::Open { path: path.to_owned(), source }
    }

    pub(super) fn archive(path: &Path, format: &'static str) -> Self {
        Self::Archive { path: path.to_owned(), format }
    }

    pub(super) fn unreadable(path: &Path, format: &'static str, reason: &impl ToString) -> Self {
        Self::Unreadable { path: path.to_owned(), format, reason: reason.to_string() }
    }
}
