//! Whole-object writes: overwrite, create-only, and update of a version that is known.

use aws_sdk_s3::{
    error::SdkError,
    operation::put_object::{PutObjectError, PutObjectOutput, builders::PutObjectFluentBuilder},
    primitives::ByteStream,
};
use bytes::Bytes;
use object_store::{Error, Extensions, PutMode, PutOptions, PutPayload, PutResult, Result, path::Path};

use super::{
    S3Store,
    attributes::with_attributes,
    error::{Failed, status},
};

/// S3 answers 409 when two conditional writes of one key meet, and asks for the request again: only the next answer
/// tells whether the object exists.
const ATTEMPTS_ON_CONFLICT: usize = 4;

impl S3Store {
    pub(super) async fn put_object(
        &self,
        location: &Path,
        payload: PutPayload,
        opts: PutOptions,
    ) -> Result<PutResult> {
        let failed = self.failed("writing", location);
        let body = Bytes::from(payload);
        let mut attempts_left = ATTEMPTS_ON_CONFLICT;
        loop {
            attempts_left -= 1;
            let request = self.put_request(location, body.clone(), &opts, &failed)?;
            match request.send().await {
                Ok(PutObjectOutput { e_tag, version_id: version, .. }) => {
                    return Ok(PutResult { e_tag, version, extensions: Extensions::default() });
                }
                Err(cause) if status(&cause) == Some(409) && attempts_left > 0 => {}
                Err(cause) => return Err(refused(&opts.mode, failed, &cause)),
            }
        }
    }

    fn put_request(
        &self,
        location: &Path,
        body: Bytes,
        opts: &PutOptions,
        failed: &Failed,
    ) -> Result<PutObjectFluentBuilder> {
        let request = self.client.put_object().bucket(&self.bucket).key(location.as_ref());
        let tags = (!opts.tags.is_empty()).then(|| opts.tags.encoded().to_owned());
        let request = request.set_tagging(tags).body(ByteStream::from(body));
        with_condition(with_attributes!(request, &opts.attributes, failed), &opts.mode, failed)
    }
}

fn with_condition(
    request: PutObjectFluentBuilder,
    mode: &PutMode,
    failed: &Failed,
) -> Result<PutObjectFluentBuilder> {
    match mode {
        PutMode::Overwrite => Ok(request),
        PutMode::Create => Ok(request.if_none_match("*")),
        PutMode::Update(version) => {
            let e_tag = version.e_tag.as_ref().ok_or_else(|| failed.generic("an update needs an e_tag"))?;
            Ok(request.if_match(e_tag))
        }
    }
}

/// The error of a refused write, by what the writer had asked for.
fn refused(mode: &PutMode, failed: Failed, cause: &SdkError<PutObjectError>) -> Error {
    let path = failed.key.clone();
    let status = status(cause);
    let error = failed.because(cause);
    match (mode, status, error) {
        (PutMode::Create, Some(412), error) => Error::AlreadyExists { path, source: error.into() },
        // A version that is gone was replaced by nothing: the caller's copy is stale all the same.
        (PutMode::Create | PutMode::Update(_), Some(409), error)
        | (PutMode::Update(_), _, error @ Error::NotFound { .. }) => {
            Error::Precondition { path, source: error.into() }
        }
        (_, _, error) => error,
    }
}
