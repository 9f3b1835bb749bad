//! A station's name: plain text before GBFS 3, a list of `{text, language}` since.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::{
    object::{Fields, Object, scalar_but_text_is},
    scalar::Scalar,
};

/// The name in the first language that has one; `None` where there is none.
#[derive(Debug, Default)]
pub(crate) struct Name<'a>(Option<Cow<'a, str>>);

impl Name<'_> {
    /// The name, if it says something.
    pub(crate) fn text(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }
}

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Name(Some(Cow::Borrowed(name))))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Name(Some(Cow::Owned(name.to_owned()))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut name = Name::default();
        while let Some(Object(translation)) = seq.next_element::<Object<Translation>>()? {
            if let (None, Some(Translation { text: Scalar::Text(text) })) = (&name.0, translation) {
                name.0 = Some(text);
            }
        }
        Ok(name)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        IgnoredAny.visit_map(map)?;
        Ok(Name(None))
    }

    scalar_but_text_is!(Name(None));
}

#[derive(Default)]
struct Translation<'a> {
    text: Scalar<'a>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum TranslationKey {
    Text,
    #[serde(other)]
    Other,
}

impl<'de> Fields<'de> for Translation<'de> {
    type Key = TranslationKey;

    fn read<A: MapAccess<'de>>(&mut self, key: TranslationKey, value: &mut A) -> Result<(), A::Error> {
        match key {
            TranslationKey::Text => self.text = value.next_value()?,
            TranslationKey::Other => {
                value.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expect: Option<&str>) {
        let name: Name = serde_json::from_str(json).unwrap();
        assert_eq!(name.text(), expect, "{json}");
    }

    #[test]
    fn a_name_is_text() {
        check(r#""Jourdan - Stade Charl\u00e9ty""#, Some("Jourdan - Stade Charléty"));
        check(r#"" Cassini ""#, Some("Cassini"));
    }

    #[test]
    fn a_translated_name_is_its_first_translation() {
        let translated = r#"[{"language":"fr","text":"Gare"},{"language":"en","text":"Station"}]"#;
        check(translated, Some("Gare"));
    }

    #[test]
    fn what_is_no_name_is_none() {
        for json in ["null", "\"\"", "12", "-1", "1.5", "true", "{}", "[]", "[7]", r#"[{"language":"fr"}]"#] {
            check(json, None);
        }
    }
}
