//! Uploads in parts, for objects too large to hold in memory at once; the object appears whole on completion.
//!
//! S3 wants every part but the last to have at least 5 MiB, which is the caller's affair. An upload that is neither
//! completed nor aborted keeps its parts until the bucket's lifecycle rule removes them.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use aws_sdk_s3::{
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use bytes::Bytes;
use object_store::{
    Extensions, MultipartUpload, PutMultipartOptions, PutPayload, PutResult, Result, UploadPart, path::Path,
};

use super::{S3Store, attributes::with_attributes};

/// An upload under way.
#[derive(Debug)]
pub(super) struct S3Upload {
    store: S3Store,
    location: Path,
    upload_id: String,
    /// Parts handed out so far; S3 counts them from 1.
    parts_begun: i32,
    parts_done: Arc<Mutex<Vec<CompletedPart>>>,
}

impl S3Store {
    pub(super) async fn begin_upload(&self, location: &Path, opts: PutMultipartOptions) -> Result<S3Upload> {
        let failed = self.failed("beginning the upload of", location);
        let mut request = self.client.create_multipart_upload().bucket(&self.bucket).key(location.as_ref());
        request = request.set_tagging((!opts.tags.is_empty()).then(|| opts.tags.encoded().to_owned()));
        request = with_attributes!(request, &opts.attributes, &failed);
        let begun = request.send().await.map_err(|cause| failed.clone().because(&cause))?;
        let upload_id = begun.upload_id.ok_or_else(|| failed.generic("the answer has no upload id"))?;
        Ok(S3Upload {
            store: self.clone(),
            location: location.clone(),
            upload_id,
            parts_begun: 0,
            parts_done: Arc::default(),
        })
    }
}

impl S3Upload {
    /// The parts that arrived, in order, once every part that was begun has.
    fn all_parts(&self) -> Result<Vec<CompletedPart>> {
        let mut parts = self.parts_done.lock().unwrap_or_else(PoisonError::into_inner).clone();
        parts.sort_by_key(CompletedPart::part_number);
        if parts.len() != self.parts_begun as usize {
            let (done, begun) = (parts.len(), self.parts_begun);
            let failed = self.store.failed("completing the upload of", &self.location);
            return Err(failed.generic(format!("only {done} of {begun} parts arrived")));
        }
        Ok(parts)
    }
}

#[async_trait]
impl MultipartUpload for S3Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.parts_begun += 1;
        let part_number = self.parts_begun;
        let failed = self.store.failed("uploading a part of", &self.location);
        let request = self.store.client.upload_part().bucket(&self.store.bucket).key(self.location.as_ref());
        let request = request.upload_id(&self.upload_id).part_number(part_number);
        let request = request.body(ByteStream::from(Bytes::from(data)));
        let parts_done = Arc::clone(&self.parts_done);
        Box::pin(async move {
            let stored = request.send().await.map_err(|cause| failed.because(&cause))?;
            let part = CompletedPart::builder()
                .part_number(part_number)
                .set_e_tag(stored.e_tag)
                .set_checksum_crc32(stored.checksum_crc32)
                .build();
            parts_done.lock().unwrap_or_else(PoisonError::into_inner).push(part);
            Ok(())
        })
    }

    async fn complete(&mut self) -> Result<PutResult> {
        if self.parts_begun == 0 {
            // S3 completes no upload without parts; an empty object is one empty part.
            self.put_part(PutPayload::default()).await?;
        }
        let failed = self.store.failed("completing the upload of", &self.location);
        let parts = CompletedMultipartUpload::builder().set_parts(Some(self.all_parts()?)).build();
        let request = self.store.client.complete_multipart_upload().bucket(&self.store.bucket);
        let request = request.key(self.location.as_ref()).upload_id(&self.upload_id).multipart_upload(parts);
        let stored = request.send().await.map_err(|cause| failed.because(&cause))?;
        Ok(PutResult { e_tag: stored.e_tag, version: stored.version_id, extensions: Extensions::default() })
    }

    async fn abort(&mut self) -> Result<()> {
        let failed = self.store.failed("aborting the upload of", &self.location);
        let request = self.store.client.abort_multipart_upload().bucket(&self.store.bucket);
        let request = request.key(self.location.as_ref()).upload_id(&self.upload_id);
        request.send().await.map_err(|cause| failed.because(&cause))?;
        Ok(())
    }
}
