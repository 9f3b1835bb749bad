//! One hour of fetches: its documents become rows and a report.
//!
//! Rows are written first and the report last. Whoever wrote looks at bronze once more: of two refiners at once the
//! slower one may have seen less, and must not have the last word.

use std::collections::BTreeMap;

use futures::{StreamExt, TryStreamExt};
use velib_domain::{Hour, LatLon, SystemId, WeatherHour, WeatherQuantity};
use velib_lake::{BronzeKey, Feed, Lake, LakeError, UnreadableDocument, WeatherQuality, digest_of};
use velib_weather::parse_weather;

use super::RefinedWeatherHour;
use crate::{Redo, summary::add_counts};

/// Part of every digest: to be raised whenever the same documents make other rows or another report.
const METHOD: &str = "weather 1";
/// How many documents are read ahead.
const READ_AHEAD: usize = 8;

/// Refines an hour, unless silver tells that nothing changed.
pub(super) async fn refine_hour(
    lake: &Lake,
    system: &SystemId,
    hour: Hour,
    redo: Redo,
) -> Result<RefinedWeatherHour, LakeError> {
    let mut documents = lake.bronze_in_hour(system, Feed::Weather, hour).await?;
    if documents.is_empty() {
        return Ok(RefinedWeatherHour::empty(hour));
    }
    if redo == Redo::Changed
        && let Some(report) = finished(lake, system, hour, &documents).await?
    {
        return Ok(RefinedWeatherHour::unchanged(&report));
    }
    loop {
        let (rows, report) = read(lake, system, hour, &documents).await?;
        let bytes = lake.write_weather_hour(system, hour, &rows, &report.made_from).await?;
        lake.write_weather_quality(&report).await?;
        let now = lake.bronze_in_hour(system, Feed::Weather, hour).await?;
        if now == documents {
            return Ok(RefinedWeatherHour::of(&report, bytes));
        }
        documents = now;
    }
}

/// The report of an hour that was made from these very documents, rows and report.
pub(super) async fn finished(
    lake: &Lake,
    system: &SystemId,
    hour: Hour,
    documents: &[BronzeKey],
) -> Result<Option<WeatherQuality>, LakeError> {
    let digest = digest_of(METHOD, documents);
    let report = match lake.read_weather_quality(system, hour).await {
        Err(LakeError::Corrupt { .. }) => None,
        report => report?,
    };
    let Some(report) = report.filter(|report| report.made_from == digest) else { return Ok(None) };
    let in_silver = lake.weather_digest(system, hour).await?;
    Ok((in_silver == Some(digest)).then_some(report))
}

/// Reads every document; one that is no weather document is reported, one that is damaged stops the hour.
async fn read(
    lake: &Lake,
    system: &SystemId,
    hour: Hour,
    documents: &[BronzeKey],
) -> Result<(Vec<WeatherHour>, WeatherQuality), LakeError> {
    let mut report = empty_report(system, hour, digest_of(METHOD, documents));
    let (mut rows, mut previous) = (Vec::new(), None);
    let reads = futures::stream::iter(documents.to_vec())
        .map(|key| async move { Ok((lake.read_bronze(&key).await?, key)) });
    let mut bodies = reads.buffered(READ_AHEAD);
    while let Some((body, key)) = bodies.try_next().await? {
        report.documents += 1;
        match parse_weather(&body, key.stored_at) {
            Ok(document) => {
                add_counts(&mut report.quarantined, &document.quarantined);
                note_place(&mut report.places, document.place);
                rows.extend(document.hours);
            }
            Err(error) => {
                let reason = error.to_string();
                report.unreadable.push(UnreadableDocument { key: key.to_string(), reason });
            }
        }
        report.repeated_documents += u64::from(previous.as_ref() == Some(&body));
        previous = Some(body);
    }
    report.rows = rows.len() as u64;
    report.forecast_rows = rows.iter().filter(|row| row.is_forecast()).count() as u64;
    report.missing = missing(&rows);
    Ok((rows, report))
}

fn empty_report(system: &SystemId, hour: Hour, made_from: String) -> WeatherQuality {
    WeatherQuality {
        system: system.clone(),
        hour,
        documents: 0,
        unreadable: Vec::new(),
        repeated_documents: 0,
        rows: 0,
        forecast_rows: 0,
        quarantined: BTreeMap::new(),
        missing: BTreeMap::new(),
        places: Vec::new(),
        made_from,
    }
}

fn note_place(places: &mut Vec<LatLon>, place: LatLon) {
    if !places.contains(&place) {
        places.push(place);
    }
}

fn missing(rows: &[WeatherHour]) -> BTreeMap<String, u64> {
    let counts = WeatherQuantity::ALL.map(|quantity| {
        let silent = rows.iter().filter(|row| row.weather.get(quantity).is_none()).count() as u64;
        (quantity.column().to_owned(), silent)
    });
    counts.into_iter().filter(|(_, silent)| *silent > 0).collect()
}
