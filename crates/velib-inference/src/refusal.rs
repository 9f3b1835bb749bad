//! Every way a request is refused, and the one table from reason to HTTP status.
//!
//! The body is `{"error": …, "field": …}`: a sentence for a person, and the path of the field at fault or null.

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde_json::json;
use velib_forecast::{ForecastError, invocation::BadInvocation};

use crate::{MOST_BYTES, NotForecast};

/// Seconds after which a caller may ask again: a full queue empties in about one, and so long a model loads.
const ASK_AGAIN: (HeaderName, HeaderValue) = (RETRY_AFTER, HeaderValue::from_static("1"));

/// Why a request gets no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("no such path: this service answers GET /ping, GET /metrics and POST /invocations")]
    NoSuchPath,
    #[error("the body exceeds {MOST_BYTES} bytes, packed or unpacked: send fewer stations at a time")]
    TooLarge,
    #[error("the body did not arrive within {} s", crate::BODY_WITHIN.as_secs())]
    TooSlow,
    #[error("the body is encoded as {0}: send it plain or as gzip")]
    OtherEncoding(String),
    #[error("the body cannot be read: {0}")]
    Unreadable(String),
    #[error(transparent)]
    BadInvocation(#[from] BadInvocation),
    #[error(transparent)]
    NotForecast(#[from] NotForecast),
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchPath => StatusCode::NOT_FOUND,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::OtherEncoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotForecast(NotForecast::QueueFull) => StatusCode::TOO_MANY_REQUESTS,
            Self::NotForecast(NotForecast::Loading | NotForecast::NoModel(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::NotForecast(NotForecast::Refused(ForecastError::Model(_))) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::Unreadable(_) | Self::BadInvocation(_) | Self::NotForecast(NotForecast::Refused(_)) => {
                StatusCode::BAD_REQUEST
            }
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::BadInvocation(bad) => bad.field(),
            Self::NotForecast(NotForecast::Refused(ForecastError::WrongCadence { .. })) => {
                Some("cadence_seconds")
            }
            Self::NotForecast(NotForecast::Refused(ForecastError::BadHistory { .. })) => Some("stations"),
            _ => None,
        }
    }

    fn may_succeed_soon(&self) -> bool {
        matches!(self, Self::NotForecast(NotForecast::QueueFull | NotForecast::Loading))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.status();
        let error = self.to_string();
        tracing::warn!(status = status.as_u16(), error, "request refused");
        let body = Json(json!({ "error": error, "field": self.field() }));
        let again = self.may_succeed_soon().then_some([ASK_AGAIN]);
        (status, again, body).into_response()
    }
}
