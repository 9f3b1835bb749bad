//! Fetches feed documents: one long-lived client with time limits, retries, a body cap and no plain-text traffic.
//!
//! It hands bytes on as they were served and judges none of them: an HTML page with status 200 is a body here, and no
//! document to the parser. It caches nothing and reads no clock.

mod address;
mod config;
mod error;

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Response, Url, redirect};

pub use config::ClientConfig;
pub use error::FetchError;

use crate::{Discovery, parse_discovery};

/// Redirects followed before giving up.
const MAX_REDIRECTS: usize = 5;

/// A client for feeds. Make one for the whole process: it keeps connections open.
#[derive(Debug, Clone)]
pub struct FeedClient {
    http: Client,
    config: ClientConfig,
}

/// What went wrong with one try, and whether another may go better.
enum TryError {
    /// The server or the way to it may recover.
    Passing(FetchError),
    /// Asking again gives the same answer.
    Lasting(FetchError),
}

impl FeedClient {
    /// Sets the client up; fails only where TLS cannot be.
    pub fn new(config: ClientConfig) -> Result<Self, FetchError> {
        let http = Client::builder()
            .user_agent(config.user_agent.clone())
            .connect_timeout(config.connect_timeout)
            .redirect(redirect::Policy::custom(follow_safely))
            .build()
            .map_err(|error| FetchError::NoClient { reason: error::causes(&error) })?;
        Ok(Self { http, config })
    }

    /// The body at an address, as served, after content-encoding is undone.
    ///
    /// Connection failures, resets and 5xx answers are tried again; all tries together end at the total timeout.
    pub async fn fetch(&self, url: &str) -> Result<Bytes, FetchError> {
        let address = address::checked(url)?;
        let total = self.config.total_timeout;
        let timed_out = || FetchError::TimedOut { url: url.to_owned(), seconds: total.as_secs_f64() };
        tokio::time::timeout(total, self.fetch_with_retries(&address)).await.map_err(|_| timed_out())?
    }

    /// The feeds of the system whose discovery document stands at an address.
    pub async fn discover(&self, discovery_url: &str) -> Result<Discovery, FetchError> {
        let body = self.fetch(discovery_url).await?;
        parse_discovery(&body)
            .map_err(|source| FetchError::NotDiscovery { url: discovery_url.to_owned(), source })
    }

    async fn fetch_with_retries(&self, url: &Url) -> Result<Bytes, FetchError> {
        let mut wait = self.config.first_backoff;
        for _ in 1..self.config.tries {
            match self.try_once(url).await {
                Ok(body) => return Ok(body),
                Err(TryError::Lasting(error)) => return Err(error),
                Err(TryError::Passing(_)) => tokio::time::sleep(wait).await,
            }
            wait *= 2;
        }
        self.try_once(url).await.map_err(|error| match error {
            TryError::Passing(error) | TryError::Lasting(error) => error,
        })
    }

    async fn try_once(&self, url: &Url) -> Result<Bytes, TryError> {
        let response = self.http.get(url.clone()).send().await.map_err(|error| transport(url, &error))?;
        let status = response.status();
        if status.is_success() {
            return self.read_body(url, response).await;
        }
        let error = FetchError::Status { url: url.to_string(), status: status.as_u16() };
        Err(if status.is_server_error() { TryError::Passing(error) } else { TryError::Lasting(error) })
    }

    /// Reads the body piece by piece, so that an endless one costs no more memory than the cap.
    async fn read_body(&self, url: &Url, mut response: Response) -> Result<Bytes, TryError> {
        let cap = self.config.max_body_bytes;
        let mut body = BytesMut::new();
        while let Some(piece) = response.chunk().await.map_err(|error| transport(url, &error))? {
            if body.len() + piece.len() > cap {
                return Err(TryError::Lasting(FetchError::TooLarge { url: url.to_string(), cap_bytes: cap }));
            }
            body.extend_from_slice(&piece);
        }
        Ok(body.freeze())
    }
}

fn follow_safely(hop: redirect::Attempt<'_>) -> redirect::Action {
    if hop.previous().len() > MAX_REDIRECTS {
        return hop.error(format!("more than {MAX_REDIRECTS} redirects"));
    }
    let safe = hop.previous().last().is_some_and(|from| address::may_lead_to(from, hop.url()));
    if safe {
        return hop.follow();
    }
    let refused = format!("the redirect to {} leaves https", hop.url());
    hop.error(refused)
}

fn transport(url: &Url, error: &reqwest::Error) -> TryError {
    let reason = error::causes(error);
    let fetch_error = FetchError::Unreachable { url: url.to_string(), reason };
    if error.is_redirect() || error.is_builder() {
        return TryError::Lasting(fetch_error);
    }
    TryError::Passing(fetch_error)
}
