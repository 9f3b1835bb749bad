//! Why nothing was replayed.

/// A replay that cannot be.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// No snapshot on the days to replay.
    #[error("no snapshot lies on the days to replay: choose others with --from and --to")]
    NoDays,
    /// Too little before those days to learn from.
    #[error(
        "only {snapshots} snapshots lie in the {days} days before: nothing can be learned from fewer than {least}"
    )]
    TooLittleBefore {
        /// Snapshots that there are.
        snapshots: usize,
        /// Days that were looked at.
        days: i64,
        /// Snapshots that are needed.
        least: usize,
    },
    /// Kinds of bike that a history does not tell apart.
    #[error("no snapshot tells which bikes are {kind}: replay for travellers who take any bike")]
    NoKinds {
        /// The kind that is wanted.
        kind: &'static str,
    },
    /// A kind of trip that these days do not have.
    #[error("no {stratum} trip could be drawn: the history shows none")]
    NoTrips {
        /// The kind.
        stratum: &'static str,
    },
    /// A forecaster that was given could not answer.
    #[error("the forecaster failed: {0}")]
    Forecast(#[from] velib_forecast::ForecastError),
}
