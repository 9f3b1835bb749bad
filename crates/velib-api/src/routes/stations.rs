//! `GET /stations`: live records in the words of the city's open data portal, for clients that know those.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{CapacitySource, Source, StationStatus, calendar::paris_rfc3339};

use crate::{
    Api,
    answer::Provenance,
    city::{City, StationNow},
    lang::Lang,
    large::EncodedList,
    notice::Notice,
    parameters::{Parameters, flag, whole},
    problem::Problem,
    vintage::Vintage,
};

/// Records where the query names no limit.
const DEFAULT_LIMIT: u32 = 10;

/// INSEE code of the commune of Paris.
const PARIS_INSEE: &str = "75056";

#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of an answer that is written in two parts")]
struct Stations {
    #[serde(flatten)]
    head: RecordsHead,
    #[serde(flatten)]
    list: Records,
}

/// What is told anew each time.
#[derive(Serialize, ToSchema)]
struct RecordsHead {
    all: bool,
    validate: bool,
    /// What is odd about the feed, in words; only where `validate` is asked for.
    issues: Vec<String>,
    #[serde(flatten)]
    provenance: Provenance,
    notices: Vec<Notice>,
}

/// What is encoded once for every snapshot, where it is all of them.
#[derive(Serialize, ToSchema)]
struct Records {
    count: usize,
    records: Vec<Record>,
}

#[derive(Serialize, ToSchema)]
struct Record {
    stationcode: Option<String>,
    station_id: String,
    name: String,
    is_installed: Option<&'static str>,
    capacity: Option<u16>,
    capacity_source: Option<CapacitySource>,
    numdocksavailable: Option<u16>,
    numbikesavailable: Option<u16>,
    mechanical: Option<u16>,
    ebike: Option<u16>,
    is_renting: Option<&'static str>,
    is_returning: Option<&'static str>,
    #[schema(format = DateTime)]
    duedate: Option<String>,
    nom_arrondissement_communes: Option<String>,
    code_insee_commune: Option<&'static str>,
    lat: f64,
    lon: f64,
    source: Source,
}

/// Live records, in the words of the city's open data portal
#[utoipa::path(
    get,
    path = "/stations",
    tag = "older clients",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "Records told; 10 if left out"),
        ("all" = Option<bool>, Query, description = "Every record, whatever the limit"),
        ("validate" = Option<bool>, Query, description = "Tell what is odd about the feed"),
    ),
    responses((status = 200, body = Stations)),
)]
pub(crate) async fn answer(
    State(api): State<Api>,
    headers: HeaderMap,
    mut query: Parameters,
) -> Result<impl IntoResponse, Problem> {
    let limit = query.optional("limit", whole(1..=1000)).unwrap_or(DEFAULT_LIMIT);
    let all = query.optional("all", flag).unwrap_or(false);
    let validate = query.optional("validate", flag).unwrap_or(false);
    query.finish()?;
    let now = api.now();
    let present = api.present(now, Lang::En).await?;
    let city = &present.city;
    let notices = present.notices(now, Lang::En);
    let vintage = present.vintage(None, &notices);
    let source = city.source_at(now);
    let issues = if validate { issues(city) } else { Vec::new() };
    let head = RecordsHead { all, validate, issues, provenance: city.provenance(now), notices };
    let list = if all {
        // What the counts are called changes with their age.
        present.made.lists.records.of(Vintage::of(source), || Records::of(city, usize::MAX, source))
    } else {
        Arc::new(EncodedList::new(&Records::of(city, limit as usize, source)))
    };
    Ok((vintage, list.answer(&head, &headers, "application/json")))
}

impl Records {
    fn of(city: &City, limit: usize, source: Source) -> Self {
        let shown = city.stations.iter().take(limit);
        let records: Vec<_> = shown.map(|station| Record::of(station, source)).collect();
        Self { count: records.len(), records }
    }
}

impl Record {
    fn of(station: &StationNow, source: Source) -> Self {
        let status = station.status.as_ref();
        let counts = station.counts();
        let flag = |flag: fn(&StationStatus) -> Option<bool>| status.and_then(flag).map(oui_non);
        let in_paris = station.arrondissement.is_some();
        Self {
            stationcode: station.code.as_ref().map(ToString::to_string),
            station_id: station.id().to_string(),
            name: station.information.name.clone(),
            is_installed: flag(|status| status.is_installed),
            capacity: station.capacity.map(|(docks, _)| docks),
            capacity_source: station.capacity.map(|(_, source)| source),
            numdocksavailable: counts.and_then(|counts| counts.docks),
            numbikesavailable: counts.map(|counts| counts.bikes),
            mechanical: counts.and_then(|counts| counts.mechanical),
            ebike: counts.and_then(|counts| counts.ebikes),
            is_renting: flag(|status| status.is_renting),
            is_returning: flag(|status| status.is_returning),
            duedate: status.and_then(|status| status.reported_at).map(paris_rfc3339),
            nom_arrondissement_communes: station
                .commune
                .clone()
                .or_else(|| in_paris.then(|| "Paris".to_owned())),
            code_insee_commune: in_paris.then_some(PARIS_INSEE),
            lat: station.information.position.lat,
            lon: station.information.position.lon,
            source,
        }
    }
}

fn oui_non(flag: bool) -> &'static str {
    if flag { "OUI" } else { "NON" }
}

/// What is odd about the feed, in words, station by station.
fn issues(city: &City) -> Vec<String> {
    let mut issues = city.rejected.clone();
    for station in &city.stations {
        let id = station.id();
        if station.status.is_none() {
            issues.push(format!("station {id} has a place and no counts"));
        }
        if station.capacity.is_none_or(|(_, source)| source != CapacitySource::Feed) {
            issues.push(format!("station {id} has no capacity in the feed"));
        }
        let counted = station.counts().map(|counts| counts.bikes + counts.docks.unwrap_or(0));
        if let (Some(counted), Some((docks, _))) = (counted, station.capacity)
            && counted > docks
        {
            issues
                .push(format!("station {id} holds {counted} bikes and free docks, its capacity is {docks}"));
        }
    }
    issues
}
