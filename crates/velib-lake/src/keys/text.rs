//! Keys as text: the shapes of the lake's contract, printed and read back.

use std::{fmt, str::FromStr};

use super::{
    BoundariesKey, BronzeKey, InvalidKey, IssueKey, ModelKey, QualityKey, RejectedKey, SilverDayKey,
    SilverKey, StationsKey,
    segments::{
        bronze_hour, compact, exactly, hour_of, instant, invalid, partition, rejected_stem, segments,
        silver_days_folder, silver_folder, value,
    },
};

// One key of each kind, as it is written in errors and in the data dictionary.
pub(crate) const BRONZE: &str =
    "bronze/system=velib/feed=station_status/date=2026-11-20/hour=14/20261120T140503Z.json.gz";
pub(crate) const REJECTED: &str =
    "bronze/system=velib/rejected/feed=station_status/date=2026-11-20/hour=14/20261120T140503Z.body.gz";
pub(crate) const SILVER: &str = "silver/station_status/system=velib/date=2026-11-20/hour=14/part-0.parquet";
pub(crate) const SILVER_DAY: &str = "silver/station_status_daily/system=velib/date=2026-11-20/part-0.parquet";
pub(crate) const QUALITY: &str = "silver/quality/system=velib/date=2026-11-20/hour=14.json";
pub(crate) const STATIONS: &str = "silver/stations/system=velib/stations.parquet";
pub(crate) const BOUNDARIES: &str = "reference/boundaries/system=velib/boundaries.geojson";
pub(crate) const ISSUE: &str = "forecast/system=velib/date=2026-11-20/hour=14/part-0.parquet";
pub(crate) const MODEL: &str = "models/<name>/<version>/model.tar.gz";

impl fmt::Display for BronzeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = bronze_hour(&self.system, self.feed, self.hour());
        write!(f, "{folder}/{}.json.gz", compact(self.stored_at))
    }
}

impl fmt::Display for RejectedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.body.gz", rejected_stem(self))
    }
}

impl fmt::Display for SilverKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/part-0.parquet", silver_folder(&self.system), partition(self.hour))
    }
}

impl fmt::Display for SilverDayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/date={}/part-0.parquet", silver_days_folder(&self.system), self.day)
    }
}

impl fmt::Display for QualityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "silver/quality/system={}/{}.json", self.system, partition(self.hour))
    }
}

impl fmt::Display for StationsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "silver/stations/system={}/stations.parquet", self.system)
    }
}

impl fmt::Display for BoundariesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reference/boundaries/system={}/boundaries.geojson", self.system)
    }
}

impl fmt::Display for IssueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "forecast/system={}/{}/part-0.parquet", self.system, partition(self.hour))
    }
}

impl fmt::Display for ModelKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "models/{}/{}/model.tar.gz", self.name, self.version)
    }
}

impl FromStr for BronzeKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let ["bronze", system, feed, _date, _hour, file] = segments(text)? else { return None };
            let stored_at = instant(file.strip_suffix(".json.gz")?)?;
            Some(Self { system: value(system, "system")?, feed: value(feed, "feed")?, stored_at })
        };
        exactly(text, read(), BRONZE)
    }
}

impl FromStr for RejectedKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let ["bronze", system, "rejected", feed, _date, _hour, file] = segments(text)? else {
                return None;
            };
            let stored_at = instant(file.strip_suffix(".body.gz")?)?;
            Some(Self { system: value(system, "system")?, feed: value(feed, "feed")?, stored_at })
        };
        exactly(text, read(), REJECTED)
    }
}

impl FromStr for SilverKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let ["silver", "station_status", system, date, hour, "part-0.parquet"] = segments(text)? else {
                return None;
            };
            Some(Self { system: value(system, "system")?, hour: hour_of(date, hour)? })
        };
        exactly(text, read(), SILVER)
    }
}

impl FromStr for SilverDayKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let ["silver", "station_status_daily", system, day, "part-0.parquet"] = segments(text)? else {
                return None;
            };
            Some(Self { system: value(system, "system")?, day: value(day, "date")? })
        };
        exactly(text, read(), SILVER_DAY)
    }
}

impl FromStr for QualityKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let ["silver", "quality", system, date, hour] = segments(text)? else { return None };
            let hour = hour_of(date, hour.strip_suffix(".json")?)?;
            Some(Self { system: value(system, "system")?, hour })
        };
        exactly(text, read(), QUALITY)
    }
}

impl FromStr for StationsKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let ["silver", "stations", system, "stations.parquet"] = segments(text)? else { return None };
            Some(Self { system: value(system, "system")? })
        };
        exactly(text, read(), STATIONS)
    }
}

impl FromStr for BoundariesKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let ["reference", "boundaries", system, "boundaries.geojson"] = segments(text)? else {
                return None;
            };
            Some(Self { system: value(system, "system")? })
        };
        exactly(text, read(), BOUNDARIES)
    }
}

impl FromStr for IssueKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let ["forecast", system, date, hour, "part-0.parquet"] = segments(text)? else { return None };
            Some(Self { system: value(system, "system")?, hour: hour_of(date, hour)? })
        };
        exactly(text, read(), ISSUE)
    }
}

impl FromStr for ModelKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match segments(text) {
            Some(["models", name, version, "model.tar.gz"]) => Self::new(name, version),
            _ => Err(invalid(text, MODEL)),
        }
    }
}
