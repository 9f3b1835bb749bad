//! `GET /v1/stations`: every station now, for a map; `?format=geojson` as a GeoJSON feature collection.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use velib_domain::{CapacitySource, Timestamp};

use crate::{
    Api,
    answer::Provenance,
    bodies::json,
    city::StationNow,
    notice::Notice,
    parameters::Parameters,
    problem::Problem,
    usable::{StuckBikes, UsableCount},
};

/// One station now.
#[derive(Serialize)]
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

#[derive(Serialize)]
struct StationList {
    #[serde(flatten)]
    provenance: Provenance,
    notices: Vec<Notice>,
    count: usize,
    stations: Vec<StationRecord>,
}

#[derive(Serialize)]
struct FeatureCollection {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    provenance: Provenance,
    notices: Vec<Notice>,
    features: Vec<Feature>,
}

#[derive(Serialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    geometry: Point,
    properties: StationRecord,
}

#[derive(Serialize)]
struct Point {
    #[serde(rename = "type")]
    kind: &'static str,
    /// Longitude, latitude: GeoJSON's order.
    coordinates: [f64; 2],
}

pub(crate) async fn answer(State(api): State<Api>, mut query: Parameters) -> Result<Response, Problem> {
    let geojson = query.optional("format", format).unwrap_or(false);
    query.finish()?;
    let now = api.now();
    let present = api.present(now).await?;
    let stuck = api.stuck_bikes(&present).await;
    let provenance = || present.city.provenance(now);
    let notices = || present.notices(now);
    let stations =
        || present.city.stations.iter().map(|station| StationRecord::of(station, &stuck, now)).collect();
    if !geojson {
        let list = || {
            let stations: Vec<StationRecord> = stations();
            StationList { provenance: provenance(), notices: notices(), count: stations.len(), stations }
        };
        return Ok(json(present.body("map", now, list)));
    }
    let collection = || FeatureCollection {
        kind: "FeatureCollection",
        provenance: provenance(),
        notices: notices(),
        features: stations().into_iter().map(Feature::of).collect(),
    };
    let media_type = HeaderValue::from_static("application/geo+json");
    let body = present.body("map, GeoJSON", now, collection);
    Ok(([(header::CONTENT_TYPE, media_type)], body).into_response())
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
    pub(crate) fn of(station: &StationNow, stuck: &StuckBikes, now: Timestamp) -> Self {
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
            usable: stuck.usable(station, now),
            is_installed: status.and_then(|status| status.is_installed),
            is_renting: status.and_then(|status| status.is_renting),
            is_returning: status.and_then(|status| status.is_returning),
        }
    }
}

impl Feature {
    fn of(station: StationRecord) -> Self {
        let geometry = Point { kind: "Point", coordinates: [station.lon, station.lat] };
        Self { kind: "Feature", id: station.station_id.clone(), geometry, properties: station }
    }
}
