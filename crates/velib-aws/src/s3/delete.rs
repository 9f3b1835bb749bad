//! Deleting an object only while it is the version that was read.

use async_trait::async_trait;
use object_store::{Error, Result, path::Path};
use velib_lake::LakeStore;

use super::{S3Store, error::status};

#[async_trait]
impl LakeStore for S3Store {
    async fn delete_if_match(&self, location: &Path, e_tag: &str) -> Result<()> {
        let request = self.client.delete_object().bucket(&self.bucket).key(location.as_ref());
        let Err(cause) = request.if_match(e_tag).send().await else { return Ok(()) };
        let is_contended = status(&cause) == Some(409);
        let error = self.failed("deleting", location).because(&cause);
        if is_contended {
            // Somebody else wrote or deleted it at this moment: the version that was read may be gone.
            return Err(Error::Precondition { path: location.to_string(), source: error.into() });
        }
        Err(error)
    }
}
