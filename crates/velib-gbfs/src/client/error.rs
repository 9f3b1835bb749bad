//! Why a document could not be fetched, with its address and what to do.

use std::error::Error;

use crate::DocumentError;

/// A fetch that gave no body.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The client could not be set up.
    #[error(
        "the https client cannot start ({reason}): check that the machine has root certificates installed"
    )]
    NoClient {
        /// What the TLS library said.
        reason: String,
    },
    /// Text that is no address.
    #[error("{url:?} is not a URL ({reason}): write it as https://host/path/gbfs.json")]
    BadUrl {
        /// The text given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Plain text over a network.
    #[error("{url} is not https: use the https address, plain http is for feeds on this machine only")]
    NotHttps {
        /// The address given.
        url: String,
    },
    /// No answer, on any try.
    #[error("cannot reach {url} ({reason}): check the address and the network, or try again later")]
    Unreachable {
        /// The address.
        url: String,
        /// What the last try met.
        reason: String,
    },
    /// A redirect that is not followed: in a loop, through too many stops, or out of https.
    #[error("{url} leads nowhere ({reason}): ask the system's operator for the feed's own address")]
    Redirected {
        /// The address asked for.
        url: String,
        /// Which redirect, and why it is not followed.
        reason: String,
    },
    /// An answer without a document.
    #[error("{url} answered with status {status}: {}", advice(*.status))]
    Status {
        /// The address.
        url: String,
        /// The HTTP status of the last try.
        status: u16,
    },
    /// A body beyond the cap.
    #[error("the body at {url} is larger than {cap_bytes} bytes: check the URL, or raise the client's cap")]
    TooLarge {
        /// The address.
        url: String,
        /// The cap, in bytes.
        cap_bytes: usize,
    },
    /// The time for all tries is over.
    #[error(
        "{url} gave no whole document within {seconds} s: try again later, or raise the client's total timeout"
    )]
    TimedOut {
        /// The address.
        url: String,
        /// The limit, in seconds.
        seconds: f64,
    },
    /// A body that is no discovery document.
    #[error("{url} is no discovery document: {source}")]
    NotDiscovery {
        /// The address.
        url: String,
        /// What it is instead.
        source: DocumentError,
    },
}

fn advice(status: u16) -> &'static str {
    match status {
        401 | 403 => "the server wants credentials, check that the feed is public",
        404 | 410 => "the feed is not there, look its address up in the system's gbfs.json",
        429 => "the server wants fewer requests, poll less often",
        500.. => "the server is in trouble, try again later",
        _ => "check the URL",
    }
}

/// An error and all that caused it, on one line, without the address that the caller adds.
pub(super) fn causes(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    if causes.is_empty() {
        causes.push(error.to_string());
    }
    causes.join(": ")
}
