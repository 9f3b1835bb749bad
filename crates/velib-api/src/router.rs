//! Paths, and what surrounds every request: its id, its log line, its limits, its allowed origins, its encoding.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{from_fn, from_fn_with_state, map_request},
    routing::get,
};
use tower_http::{
    CompressionLevel,
    compression::CompressionLayer,
    cors::{AllowOrigin, CorsLayer},
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::{DefaultOnResponse, TraceLayer},
};
use tracing::Level;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Api,
    admission::{Admission, admit},
    metrics::{self, MetricsOutput, measured},
    openapi,
    refusal::{REQUEST_ID, request_id, with_problem, without_bad_id},
    routes::{
        forecast, forecasts, geocode, health, journeys, kpis, map, predict, station, stations, status, watch,
    },
    vintage::conditional,
};

/// Every route of the API over its state.
pub fn router(api: Api) -> Router {
    let limits = api.limits();
    let cors = cors(api.allowed_origins());
    let limited = OpenApiRouter::new()
        .routes(routes!(stations::answer))
        .routes(routes!(predict::answer))
        .routes(routes!(predict::batch))
        .routes(routes!(status::answer))
        .routes(routes!(kpis::answer))
        .routes(routes!(map::answer))
        .routes(routes!(station::answer))
        .routes(routes!(forecast::answer))
        .routes(routes!(forecasts::answer))
        .routes(routes!(journeys::answer, journeys::answer_to_form))
        .routes(routes!(geocode::answer))
        .routes(routes!(watch::answer))
        .layer(from_fn_with_state(Admission::new(limits), admit));
    // Whether the process lives is told however many ask for something else.
    let unlimited = OpenApiRouter::new().routes(routes!(health::answer));
    let (routes, document) = limited.merge(unlimited).split_for_parts();
    // What is logged cannot be asked for: on Lambda everybody could.
    let routes = match api.metrics().output() {
        MetricsOutput::Scraped => routes.route("/metrics", get(metrics::answer)),
        MetricsOutput::Logged => routes,
    };
    routes
        .with_state(api.clone())
        .merge(openapi::pages(document))
        .layer(DefaultBodyLimit::max(limits.body_bytes))
        .layer(RequestBodyLimitLayer::new(limits.body_bytes))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.timeout))
        .layer(from_fn_with_state(limits, with_problem))
        .layer(from_fn(conditional))
        .layer(from_fn_with_state(api, measured))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(cors)
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_response(DefaultOnResponse::new().level(Level::INFO)),
        )
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(map_request(without_bad_id))
}

/// Pages of these origins may read answers; no other may, and none may send credentials.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::IF_NONE_MATCH, REQUEST_ID])
        .expose_headers([REQUEST_ID, header::ETAG, header::RETRY_AFTER])
}

/// A query is not logged: it may say where someone lives.
fn span(request: &Request) -> tracing::Span {
    let id = request_id(request);
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}
