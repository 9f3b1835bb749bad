//! Which feed a stored document came from: four of GBFS, and the weather.

use std::{fmt, str::FromStr};

/// A feed whose documents are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feed {
    /// Counts of every station, new every minute.
    StationStatus,
    /// Names, places and capacities, which change now and then.
    StationInformation,
    /// Which of a system's vehicles are bikes and which have a motor; changes hardly ever.
    VehicleTypes,
    /// The system's own name and time zone; changes hardly ever.
    SystemInformation,
    /// Recent past and forecast of the weather where the stations are, as Open-Meteo serves it.
    Weather,
}

/// A word that names no feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no feed: use station_status, station_information, vehicle_types, system_information or weather"
)]
pub struct UnknownFeed(pub String);

impl Feed {
    /// Every feed whose documents are kept.
    pub const ALL: [Self; 5] = [
        Self::StationStatus,
        Self::StationInformation,
        Self::VehicleTypes,
        Self::SystemInformation,
        Self::Weather,
    ];

    /// The name, as it stands in keys; GBFS's own where it has one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StationStatus => "station_status",
            Self::StationInformation => "station_information",
            Self::VehicleTypes => "vehicle_types",
            Self::SystemInformation => "system_information",
            Self::Weather => "weather",
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
        let named = Self::ALL.into_iter().find(|feed| feed.as_str() == text);
        named.ok_or_else(|| UnknownFeed(text.to_owned()))
    }
}
