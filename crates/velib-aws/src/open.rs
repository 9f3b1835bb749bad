//! Opens the lake that a URL names: a bucket here, anything else as the lake itself knows how.
//!
//! Opening a bucket asks it one cheap question, so that a wrong name, missing keys or a wrong region fail at the start
//! of a program, with the fix in the message, and not halfway through its work.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_s3::{
    Client,
    config::{Builder, ProvideCredentials},
    error::{ProvideErrorMetadata, SdkError},
    operation::list_objects_v2::ListObjectsV2Error,
};
use object_store::path::Path;
use velib_lake::{Lake, LakeError};

use crate::{
    AwsAccess, S3Store,
    s3::{innermost_reason, reason, status},
};

/// Why a lake could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL names no bucket.
    #[error("{url:?} is no lake: {reason}; write it as s3://bucket/prefix")]
    BadUrl {
        /// The URL given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nobody said who is asking.
    #[error(
        "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, \
         or run under a role ({reason})"
    )]
    NoCredentials {
        /// What the credential chain answered.
        reason: String,
    },
    /// The bucket is not there.
    #[error("there is no bucket {bucket}: create it, or correct the lake's URL")]
    NoSuchBucket {
        /// The bucket named in the URL.
        bucket: String,
    },
    /// The bucket stands in another region than the one that was asked.
    #[error("bucket {bucket} is not in region {region}: set AWS_REGION to the bucket's own ({reason})")]
    OtherRegion {
        /// The bucket named in the URL.
        bucket: String,
        /// The region that was asked.
        region: String,
        /// What S3 answered.
        reason: String,
    },
    /// S3 answered with something else than the bucket's content.
    #[error("bucket {bucket} does not open: {reason}")]
    Refused {
        /// The bucket named in the URL.
        bucket: String,
        /// What S3 answered.
        reason: String,
    },
    /// No answer came.
    #[error(
        "S3 at {endpoint} does not answer for bucket {bucket}: check the address and the network ({reason})"
    )]
    Unreachable {
        /// The bucket named in the URL.
        bucket: String,
        /// The address that was tried.
        endpoint: String,
        /// The innermost cause.
        reason: String,
    },
    /// The URL is no bucket's, and the lake could not open it either.
    #[error(transparent)]
    Lake(#[from] LakeError),
}

/// Opens the lake at a URL: `s3://bucket/prefix` through the AWS SDK (at `s3_endpoint` where one is given), any other
/// by [`Lake::open`].
pub async fn open_lake(url: &str, s3_endpoint: Option<&str>) -> Result<Lake, OpenError> {
    open_lake_with(url, &AwsAccess::at(s3_endpoint)).await
}

/// As [`open_lake`], with endpoint and keys named outright.
pub async fn open_lake_with(url: &str, access: &AwsAccess) -> Result<Lake, OpenError> {
    let Some(location) = url.strip_prefix("s3://") else {
        return Ok(Lake::open(url)?);
    };
    let (bucket, prefix) =
        bucket_and_prefix(location).map_err(|reason| OpenError::BadUrl { url: url.to_owned(), reason })?;
    let store = open_bucket(bucket, &prefix, &access.sdk_config().await).await?;
    Ok(Lake::new(Arc::new(store), prefix))
}

impl S3Store {
    /// Opens one bucket, or says what keeps it closed.
    pub async fn open(bucket: &str, access: &AwsAccess) -> Result<Self, OpenError> {
        open_bucket(bucket, &Path::ROOT, &access.sdk_config().await).await
    }
}

async fn open_bucket(bucket: &str, prefix: &Path, config: &SdkConfig) -> Result<S3Store, OpenError> {
    require_credentials(config).await?;
    // A server elsewhere is reached by address alone: no DNS name carries the bucket.
    let path_style = config.endpoint_url().is_some();
    let client = Client::from_conf(Builder::from(config).force_path_style(path_style).build());
    let question = client.list_objects_v2().bucket(bucket).prefix(prefix.as_ref()).max_keys(1);
    match question.send().await {
        Err(cause) if blocks_opening(&cause) => Err(why_closed(bucket, config, &cause)),
        _ => Ok(S3Store::new(client, bucket)),
    }
}

