//! Asking for a document only if it changed: what a server says of a document's version, and what it answers.

use bytes::Bytes;
use reqwest::{
    RequestBuilder, Response,
    header::{ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED},
};

/// How a server named the version of a document. Kept as text and given back as it came; both `None` where the server
/// named none, and then it is asked for the document itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    pub last_modified: Option<String>,
}

/// What came of asking for a document that may be known already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The server still has the version that is known.
    NotModified,
    /// A document.
    Fetched {
        /// As served, after content-encoding is undone.
        body: Bytes,
        /// To ask with the next time.
        validators: Validators,
    },
}

impl Validators {
    pub(super) fn of(response: &Response) -> Self {
        let header = |name: HeaderName| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        Self { etag: header(ETAG), last_modified: header(LAST_MODIFIED) }
    }

    pub(super) fn are_known(&self) -> bool {
        *self != Self::default()
    }

    pub(super) fn put_on(&self, mut request: RequestBuilder) -> RequestBuilder {
        if let Some(etag) = &self.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(last_modified) = &self.last_modified {
            request = request.header(IF_MODIFIED_SINCE, last_modified);
        }
        request
    }
}
