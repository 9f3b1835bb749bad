//! Bodies packed with gzip, in both directions: a city's counts shrink to a fifth.
//!
//! A packed request is told by its first bytes as well as by its header, because SageMaker hands on no
//! `Content-Encoding`, and no JSON begins like that. Unpacked, a body may be as large as one that was sent plain: a few
//! bytes must not unfold into gigabytes.

use std::io::{Read, Write};

use axum::{
    body::Bytes,
    http::{
        HeaderMap,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING},
    },
};
use flate2::{Compression, bufread::MultiGzDecoder, write::GzEncoder};

use crate::{MOST_BYTES, refusal::Refusal};

/// How every packed body begins.
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Answers smaller than this are not worth it, in bytes.
const WORTH_PACKING: usize = 1_400;

/// The body as it was before the caller packed it.
pub(crate) fn unpacked(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Refusal> {
    let encoding = headers.get(CONTENT_ENCODING).map_or(&b"identity"[..], |value| value.as_bytes());
    let is_named = encoding.eq_ignore_ascii_case(b"gzip");
    if !is_named && !encoding.eq_ignore_ascii_case(b"identity") {
        return Err(Refusal::OtherEncoding(String::from_utf8_lossy(encoding).into_owned()));
    }
    if !is_named && !body.starts_with(&MAGIC) {
        return Ok(body);
    }
    let mut plain = Vec::new();
    let read = MultiGzDecoder::new(&body[..]).take(MOST_BYTES as u64 + 1).read_to_end(&mut plain);
    read.map_err(|error| Refusal::Unreadable(format!("it is no gzip ({error})")))?;
    if plain.len() > MOST_BYTES { Err(Refusal::TooLarge) } else { Ok(plain.into()) }
}

/// The answer packed, where its caller takes that and it is worth it.
pub(crate) fn packed(headers: &HeaderMap, answer: &[u8]) -> Option<Vec<u8>> {
    if answer.len() < WORTH_PACKING || !accepts_gzip(headers) {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(answer.len() / 4), Compression::fast());
    encoder.write_all(answer).and_then(|()| encoder.finish()).ok()
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|offers| offers.split(',')).any(|offer| {
        let (coding, weight) = offer.split_once(';').unwrap_or((offer, ""));
        let is_refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
        coding.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept_encoding: &str, expect: bool) {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, accept_encoding.parse().unwrap())]);
        assert_eq!(accepts_gzip(&headers), expect, "{accept_encoding}");
    }

    #[test]
    fn gzip_is_taken_where_it_is_offered() {
        check("gzip", true);
        check("br;q=1.0, GZip;q=0.5, *;q=0.1", true);
        check("deflate,gzip", true);
    }

    #[test]
    fn gzip_is_not_taken_where_it_is_not_offered() {
        check("", false);
        check("identity", false);
        check("gzip;q=0, deflate", false);
        check("gzip; q=0.000", false);
    }
}
