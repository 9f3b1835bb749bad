//! `system_information`: who runs the system, what it is called, and where its clocks stand.

use serde_json::Value;

use crate::{
    DocumentError,
    error::{json_of, text_of},
};

/// What a system says of itself. Only the id is sure to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemInformation {
    /// The id its operator gave it; free text, and not the slug the lake uses.
    pub system_id: String,
    /// The name, in the first language that has one.
    pub name: Option<String>,
    /// Who runs it.
    pub operator: Option<String>,
    /// IANA name of its time zone, as written (`Europe/Paris`).
    pub timezone: Option<String>,
    /// Its languages as IETF tags: one before GBFS 3, any number since.
    pub languages: Vec<String>,
}

/// Reads a `system_information` body of any GBFS version or the Vélib' dialect.
pub fn parse_system_information(body: &[u8]) -> Result<SystemInformation, DocumentError> {
    let document = json_of(text_of(body)?)?;
    let data = &document["data"];
    let lacking = DocumentError::Lacks { wanted: "system_information", path: "data.system_id" };
    Ok(SystemInformation {
        system_id: said(&data["system_id"]).ok_or(lacking)?,
        name: translated(&data["name"]),
        operator: translated(&data["operator"]),
        timezone: said(&data["timezone"]),
        languages: languages(data),
    })
}

/// Text that says something.
fn said(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Plain text, or the first of a list of translations.
fn translated(value: &Value) -> Option<String> {
    let mut translations = value.as_array().into_iter().flatten();
    said(value).or_else(|| translations.find_map(|translation| said(&translation["text"])))
}

fn languages(data: &Value) -> Vec<String> {
    match data["languages"].as_array() {
        Some(listed) => listed.iter().filter_map(said).collect(),
        None => said(&data["language"]).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(data: &str, expect: &SystemInformation) {
        let body = format!(r#"{{"ttl":60,"data":{data}}}"#);
        assert_eq!(parse_system_information(body.as_bytes()).as_ref(), Ok(expect), "{data}");
    }

    #[test]
    fn velib_says_little_and_with_empty_text() {
        check(
            r#"{"system_id":"Paris","name":"Paris","url":"","operator":"","timezone":"Europe/Paris","language":"en"}"#,
            &SystemInformation {
                system_id: "Paris".into(),
                name: Some("Paris".into()),
                operator: None,
                timezone: Some("Europe/Paris".into()),
                languages: vec!["en".into()],
            },
        );
    }

    #[test]
    fn gbfs_3_translates_and_lists_languages() {
        check(
            r#"{"system_id":"s","name":[{"text":"Vélo","language":"fr"},{"text":"Bike","language":"en"}],
                "operator":[{"language":"fr"},{"text":"Ville","language":"en"}],"languages":["fr","en"]}"#,
            &SystemInformation {
                system_id: "s".into(),
                name: Some("Vélo".into()),
                operator: Some("Ville".into()),
                timezone: None,
                languages: vec!["fr".into(), "en".into()],
            },
        );
    }

    #[test]
    fn a_document_without_an_id_is_of_another_kind() {
        let error = parse_system_information(br#"{"data":{"system_id":" "}}"#).unwrap_err().to_string();
        assert!(error.contains("no data.system_id"), "{error}");
    }
}
