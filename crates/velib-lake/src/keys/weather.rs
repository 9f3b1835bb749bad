//! Keys of the weather: collected documents are refined by the hour of their fetch, as status is; what was computed
//! long afterwards stands in a table of its own, by the day it is about.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use velib_domain::{Hour, SystemId};

use super::{
    InvalidKey,
    segments::{exactly, hour_of, partition, segments, value},
};

pub(crate) const WEATHER: &str = "silver/weather/system=velib/date=2026-11-20/hour=14/part-0.parquet";
pub(crate) const REPORT: &str = "silver/weather_quality/system=velib/date=2026-11-20/hour=14.json";
pub(crate) const REANALYSIS: &str = "silver/weather_reanalysis/system=velib/date=2024-03-01/part-0.parquet";

/// The weather of all documents fetched in one hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeatherKey {
    /// Where: the area of a system's stations.
    pub system: SystemId,
    /// The hour of the fetch.
    pub hour: Hour,
}

/// The report on one hour's weather documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeatherQualityKey {
    /// Where.
    pub system: SystemId,
    /// The hour of the fetch.
    pub hour: Hour,
}

/// The weather of one UTC day as computed long afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReanalysisKey {
    /// Where.
    pub system: SystemId,
    /// The day that it is about.
    pub day: Date,
}

/// Every day of which there is refined weather.
pub(crate) fn weather_folder(system: &SystemId) -> String {
    format!("silver/weather/system={system}")
}

/// The refined weather of documents fetched on one UTC day.
pub(crate) fn weather_day(system: &SystemId, day: Date) -> String {
    format!("{}/date={day}", weather_folder(system))
}

/// Every day of weather computed afterwards.
pub(crate) fn reanalysis_folder(system: &SystemId) -> String {
    format!("silver/weather_reanalysis/system={system}")
}

impl fmt::Display for WeatherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/part-0.parquet", weather_folder(&self.system), partition(self.hour))
    }
}

impl fmt::Display for WeatherQualityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "silver/weather_quality/system={}/{}.json", self.system, partition(self.hour))
    }
}

impl fmt::Display for ReanalysisKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/date={}/part-0.parquet", reanalysis_folder(&self.system), self.day)
    }
}

impl FromStr for WeatherKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let ["silver", "weather", system, date, hour, "part-0.parquet"] = segments(text)? else {
                return None;
            };
            Some(Self { system: value(system, "system")?, hour: hour_of(date, hour)? })
        };
        exactly(text, read(), WEATHER)
    }
}

impl FromStr for WeatherQualityKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let ["silver", "weather_quality", system, date, hour] = segments(text)? else { return None };
            let hour = hour_of(date, hour.strip_suffix(".json")?)?;
            Some(Self { system: value(system, "system")?, hour })
        };
        exactly(text, read(), REPORT)
    }
}

impl FromStr for ReanalysisKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let ["silver", "weather_reanalysis", system, date, "part-0.parquet"] = segments(text)? else {
                return None;
            };
            Some(Self { system: value(system, "system")?, day: value(date, "date")? })
        };
        exactly(text, read(), REANALYSIS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    /// A key prints as the contract says, and the contract's text reads back as the key.
    fn check<K: fmt::Display + FromStr<Err = InvalidKey> + PartialEq + fmt::Debug>(key: &K, contract: &str) {
        assert_eq!(key.to_string(), contract);
        assert_eq!(&contract.parse::<K>().unwrap(), key);
    }

    fn velib() -> SystemId {
        "velib".parse().unwrap()
    }

    #[test]
    fn weather_stands_where_the_contract_says() {
        let hour = "2026-11-20T14".parse().unwrap();
        check(&WeatherKey { system: velib(), hour }, WEATHER);
        check(&WeatherQualityKey { system: velib(), hour }, REPORT);
        check(&ReanalysisKey { system: velib(), day: "2024-03-01".parse().unwrap() }, REANALYSIS);
    }

    proptest! {
        #[test]
        fn every_key_reads_back_as_it_was_printed(second in 0..253_402_207_200_i64) {
            let hour = Hour::containing(velib_domain::Timestamp::from_second(second).unwrap());
            let weather = WeatherKey { system: velib(), hour };
            prop_assert_eq!(weather.to_string().parse::<WeatherKey>().unwrap(), weather);
            let report = WeatherQualityKey { system: velib(), hour };
            prop_assert_eq!(report.to_string().parse::<WeatherQualityKey>().unwrap(), report);
            let reanalysis = ReanalysisKey { system: velib(), day: hour.civil().date() };
            prop_assert_eq!(reanalysis.to_string().parse::<ReanalysisKey>().unwrap(), reanalysis);
        }
    }
}
