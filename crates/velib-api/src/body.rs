//! A body that is JSON, or a problem that says why it is none.

use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::StatusCode,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error},
};

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

/// Reads a whole number, of which JSON may also write `77.0`.
pub(crate) fn whole<'de, D: Deserializer<'de>, T: TryFrom<u64>>(json: D) -> Result<Option<T>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(json)? else { return Ok(None) };
    let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    let read = is_whole.then_some(number as u64).and_then(|number| T::try_from(number).ok());
    read.map(Some).ok_or_else(|| D::Error::custom(format!("{number} is out of range or no whole number")))
}

fn refused(rejection: &JsonRejection, example: &str) -> Problem {
    let kind = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Kind::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Kind::NotJson,
        _ => Kind::InvalidBody,
    };
    Problem::new(kind, format!("{}: send {example} as application/json", rejection.body_text()))
}
