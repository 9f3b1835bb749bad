//! What an answer was made of, so that a client who has it already is told so: a tag, and 304 in place of a body.
//!
//! Tags are weak. Two answers with one tag tell the same of the same moment; how old that is by now, they tell apart.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, Uri, header, uri::PathAndQuery},
    response::{IntoResponse, IntoResponseParts, Response, ResponseParts},
};
use velib_domain::{SignedDuration, Timestamp};

use crate::lang::Lang;

/// Names the data behind an answer: the same data, the same vintage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Vintage(u64);

impl Vintage {
    /// The vintage of data that is told apart by these.
    pub(crate) fn of(data: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        data.hash(&mut hasher);
        Self(hasher.finish())
    }

    /// The vintage of what is told in a language that the address need not name.
    pub(crate) fn told_in(self, lang: Lang) -> Self {
        Self::of((self.0, lang))
    }

    /// The vintage of what also depends on when it was asked for, to so many seconds.
    pub(crate) fn at(self, now: Timestamp, within: SignedDuration) -> Self {
        Self::of((self.0, now.as_second().div_euclid(within.as_secs().max(1))))
    }
}

/// Carried beside the answer to [`Tagging`].
impl IntoResponseParts for Vintage {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}

/// What is asked for, and which tags of it the client holds.
pub(crate) struct Tagging {
    asked: Uri,
    reads: bool,
    held: Option<HeaderValue>,
}

impl Tagging {
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            asked: request.uri().clone(),
            reads: matches!(*request.method(), Method::GET | Method::HEAD),
            held: request.headers().get(header::IF_NONE_MATCH).cloned(),
        }
    }

    /// Tags an answer that has a vintage, or makes it a 304 where the client holds that tag. Where an answer says nothing else,
    /// it is kept and asked about each time: counts may have changed a second ago.
    pub(crate) fn tagged(self, mut response: Response) -> Response {
        let vintage = response.extensions().get::<Vintage>().copied();
        let Some(vintage) = vintage.filter(|_| self.reads && response.status() == StatusCode::OK) else {
            return response;
        };
        let asked = self.asked.path_and_query().map(PathAndQuery::as_str);
        let tag = format!("W/\"{:016x}\"", Vintage::of((vintage.0, asked)).0);
        let cached = response.headers_mut().remove(header::CACHE_CONTROL);
        if self.held.as_ref().and_then(|held| held.to_str().ok()).is_some_and(|held| holds(held, &tag)) {
            let vary = response.headers_mut().remove(header::VARY);
            response = StatusCode::NOT_MODIFIED.into_response();
            response.headers_mut().extend(vary.map(|vary| (header::VARY, vary)));
        }
        let headers = response.headers_mut();
        headers.insert(header::ETAG, HeaderValue::from_str(&tag).expect("hexadecimal digits are a header"));
        headers.insert(header::CACHE_CONTROL, cached.unwrap_or(HeaderValue::from_static("no-cache")));
        response
    }
}

/// Whether an `if-none-match` names the tag.
fn holds(held: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    held.split(',').any(|one| one.trim() == "*" || opaque(one) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_others_weak_or_not() {
        let tag = "W/\"0123\"";
        for held in ["W/\"0123\"", "\"0123\"", "\"a\", W/\"0123\"", "*"] {
            assert!(holds(held, tag), "{held}");
        }
        for held in ["", "\"a\"", "0123", "W/\"012\""] {
            assert!(!holds(held, tag), "{held}");
        }
    }
}
