//! Why an endpoint gave no forecast, by what its caller can do about it.
//!
//! The platform wraps what the model's container says in an error of its own; a model service on this machine says it
//! directly. Both become the same variant with the container's own sentence.

use aws_sdk_sagemakerruntime::{
    error::{ProvideErrorMetadata, SdkError},
    operation::invoke_endpoint::InvokeEndpointError,
};
use serde_json::Value;

use crate::s3::{innermost_reason, status};

/// Characters of an answer that is no error of the model service, as an error repeats them.
const QUOTED_CHARS: usize = 200;

/// Why there is no forecast. `endpoint` is its name, and its address where one was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvokeError {
    /// No answer came, or none in time.
    #[error("the model endpoint {endpoint} does not answer: check that it runs and its address ({reason})")]
    Unreachable {
        /// The endpoint.
        endpoint: String,
        /// The innermost cause.
        reason: String,
    },
    /// It has more requests than it can take: the same request may succeed in a moment.
    #[error("the model endpoint {endpoint} is busy: try again ({reason})")]
    Throttled {
        /// The endpoint.
        endpoint: String,
        /// What it said.
        reason: String,
    },
    /// It runs, and its model is still loading or has failed to load.
    #[error("the model endpoint {endpoint} has no model ready: {reason}")]
    NotReady {
        /// The endpoint.
        endpoint: String,
        /// What it said.
        reason: String,
    },
    /// It will not answer this request, or this caller.
    #[error("the model endpoint {endpoint} refused with {status}: {reason}")]
    Refused {
        /// The endpoint.
        endpoint: String,
        /// HTTP status: the container's own where the platform passes it on.
        status: u16,
        /// What it said.
        reason: String,
    },
    /// What it answered is no forecast of the stations that were asked about.
    #[error("the model endpoint {endpoint} answered what is no forecast: {reason}")]
    BadAnswer {
        /// The endpoint.
        endpoint: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl InvokeError {
    pub(super) fn because(endpoint: &str, cause: &SdkError<InvokeEndpointError>) -> Self {
        let endpoint = endpoint.to_owned();
        let Some((status, reason)) = answered(cause) else {
            return Self::Unreachable { endpoint, reason: innermost_reason(cause) };
        };
        match (cause.code(), status) {
            (Some("ModelNotReadyException"), _) | (_, 503) => Self::NotReady { endpoint, reason },
            (Some("ThrottlingException"), _) | (_, 429) => Self::Throttled { endpoint, reason },
            _ => Self::Refused { endpoint, status, reason },
        }
    }
}

/// The status and the sentence of an answer, the container's own where it is passed on; `None` without an answer.
fn answered(cause: &SdkError<InvokeEndpointError>) -> Option<(u16, String)> {
    let status = status(cause)?;
    if let Some(InvokeEndpointError::ModelError(passed_on)) = cause.as_service_error() {
        let original = passed_on.original_status_code().and_then(|status| u16::try_from(status).ok());
        let said = passed_on.original_message().or(passed_on.message()).unwrap_or("no message");
        return Some((original.unwrap_or(status), sentence(said.as_bytes())));
    }
    if let (Some(code), Some(message)) = (cause.code(), cause.message()) {
        return Some((status, format!("{code}: {message}")));
    }
    let body = cause.raw_response().and_then(|answer| answer.body().bytes()).unwrap_or_default();
    Some((status, sentence(body)))
}

/// The `error` of a body of the model service; the beginning of any other.
fn sentence(body: &[u8]) -> String {
    let error =
        serde_json::from_slice::<Value>(body).ok().and_then(|body| Some(body["error"].as_str()?.to_owned()));
    error.unwrap_or_else(|| String::from_utf8_lossy(body).chars().take(QUOTED_CHARS).collect())
}
