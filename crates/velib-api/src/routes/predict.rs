//! `GET /predict/{code}` and `POST /predict/batch`: the model's forecast in the words of older clients.
//!
//! They answer with the model or not at all: a client that shows a prediction must not show a carried-forward count
//! under that name. An hour without data is null; history is never made up.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use velib_domain::{SignedDuration, Source, Timestamp, calendar::paris_rfc3339};

use crate::{
    Api,
    answer::{Provenance, probability, tenths},
    body::{Body, Form},
    city::StationNow,
    forecasts::Forecasts,
    history::{SHOWN_WITHIN, slot_times},
    lang::Lang,
    notice::Notice,
    present::Present,
    problem::{Kind, PROBLEM_JSON, Problem, WrittenProblem},
};

/// Hours of history shown, the live count being the last.
const HOURS_SHOWN: usize = 24;

/// Stations in one batch.
const MOST_STATIONS: usize = 100;

#[derive(Serialize, ToSchema)]
pub(crate) struct Prediction {
    station_code: String,
    station_name: String,
    #[serde(flatten)]
    provenance: Provenance,
    current: Current,
    /// By horizon: `T+1h`, `T+2h`, `T+3h`.
    predictions: BTreeMap<String, Predicted>,
    historical_24h: Vec<Hourly>,
    model: ModelInfo,
    metadata: Metadata,
    notices: Vec<Notice>,
}

#[derive(Serialize, ToSchema)]
struct Current {
    bikes_available: Option<u16>,
    docks_available: Option<u16>,
    capacity: Option<u16>,
    #[schema(format = DateTime)]
    timestamp: String,
    source: Source,
}

/// All but the time is null for a station that nobody counts now: no forecast starts from nothing.
#[derive(Serialize, ToSchema)]
struct Predicted {
    /// The median, whole.
    bikes: Option<u16>,
    change: Option<i32>,
    #[schema(format = DateTime)]
    time: String,
    p10: Option<f64>,
    p90: Option<f64>,
    p_at_least_1: Option<f64>,
    source: Option<Source>,
}

#[derive(Serialize, ToSchema)]
struct Hourly {
    bikes: Option<u16>,
    #[schema(format = DateTime)]
    time: String,
    source: Option<Source>,
}

#[derive(Serialize, ToSchema)]
struct ModelInfo {
    version: String,
    inference_time_ms: f64,
}

#[derive(Serialize, ToSchema)]
struct Metadata {
    /// Whether the feed itself is a simulated city; the API never invents an hour.
    simulated_history: bool,
    hours_observed: usize,
    lat: f64,
    lon: f64,
}

/// The model's forecast for one station
///
/// Answered by the model or not at all: 503 while there is none.
#[utoipa::path(
    get,
    path = "/predict/{code}",
    tag = "older clients",
    params(("code" = String, Path, description = "The station's printed code, or its id", example = "16107")),
    responses(
        (status = 200, body = Prediction),
        (status = 404, description = "No station has that code or id", body = WrittenProblem, content_type = PROBLEM_JSON),
    ),
)]
pub(crate) async fn answer(
    State(api): State<Api>,
    Path(code): Path<String>,
) -> Result<Json<Prediction>, Problem> {
    let now = api.now();
    let present = api.present(now, Lang::En).await?;
    let station = present.city.find(&code).ok_or_else(|| Problem::unknown_station(&code, Lang::En))?;
    let forecasts = api.forecasts(&present, now).await;
    predict(&code, station, &present, &forecasts, now).map(Json)
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct Batch {
    /// Codes, or ids; at most 100.
    #[schema(max_items = 100)]
    station_codes: Vec<String>,
}

impl Form for Batch {
    const EXAMPLE: &'static str = r#"{"station_codes": ["16107"]}"#;
}

#[derive(Serialize, ToSchema)]
pub(crate) struct BatchAnswer {
    #[serde(flatten)]
    provenance: Provenance,
    results: Vec<Prediction>,
    errors: Vec<BatchError>,
}

#[derive(Serialize, ToSchema)]
struct BatchError {
    station_code: String,
    status: u16,
    detail: String,
}

/// The model's forecasts for several stations
#[utoipa::path(
    post,
    path = "/predict/batch",
    tag = "older clients",
    request_body = Batch,
    responses((status = 200, body = BatchAnswer)),
)]
pub(crate) async fn batch(
    State(api): State<Api>,
    Body(batch): Body<Batch>,
) -> Result<Json<BatchAnswer>, Problem> {
    if batch.station_codes.len() > MOST_STATIONS {
        let found = batch.station_codes.len();
        return Err(Problem::new(
            Kind::InvalidBody,
            format!("station_codes holds {found} codes: send at most {MOST_STATIONS}"),
        ));
    }
    let now = api.now();
    let present = api.present(now, Lang::En).await?;
    let forecasts = api.forecasts(&present, now).await;
    let provenance = present.city.provenance(now);
    let mut answer = BatchAnswer { provenance, results: Vec::new(), errors: Vec::new() };
    for code in batch.station_codes {
        let found = present.city.find(&code).ok_or_else(|| Problem::unknown_station(&code, Lang::En));
        match found.and_then(|station| predict(&code, station, &present, &forecasts, now)) {
            Ok(prediction) => answer.results.push(prediction),
            Err(problem) => answer.errors.push(BatchError {
                station_code: code,
                status: problem.status().as_u16(),
                detail: problem.detail().to_owned(),
            }),
        }
    }
    Ok(Json(answer))
}

