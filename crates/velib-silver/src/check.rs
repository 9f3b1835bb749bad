//! Every object of a system read and compared with what it should be, and for each one that is wrong, what to do.
//!
//! Nothing is changed here: damaged bronze can only come back from a copy, and everything else is made again from it.

use futures::{StreamExt, TryStreamExt};
use serde::Serialize;
use velib_domain::{Hour, SystemId};
use velib_lake::{BronzeKey, Feed, Lake, LakeError, SilverObject, keys::SilverKey};

use crate::{Redo, hours_due, weather::check_weather};

/// Objects read at once.
const AT_ONCE: usize = 16;

/// An object that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its key.
    pub object: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do about it.
    pub fix: String,
}

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LakeCheck {
    /// Whose objects.
    pub system: SystemId,
    /// Documents read.
    pub documents: u64,
    /// Silver hours read.
    pub hours: u64,
    /// Hours in which weather was fetched, read.
    pub weather_hours: u64,
    /// Days of weather as computed afterwards, read.
    pub reanalysis_days: u64,
    /// Everything that is wrong.
    pub findings: Vec<Finding>,
    /// Hours to be refined again: never refined, cut short, or made from other documents than bronze has now.
    pub due: Vec<Hour>,
    /// Hours of which the same is true of their weather.
    pub weather_due: Vec<Hour>,
    /// Files that killed writers left beside objects; harmless, and to be deleted when nothing runs.
    pub leftovers: Vec<String>,
}

impl LakeCheck {
    /// Whether there is nothing to do. Leftovers do no harm.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty() && self.due.is_empty() && self.weather_due.is_empty()
    }
}

/// Checks a system's bronze and silver; an error means that the lake could not be asked.
pub async fn check_lake(lake: &Lake, system: &SystemId) -> Result<LakeCheck, LakeError> {
    let mut documents = Vec::new();
    for feed in Feed::ALL {
        documents.extend(lake.bronze_documents(system, feed).await?);
    }
    let objects = lake.silver_objects(system).await?;
    let collected = lake.bronze_hours(system, Feed::StationStatus).await?;
    let weather = check_weather(lake, system).await?;
    let mut check = LakeCheck {
        system: system.clone(),
        documents: documents.len() as u64,
        hours: 0,
        weather_hours: weather.hours,
        reanalysis_days: weather.reanalysis_days,
        findings: weather.findings,
        due: hours_due(lake, system, collected, Redo::Changed).await?,
        weather_due: weather.due,
        leftovers: lake.leftovers()?,
    };
    let read = futures::stream::iter(documents).map(|key| damaged_document(lake, key)).buffered(AT_ONCE);
    check.findings.extend(read.try_collect::<Vec<_>>().await?.into_iter().flatten());
    let mut sound = Vec::new();
    for object in objects {
        match damage(object)? {
            Ok(object) => sound.push(object),
            Err(finding) => check.findings.push(finding),
        }
    }
    check.hours = sound.iter().map(|object| object.hours.len() as u64).sum();
    let read = futures::stream::iter(sound).map(|object| faulty_hours(lake, system, object));
    check.findings.extend(read.buffered(AT_ONCE).try_collect::<Vec<_>>().await?.into_iter().flatten());
    check.findings.extend(damage(lake.read_station_records(system).await)?.err());
    Ok(check)
}

async fn damaged_document(lake: &Lake, key: BronzeKey) -> Result<Option<Finding>, LakeError> {
    Ok(damage(lake.read_bronze(&key).await)?.err())
}

/// Reads an object's rows and the reports of its hours, and compares the two. A day's object is read where it speaks
/// for some hour.
async fn faulty_hours(
    lake: &Lake,
    system: &SystemId,
    object: SilverObject,
) -> Result<Vec<Finding>, LakeError> {
    let read = lake.read_silver_hours(system, object.hours.iter().copied()).await;
    let rows = match damage(read)? {
        Ok(rows) => rows,
        Err(finding) => return Ok(vec![with_hour_to_redo(finding)]),
    };
    let mut findings = Vec::new();
    for (hour, rows) in rows {
        findings.extend(faulty_hour(lake, system, hour, rows.len() as u64).await?);
    }
    Ok(findings)
}

/// Compares an hour's rows with its report.
async fn faulty_hour(
    lake: &Lake,
    system: &SystemId,
    hour: Hour,
    rows: u64,
) -> Result<Option<Finding>, LakeError> {
    let report = match damage(lake.read_quality(system, hour).await)? {
        Ok(report) => report,
        Err(finding) => return Ok(Some(Finding { fix: again(hour), ..finding })),
    };
    let problem = match report {
        Some(report) if report.rows == rows => return Ok(None),
        Some(report) => format!("it has {rows} rows, and its report tells of {}", report.rows),
        None => "it has no report".to_owned(),
    };
    Ok(Some(Finding { object: format!("the hour {hour}"), problem, fix: again(hour) }))
}

/// Where the object is an hour's own, refining that hour mends it.
fn with_hour_to_redo(finding: Finding) -> Finding {
    match finding.object.parse::<SilverKey>() {
        Ok(key) => Finding { fix: again(key.hour), ..finding },
        Err(_) => finding,
    }
}

fn again(hour: Hour) -> String {
    format!("velib silver --all --from {hour} --to {}", hour.next())
}

/// Tells damage, which is a finding, from a lake that cannot be read, which ends the check.
pub(crate) fn damage<T>(read: Result<T, LakeError>) -> Result<Result<T, Finding>, LakeError> {
    match read {
        Ok(value) => Ok(Ok(value)),
        Err(LakeError::Corrupt { key, reason, fix }) => {
            Ok(Err(Finding { object: key, problem: reason, fix: fix.to_owned() }))
        }
        Err(LakeError::Schema { key, difference }) => {
            let problem = format!("other columns than expected: {difference}");
            Ok(Err(Finding {
                object: key,
                problem,
                fix: "velib silver --all, then velib compact".to_owned(),
            }))
        }
        Err(error) => Err(error),
    }
}
