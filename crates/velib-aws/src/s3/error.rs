//! From an SDK error to `object_store`'s: which object, doing what, and what S3 said, in one line.
//!
//! The SDK's own `Display` says only "service error"; the code and the message that S3 sent lie deeper.

use std::error::Error as StdError;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use object_store::Error;

/// What was being done when a request failed; consumed by making the error.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    pub(crate) doing: &'static str,
    pub(crate) bucket: String,
    pub(crate) key: String,
}

impl Failed {
    /// The error for a request that S3 refused or that never arrived.
    pub(crate) fn because<E>(self, cause: &SdkError<E>) -> Error
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        if cause.code() == Some("NoSuchBucket") {
            let bucket = &self.bucket;
            return self
                .generic(format!("there is no bucket {bucket}: create it, or correct the lake's URL"));
        }
        let source = self.message(&reason(cause)).into();
        let path = self.key;
        match status(cause) {
            Some(304) => Error::NotModified { path, source },
            Some(401) => Error::Unauthenticated { path, source },
            Some(403) => Error::PermissionDenied { path, source },
            Some(404) => Error::NotFound { path, source },
            Some(412) => Error::Precondition { path, source },
            _ => Error::Generic { store: "S3", source },
        }
    }

    /// The error for anything else: the reason in words.
    pub(crate) fn generic(&self, reason: impl AsRef<str>) -> Error {
        Error::Generic { store: "S3", source: self.message(reason.as_ref()).into() }
    }

    fn message(&self, reason: &str) -> String {
        let Self { doing, bucket, key } = self;
        format!("{doing} {key:?} in bucket {bucket}: {reason}")
    }
}

/// The HTTP status of the answer, where there was one.
pub(crate) fn status<E>(cause: &SdkError<E>) -> Option<u16> {
    cause.raw_response().map(|answer| answer.status().as_u16())
}

/// What S3 said, else the innermost cause: `connection refused`, not `dispatch failure`.
pub(crate) fn reason<E>(cause: &SdkError<E>) -> String
where
    E: ProvideErrorMetadata + StdError + 'static,
{
    let what = match (cause.code(), cause.message()) {
        (Some(code), Some(message)) => return format!("{code}: {message}"),
        (Some(code), None) => return code.to_owned(),
        _ => innermost_reason(cause),
    };
    status(cause).map_or_else(|| what.clone(), |status| format!("HTTP {status}"))
}

/// The last error of a chain, which names the thing that went wrong.
pub(crate) fn innermost_reason(error: &dyn StdError) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