fn predict(
    code: &str,
    station: &StationNow,
    present: &Present,
    forecasts: &Forecasts,
    now: Timestamp,
) -> Result<Prediction, Problem> {
    if let Some(failure) = &forecasts.failure {
        return Err(Problem::model_unavailable(&failure.reason, failure.is_late));
    }
    let counts = station.counts();
    let historical_24h = history(station, present, now);
    let hours_observed = historical_24h.iter().filter(|hour| hour.bikes.is_some()).count();
    let position = station.information.position;
    Ok(Prediction {
        station_code: station.code.as_ref().map_or_else(|| code.to_owned(), ToString::to_string),
        station_name: station.information.name.clone(),
        provenance: present.city.provenance(now),
        current: Current {
            bikes_available: counts.map(|counts| counts.bikes),
            docks_available: counts.and_then(|counts| counts.docks),
            capacity: station.capacity.map(|(docks, _)| docks),
            timestamp: paris_rfc3339(present.city.snapshot_at),
            source: present.city.source_at(now),
        },
        predictions: predictions(station, forecasts),
        historical_24h,
        model: ModelInfo {
            version: forecasts.version.clone(),
            inference_time_ms: forecasts.inference_time_ms,
        },
        metadata: Metadata {
            simulated_history: present.city.origin.source == Source::Simulated,
            hours_observed,
            lat: position.lat,
            lon: position.lon,
        },
        notices: present.notices(now, Lang::En),
    })
}

/// The model's medians by horizon.
fn predictions(station: &StationNow, forecasts: &Forecasts) -> BTreeMap<String, Predicted> {
    let forecast = forecasts.station(station.id());
    let now = station.counts().map(|counts| i32::from(counts.bikes));
    let predicted = forecasts.horizons.iter().enumerate().map(|(index, horizon)| {
        let count = forecast.and_then(|forecast| forecast.bikes.get(index));
        let bikes = count.map(|count| count.p50.round() as u16);
        let predicted = Predicted {
            bikes,
            change: bikes.zip(now).map(|(bikes, now)| i32::from(bikes) - now),
            time: forecasts.time_of(*horizon),
            p10: count.map(|count| tenths(count.p10)),
            p90: count.map(|count| tenths(count.p90)),
            p_at_least_1: count.map(|count| probability(count.p_at_least[0])),
            source: count.map(|_| forecasts.source),
        };
        (label(*horizon), predicted)
    });
    predicted.collect()
}

/// `T+1h`, or `T+90min` where a horizon is no whole hour.
fn label(horizon: SignedDuration) -> String {
    let minutes = horizon.as_mins();
    if minutes % 60 == 0 { format!("T+{}h", minutes / 60) } else { format!("T+{minutes}min") }
}

/// 24 hourly counts, oldest first, the live one last.
fn history(station: &StationNow, present: &Present, now: Timestamp) -> Vec<Hourly> {
    let slots = present.past_day.slots_until(present.city.snapshot_at, HOURS_SHOWN, SHOWN_WITHIN);
    let past = slots.counts(station.id()).into_iter().map(|slot| slot.map(|counts| counts.bikes));
    let past = past.map(|bikes| (bikes, bikes.map(|_| Source::Remembered)));
    let live = station.counts().map(|counts| counts.bikes);
    let all = past.chain([(live, live.map(|_| present.city.source_at(now)))]);
    let shown = all.zip(slot_times(present.city.snapshot_at, HOURS_SHOWN));
    shown.map(|((bikes, source), at)| Hourly { bikes, time: paris_rfc3339(at), source }).collect()
}
