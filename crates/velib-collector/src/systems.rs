//! A list of systems as text: in an environment variable, or in a file.
//!
//! Either a JSON object, `{"velib": "https://…/gbfs.json"}`, or one `id=url` a line; blank lines and lines that start with
//! `#` are passed over.

use std::{collections::BTreeMap, str::FromStr};

use velib_domain::SystemId;

use crate::FeedSource;

/// The systems that one program collects: at least one, ascending by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Systems(pub Vec<FeedSource>);

/// Text that is no list of systems.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}; write one id=url a line, or a JSON object {{\"id\": \"url\"}}", .problems.join("; "))]
pub struct InvalidSystems {
    /// Everything that is wrong.
    pub problems: Vec<String>,
}

impl FromStr for Systems {
    type Err = InvalidSystems;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (mut systems, mut problems) = (BTreeMap::new(), Vec::new());
        for pair in pairs(text).map_err(|problem| InvalidSystems { problems: vec![problem] })? {
            match pair.and_then(|(id, url)| source(&id, url)) {
                Ok(source) => {
                    if let Some(FeedSource { system, .. }) = systems.insert(source.system.clone(), source) {
                        problems.push(format!("the system {system} stands there twice"));
                    }
                }
                Err(problem) => problems.push(problem),
            }
        }
        if systems.is_empty() && problems.is_empty() {
            problems.push("there is no system".to_owned());
        }
        if problems.is_empty() {
            Ok(Self(systems.into_values().collect()))
        } else {
            Err(InvalidSystems { problems })
        }
    }
}

/// An id and an address, or what is wrong with a line.
type Pair = Result<(String, String), String>;

fn pairs(text: &str) -> Result<Vec<Pair>, String> {
    if text.trim_start().starts_with('{') {
        let read = serde_json::from_str::<BTreeMap<String, String>>(text);
        let read = read.map_err(|error| format!("the JSON object of systems cannot be read ({error})"))?;
        return Ok(read.into_iter().map(Ok).collect());
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pair = |line: &str| {
        let (id, url) = line.split_once('=').ok_or_else(|| format!("the line {line:?} has no ="))?;
        Ok((id.trim().to_owned(), url.trim().to_owned()))
    };
    Ok(lines.map(pair).collect())
}

fn source(id: &str, discovery_url: String) -> Result<FeedSource, String> {
    let system: SystemId = id.parse().map_err(|error| format!("{error}"))?;
    if discovery_url.starts_with("https://") || discovery_url.starts_with("http://") {
        return Ok(FeedSource { system, discovery_url });
    }
    Err(format!("{discovery_url:?}, the address of {system}, is no web address of a gbfs.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let told = match text.parse::<Systems>() {
            Ok(Systems(sources)) => {
                let told =
                    sources.iter().map(|source| format!("{} at {}", source.system, source.discovery_url));
                told.collect::<Vec<_>>().join(", ")
            }
            Err(error) => error.problems.join(", "),
        };
        assert_eq!(told, expect);
    }

    const TWO: &str = "oslo at https://o.example/gbfs.json, velib at https://v.example/gbfs.json";

    #[test]
    fn a_line_names_a_system() {
        check("# capitals\nvelib = https://v.example/gbfs.json\n\noslo=https://o.example/gbfs.json\n", TWO);
        check("a=https://a.example/gbfs.json?key=1", "a at https://a.example/gbfs.json?key=1");
    }

    #[test]
    fn a_json_object_names_systems() {
        check(r#"{"velib":"https://v.example/gbfs.json","oslo":"https://o.example/gbfs.json"}"#, TWO);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        check(
            "velib=gbfs.json\nVélib=https://v.example\nhttps://v.example",
            "\"gbfs.json\", the address of velib, is no web address of a gbfs.json, \
             system id \"Vélib\" is not a slug: use lower-case letters, digits, '-' and '_' only, \
             the line \"https://v.example\" has no =",
        );
        check("a=https://a.example\na=https://b.example", "the system a stands there twice");
        check(" \n# none\n", "there is no system");
        assert!("{".parse::<Systems>().unwrap_err().to_string().contains("JSON object"));
    }
}
