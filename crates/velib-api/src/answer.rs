//! Pieces that answers share: where a number came from and how old it is, and how numbers are rounded.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{Source, Timestamp, calendar::paris_rfc3339};

/// What answers owe the source of counts, names and places of stations.
pub(crate) const ATTRIBUTION: &str = "Vélib' Métropole – Licence Ouverte";

/// Bytes for which there is room in an answer before it grows: a plan of five journeys and their lines.
const USUAL_BYTES: usize = 16 * 1024;

/// An answer written as JSON, so that what it tells may be borrowed from what it was made of.
pub(crate) struct Written(Vec<u8>);

impl Written {
    pub(crate) fn new(answer: &impl Serialize) -> Self {
        let mut json = Vec::with_capacity(USUAL_BYTES);
        serde_json::to_writer(&mut json, answer).expect("answers are objects of text, numbers and lists");
        Self(json)
    }
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        let json = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, json)], self.0).into_response()
    }
}

/// Where numbers came from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Provenance {
    /// What made them.
    pub(crate) source: Source,
    /// The moment they hold for, Paris time: of counts, and of all that is worked out from them, when the counts were fetched.
    #[schema(format = DateTime)]
    pub(crate) as_of: String,
    /// Seconds since then.
    pub(crate) age_s: i64,
}

impl Provenance {
    pub(crate) fn new(source: Source, as_of: Timestamp, now: Timestamp) -> Self {
        Self { source, as_of: paris_rfc3339(as_of), age_s: age_s(as_of, now) }
    }
}

/// Whole seconds from then to now, never negative: a request may have started before the data it waited for.
pub(crate) fn age_s(then: Timestamp, now: Timestamp) -> i64 {
    now.duration_since(then).as_secs().max(0)
}

/// A probability with two decimals.
pub(crate) fn probability(p: f64) -> f64 {
    (p * 100.0).round() / 100.0
}

/// Finer than a probability is told: of 1,500 stations, one is 0.0007.
pub(crate) fn four_decimals(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

/// A count that is not whole, with one decimal.
pub(crate) fn tenths(count: f64) -> f64 {
    (count * 10.0).round() / 10.0
}

/// Whole seconds or metres.
pub(crate) fn whole(number: f64) -> i64 {
    number.round() as i64
}
