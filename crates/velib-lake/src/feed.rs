//! Which GBFS feed a stored document came from.

use std::{fmt, str::FromStr};

/// A feed whose documents are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feed {
    /// Counts of every station, new every minute.
    StationStatus,
    /// Names, places and capacities, which change now and then.
    StationInformation,
}

/// A word that names no feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no feed: use station_status or station_information")]
pub struct UnknownFeed(pub String);

impl Feed {
    /// The GBFS name, as it stands in keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StationStatus => "station_status",
            Self::StationInformation => "station_information",
        }
    }
}

impl fmt::Display for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Feed {
    type Err = UnknownFeed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::StationStatus, Self::StationInformation]
            .into_iter()
            .find(|feed| feed.as_str() == text)
            .ok_or_else(|| UnknownFeed(text.to_owned()))
    }
}
