//! Paths, and what surrounds every request: its id, its log line, its limits, its allowed origins.

use std::time::Duration;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::{
    cors::{AllowOrigin, CorsLayer},
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

use crate::{
    Api,
    problem::{Kind, PROBLEM_JSON, Problem},
    routes::{forecast, health, journeys, map, predict, stations, status},
};

/// The largest body taken.
const MOST_BYTES: usize = 64 * 1024;

/// The longest that a request may take: the feed's and the model's own limits together, and a little.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The header that names a request in logs and answers.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Every route of the API over its state.
pub fn router(api: Api) -> Router {
    let cors = cors(api.allowed_origins());
    Router::new()
        .route("/healthz", get(health::answer))
        .route("/stations", get(stations::answer))
        .route("/predict/{code}", get(predict::answer))
        .route("/predict/batch", post(predict::batch))
        .route("/v1/status", get(status::answer))
        .route("/v1/stations", get(map::answer))
        .route("/v1/stations/{station}/forecast", get(forecast::answer))
        .route("/v1/journeys", get(journeys::answer))
        .with_state(api)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(RequestBodyLimitLayer::new(MOST_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIMEOUT))
        .layer(middleware::from_fn(with_problem))
        .layer(cors)
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}

/// Pages of these origins may read answers; no other may, and none may send credentials.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE])
        .expose_headers([REQUEST_ID])
}

/// A query is not logged: it may say where someone lives.
fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), path = request.uri().path())
}

/// Gives the refusals of the layers below and of the router itself the form of all others.
async fn with_problem(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let content_type = response.headers().get(header::CONTENT_TYPE);
    if content_type.is_some_and(|value| value == PROBLEM_JSON) {
        return response;
    }
    let problem = match response.status() {
        StatusCode::NOT_FOUND => Problem::new(Kind::NotFound, format!("there is nothing at {path}")),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            Kind::MethodNotAllowed,
            format!("{path} takes no {method}: the allow header names what it takes"),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            Kind::BodyTooLarge,
            format!("the body is larger than {MOST_BYTES} bytes: send less at once"),
        ),
        StatusCode::REQUEST_TIMEOUT => {
            Problem::new(Kind::TimedOut, format!("no answer within {} s: try again", TIMEOUT.as_secs()))
        }
        _ => return response,
    };
    problem.into_response()
}
