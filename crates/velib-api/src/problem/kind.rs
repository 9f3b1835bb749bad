//! Every kind of problem there is, in one table: its code, its status, its title, and what to do about it.

use axum::http::StatusCode;

use crate::lang::Lang;

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    InvalidParameter,
    InvalidBody,
    ConflictingParameters,
    InvalidRequest,
    OutsideServiceArea,
    TimeOutOfRange,
    UnknownStation,
    NotFound,
    MethodNotAllowed,
    BodyTooLarge,
    QueryTooLong,
    NotJson,
    NoStationData,
    ModelUnavailable,
    TimedOut,
    Overloaded,
    Internal,
}

/// What every problem of a kind says.
pub(super) struct Row {
    pub(super) code: &'static str,
    pub(super) status: StatusCode,
    pub(super) title: &'static str,
    pub(super) hint: &'static str,
}

impl Row {
    const fn new(code: &'static str, status: StatusCode, title: &'static str, hint: &'static str) -> Self {
        Self { code, status, title, hint }
    }

    /// In a language. Of French there is what a traveller can meet: the others speak to whoever writes the client.
    pub(super) fn told_in(self, lang: Lang) -> Self {
        let [title, hint] = match (lang, self.code) {
            (Lang::Fr, "outside-service-area") => [
                "hors de la zone desservie",
                "choisissez un lieu plus proche d’une station\u{a0}; /v1/stations dit où elles sont",
            ],
            (Lang::Fr, "time-out-of-range") => {
                ["heure hors limites", "demandez une heure entre maintenant et dans 24\u{a0}heures"]
            }
            (Lang::Fr, "no-station-data") => [
                "aucune donnée des stations",
                "réessayez après les secondes que nomme l’en-tête retry-after\u{a0}; /v1/status dit ce qui ne va pas",
            ],
            (Lang::Fr, "unknown-station") => {
                ["station inconnue", "prenez un station_id ou un code de /v1/stations"]
            }
            _ => return self,
        };
        Self { title, hint, ..self }
    }
}

impl Kind {
    /// The one table.
    #[expect(clippy::too_many_lines, reason = "a table has a line for each cell")]
    pub(super) const fn row(self) -> Row {
        match self {
            Self::InvalidParameter => Row::new(
                "invalid-parameter",
                StatusCode::BAD_REQUEST,
                "invalid parameter",
                "mend what errors lists; /docs says what each parameter takes",
            ),
            Self::InvalidBody => Row::new(
                "invalid-body",
                StatusCode::BAD_REQUEST,
                "invalid body",
                "send JSON as /docs describes it for this path",
            ),
            Self::ConflictingParameters => Row::new(
                "conflicting-parameters",
                StatusCode::UNPROCESSABLE_ENTITY,
                "conflicting parameters",
                "change one of them, or leave it out",
            ),
            Self::InvalidRequest => Row::new(
                "invalid-request",
                StatusCode::BAD_REQUEST,
                "invalid request",
                "write the path in UTF-8, percent-encoded",
            ),
            Self::OutsideServiceArea => Row::new(
                "outside-service-area",
                StatusCode::UNPROCESSABLE_ENTITY,
                "outside the service area",
                "choose a place nearer to a station; /v1/stations lists where they are",
            ),
            Self::TimeOutOfRange => Row::new(
                "time-out-of-range",
                StatusCode::UNPROCESSABLE_ENTITY,
                "time out of range",
                "ask for a time between now and 24 hours ahead",
            ),
            Self::UnknownStation => Row::new(
                "unknown-station",
                StatusCode::NOT_FOUND,
                "unknown station",
                "use a station_id or a code of /v1/stations",
            ),
            Self::NotFound => {
                Row::new("not-found", StatusCode::NOT_FOUND, "no such path", "/docs lists every path")
            }
            Self::MethodNotAllowed => Row::new(
                "method-not-allowed",
                StatusCode::METHOD_NOT_ALLOWED,
                "method not allowed",
                "use a method that the allow header names",
            ),
            Self::BodyTooLarge => Row::new(
                "body-too-large",
                StatusCode::PAYLOAD_TOO_LARGE,
                "body too large",
                "send less at once, in several requests",
            ),
            Self::QueryTooLong => Row::new(
                "query-too-long",
                StatusCode::URI_TOO_LONG,
                "query too long",
                "ask for less at once, or POST it where the path takes that",
            ),
            Self::NotJson => Row::new(
                "not-json",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not JSON",
                "send the header content-type: application/json",
            ),
            Self::NoStationData => Row::new(
                "no-station-data",
                StatusCode::SERVICE_UNAVAILABLE,
                "no station data",
                "try again after the seconds that the retry-after header names; /v1/status says what is wrong",
            ),
            Self::ModelUnavailable => Row::new(
                "model-unavailable",
                StatusCode::SERVICE_UNAVAILABLE,
                "model unavailable",
                "try again later, or ask /v1/stations/{station}/forecast, which answers without the model too",
            ),
            Self::TimedOut => Row::new(
                "timed-out",
                StatusCode::SERVICE_UNAVAILABLE,
                "timed out",
                "try again; /v1/status says which input is slow",
            ),
            Self::Overloaded => Row::new(
                "overloaded",
                StatusCode::SERVICE_UNAVAILABLE,
                "too many requests at once",
                "try again after the seconds that the retry-after header names",
            ),
            Self::Internal => Row::new(
                "internal",
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal error",
                "report the request_id: the log says more",
            ),
        }
    }
}
