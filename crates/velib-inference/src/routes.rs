//! The service's paths and what each answers.

use std::time::Duration;

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE, VARY},
    },
    middleware::map_response_with_state,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures::TryStreamExt;
use serde_json::json;
use tokio::time::timeout;
use velib_domain::Timestamp;
use velib_forecast::{Invocation, ModelAnswer, OneStationAnswer};

use crate::{Forecasted, Health, ModelService, gzip, metrics, refusal::Refusal};

/// The largest body taken: what a serverless endpoint lets through. All of Paris with a day of bikes and docks is a
/// tenth of it.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Of a body that is refused so much is taken in and dropped: a caller still sending when the connection closes would
/// never read why.
const MOST_DROPPED: usize = 4 * MOST_BYTES;

/// A body that takes longer holds its room for nothing.
pub(crate) const BODY_WITHIN: Duration = Duration::from_secs(20);

/// The service's router: `GET /ping`, `GET /metrics`, `POST /invocations`, and the latter under the SDK's path for any
/// endpoint name.
pub fn router(service: ModelService) -> Router {
    Router::new()
        .route("/invocations", post(invoke))
        .route("/endpoints/{name}/invocations", post(invoke))
        .route_layer(map_response_with_state(service.clone(), count))
        .route("/ping", get(ping))
        .route("/metrics", get(metrics))
        .fallback(async || Refusal::NoSuchPath)
        .with_state(service)
}

/// 200 while the model answers; else 503 with the reason.
async fn ping(State(service): State<ModelService>) -> Response {
    let (status, body) = match service.health() {
        Health::Ready { version, refused: None, .. } => {
            (StatusCode::OK, json!({ "status": "ready", "model_version": &*version }))
        }
        Health::Ready { version, refused: Some(reason), .. } => (
            StatusCode::OK,
            json!({ "status": "ready", "model_version": &*version, "refused_model": &*reason }),
        ),
        Health::Loading => (StatusCode::SERVICE_UNAVAILABLE, json!({ "status": "loading" })),
        Health::Failed { reason } => {
            (StatusCode::SERVICE_UNAVAILABLE, json!({ "status": "failed", "error": &*reason }))
        }
    };
    (status, Json(body)).into_response()
}

async fn metrics(State(service): State<ModelService>) -> Response {
    ([(CONTENT_TYPE, metrics::TEXT)], service.metrics().text(&service.health())).into_response()
}

/// Counts how an invocation ended.
async fn count(State(service): State<ModelService>, response: Response) -> Response {
    service.metrics().answered(response.status().as_u16());
    response
}

/// Forecasts in the form that was asked in.
async fn invoke(State(service): State<ModelService>, request: Request) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let admitted = service.admit();
    let read = timeout(BODY_WITHIN, read(body, admitted.is_ok())).await;
    let _under_way = admitted?;
    let body = gzip::unpacked(&head.headers, read.map_err(|_| Refusal::TooSlow)??)?;
    let invocation = Invocation::decode(&body)?;
    let is_one_station = matches!(invocation, Invocation::OneStation(_));
    let now = clock();
    let forecasted = service.forecast(invocation.into_request(now)).await?;
    tracing::info!(stations = forecasted.stations.len(), took_ms = took_ms(&forecasted), "forecast");
    let answer = if is_one_station { encode_one(&forecasted, now) } else { encode_many(&forecasted) };
    Ok(answered(&head.headers, answer))
}

/// Takes a body in to its end, and keeps it where that is wanted and it is not too large.
async fn read(body: Body, keep: bool) -> Result<Bytes, Refusal> {
    let (mut kept, mut taken) = (Vec::new(), 0);
    let mut pieces = body.into_data_stream();
    let broken = |error: axum::Error| Refusal::Unreadable(error.to_string());
    while taken <= MOST_DROPPED
        && let Some(piece) = pieces.try_next().await.map_err(broken)?
    {
        taken += piece.len();
        if !keep || taken > MOST_BYTES {
            kept = Vec::new();
            continue;
        }
        kept.extend_from_slice(&piece);
    }
    if taken > MOST_BYTES { Err(Refusal::TooLarge) } else { Ok(kept.into()) }
}

fn answered(headers: &HeaderMap, answer: Vec<u8>) -> Response {
    let json = [(CONTENT_TYPE, "application/json"), (VARY, "accept-encoding")];
    match gzip::packed(headers, &answer) {
        Some(packed) => (json, [(CONTENT_ENCODING, "gzip")], packed).into_response(),
        None => (json, answer).into_response(),
    }
}

/// Milliseconds that the model took, to the microsecond.
fn took_ms(forecasted: &Forecasted) -> f64 {
    forecasted.took.as_micros() as f64 / 1_000.0
}

fn encode_many(forecasted: &Forecasted) -> Vec<u8> {
    let Forecasted { version, look_back, horizons, stations, .. } = forecasted;
    ModelAnswer::new(version, took_ms(forecasted), horizons, stations).wanting(*look_back).encode()
}

fn encode_one(forecasted: &Forecasted, now: Timestamp) -> Vec<u8> {
    let station = forecasted.stations.first();
    let station = station.expect("the model answered as many stations as it was asked");
    let answer = OneStationAnswer::new(&forecasted.version, took_ms(forecasted), now, station);
    serde_json::to_vec(&answer).expect("numbers and text always have a JSON form")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge: the form of one station says no instant but means about now"
)]
fn clock() -> Timestamp {
    Timestamp::now()
}
