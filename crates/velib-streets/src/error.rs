//! Why street tables cannot be made or used.

use std::path::PathBuf;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum StreetsError {
    /// The file cannot be read or written.
    #[error("street file {}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The extract is no OpenStreetMap PBF.
    #[error("{} is no OpenStreetMap PBF extract: {reason}", path.display())]
    NotOsm {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// There is no street in it.
    #[error("no street can be walked or ridden in the extract: is it of the right place?")]
    NoStreets,
    /// The tables are of another format, or none at all.
    #[error(
        "street tables are of format {found}, this program reads {expected}: build them again with `velib streets build`"
    )]
    OtherFormat {
        /// The format found; 0 where the file is something else.
        found: u32,
        /// The format read.
        expected: u32,
    },
    /// The bytes are not those that were written.
    #[error("street tables are damaged ({reason}): build them again with `velib streets build`")]
    Damaged {
        /// What does not fit.
        reason: &'static str,
    },
    /// More than an index can hold.
    #[error("{count} stations are more than street tables hold ({most})")]
    TooManyStations {
        /// How many.
        count: usize,
        /// How many there may be.
        most: usize,
    },
}
