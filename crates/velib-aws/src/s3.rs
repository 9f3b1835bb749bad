//! S3 behind `object_store`'s trait, so that the lake does not know where its objects lie.
//!
//! The official SDK carries the requests (credentials, signatures, retries) instead of the S3 client that ships with
//! `object_store`: one SDK then serves both S3 and the model endpoint. Nothing here knows the lake's keys, and nothing
//! is cached. A request that fails on the way is retried by the SDK; a body that breaks off midway is an error.

mod attributes;
mod delete;
mod error;
mod get;
mod list;
mod multipart;
mod put;

use std::fmt;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use futures::{StreamExt, stream::BoxStream};
use object_store::{
    CopyMode, CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, path::Path,
};

use error::Failed;
pub(crate) use error::{innermost_reason, reason, status};

/// How many deletions are on their way at once.
const DELETIONS_IN_FLIGHT: usize = 10;

/// One S3 bucket as an object store.
#[derive(Clone)]
pub struct S3Store {
    client: Client,
    bucket: String,
}

impl S3Store {
    pub(crate) fn new(client: Client, bucket: impl Into<String>) -> Self {
        Self { client, bucket: bucket.into() }
    }

    /// The bucket's name.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    fn failed(&self, doing: &'static str, location: &Path) -> Failed {
        Failed { doing, bucket: self.bucket.clone(), key: location.to_string() }
    }

    async fn delete_one(&self, location: Path) -> Result<Path> {
        let request = self.client.delete_object().bucket(&self.bucket).key(location.as_ref());
        request.send().await.map_err(|cause| self.failed("deleting", &location).because(&cause))?;
        Ok(location)
    }

    async fn overwrite_with_copy(&self, from: &Path, to: &Path) -> Result<()> {
        let source = format!("{}/{}", self.bucket, percent_encoded(from.as_ref()));
        let request = self.client.copy_object().bucket(&self.bucket).key(to.as_ref()).copy_source(source);
        request.send().await.map_err(|cause| self.failed("copying", from).because(&cause))?;
        Ok(())
    }

    /// Reads and writes back instead of asking S3 for a conditional copy, which not every S3 server honours.
    async fn create_copy(&self, from: &Path, to: &Path) -> Result<()> {
        let body = self.get(from).await?.bytes().await?;
        self.put_opts(to, body.into(), PutMode::Create.into()).await?;
        Ok(())
    }
}

#[async_trait]
impl ObjectStore for S3Store {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        self.put_object(location, payload, opts).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let upload = self.begin_upload(location, opts).await?;
        Ok(Box::new(upload))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if options.head {
            self.head_object(location, options).await
        } else {
            self.get_object(location, options).await
        }
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let store = self.clone();
        locations
            .map(move |location| {
                let store = store.clone();
                async move { store.delete_one(location?).await }
            })
            .buffered(DELETIONS_IN_FLIGHT)
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.list_objects(prefix, None)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.list_objects(prefix, Some(offset))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.list_folder(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        match options.mode {
            CopyMode::Overwrite => self.overwrite_with_copy(from, to).await,
            CopyMode::Create => self.create_copy(from, to).await,
        }
    }
}

impl fmt::Display for S3Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}", self.bucket)
    }
}

impl fmt::Debug for S3Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S3Store({self})")
    }
}

/// A key as the copy header wants it: everything but unreserved characters and `/` as `%XX`.
fn percent_encoded(key: &str) -> String {
    use fmt::Write as _;

    let mut encoded = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_key_is_encoded_once_and_keeps_its_slashes() {
        assert_eq!(percent_encoded("date=2026-11-20/é %2F"), "date%3D2026-11-20/%C3%A9%20%252F");
    }
}
