//! `object_store`'s attributes as S3 headers, in both directions.
//!
//! Macros, because the SDK gives every operation its own request and answer type with the same fields and no common
//! trait.

use std::collections::HashMap;

use object_store::{Attribute, Attributes};

/// Sets each attribute's header on a request; an attribute that S3 does not keep is an error, not a loss.
macro_rules! with_attributes {
    ($request:expr, $attributes:expr, $failed:expr) => {{
        use object_store::Attribute;

        let mut request = $request;
        for (attribute, value) in $attributes {
            let value = value.as_ref();
            request = match attribute {
                Attribute::CacheControl => request.cache_control(value),
                Attribute::ContentDisposition => request.content_disposition(value),
                Attribute::ContentEncoding => request.content_encoding(value),
                Attribute::ContentLanguage => request.content_language(value),
                Attribute::ContentType => request.content_type(value),
                Attribute::StorageClass => request.storage_class(value.into()),
                Attribute::Metadata(name) => request.metadata(name.as_ref(), value),
                other => return Err($failed.generic(format!("S3 keeps no attribute {other:?}"))),
            };
        }
        request
    }};
}

/// Takes the attributes out of an answer.
macro_rules! read_attributes {
    ($answer:expr) => {{
        use object_store::Attribute;

        let named = [
            (Attribute::CacheControl, $answer.cache_control.take()),
            (Attribute::ContentDisposition, $answer.content_disposition.take()),
            (Attribute::ContentEncoding, $answer.content_encoding.take()),
            (Attribute::ContentLanguage, $answer.content_language.take()),
            (Attribute::ContentType, $answer.content_type.take()),
            (Attribute::StorageClass, $answer.storage_class.take().map(|class| class.as_str().to_owned())),
        ];
        crate::s3::attributes::collect(named, $answer.metadata.take().unwrap_or_default())
    }};
}

pub(super) use {read_attributes, with_attributes};

/// The attributes that were there, with the object's own metadata.
pub(super) fn collect(
    named: [(Attribute, Option<String>); 6],
    metadata: HashMap<String, String>,
) -> Attributes {
    let named = named.into_iter().filter_map(|(attribute, value)| Some((attribute, value?)));
    let metadata = metadata.into_iter().map(|(name, value)| (Attribute::Metadata(name.into()), value));
    named.chain(metadata).collect()
}
