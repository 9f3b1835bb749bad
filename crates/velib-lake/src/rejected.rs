//! Bodies that were no GBFS documents: kept beside bronze with the reason, because an outage is data too.

use serde::Serialize;
use velib_domain::{SystemId, Timestamp};

use crate::{BronzeKey, Feed, Lake, LakeError, PutOutcome, gzip::gzip, keys::RejectedKey};

/// What stands in the `.reason.json` beside a rejected body.
#[derive(Serialize)]
struct Rejection<'a> {
    fetched_at: Timestamp,
    feed: &'a str,
    reason: &'a str,
    bytes: usize,
}

impl Lake {
    /// Keeps a body that could not be taken for a document, and why.
    ///
    /// The reason is written even where the body is there already, so that a run cut short between the two heals.
    pub async fn store_rejected(
        &self,
        system: &SystemId,
        feed: Feed,
        at: Timestamp,
        body: &[u8],
        reason: &str,
    ) -> Result<PutOutcome, LakeError> {
        let stored_at = BronzeKey::new(system.clone(), feed, at).stored_at;
        let key = RejectedKey { system: system.clone(), feed, stored_at };
        let outcome = self.create(&key, gzip(body).into()).await?;
        let rejection = Rejection { fetched_at: stored_at, feed: feed.as_str(), reason, bytes: body.len() };
        let text = serde_json::to_vec_pretty(&rejection).map_err(|error| LakeError::encode(&key, &error))?;
        self.create(&key.reason(), text.into()).await?;
        Ok(outcome)
    }
}
