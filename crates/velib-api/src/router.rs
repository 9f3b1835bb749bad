//! Paths, and what surrounds every request: its id, its log line, its limits, its allowed origins, its encoding.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::time::timeout;
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    compression::CompressionLayer,
    cors::{AllowOrigin, CorsLayer},
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::{DefaultOnResponse, TraceLayer},
};
use tracing::Level;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Api,
    admission::{Admission, admit},
    metrics::{self, Counting},
    openapi,
    refusal::{REQUEST_ID, Refusing, request_id, without_bad_id},
    routes::{
        forecast, forecasts, geocode, health, journeys, kpis, map, predict, station, stations, status, watch,
    },
    vintage::Tagging,
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
    let routes =
        if api.metrics().are_scraped() { routes.route("/metrics", get(metrics::answer)) } else { routes };
    // One service around each route: every layer that is added by itself is another box, cloned for every request.
    let around = ServiceBuilder::new()
        .map_request(without_bad_id)
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_response(DefaultOnResponse::new().level(Level::INFO)),
        )
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(cors)
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(api.clone(), finished))
        .layer(RequestBodyLimitLayer::new(limits.body_bytes))
        .layer(DefaultBodyLimit::max(limits.body_bytes));
    routes.with_state(api).merge(openapi::pages(document)).layer(around)
}

/// Ends what takes too long, makes problems of refusals, tags the other answers, counts all of them, and begins what is done
/// behind them.
async fn finished(State(api): State<Api>, request: Request, next: Next) -> Response {
    let (counting, tagging, refusing) =
        (Counting::of(&request), Tagging::of(&request), Refusing::of(&request));
    // Most answers are there before a clock would have been set.
    let answer = timeout(api.limits().timeout, next.run(request)).await;
    let answer = answer.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response());
    let response = refusing.written(answer, api.limits());
    let response = tagging.tagged(response);
    counting.answered(&response, &api);
    api.answered();
    response
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
