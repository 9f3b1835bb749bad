//! Why a whole body is no GBFS document, in words that say what to do about it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::RejectReason;

/// A body of which nothing can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Nothing, or only white space.
    #[error("the body is empty: fetch the document again")]
    Empty,
    /// A web page where JSON was expected: a login, a maintenance notice, a proxy's error.
    #[error(
        "the body is an HTML page, not JSON: check the URL, or wait until the server serves its feed again"
    )]
    Html,
    /// Bytes that are no text.
    #[error(
        "the body is not UTF-8 at byte {byte}: check that it was decompressed and that the URL serves JSON"
    )]
    NotUtf8 {
        /// Offset of the first byte that is no UTF-8.
        byte: usize,
    },
    /// The text stops before the document does.
    #[error("the JSON is cut off after byte {bytes}: fetch the document again")]
    Truncated {
        /// How many bytes there are.
        bytes: usize,
    },
    /// Text that is no JSON.
    #[error("the body is not JSON at byte {byte} ({reason}): check that the URL serves a GBFS document")]
    NotJson {
        /// Offset at which reading stopped.
        byte: usize,
        /// What the JSON reader expected there.
        reason: String,
    },
    /// JSON of some other kind.
    #[error(
        "the JSON has no data.stations list: check that the URL is a station_status or station_information feed"
    )]
    NoStations,
    /// Records, and every one of them refused: most likely another feed than the one expected.
    #[error("{}", nothing_usable(.rejected))]
    NothingUsable {
        /// How many records were refused, by reason.
        rejected: BTreeMap<RejectReason, usize>,
    },
    /// JSON without what makes a document of its kind.
    #[error("the JSON has no {path}: check that the URL is a {wanted} feed")]
    Lacks {
        /// The kind of document expected.
        wanted: &'static str,
        /// What is not there.
        path: &'static str,
    },
    /// JSON of a kind that nothing here reads.
    #[error(
        "the JSON holds {holds}, which is no document that is read: give a gbfs.json, station_information, \
         station_status, system_information or vehicle_types"
    )]
    NotRead {
        /// Its first fields.
        holds: String,
    },
    /// JSON that lists no feeds.
    #[error("the JSON has no list of feeds: check that the URL is a GBFS discovery document (gbfs.json)")]
    NoFeeds,
    /// A discovery document without the feed that is wanted.
    #[error(
        "the discovery document lists no {wanted} feed, only {listed}: check that the system has stations"
    )]
    FeedNotListed {
        /// The feed looked for.
        wanted: String,
        /// The feeds there are, comma-separated.
        listed: String,
    },
}

fn nothing_usable(rejected: &BTreeMap<RejectReason, usize>) -> String {
    let records: usize = rejected.values().sum();
    let commonest = rejected.iter().max_by_key(|(reason, count)| (**count, std::cmp::Reverse(**reason)));
    let because = commonest.map(|(reason, count)| format!(" (in {count}, {reason})")).unwrap_or_default();
    format!(
        "none of the {records} records can be used{because}: check that the URL is the feed that was asked for"
    )
}

/// Text as one JSON value, where a document is too small or too rare to be read in place.
pub(crate) fn json_of(text: &str) -> Result<Value, DocumentError> {
    serde_json::from_str(text).map_err(|e| DocumentError::from_json(text, &e))
}

/// The first JSON value of a text, whatever follows it.
pub(crate) fn first_json_of(text: &str) -> Result<Value, DocumentError> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    let first = values.next().unwrap_or(Ok(Value::Null));
    first.map_err(|e| DocumentError::from_json(text, &e))
}

/// The body as text, without a byte-order mark.
pub(crate) fn text_of(body: &[u8]) -> Result<&str, DocumentError> {
    let text = std::str::from_utf8(body).map_err(|error| match error.error_len() {
        Some(_) => DocumentError::NotUtf8 { byte: error.valid_up_to() },
        None => DocumentError::Truncated { bytes: body.len() },
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.trim_start().as_bytes().first() {
        None => Err(DocumentError::Empty),
        Some(b'<') => Err(DocumentError::Html),
        Some(_) => Ok(text),
    }
}

impl DocumentError {
    /// Turns the JSON reader's line and column into a byte offset, and tells a cut document from a wrong one.
    pub(crate) fn from_json(text: &str, error: &serde_json::Error) -> Self {
        if error.is_eof() {
            return Self::Truncated { bytes: text.len() };
        }
        let lines_before = error.line().saturating_sub(1);
        let line_start: usize = text.split_inclusive('\n').take(lines_before).map(str::len).sum();
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
        Self::NotJson { byte: line_start + error.column().saturating_sub(1), reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &[u8], expect: &DocumentError) {
        assert_eq!(crate::parse_station_information(body).as_ref(), Err(expect));
    }

    #[test]
    fn nothing_is_an_empty_body() {
        check(b"", &DocumentError::Empty);
        check(b" \r\n", &DocumentError::Empty);
    }

    #[test]
    fn a_web_page_is_named_as_one() {
        check(b"\n<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", &DocumentError::Html);
    }

    #[test]
    fn a_zip_archive_is_not_text() {
        check(b"PK\x03\x04\xff\xfe", &DocumentError::NotUtf8 { byte: 4 });
    }

    #[test]
    fn a_cut_document_says_after_how_many_bytes() {
        check(br#"{"data":{"stations":[{"station_id":1,"na"#, &DocumentError::Truncated { bytes: 40 });
        check("{\"name\":\"é".as_bytes().split_last().unwrap().1, &DocumentError::Truncated { bytes: 10 });
    }

    #[test]
    fn broken_json_says_at_which_byte() {
        let broken = DocumentError::NotJson { byte: 14, reason: "expected value".to_owned() };
        check(b"{\n\"data\":\n    what}", &broken);
    }

    #[test]
    fn anything_after_the_document_is_refused() {
        let error = crate::parse_station_information(br#"{"data":{"stations":[]}} {}"#).unwrap_err();
        assert!(matches!(error, DocumentError::NotJson { byte: 25, .. }), "{error:?}");
    }

    #[test]
    fn json_of_another_kind_has_no_stations() {
        for body in ["{}", "[1,2]", "3", "null", r#"{"data":[]}"#, r#"{"data":{"stations":null}}"#] {
            check(body.as_bytes(), &DocumentError::NoStations);
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_error() {
        let parsed =
            crate::parse_station_information("\u{feff}{\"data\":{\"stations\":[]}}".as_bytes()).unwrap();
        assert!(parsed.value.is_empty());
    }
}
