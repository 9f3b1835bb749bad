//! A body that is JSON, or a problem that says why it is none.

use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::StatusCode,
};
use serde::de::DeserializeOwned;

use crate::problem::{Kind, Problem};

/// What can be sent as JSON.
pub(crate) trait Form: DeserializeOwned {
    /// The least that makes sense, for whoever sent something else.
    const EXAMPLE: &'static str;
}

/// What was sent, read.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: Form, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = Json::<T>::from_request(request, state).await;
        read.map(|Json(body)| Self(body)).map_err(|rejection| refused(&rejection, T::EXAMPLE))
    }
}

fn refused(rejection: &JsonRejection, example: &str) -> Problem {
    let kind = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Kind::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Kind::NotJson,
        _ => Kind::InvalidBody,
    };
    Problem::new(kind, format!("{}: send {example} as application/json", rejection.body_text()))
}
