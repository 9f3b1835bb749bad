//! Bodies of answers about the whole network: written once for everybody who asks within the same second.
//!
//! They change with the counts, and with the whole seconds of age that they tell; both are part of what they are kept
//! by. A body is handed out by reference count, never copied.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::{
    body::Bytes,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use velib_domain::Timestamp;

use crate::{answer::age_s, present::Present};

/// The bodies written from one status.
#[derive(Default)]
pub(crate) struct Bodies(Mutex<HashMap<&'static str, Body>>);

struct Body {
    age_s: i64,
    /// The failed fetch that it tells of.
    failed_at: Option<Timestamp>,
    json: Bytes,
}

/// An answer whose JSON is written already.
pub(crate) fn json(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

impl Present {
    /// The JSON of an answer that depends on nothing but this present and the seconds of its age; `answer` is called
    /// where nobody has asked for it this second.
    pub(crate) fn body<T: Serialize>(
        &self,
        name: &'static str,
        now: Timestamp,
        answer: impl FnOnce() -> T,
    ) -> Bytes {
        let age_s = age_s(self.city.snapshot_at, now);
        let failed_at = self.failure.as_ref().map(|failure| failure.at);
        let mut bodies = self.made.bodies.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(body) = bodies.get(name).filter(|body| (body.age_s, body.failed_at) == (age_s, failed_at))
        {
            return body.json.clone();
        }
        let json = serde_json::to_vec(&answer()).expect("numbers, text and lists always have a JSON form");
        let json = Bytes::from(json);
        bodies.insert(name, Body { age_s, failed_at, json: json.clone() });
        json
    }
}
