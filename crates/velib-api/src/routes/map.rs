//! `GET /v1/stations`: every station now, for a map; `?format=geojson` as a GeoJSON feature collection.

use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::CapacitySource;

use crate::{
    Api,
    answer::Provenance,
    city::StationNow,
    lang::SpokenIn,
    notice::Notice,
    parameters::Parameters,
    problem::Problem,
    usable::{StuckBikes, UsableCount},
    vintage::Vintage,
};

/// One station now.
#[derive(Serialize, ToSchema)]
pub(crate) struct StationRecord {
    station_id: String,
    code: Option<String>,
    name: String,
    lat: f64,
    lon: f64,
    capacity: Option<u16>,
    capacity_source: Option<CapacitySource>,
    bikes: Option<u16>,
    mechanical: Option<u16>,
    ebikes: Option<u16>,
    docks: Option<u16>,
    /// Of `bikes`, those that can be ridden, as far as counts tell.
    usable: Option<UsableCount>,
    is_installed: Option<bool>,
    is_renting: Option<bool>,
    is_returning: Option<bool>,
}

/// Every station now.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of an answer that is written in two parts")]
struct StationList {
    #[serde(flatten)]
    head: StationsHead,
    #[serde(flatten)]
    list: StationRecords,
}

/// What is told anew each time, because ages grow.
#[derive(Serialize, ToSchema)]
struct StationsHead {
    #[serde(flatten)]
    provenance: Provenance,
    notices: Vec<Notice>,
}

/// What is encoded once for every snapshot.
#[derive(Serialize, ToSchema)]
struct StationRecords {
    count: usize,
    stations: Vec<StationRecord>,
}

/// The same as GeoJSON.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of an answer that is written in two parts")]
struct FeatureCollection {
    #[serde(flatten)]
    head: StationsHead,
    #[serde(flatten)]
    list: Features,
}

#[derive(Serialize, ToSchema)]
struct Features {
    #[serde(rename = "type")]
    kind: &'static str,
    features: Vec<Feature>,
}

#[derive(Serialize, ToSchema)]
struct Feature {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    geometry: Point,
    properties: StationRecord,
}

#[derive(Serialize, ToSchema)]
struct Point {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Longitude, latitude: GeoJSON's order.
    coordinates: [f64; 2],
}

/// Every station now
#[utoipa::path(
    get,
    path = "/v1/stations",
    tag = "stations",
    params(
        ("format" = Option<String>, Query, pattern = "^(json|geojson)$", description = "json or geojson; json if left out"),
        SpokenIn,
    ),
    responses((
        status = 200,
        content((StationList = "application/json"), (FeatureCollection = "application/geo+json"))
    )),
)]
pub(crate) async fn answer(
    State(api): State<Api>,
    headers: HeaderMap,
    mut query: Parameters,
) -> Result<impl IntoResponse, Problem> {
    let geojson = query.optional("format", format).unwrap_or(false);
    let lang = query.lang();
    query.finish()?;
    let now = api.now();
    let present = api.present(now, lang).await?;
    let stuck = api.stuck_bikes(&present).await;
    let head = StationsHead { provenance: present.city.provenance(now), notices: present.notices(now, lang) };
    let vintage = present.vintage(None, &head.notices).told_in(lang);
    let records = || present.city.stations.iter().map(|station| StationRecord::of(station, &stuck));
    let answer = if geojson {
        let list = present.made.lists.features.of(Vintage::of(()), || Features::of(records()));
        list.answer(&head, &headers, "application/geo+json")
    } else {
        let list = present.made.lists.stations.of(Vintage::of(()), || StationRecords::of(records()));
        list.answer(&head, &headers, "application/json")
    };
    Ok((vintage, lang, answer))
}

/// Whether GeoJSON is asked for.
fn format(text: &str) -> Result<bool, String> {
    match text {
        "geojson" => Ok(true),
        "json" => Ok(false),
        other => Err(format!("is {other:?}: it must be json or geojson")),
    }
}

impl StationRecord {
    pub(crate) fn of(station: &StationNow, stuck: &StuckBikes) -> Self {
        let (status, counts) = (station.status.as_ref(), station.counts());
        Self {
            station_id: station.id().to_string(),
            code: station.code.as_ref().map(ToString::to_string),
            name: station.information.name.clone(),
            lat: station.information.position.lat,
            lon: station.information.position.lon,
            capacity: station.capacity.map(|(docks, _)| docks),
            capacity_source: station.capacity.map(|(_, source)| source),
            bikes: counts.map(|counts| counts.bikes),
            mechanical: counts.and_then(|counts| counts.mechanical),
            ebikes: counts.and_then(|counts| counts.ebikes),
            docks: counts.and_then(|counts| counts.docks),
            usable: stuck.usable(station),
            is_installed: status.and_then(|status| status.is_installed),
            is_renting: status.and_then(|status| status.is_renting),
            is_returning: status.and_then(|status| status.is_returning),
        }
    }
}

impl StationRecords {
    fn of(records: impl Iterator<Item = StationRecord>) -> Self {
        let stations: Vec<_> = records.collect();
        Self { count: stations.len(), stations }
    }
}

impl Features {
    fn of(records: impl Iterator<Item = StationRecord>) -> Self {
        Self { kind: "FeatureCollection", features: records.map(Feature::of).collect() }
    }
}

impl Feature {
    fn of(station: StationRecord) -> Self {
        let geometry = Point { kind: "Point", coordinates: [station.lon, station.lat] };
        Self { kind: "Feature", id: station.station_id.clone(), geometry, properties: station }
    }
}
