//! Where a number came from. Every number shown to a person carries one of these and its age.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The source of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Counted by the operator's feed.
    Live,
    /// Counted in an earlier snapshot of the feed, kept in the lake.
    Remembered,
    /// A model's forecast.
    Forecast,
    /// The station's usual state at that hour of the week.
    Climatology,
    /// The last count carried forward, with the spread that changes usually have.
    Persistence,
    /// Judged from how counts have moved; nobody counted it.
    Estimated,
    /// Made by the simulated city: no bike stands behind it.
    Simulated,
    /// Read from stored documents that are served again.
    Replayed,
}

impl Source {
    /// The word used in answers and on screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Remembered => "remembered",
            Self::Forecast => "forecast",
            Self::Climatology => "climatology",
            Self::Persistence => "persistence",
            Self::Estimated => "estimated",
            Self::Simulated => "simulated",
            Self::Replayed => "replayed",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
