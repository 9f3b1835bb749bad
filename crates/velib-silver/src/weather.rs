//! The weather from bronze to silver: what documents told, hour by hour, with when they told it.
//!
//! An hour of fetches is made from its own documents and nothing else, and carries their digest, so that running again
//! finds nothing to do. Nothing is chosen or corrected: which of several forecasts of an hour counts is for the reader to
//! say, who knows at what moment he asks.

mod check;
mod import;
mod refine;
mod summary;

use futures::{StreamExt, TryStreamExt};
use velib_domain::{Hour, SystemId};
use velib_lake::Lake;

use crate::{RefineError, RefineOptions};

pub(crate) use check::check_weather;
pub use import::{WeatherImport, import_weather, is_weather_file};
pub use summary::{RefinedWeather, RefinedWeatherHour};

/// Refines the weather that was fetched in some hours and tells of each in the order given.
///
/// An hour without weather documents is left as it is. A run that fails can simply be repeated.
pub async fn refine_weather(
    lake: &Lake,
    system: &SystemId,
    hours: impl Iterator<Item = Hour>,
    options: RefineOptions,
    mut progress: impl FnMut(&RefinedWeatherHour),
) -> Result<RefinedWeather, RefineError> {
    let mut total = RefinedWeather::new(system);
    let refined = futures::stream::iter(hours).map(|hour| async move {
        let refined = refine::refine_hour(lake, system, hour, options.redo).await;
        refined.map_err(|source| RefineError::Hour { hour, source })
    });
    let mut refined = refined.buffered(options.jobs.get());
    while let Some(hour) = refined.try_next().await? {
        total.add(&hour);
        progress(&hour);
    }
    Ok(total)
}
