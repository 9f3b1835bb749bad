//! What a document says, to be compared with what an earlier one said.
//!
//! Bytes are no measure of it: a server that writes the time of its answer, or the fields in another order, serves other
//! bytes and says nothing new. So a document's content is all of it, unknown fields included, but the envelope's times.

use std::hash::{DefaultHasher, Hasher};

use serde_json::Value;

use crate::{
    DocumentError,
    error::{json_of, text_of},
};

/// Members of the envelope that tell of the answer and not of the system; the last one is that of Vélib'.
const TIMES: [&str; 3] = ["last_updated", "ttl", "lastUpdatedOther"];

/// A document's content as a number: equal where two documents say the same, within one build of this program. Two
/// documents that differ meet once in 2⁶⁴ times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentContent(u64);

impl DocumentContent {
    /// The content of any GBFS document.
    pub fn of(body: &[u8]) -> Result<Self, DocumentError> {
        let mut document = json_of(text_of(body)?)?;
        if let Some(envelope) = document.as_object_mut() {
            envelope.retain(|name, _| !TIMES.contains(&name.as_str()));
        }
        let data = document.get_mut("data").and_then(Value::as_object_mut);
        let lists = data.into_iter().flat_map(|data| data.values_mut());
        lists.filter_map(Value::as_array_mut).for_each(|list| list.sort_by_cached_key(Value::to_string));
        let mut hasher = DefaultHasher::new();
        hasher.write(document.to_string().as_bytes());
        Ok(Self(hasher.finish()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(envelope: &str, stations: &str) -> String {
        format!(r#"{{{envelope},"data":{{"stations":[{stations}]}}}}"#)
    }

    #[track_caller]
    fn check(one: &str, other: &str, same: bool) {
        let [one, other] = [one, other].map(|body| DocumentContent::of(body.as_bytes()).unwrap());
        assert_eq!(one == other, same);
    }

    const A: &str = r#"{"station_id":1,"name":"A","capacity":35}"#;
    const B: &str = r#"{"station_id":2,"name":"B","capacity":20}"#;

    #[test]
    fn the_envelopes_times_say_nothing() {
        let velib = document(r#""lastUpdatedOther":1,"ttl":3600"#, A);
        check(&velib, &document(r#""lastUpdatedOther":2,"ttl":60"#, A), true);
        check(&velib, &document(r#""ttl":5,"last_updated":"2026-11-20T14:00:00Z""#, A), true);
    }

    #[test]
    fn the_order_of_stations_and_of_fields_says_nothing() {
        let reordered = r#"{"capacity":35,"station_id":1,"name":"A"}"#;
        let spaced = format!("\n {B} , {reordered}");
        check(&document(r#""ttl":1"#, &format!("{A},{B}")), &document(r#""ttl":1"#, &spaced), true);
    }

    #[test]
    fn any_other_field_says_something_even_one_that_nobody_reads() {
        let body = document(r#""ttl":1"#, A);
        check(&body, &document(r#""ttl":1"#, &A.replace("35", "36")), false);
        check(&body, &document(r#""ttl":1"#, &A.replace("35", r#"35,"rental_methods":["KEY"]"#)), false);
        check(&body, &document(r#""ttl":1"#, &format!("{A},{B}")), false);
        check(&body, &document(r#""ttl":1,"version":"2.3""#, A), false);
        check(&body, &document(r#""ttl":1"#, &A.replace("35", r#"35,"last_updated":7"#)), false);
    }

    #[test]
    fn what_is_no_json_has_no_content() {
        assert_eq!(DocumentContent::of(b"<html>"), Err(DocumentError::Html));
        assert!(DocumentContent::of(b"[1]").is_ok());
    }
}
