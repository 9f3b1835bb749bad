//! `gbfs.json`: which feeds a system has and where they are.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::{
    DocumentError,
    error::{json_of, text_of},
};

/// A system's feeds by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Discovery {
    /// Feed name (`station_status`) → address.
    pub feeds: BTreeMap<String, String>,
}

impl Discovery {
    /// The address of a feed, or an error that says which feeds there are.
    pub fn feed_url(&self, name: &str) -> Result<&str, DocumentError> {
        self.feeds.get(name).map(String::as_str).ok_or_else(|| {
            let listed: Vec<&str> = self.feeds.keys().map(String::as_str).collect();
            DocumentError::FeedNotListed { wanted: name.to_owned(), listed: listed.join(", ") }
        })
    }
}

/// Reads a discovery body: feeds directly under `data` (GBFS 3) or under one block a language (GBFS 1 and 2).
///
/// The feeds differ between languages only in their texts, so the alphabetically first language that lists a feed
/// wins.
pub fn parse_discovery(body: &[u8]) -> Result<Discovery, DocumentError> {
    let document = json_of(text_of(body)?)?;
    let data = BTreeMap::<String, Value>::deserialize(&document["data"]).unwrap_or_default();
    let by_language = data.values().map(|language| &language["feeds"]);
    let lists = data.get("feeds").into_iter().chain(by_language);

    let mut discovery = Discovery::default();
    for feed in lists.filter_map(Value::as_array).flatten() {
        if let (Some(name), Some(url)) = (feed["name"].as_str(), feed["url"].as_str()) {
            discovery.feeds.entry(name.to_owned()).or_insert_with(|| url.to_owned());
        }
    }
    if discovery.feeds.is_empty() {
        return Err(DocumentError::NoFeeds);
    }
    Ok(discovery)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expect: &[(&str, &str)]) {
        let discovery = parse_discovery(body.as_bytes()).unwrap();
        let feeds: Vec<_> = discovery.feeds.iter().map(|(name, url)| (name.as_str(), url.as_str())).collect();
        assert_eq!(feeds, expect);
    }

    #[test]
    fn feeds_stand_under_a_language_before_gbfs_3() {
        let body = r#"{"data":{"fr":{"feeds":[{"name":"station_status","url":"https://a/fr"}]},
                               "en":{"feeds":[{"name":"station_status","url":"https://a/en"}]}}}"#;
        check(body, &[("station_status", "https://a/en")]);
    }

    #[test]
    fn feeds_stand_under_data_since_gbfs_3() {
        check(
            r#"{"data":{"feeds":[{"name":"gbfs","url":"https://a"},{"name":7}]}}"#,
            &[("gbfs", "https://a")],
        );
    }

    #[test]
    fn a_document_without_feeds_is_refused() {
        for body in ["{}", "[]", "3", r#"{"data":{"stations":[]}}"#, r#"{"data":{"en":{"feeds":[]}}}"#] {
            assert_eq!(parse_discovery(body.as_bytes()), Err(DocumentError::NoFeeds), "{body}");
        }
    }

    #[test]
    fn a_feed_that_is_not_listed_is_named_with_those_that_are() {
        let discovery =
            parse_discovery(br#"{"data":{"feeds":[{"name":"gbfs","url":"https://a"}]}}"#).unwrap();
        assert_eq!(discovery.feed_url("gbfs"), Ok("https://a"));
        let error = discovery.feed_url("station_status").unwrap_err().to_string();
        assert!(error.contains("station_status") && error.contains("only gbfs"), "{error}");
    }
}
