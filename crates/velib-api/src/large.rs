//! Large answers: a list that is encoded and compressed once for the data it tells of, behind a head that every answer
//! gets anew, because it tells how old they are.
//!
//! Gzip allows for that. A deflate stream may be put together from parts that know nothing of each other, and the
//! checksum of the whole follows from theirs; so the list is compressed once, and the few bytes before it are not at all.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use flate2::{Compression, Crc, write::DeflateEncoder};
use futures::stream;
use serde::Serialize;

use crate::vintage::Vintage;

/// No name, no time, made on no system that matters.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// What one stored block of a deflate stream can hold.
const MOST_STORED: usize = u16::MAX as usize;

/// The newest list of a kind, kept for as long as its data is the newest.
#[derive(Default)]
pub(crate) struct KeptList(Mutex<Option<(Vintage, Arc<EncodedList>)>>);

/// The end of an answer: its list, and the brace that closes it.
pub(crate) struct EncodedList {
    json: Bytes,
    /// The same, a deflate stream's end.
    deflated: Bytes,
    crc: Crc,
}

impl KeptList {
    /// The list of this vintage, encoded now if it is the first time.
    pub(crate) fn of<T: Serialize>(&self, vintage: Vintage, list: impl FnOnce() -> T) -> Arc<EncodedList> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, encoded)) = kept.as_ref().filter(|(known, _)| *known == vintage) {
            return Arc::clone(encoded);
        }
        let encoded = Arc::new(EncodedList::new(&list()));
        *kept = Some((vintage, Arc::clone(&encoded)));
        encoded
    }
}

impl EncodedList {
    /// `list` is an object: its fields follow those of the head.
    pub(crate) fn new(list: &impl Serialize) -> Self {
        let mut json = json_of(list);
        json[0] = b',';
        let mut crc = Crc::new();
        crc.update(&json);
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        let deflated = encoder.write_all(&json).and_then(|()| encoder.finish());
        Self { deflated: deflated.expect(IN_MEMORY).into(), json: json.into(), crc }
    }

    /// The whole answer: `head` is an object with at least one field.
    pub(crate) fn answer(
        &self,
        head: &impl Serialize,
        asked: &HeaderMap,
        media_type: &'static str,
    ) -> Response {
        let mut head = json_of(head);
        head.pop();
        let gzip = accepts_gzip(asked);
        let parts = if gzip { self.gzipped(&head) } else { vec![head.into(), self.json.clone()] };
        let length: usize = parts.iter().map(Bytes::len).sum();
        let chunks = stream::iter(parts.into_iter().map(Ok::<_, std::convert::Infallible>));
        let mut response = Response::new(Body::from_stream(chunks));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        if gzip {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        response
    }

    fn gzipped(&self, head: &[u8]) -> Vec<Bytes> {
        let mut front = GZIP_HEADER.to_vec();
        for part in head.chunks(MOST_STORED) {
            // A stored block that is not the last: its length, the same inverted, and the bytes as they are.
            let length = part.len() as u16;
            front.push(0);
            front.extend(length.to_le_bytes());
            front.extend((!length).to_le_bytes());
            front.extend(part);
        }
        let mut crc = Crc::new();
        crc.update(head);
        crc.combine(&self.crc);
        let trailer = [crc.sum().to_le_bytes(), crc.amount().to_le_bytes()].concat();
        vec![front.into(), self.deflated.clone(), trailer.into()]
    }
}

const IN_MEMORY: &str = "nothing fails that is written to memory";

fn json_of(object: &impl Serialize) -> Vec<u8> {
    let json = serde_json::to_vec(object).expect("answers are objects of text, numbers and lists");
    debug_assert!(json.starts_with(b"{\"") && json.ends_with(b"}"));
    json
}

/// Whether the client reads gzip. One that would rather have something else can read this too.
pub(crate) fn accepts_gzip(asked: &HeaderMap) -> bool {
    let accepted = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = accepted.flat_map(|list| list.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0));
        matches!(name.trim(), "gzip" | "*") && !refused
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn whole(list: &EncodedList, head: &Value) -> Value {
        let mut head = json_of(head);
        head.pop();
        let mut text = String::new();
        GzDecoder::new(&list.gzipped(&head).concat()[..]).read_to_string(&mut text).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    proptest! {
        #[test]
        fn what_was_compressed_apart_is_read_as_one(
            notice in "[a-z ]{1,40}", times in 0..4_000_usize, names in prop::collection::vec(".{0,40}", 0..300),
        ) {
            let (list, notice) = (EncodedList::new(&json!({ "names": names })), notice.repeat(times));
            let expect = json!({ "names": names, "notice": notice });
            prop_assert_eq!(whole(&list, &json!({ "notice": notice })), expect);
        }
    }

    #[test]
    fn gzip_is_sent_to_those_who_read_it() {
        let accepts = |value: &'static str| {
            accepts_gzip(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        assert!(accepts("gzip, deflate, br") && accepts("br;q=1.0, gzip;q=0.8") && accepts("*"));
        assert!(!accepts("br") && !accepts("gzip;q=0") && !accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn a_list_is_encoded_once_for_its_vintage() {
        let (kept, mut times) = (KeptList::default(), 0);
        for moment in [1, 1, 2, 2, 2] {
            kept.of(Vintage::of(moment), || {
                times += 1;
                json!({ "moment": moment })
            });
        }
        assert_eq!(times, 2);
    }
}
