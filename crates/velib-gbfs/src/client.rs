//! Fetches feed documents: one long-lived client with time limits, retries, a body cap and no plain-text traffic.
//!
//! It hands bytes on as they were served and judges none of them: an HTML page with status 200 is a body here, and no
//! document to the parser. It keeps no document (who asks whether one changed brings its validators) and reads no
//! clock.

mod address;
mod conditional;
mod config;
mod error;
mod retry;

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use tokio::time::{Instant, sleep, timeout_at};

pub use conditional::{Answer, Validators};
pub use config::ClientConfig;
pub use error::FetchError;
use retry::TryError;

use crate::{Discovery, parse_discovery};

/// Redirects followed before giving up.
const MAX_REDIRECTS: usize = 5;

/// A client for feeds. Make one for the whole process: it keeps connections open.
#[derive(Debug, Clone)]
pub struct FeedClient {
    http: Client,
    config: ClientConfig,
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
    /// Connection failures, bodies that break off and answers 429 and 5xx are tried again, not before the server's
    /// `Retry-After`; all tries together end at the total timeout.
    pub async fn fetch(&self, url: &str) -> Result<Bytes, FetchError> {
        match self.fetch_if_changed(url, &Validators::default()).await? {
            Answer::Fetched { body, .. } => Ok(body),
            Answer::NotModified => {
                let status = StatusCode::NOT_MODIFIED.as_u16();
                Err(FetchError::Status { url: url.to_owned(), status })
            }
        }
    }

    /// As [`FeedClient::fetch`], unless the server still has the version of which the validators tell.
    pub async fn fetch_if_changed(&self, url: &str, known: &Validators) -> Result<Answer, FetchError> {
        let address = address::checked(url)?;
        let total = self.config.total_timeout;
        let end = sleep(total).deadline();
        let timed_out = || FetchError::TimedOut { url: url.to_owned(), seconds: total.as_secs_f64() };
        timeout_at(end, self.try_until(end, &address, known)).await.map_err(|_| timed_out())?
    }

    /// The feeds of the system whose discovery document stands at an address.
    pub async fn discover(&self, discovery_url: &str) -> Result<Discovery, FetchError> {
        let body = self.fetch(discovery_url).await?;
        parse_discovery(&body)
            .map_err(|source| FetchError::NotDiscovery { url: discovery_url.to_owned(), source })
    }

    /// Tries until an answer comes, the tries are used up, or the next one would lie beyond the end.
    async fn try_until(&self, end: Instant, url: &Url, known: &Validators) -> Result<Answer, FetchError> {
        let mut tries_left = self.config.tries;
        let mut backoff = self.config.first_backoff;
        loop {
            let (error, asked) = match self.try_once(url, known).await {
                Ok(answer) => return Ok(answer),
                Err(TryError::Lasting(error)) => return Err(error),
                Err(TryError::Passing(error, asked)) => (error, asked.unwrap_or_default()),
            };
            let wait = sleep(retry::jittered(backoff).max(asked));
            tries_left = tries_left.saturating_sub(1);
            if tries_left == 0 || wait.deadline() >= end {
                return Err(error);
            }
            wait.await;
            backoff = backoff.saturating_mul(2);
        }
    }

    async fn try_once(&self, url: &Url, known: &Validators) -> Result<Answer, TryError> {
        let request = known.put_on(self.http.get(url.clone()));
        let response = request.send().await.map_err(|error| transport(url, &error))?;
        if response.status().is_success() {
            let validators = Validators::of(&response);
            let body = self.read_body(url, response).await?;
            return Ok(Answer::Fetched { body, validators });
        }
        if response.status() == StatusCode::NOT_MODIFIED && known.are_known() {
            return Ok(Answer::NotModified);
        }
        Err(TryError::of_status(url.to_string(), &response))
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
    if hop.previous().contains(hop.url()) {
        let looping = format!("a redirect loop comes back to {}", hop.url());
        return hop.error(looping);
    }
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
    let (url, reason) = (url.to_string(), error::causes(error));
    if error.is_redirect() {
        return TryError::Lasting(FetchError::Redirected { url, reason });
    }
    let unreachable = FetchError::Unreachable { url, reason };
    if error.is_builder() {
        return TryError::Lasting(unreachable);
    }
    TryError::Passing(unreachable, None)
}
