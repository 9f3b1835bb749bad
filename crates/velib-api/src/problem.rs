//! Errors as RFC 9457 problems: a stable type, a status and a detail that names the thing and the fix.
//!
//! `detail` also serves clients that are older than problems. What went wrong inside is logged, not told.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// Seconds after which a client may ask again for what is missing now.
const RETRY_AFTER_S: u16 = 10;

/// Seconds after which a client may ask again for what is on its way.
const RETRY_AFTER_WHILE_LATE_S: u16 = 1;

/// The media type of problems.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Every kind of problem there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    InvalidParameter,
    InvalidBody,
    OutsideServiceArea,
    TimeOutOfRange,
    UnknownStation,
    NotFound,
    MethodNotAllowed,
    BodyTooLarge,
    NoStationData,
    ModelUnavailable,
    TimedOut,
}

impl Kind {
    /// The one table of types, statuses and titles.
    const fn row(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::InvalidParameter => {
                ("/problems/invalid-parameter", StatusCode::BAD_REQUEST, "invalid parameter")
            }
            Self::InvalidBody => ("/problems/invalid-body", StatusCode::BAD_REQUEST, "invalid body"),
            Self::OutsideServiceArea => (
                "/problems/outside-service-area",
                StatusCode::UNPROCESSABLE_ENTITY,
                "outside the service area",
            ),
            Self::TimeOutOfRange => {
                ("/problems/time-out-of-range", StatusCode::UNPROCESSABLE_ENTITY, "time out of range")
            }
            Self::UnknownStation => ("/problems/unknown-station", StatusCode::NOT_FOUND, "unknown station"),
            Self::NotFound => ("/problems/not-found", StatusCode::NOT_FOUND, "no such path"),
            Self::MethodNotAllowed => {
                ("/problems/method-not-allowed", StatusCode::METHOD_NOT_ALLOWED, "method not allowed")
            }
            Self::BodyTooLarge => {
                ("/problems/body-too-large", StatusCode::PAYLOAD_TOO_LARGE, "body too large")
            }
            Self::NoStationData => {
                ("/problems/no-station-data", StatusCode::SERVICE_UNAVAILABLE, "no station data")
            }
            Self::ModelUnavailable => {
                ("/problems/model-unavailable", StatusCode::SERVICE_UNAVAILABLE, "model unavailable")
            }
            Self::TimedOut => ("/problems/timed-out", StatusCode::SERVICE_UNAVAILABLE, "timed out"),
        }
    }
}

/// An answer that is an error.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    detail: String,
    #[serde(skip)]
    retry_after_s: u16,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<BadParameter>,
}

/// One parameter that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct BadParameter {
    pub(crate) parameter: &'static str,
    pub(crate) detail: String,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let (uri, status, title) = kind.row();
        Self {
            kind: uri,
            title,
            status,
            detail: detail.into(),
            retry_after_s: RETRY_AFTER_S,
            errors: Vec::new(),
        }
    }

    /// No forecast by a model; soon there will be one if its answer is only late.
    pub(crate) fn model_unavailable(reason: &str, is_late: bool) -> Self {
        let retry_after_s = if is_late { RETRY_AFTER_WHILE_LATE_S } else { RETRY_AFTER_S };
        Self { retry_after_s, ..Self::new(Kind::ModelUnavailable, reason) }
    }

    pub(crate) fn unknown_station(code: &str) -> Self {
        Self::new(
            Kind::UnknownStation,
            format!("no station has the code or id {code:?}: /stations lists them all"),
        )
    }

    /// Everything that is wrong with a query.
    pub(crate) fn invalid_parameters(errors: Vec<BadParameter>) -> Self {
        let sentences: Vec<_> =
            errors.iter().map(|error| format!("{} {}", error.parameter, error.detail)).collect();
        Self { errors, ..Self::new(Kind::InvalidParameter, sentences.join("; ")) }
    }

    /// The outer message.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    pub(crate) fn status(&self) -> u16 {
        self.status.as_u16()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, retry_after_s) = (self.status, self.retry_after_s);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
        }
        response
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
