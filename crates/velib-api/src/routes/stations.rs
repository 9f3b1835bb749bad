//! `GET /stations`: live records in the words of the city's open data portal, for clients that know those.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use velib_domain::{CapacitySource, Source, StationStatus, Timestamp, calendar::paris_rfc3339};

use crate::{
    Api,
    answer::Provenance,
    bodies::json,
    city::{City, StationNow},
    notice::Notice,
    parameters::{Parameters, flag, whole},
    present::Present,
    problem::Problem,
};

/// Records where the query names no limit.
const DEFAULT_LIMIT: u32 = 10;

/// INSEE code of the commune of Paris.
const PARIS_INSEE: &str = "75056";

#[derive(Serialize)]
struct Stations {
    count: usize,
    all: bool,
    validate: bool,
    issues: Vec<String>,
    #[serde(flatten)]
    provenance: Provenance,
    notices: Vec<Notice>,
    records: Vec<Record>,
}

#[derive(Serialize)]
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
    duedate: Option<String>,
    nom_arrondissement_communes: Option<String>,
    code_insee_commune: Option<&'static str>,
    lat: f64,
    lon: f64,
    source: Source,
}

pub(crate) async fn answer(State(api): State<Api>, mut query: Parameters) -> Result<Response, Problem> {
    let limit = query.optional("limit", whole(1..=1000)).unwrap_or(DEFAULT_LIMIT);
    let all = query.optional("all", flag).unwrap_or(false);
    let validate = query.optional("validate", flag).unwrap_or(false);
    query.finish()?;
    let now = api.now();
    let present = api.present(now).await?;
    if all {
        let name = if validate { "stations, all, validated" } else { "stations, all" };
        return Ok(json(present.body(name, now, || Stations::of(&present, now, None, validate))));
    }
    Ok(axum::Json(Stations::of(&present, now, Some(limit), validate)).into_response())
}

impl Stations {
    /// At most `limit` stations, or all.
    fn of(present: &Present, now: Timestamp, limit: Option<u32>, validate: bool) -> Self {
        let city = &present.city;
        let shown = limit.map_or(city.stations.len(), |limit| limit as usize);
        let source = city.source_at(now);
        let records: Vec<Record> =
            city.stations.iter().take(shown).map(|station| Record::of(station, source)).collect();
        Self {
            count: records.len(),
            all: limit.is_none(),
            validate,
            issues: if validate { issues(city) } else { Vec::new() },
            provenance: city.provenance(now),
            notices: present.notices(now),
            records,
        }
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
