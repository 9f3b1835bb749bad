//! Weather computed long afterwards from all measurements: the best there is to look back on, and known to nobody in
//! time. It has a table of its own, by the day it is about, so that no forecast meets it by accident.

use std::{collections::BTreeMap, ops::Range, sync::Mutex};

use futures::{StreamExt, TryStreamExt};
use jiff::civil::Date;
use velib_domain::{Hour, SystemId, Timestamp, WeatherHour, WeatherOrigin};

use super::table;
use crate::{
    Lake, LakeError,
    keys::{ReanalysisKey, reanalysis_folder, value},
    lake::CONCURRENCY,
};

/// What became of a day of reanalysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReanalysisOutcome {
    /// Hours that the day has now.
    pub hours: usize,
    /// Size of its object.
    pub bytes: usize,
}

impl Lake {
    /// Puts hours into a day of reanalysis, in place of what was there for the same hours; other hours stay.
    pub async fn merge_reanalysis(
        &self,
        system: &SystemId,
        day: Date,
        rows: &[WeatherHour],
    ) -> Result<ReanalysisOutcome, LakeError> {
        let key = ReanalysisKey { system: system.clone(), day };
        let of_the_day = |row: &WeatherHour| Hour::containing(row.valid_at).civil().date() == day;
        if let Some(stray) =
            rows.iter().find(|row| !of_the_day(row) || row.origin != WeatherOrigin::Reanalysis)
        {
            return Err(LakeError::OutsideHour { key: key.to_string(), snapshot_at: stray.valid_at });
        }
        let outcome = Mutex::new(ReanalysisOutcome::default());
        let write = self.update(&key, |earlier| {
            let earlier = earlier.map_or(Ok(Vec::new()), |object| table::decode(&key, object))?;
            let merged: BTreeMap<Timestamp, WeatherHour> =
                earlier.iter().chain(rows).map(|row| (row.valid_at, *row)).collect();
            let merged: Vec<WeatherHour> = merged.into_values().collect();
            let object = table::encode(&key, &merged, None)?;
            *outcome.lock().expect("nobody panics while it is locked") =
                ReanalysisOutcome { hours: merged.len(), bytes: object.len() };
            Ok(object)
        });
        write.await?;
        Ok(outcome.into_inner().expect("nobody panicked while it was locked"))
    }

    /// The weather at the full hours of a range as it is known today, oldest first. Not for features: see
    /// [`Lake::weather_as_known`].
    pub async fn weather_in_hindsight(
        &self,
        system: &SystemId,
        valid: Range<Timestamp>,
    ) -> Result<Vec<WeatherHour>, LakeError> {
        if valid.is_empty() {
            return Ok(Vec::new());
        }
        let day_of = |at| Hour::containing(at).civil().date();
        let (first, last) = (day_of(valid.start), day_of(valid.end));
        let days = self.reanalysis_days(system).await?;
        let reads = futures::stream::iter(days.into_iter().filter(|day| (first..=last).contains(day)))
            .map(|day| self.read_reanalysis(system, day));
        let rows: Vec<Vec<WeatherHour>> = reads.buffered(CONCURRENCY).try_collect().await?;
        Ok(rows.into_iter().flatten().filter(|row| valid.contains(&row.valid_at)).collect())
    }

    /// Every day of which there is reanalysis, oldest first.
    pub async fn reanalysis_days(&self, system: &SystemId) -> Result<Vec<Date>, LakeError> {
        let folders = self.folders_in(&reanalysis_folder(system)).await?;
        Ok(folders.iter().filter_map(|folder| value(folder, "date")).collect())
    }

    /// A day of reanalysis, oldest hour first; empty where there is none.
    pub async fn read_reanalysis(&self, system: &SystemId, day: Date) -> Result<Vec<WeatherHour>, LakeError> {
        let key = ReanalysisKey { system: system.clone(), day };
        let object = self.get(&key).await?;
        object.map_or(Ok(Vec::new()), |object| table::decode(&key, object))
    }
}
