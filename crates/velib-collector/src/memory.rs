//! What a process that stays up remembers of a system from one run to the next, so that it asks and reads less.
//!
//! The lake is the same without it: a process that has just started finds out the same from the feed and from bronze. A
//! document that the server says is unchanged (304) is the very body it served before.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use velib_domain::{StandingContent, Timestamp};
use velib_gbfs::{
    DocumentContent,
    client::{Answer, FeedClient, FetchError, Validators},
};
use velib_lake::{BronzeKey, Feed};

/// The memory of one system.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    /// By address.
    documents: HashMap<String, (Bytes, Validators)>,
    /// What the newest stored document of a feed says, and its key.
    newest: HashMap<Feed, (DocumentContent, BronzeKey)>,
    standing: Option<StandingContent>,
    longitude: Option<f64>,
}

/// A document, and how it came.
pub(crate) struct Fetched {
    pub(crate) body: Bytes,
    /// Whether the server said that it is the body it had served before.
    pub(crate) not_modified: bool,
    /// From the request to the last byte, tries and waits included.
    pub(crate) took: Duration,
}

impl Memory {
    /// Fetches a document; one whose version is known is sent only if it changed.
    pub(crate) async fn fetch(&self, client: &FeedClient, url: &str) -> Result<Fetched, FetchError> {
        let known = self.remembered().documents.get(url).cloned();
        let (known_body, validators) = known.unwrap_or_default();
        let begun = now();
        let answer = client.fetch_if_changed(url, &validators).await?;
        let took = now().duration_since(begun);
        Ok(match answer {
            Answer::NotModified => Fetched { body: known_body, not_modified: true, took },
            Answer::Fetched { body, validators } => {
                if validators != Validators::default() {
                    self.remembered().documents.insert(url.to_owned(), (body.clone(), validators));
                }
                Fetched { body, not_modified: false, took }
            }
        })
    }

    /// The key of the newest stored document, where it is known to say the same and not to be younger than a run.
    pub(crate) fn same_stored(
        &self,
        feed: Feed,
        content: DocumentContent,
        at: Timestamp,
    ) -> Option<BronzeKey> {
        let remembered = self.remembered();
        let (newest, key) = remembered.newest.get(&feed)?;
        (*newest == content && key.stored_at <= at).then(|| key.clone())
    }

    /// A document that says this is the newest one stored.
    pub(crate) fn stored(&self, feed: Feed, content: DocumentContent, key: BronzeKey) {
        self.remembered().newest.insert(feed, (content, key));
    }

    /// The status content that stood before a run, where the last run came before it.
    pub(crate) fn standing_before(&self, at: Timestamp) -> Option<StandingContent> {
        self.remembered().standing.filter(|standing| standing.stretch.until < at)
    }

    pub(crate) fn stands(&self, standing: StandingContent) {
        self.remembered().standing = Some(standing);
    }

    /// Where the system is, degrees east: as just said, else as last heard.
    pub(crate) fn longitude(&self, said: Option<f64>) -> Option<f64> {
        let mut remembered = self.remembered();
        remembered.longitude = said.or(remembered.longitude);
        remembered.longitude
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a fetch takes is known only where it is made")]
fn now() -> Instant {
    Instant::now()
}
