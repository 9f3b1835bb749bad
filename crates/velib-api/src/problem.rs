//! Errors as RFC 9457 problems: a stable type and code, a status, a detail that names the thing, a hint that names the
//! fix, and the id of the request, by which the log is found.
//!
//! `detail` also serves clients that are older than problems. What went wrong inside is logged, not told.

mod kind;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::lang::Lang;
pub(crate) use kind::Kind;
use kind::Row;

/// Seconds after which a client may ask again for what is missing now.
const RETRY_AFTER_S: u16 = 10;

/// Seconds after which a client may ask again for what is on its way.
const RETRY_AFTER_WHILE_LATE_S: u16 = 1;

/// The media type of problems.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// An answer that is an error.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    kind: Kind,
    detail: String,
    retry_after_s: u16,
    errors: Vec<BadParameter>,
    lang: Lang,
}

/// A problem as it is told.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct WrittenProblem {
    /// The kind of problem; stable.
    #[serde(rename = "type")]
    uri: String,
    title: &'static str,
    status: u16,
    /// The last part of `type`.
    code: &'static str,
    /// What is wrong with this request.
    detail: String,
    /// What to do about problems of this kind.
    hint: &'static str,
    /// The request, as its `x-request-id` header and the log name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// Every parameter or field that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<BadParameter>,
}

/// One parameter that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct BadParameter {
    /// Its name.
    pub(crate) parameter: String,
    /// What is wrong with it.
    pub(crate) detail: String,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), retry_after_s: RETRY_AFTER_S, errors: Vec::new(), lang: Lang::En }
    }

    /// With its title and its hint in a language, where they are known in it.
    pub(crate) fn told_in(self, lang: Lang) -> Self {
        Self { lang, ..self }
    }

    /// No forecast by a model; soon there will be one if its answer is only late.
    pub(crate) fn model_unavailable(reason: &str, is_late: bool) -> Self {
        let retry_after_s = if is_late { RETRY_AFTER_WHILE_LATE_S } else { RETRY_AFTER_S };
        Self { retry_after_s, ..Self::new(Kind::ModelUnavailable, reason) }
    }

    pub(crate) fn unknown_station(code: &str, lang: Lang) -> Self {
        let detail = match lang {
            Lang::En => format!("no station has the code or id {code:?}: /stations lists them all"),
            Lang::Fr => format!(
                "aucune station n’a le code ou l’identifiant «\u{a0}{code}\u{a0}»\u{a0}: /stations les énumère toutes"
            ),
        };
        Self::new(Kind::UnknownStation, detail).told_in(lang)
    }

    /// Everything that is wrong with a query or a body.
    pub(crate) fn invalid_parameters(errors: Vec<BadParameter>) -> Self {
        let sentences: Vec<_> =
            errors.iter().map(|error| format!("{} {}", error.parameter, error.detail)).collect();
        Self { errors, ..Self::new(Kind::InvalidParameter, sentences.join("; ")) }
    }

    /// The outer message.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.kind.row().status
    }

    /// The answer, which names the request.
    pub(crate) fn answer(self, request_id: Option<String>) -> Response {
        let Row { code, status, title, hint } = self.kind.row().told_in(self.lang);
        let written = WrittenProblem {
            uri: format!("/problems/{code}"),
            title,
            status: status.as_u16(),
            code,
            detail: self.detail,
            hint,
            request_id,
            errors: self.errors,
        };
        let mut response = (status, Json(written)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(self.retry_after_s));
        }
        response
    }
}

/// Left for the router to write, which knows the request's id.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
