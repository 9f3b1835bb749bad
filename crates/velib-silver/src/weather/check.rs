//! Every weather object of a system read and compared with what it should be.

use futures::{StreamExt, TryStreamExt};
use jiff::civil::Date;
use velib_domain::{Hour, SystemId};
use velib_lake::{Feed, Lake, LakeError};

use super::refine::finished;
use crate::{Finding, check::damage};

/// Objects read at once.
const AT_ONCE: usize = 16;

/// What came of it.
pub(crate) struct WeatherCheck {
    /// Hours of fetches in silver.
    pub(crate) hours: u64,
    /// Days of reanalysis.
    pub(crate) reanalysis_days: u64,
    /// Everything that is wrong.
    pub(crate) findings: Vec<Finding>,
    /// Hours of fetches to be refined again.
    pub(crate) due: Vec<Hour>,
}

/// Checks a system's weather in silver; an error means that the lake could not be asked.
pub(crate) async fn check_weather(lake: &Lake, system: &SystemId) -> Result<WeatherCheck, LakeError> {
    let (hours, days) = (lake.weather_hours(system).await?, lake.reanalysis_days(system).await?);
    let mut check = WeatherCheck {
        hours: hours.len() as u64,
        reanalysis_days: days.len() as u64,
        findings: Vec::new(),
        due: due(lake, system).await?,
    };
    let read = futures::stream::iter(hours).map(|hour| faulty_hour(lake, system, hour)).buffered(AT_ONCE);
    check.findings.extend(read.try_collect::<Vec<_>>().await?.into_iter().flatten());
    let read = futures::stream::iter(days).map(|day| faulty_day(lake, system, day)).buffered(AT_ONCE);
    check.findings.extend(read.try_collect::<Vec<_>>().await?.into_iter().flatten());
    Ok(check)
}

async fn due(lake: &Lake, system: &SystemId) -> Result<Vec<Hour>, LakeError> {
    let hours = lake.bronze_hours(system, Feed::Weather).await?;
    let standings = futures::stream::iter(hours).map(|hour| async move {
        let documents = lake.bronze_in_hour(system, Feed::Weather, hour).await?;
        Ok((hour, finished(lake, system, hour, &documents).await?.is_none()))
    });
    let standings: Vec<(Hour, bool)> = standings.buffered(AT_ONCE).try_collect().await?;
    Ok(standings.into_iter().filter_map(|(hour, due)| due.then_some(hour)).collect())
}

/// Reads an hour's rows and its report, and compares the two.
async fn faulty_hour(lake: &Lake, system: &SystemId, hour: Hour) -> Result<Option<Finding>, LakeError> {
    let again = || format!("velib silver --all --from {hour} --to {}", hour.next());
    let rows = match damage(lake.read_weather_hour(system, hour).await)? {
        Ok(rows) => rows.unwrap_or_default().len() as u64,
        Err(finding) => return Ok(Some(Finding { fix: again(), ..finding })),
    };
    let report = match damage(lake.read_weather_quality(system, hour).await)? {
        Ok(report) => report,
        Err(finding) => return Ok(Some(Finding { fix: again(), ..finding })),
    };
    let problem = match report {
        Some(report) if report.rows == rows => return Ok(None),
        Some(report) => format!("it has {rows} rows, and its report tells of {}", report.rows),
        None => "it has no report".to_owned(),
    };
    Ok(Some(Finding { object: format!("the weather of the hour {hour}"), problem, fix: again() }))
}

async fn faulty_day(lake: &Lake, system: &SystemId, day: Date) -> Result<Option<Finding>, LakeError> {
    let finding = damage(lake.read_reanalysis(system, day).await)?.err();
    Ok(finding.map(|finding| Finding { fix: "delete it and import its file again".to_owned(), ..finding }))
}
