//! The languages in which sentences for people are written, and which one a request wants.
//!
//! Each sentence is written where it is made, once in each language and from the same numbers. Names of fields, labels and
//! codes are no sentences and never change.

use std::convert::Infallible;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponseParts, ResponseParts},
};
use utoipa::IntoParams;
use velib_domain::{
    Timestamp,
    calendar::{PARIS, paris_rfc3339},
};

use crate::parameters::one_of;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Lang {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Lang {
    const CODES: [&'static str; 2] = ["en", "fr"];

    /// The language's code, as requests and headers name it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::En => Self::CODES[0],
            Self::Fr => Self::CODES[1],
        }
    }

    /// Reads a code; the error names all there are.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        one_of(text, &Self::CODES).map(|code| if code == Self::Fr.code() { Self::Fr } else { Self::En })
    }

    /// A moment in a sentence, Paris time.
    pub(crate) fn moment(self, at: Timestamp) -> String {
        match self {
            Self::En => paris_rfc3339(at),
            Self::Fr => at.to_zoned(PARIS).strftime("%d/%m/%Y à %H\u{a0}h\u{a0}%M").to_string(),
        }
    }

    /// The language that `accept-language` prefers of those there are; English where it names none of them.
    pub(crate) fn preferred(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|accepted| accepted.to_str().ok());
        let mut best = (0.0, Self::default());
        for range in accepted.unwrap_or_default().split(',') {
            let (tag, quality) = range.split_once(";q=").unwrap_or((range, "1"));
            let primary = tag.split('-').next().unwrap_or(tag).trim().to_ascii_lowercase();
            let (Ok(lang), Ok(quality)) = (Self::read(&primary), quality.trim().parse::<f64>()) else {
                continue;
            };
            if quality > best.0 {
                best = (quality, lang);
            }
        }
        best.1
    }
}

/// The parameter of paths that are asked by `GET`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "what the document says of it; `Parameters` reads it")]
pub(crate) struct SpokenIn {
    /// The language of sentences; that of the `accept-language` header if left out, or English.
    #[param(pattern = "^(en|fr)$")]
    lang: Option<String>,
}

/// Names the language of an answer, and that a header chooses it where the query names none.
impl IntoResponseParts for Lang {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.code()));
        parts.headers_mut().append(header::VARY, HeaderValue::from_static("accept-language"));
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred(accepted: &str) -> Lang {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
        Lang::preferred(&headers)
    }

    #[test]
    fn a_browser_is_answered_in_the_language_it_likes_best_of_those_there_are() {
        for accepted in ["fr", "fr-FR,fr;q=0.9,en;q=0.8", "de, FR-ca;q=0.4", "en;q=0.3, fr;q=0.5"] {
            assert_eq!(preferred(accepted), Lang::Fr, "{accepted}");
        }
        for accepted in ["en-GB,en;q=0.9,fr;q=0.8", "de", "*", "", "fr;q=0", "fr;q=soon", "français"] {
            assert_eq!(preferred(accepted), Lang::En, "{accepted}");
        }
        assert_eq!(Lang::preferred(&HeaderMap::new()), Lang::En);
    }

    #[test]
    fn an_unknown_language_is_told_which_there_are() {
        assert_eq!(Lang::read("fr"), Ok(Lang::Fr));
        assert_eq!(Lang::read("de"), Err("is \"de\": it must be en or fr".to_owned()));
    }
}