async fn require_credentials(config: &SdkConfig) -> Result<(), OpenError> {
    let no_credentials = |reason| OpenError::NoCredentials { reason };
    let chain = config.credentials_provider();
    let chain = chain.ok_or_else(|| no_credentials("no provider is set up".to_owned()))?;
    chain.provide_credentials().await.map(drop).map_err(|cause| no_credentials(innermost_reason(&cause)))
}

/// A role may be allowed to write and not to list: only the requests that follow can tell whether that is enough.
fn blocks_opening(cause: &SdkError<ListObjectsV2Error>) -> bool {
    cause.code() != Some("AccessDenied")
}

fn why_closed(bucket: &str, config: &SdkConfig, cause: &SdkError<ListObjectsV2Error>) -> OpenError {
    let (bucket, reason) = (bucket.to_owned(), reason(cause));
    match (cause.code(), status(cause)) {
        (Some("NoSuchBucket"), _) => OpenError::NoSuchBucket { bucket },
        (Some("AuthorizationHeaderMalformed"), _) | (_, Some(301 | 307)) => {
            let region = config.region().map_or("unknown", |region| region.as_ref()).to_owned();
            OpenError::OtherRegion { bucket, region, reason }
        }
        (_, Some(_)) => OpenError::Refused { bucket, reason },
        (_, None) => {
            let endpoint = config.endpoint_url().unwrap_or("its public address").to_owned();
            OpenError::Unreachable { bucket, endpoint, reason }
        }
    }
}

/// Splits `bucket/prefix`; both are checked here because S3's own answers to a bad name do not say which part is bad.
fn bucket_and_prefix(location: &str) -> Result<(&str, Path), String> {
    let (bucket, prefix) = location.split_once('/').unwrap_or((location, ""));
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(allowed) {
        return Err(format!(
            "{bucket:?} is no bucket name (3 to 63 lower-case letters, digits, hyphens and dots)"
        ));
    }
    let prefix = Path::parse(prefix).map_err(|invalid| format!("its prefix is no path: {invalid}"))?;
    Ok((bucket, prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(location: &str, bucket: &str, prefix: &str) {
        assert_eq!(bucket_and_prefix(location), Ok((bucket, Path::from(prefix))));
    }

    #[track_caller]
    fn check_refused(location: &str, names: &str) {
        let reason = bucket_and_prefix(location).unwrap_err();
        assert!(reason.contains(names), "{reason}");
    }

    #[test]
    fn a_bucket_alone_is_a_lake_at_its_root() {
        check("paris-pulse", "paris-pulse", "");
        check("paris-pulse/", "paris-pulse", "");
    }

    #[test]
    fn what_follows_the_bucket_is_the_prefix() {
        check("paris-pulse/lakes/main/", "paris-pulse", "lakes/main");
    }

    #[test]
    fn a_name_that_no_bucket_can_have_is_refused_by_name() {
        check_refused("", "\"\"");
        check_refused("Paris_Pulse/lake", "Paris_Pulse");
        check_refused("/lake", "\"\"");
    }

    #[test]
    fn a_prefix_with_an_empty_segment_is_refused() {
        check_refused("paris-pulse/lakes//main", "prefix");
    }

    #[tokio::test]
    async fn without_credentials_the_error_says_how_to_give_some() {
        let nobody = SdkConfig::builder().build();
        let error = open_bucket("paris-pulse", &Path::ROOT, &nobody).await.unwrap_err();
        assert!(matches!(error, OpenError::NoCredentials { .. }));
        assert!(error.to_string().contains("AWS_ACCESS_KEY_ID"), "{error}");
    }
}
