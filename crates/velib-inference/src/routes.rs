//! The service's paths and what each answers.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;
use velib_domain::Timestamp;
use velib_forecast::{Invocation, ModelAnswer, OneStationAnswer};

use crate::{
    model_thread::{Forecasted, Health, ModelService},
    refusal::Refusal,
};

/// The largest body taken: what a serverless endpoint lets through. All of Paris with a day of bikes and docks is a
/// tenth of it.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The service's router: `GET /ping`, `POST /invocations`, and the latter under the SDK's path for any endpoint name.
pub fn router(service: ModelService) -> Router {
    Router::new()
        .route("/ping", get(ping))
        .route("/invocations", post(invoke))
        .route("/endpoints/{name}/invocations", post(invoke))
        .fallback(async || Refusal::NoSuchPath)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(service)
}

/// 200 while a loaded model's thread lives; else 503 with the reason.
async fn ping(State(service): State<ModelService>) -> Response {
    let (status, body) = match service.health() {
        Health::Ready { version, .. } => {
            (StatusCode::OK, json!({ "status": "ready", "model_version": &*version }))
        }
        Health::Loading => (StatusCode::SERVICE_UNAVAILABLE, json!({ "status": "loading" })),
        Health::Failed { reason } => {
            (StatusCode::SERVICE_UNAVAILABLE, json!({ "status": "failed", "error": &*reason }))
        }
    };
    (status, Json(body)).into_response()
}

/// Forecasts in the form that was asked in.
async fn invoke(
    State(service): State<ModelService>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let invocation = Invocation::decode(&body?)?;
    let is_one_station = matches!(invocation, Invocation::OneStation(_));
    let now = clock();
    let forecasted = service.forecast(invocation.into_request(now)).await?;
    tracing::info!(stations = forecasted.stations.len(), took_ms = forecasted.took_ms, "forecast");
    let answer = if is_one_station { encode_one(&forecasted, now) } else { encode_many(&forecasted) };
    Ok(([(CONTENT_TYPE, "application/json")], answer).into_response())
}

fn encode_many(forecasted: &Forecasted) -> Vec<u8> {
    let Forecasted { version, horizons, stations, took_ms } = forecasted;
    ModelAnswer::new(version, *took_ms, horizons, stations).encode()
}

fn encode_one(forecasted: &Forecasted, now: Timestamp) -> Vec<u8> {
    let Forecasted { version, stations, took_ms, .. } = forecasted;
    let station = stations.first().expect("the model answered as many stations as it was asked");
    let answer = OneStationAnswer::new(version, *took_ms, now, station);
    serde_json::to_vec(&answer).expect("numbers and text always have a JSON form")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge: the form of one station says no instant but means about now"
)]
fn clock() -> Timestamp {
    Timestamp::now()
}
