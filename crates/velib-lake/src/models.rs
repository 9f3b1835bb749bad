//! Trained models: one archive a version, written once. What is inside is the trainer's and the server's affair.

use bytes::Bytes;

use crate::{Lake, LakeError, ModelKey, PutOutcome};

impl Lake {
    /// Keeps a model archive, unless this version was stored before: a version never changes its content.
    pub async fn store_model(
        &self,
        key: &ModelKey,
        archive: impl Into<Bytes>,
    ) -> Result<PutOutcome, LakeError> {
        self.create(key, archive.into()).await
    }

    /// A model archive.
    pub async fn read_model(&self, key: &ModelKey) -> Result<Bytes, LakeError> {
        self.get(key).await?.ok_or_else(|| LakeError::Missing { key: key.to_string() })
    }
}
