//! The weather as it was known at a moment: for a forecast to be made now, and for one of the past that must not peek.

use std::{collections::BTreeMap, ops::Range};

use jiff::civil::Date;
use velib_domain::{Hour, SignedDuration, SystemId, Timestamp, WeatherHour};

use crate::{
    Lake, LakeError,
    keys::{value, weather_day, weather_folder},
};

/// No document tells of hours further ahead than this.
const FURTHEST_AHEAD: SignedDuration = SignedDuration::from_hours(16 * 24);

/// For each hour that is wanted the newest that was known of it.
struct Known {
    wanted: Vec<Timestamp>,
    moment: Timestamp,
    found: BTreeMap<Timestamp, WeatherHour>,
}

impl Lake {
    /// The weather at the full hours of a range, each as the newest document told it that had been fetched by
    /// `known_at`, oldest hour first. Hours of which no such document told are left out.
    ///
    /// What was computed afterwards is never among them. Reads the newest documents first and stops as soon as every
    /// hour is found, so a forecast for now reads one object.
    pub async fn weather_as_known(
        &self,
        system: &SystemId,
        valid: Range<Timestamp>,
        known_at: Timestamp,
    ) -> Result<Vec<WeatherHour>, LakeError> {
        let mut known = Known::new(&valid, known_at);
        let days = self.folders_in(&weather_folder(system)).await?;
        let days = days.iter().filter_map(|folder| value::<Date>(folder, "date"));
        let today = Hour::containing(known_at).civil().date();
        for day in days.filter(|day| *day <= today).collect::<Vec<_>>().into_iter().rev() {
            for hour in self.weather_hours_under(&weather_day(system, day)).await?.into_iter().rev() {
                if !known.may_learn_from(hour) {
                    return Ok(known.found.into_values().collect());
                }
                known.take(self.read_weather_hour(system, hour).await?.unwrap_or_default());
            }
        }
        Ok(known.found.into_values().collect())
    }

    /// What the newest refined document told, oldest hour first; empty where there is none.
    pub async fn newest_weather(&self, system: &SystemId) -> Result<Vec<WeatherHour>, LakeError> {
        let days = self.folders_in(&weather_folder(system)).await?;
        let days = days.iter().filter_map(|folder| value::<Date>(folder, "date"));
        for day in days.collect::<Vec<_>>().into_iter().rev() {
            for hour in self.weather_hours_under(&weather_day(system, day)).await?.into_iter().rev() {
                let mut rows = self.read_weather_hour(system, hour).await?.unwrap_or_default();
                if let Some(newest) = rows.iter().map(WeatherHour::known_at).max() {
                    rows.retain(|row| row.known_at() == newest);
                    return Ok(rows);
                }
            }
        }
        Ok(Vec::new())
    }
}

impl Known {
    fn new(valid: &Range<Timestamp>, moment: Timestamp) -> Self {
        let hours = std::iter::successors(Some(Hour::from_on(valid.start)), |hour| Some(hour.next()));
        let wanted = hours.map(Hour::start).take_while(|at| *at < valid.end).collect();
        Self { wanted, moment, found: BTreeMap::new() }
    }

    /// Whether an hour is still missing of which documents fetched in that hour could tell.
    fn may_learn_from(&self, fetched: Hour) -> bool {
        let missing = self.wanted.iter().find(|at| !self.found.contains_key(at));
        missing.is_some_and(|at| *at < fetched.end() + FURTHEST_AHEAD)
    }

    /// Takes what older documents than those before told of hours that are missing.
    fn take(&mut self, rows: Vec<WeatherHour>) {
        for row in rows.into_iter().rev() {
            let in_time = row.known_at().is_some_and(|at| at <= self.moment);
            if in_time && self.wanted.binary_search(&row.valid_at).is_ok() {
                self.found.entry(row.valid_at).or_insert(row);
            }
        }
    }
}
