//! Reads: whole objects, ranges, conditions, and an object's metadata alone.

use std::{ops::Range, time::SystemTime};

use aws_sdk_s3::primitives::{ByteStream, ByteStreamError, DateTime};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use object_store::{
    Extensions, GetOptions, GetRange, GetResult, GetResultPayload, ObjectMeta, Result, path::Path,
};

use super::{S3Store, attributes::read_attributes, error::Failed, innermost_reason};

/// Copies the read conditions of `object_store` onto a request; get and head have no common type in the SDK.
macro_rules! conditions {
    ($request:expr, $options:expr) => {
        $request
            .set_if_match($options.if_match.clone())
            .set_if_none_match($options.if_none_match.clone())
            .set_if_modified_since($options.if_modified_since.map(|at| DateTime::from(SystemTime::from(at))))
            .set_if_unmodified_since(
                $options.if_unmodified_since.map(|at| DateTime::from(SystemTime::from(at))),
            )
            .set_version_id($options.version.clone())
    };
}

impl S3Store {
    pub(super) async fn get_object(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let failed = self.failed("reading", location);
        let range = options.range.as_ref().map(|range| range_header(range, &failed)).transpose()?;
        let request = self.client.get_object().bucket(&self.bucket).key(location.as_ref());
        let request = conditions!(request, options).set_range(range);
        let mut answer = request.send().await.map_err(|cause| failed.clone().because(&cause))?;

        let length = size(answer.content_length, &failed)?;
        let (range, size) = match (&options.range, &answer.content_range) {
            (None, _) => (0..length, length),
            (Some(_), Some(header)) => content_range(header, &failed)?,
            (Some(_), None) => return Err(failed.generic("asked for a range, served the whole object")),
        };
        let meta = ObjectMeta {
            location: location.clone(),
            last_modified: instant(answer.last_modified, &failed)?.into(),
            size,
            e_tag: answer.e_tag.take(),
            version: answer.version_id.take(),
        };
        let attributes = read_attributes!(answer);
        let payload = GetResultPayload::Stream(body_stream(answer.body, failed));
        Ok(GetResult { payload, meta, range, attributes, extensions: Extensions::default() })
    }

    pub(super) async fn head_object(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let failed = self.failed("looking up", location);
        let request = self.client.head_object().bucket(&self.bucket).key(location.as_ref());
        let request = conditions!(request, options);
        let mut answer = request.send().await.map_err(|cause| failed.clone().because(&cause))?;

        let size = size(answer.content_length, &failed)?;
        let range = match &options.range {
            None => 0..size,
            Some(range) => range.as_range(size).map_err(|invalid| failed.generic(invalid.to_string()))?,
        };
        let meta = ObjectMeta {
            location: location.clone(),
            last_modified: instant(answer.last_modified, &failed)?.into(),
            size,
            e_tag: answer.e_tag.take(),
            version: answer.version_id.take(),
        };
        let attributes = read_attributes!(answer);
        let payload = GetResultPayload::Stream(stream::empty().boxed());
        Ok(GetResult { payload, meta, range, attributes, extensions: Extensions::default() })
    }
}

/// S3's time of last change; an answer without one is no S3 answer.
pub(super) fn instant(at: Option<DateTime>, failed: &Failed) -> Result<SystemTime> {
    let at = at.ok_or_else(|| failed.generic("the answer has no last-modified time"))?;
    SystemTime::try_from(at).map_err(|invalid| failed.generic(invalid.to_string()))
}

/// A size in bytes as S3 gives it, signed and optional.
pub(super) fn size(bytes: Option<i64>, failed: &Failed) -> Result<u64> {
    let bytes = bytes.and_then(|bytes| u64::try_from(bytes).ok());
    bytes.ok_or_else(|| failed.generic("the answer has no size"))
}

fn range_header(range: &GetRange, failed: &Failed) -> Result<String> {
    range.is_valid().map_err(|invalid| failed.generic(invalid.to_string()))?;
    Ok(range.to_string())
}

/// Reads `bytes 2-4/14`: which bytes were served, and the size of the whole object.
fn content_range(header: &str, failed: &Failed) -> Result<(Range<u64>, u64)> {
    parse_content_range(header)
        .ok_or_else(|| failed.generic(format!("the answer's content range {header:?} is not readable")))
}

fn parse_content_range(header: &str) -> Option<(Range<u64>, u64)> {
    let (served, size) = header.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = served.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    Some((first..last.checked_add(1)?, size.parse().ok()?))
}

fn body_stream(body: ByteStream, failed: Failed) -> BoxStream<'static, Result<Bytes>> {
    let chunks = stream::try_unfold(body, |mut body| async {
        let chunk = body.try_next().await?;
        Ok::<_, ByteStreamError>(chunk.map(|chunk| (chunk, body)))
    });
    chunks.map_err(move |cause| failed.generic(innermost_reason(&cause))).boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_range_names_the_bytes_served_and_the_whole() {
        assert_eq!(parse_content_range("bytes 2-4/14"), Some((2..5, 14)));
    }

    #[test]
    fn what_is_no_content_range_is_refused() {
        for header in ["", "bytes */14", "bytes 2-4", "bytes 2-4/*", "items 2-4/14"] {
            assert_eq!(parse_content_range(header), None, "{header}");
        }
    }
}
