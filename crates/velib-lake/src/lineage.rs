//! Which bronze an hour of silver was made from, so that an hour of which nothing changed need not be made again.
//!
//! The digest stands in two places: in the silver object itself, which makes it one with the rows, and in the quality
//! report, which is written last. Only where both agree with the bronze of today is the hour finished. A report alone
//! would not do: of two refiners at once, one could write its older rows under the report of the other.

use std::fmt::{Display, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use velib_domain::Timestamp;

use crate::{BronzeKey, Lake, LakeError, table};

/// The name under which the digest stands in the metadata of a silver object.
pub(crate) const DIGEST_NAME: &str = "velib.made_from";
/// More than the metadata of most objects takes, whatever their size.
pub(crate) const TAIL_BYTES: u64 = 64 * 1024;
/// Bytes of SHA-256 that are kept: enough that two sets of documents never meet by chance.
const DIGEST_BYTES: usize = 16;

/// The documents behind an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lineage {
    /// When each status document was stored: with system and hour, its key.
    pub status_documents: Vec<Timestamp>,
    /// Information documents that the hour may have looked at.
    pub information_documents: u64,
    /// When the vehicle types that held at the hour were stored; `None` where the system publishes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vehicle_types: Option<Timestamp>,
    /// Digest of all these keys and of the method by which rows are made from them, in hexadecimal.
    pub digest: String,
}

impl Lineage {
    /// The lineage of an hour; `method` changes whenever the same documents would make other rows.
    pub fn new(
        method: &str,
        status: &[BronzeKey],
        information: &[BronzeKey],
        vehicle_types: Option<&BronzeKey>,
    ) -> Self {
        Self {
            status_documents: status.iter().map(|key| key.stored_at).collect(),
            information_documents: information.len() as u64,
            vehicle_types: vehicle_types.map(|key| key.stored_at),
            digest: digest_of(method, status.iter().chain(information).chain(vehicle_types)),
        }
    }
}

/// The digest of some documents and of the method by which rows are made from them, in hexadecimal.
pub fn digest_of<'a>(method: &str, documents: impl IntoIterator<Item = &'a BronzeKey>) -> String {
    let mut digest = Sha256::new();
    digest.update(method);
    for key in documents {
        // No key holds a line break, so two lists never read the same.
        digest.update(format!("\n{key}"));
    }
    hexadecimal(&digest.finalize()[..DIGEST_BYTES])
}

/// The digest of some bytes.
pub(crate) fn digest_of_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes)[..DIGEST_BYTES])
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes every write");
        text
    })
}

impl Lake {
    /// The digest at the end of an object.
    pub(crate) async fn digest_in(&self, key: &impl Display) -> Result<Option<String>, LakeError> {
        let tail = self.get_tail(key, TAIL_BYTES).await?;
        Ok(tail.and_then(|(tail, size)| table::mark(&tail, size, DIGEST_NAME)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use velib_domain::Hour;

    use crate::{Feed, keys::SilverKey};

    fn key(feed: Feed, time: &str) -> BronzeKey {
        BronzeKey::new("velib".parse().unwrap(), feed, time.parse().unwrap())
    }

    #[test]
    fn any_document_more_and_any_other_method_is_another_lineage() {
        let status = [
            key(Feed::StationStatus, "2026-11-20T14:05:00Z"),
            key(Feed::StationStatus, "2026-11-20T14:06:00Z"),
        ];
        let information = [key(Feed::StationInformation, "2026-11-20T14:00:00Z")];
        let types = key(Feed::VehicleTypes, "2026-11-20T14:00:00Z");
        let lineages = [
            Lineage::new("1", &status, &information, None),
            Lineage::new("1", &status[..1], &information, None),
            Lineage::new("1", &status, &[], None),
            Lineage::new("1", &status, &information, Some(&types)),
            Lineage::new("2", &status, &information, None),
        ];
        let digests: std::collections::BTreeSet<_> = lineages.iter().map(|lineage| &lineage.digest).collect();
        assert_eq!(digests.len(), lineages.len());
        assert_eq!(lineages[0], Lineage::new("1", &status, &information, None));
        assert_eq!(lineages[0].status_documents, status.map(|key| key.stored_at));
    }

    #[tokio::test]
    async fn the_digest_comes_back_from_the_rows_and_an_imported_hour_has_none() {
        let (lake, system) = (Lake::in_memory(), "velib".parse().unwrap());
        let hour: Hour = "2026-11-20T14".parse().unwrap();
        assert_eq!(lake.silver_digest(&system, hour).await.unwrap(), None, "no object");
        lake.write_silver_hour(&system, hour, &[]).await.unwrap();
        assert_eq!(lake.silver_digest(&system, hour).await.unwrap(), None, "not made from bronze");
        let lineage = Lineage::new("1", &[key(Feed::StationStatus, "2026-11-20T14:05:00Z")], &[], None);
        lake.write_refined_hour(&system, hour, &[], &lineage).await.unwrap();
        assert_eq!(lake.silver_digest(&system, hour).await.unwrap(), Some(lineage.digest));
        let key = SilverKey { system: system.clone(), hour };
        lake.put(&key, b"PAR1 no more".as_slice().into()).await.unwrap();
        assert_eq!(lake.silver_digest(&system, hour).await.unwrap(), None, "damaged");
    }
}
