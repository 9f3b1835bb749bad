//! What stops refining or importing: only the lake or the history file. A bad document or row is counted instead.

use velib_domain::Hour;
use velib_lake::{LakeError, WeatherFileError, history_file::HistoryFileError};

/// An hour, or the stations table after it, that could not be refined.
#[derive(Debug, thiserror::Error)]
pub enum RefineError {
    /// The hour's bronze could not be read or its silver not be written.
    #[error("cannot refine the hour {hour}: {source}")]
    Hour {
        /// The hour.
        hour: Hour,
        /// What the lake said, with the key.
        source: LakeError,
    },
    /// What is stored could not be listed.
    #[error("cannot list the information documents: {source}")]
    Bronze {
        /// What the lake said, with the folder.
        source: LakeError,
    },
    /// The rows of the hours were written, but the stations table could not be brought up to date.
    #[error("cannot update the stations table: {source}")]
    Stations {
        /// What the lake said, with the key.
        source: LakeError,
    },
}

/// A history that could not be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file as a whole is unusable.
    #[error(transparent)]
    File(#[from] HistoryFileError),
    /// The weather file as a whole is unusable.
    #[error(transparent)]
    Weather(#[from] WeatherFileError),
    /// The lake could not be read or written.
    #[error(transparent)]
    Lake(#[from] LakeError),
}
