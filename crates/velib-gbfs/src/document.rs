//! The envelope every station feed shares: a time, and a list of records under `data.stations`.
//!
//! Also taken: a file of station objects one a line without any envelope, which is how some collectors keep history.

use serde::{
    Deserialize,
    de::{IgnoredAny, MapAccess},
};

use crate::{
    DocumentError,
    object::{Fields, List, Object},
    scalar::Scalar,
};

/// A document's records, each an object with the fields `F` or something else.
pub(crate) struct Document<'a, F> {
    /// The feed's own time, in whatever form it has.
    pub(crate) updated: Scalar<'a>,
    /// The entries of `data.stations`.
    pub(crate) records: Vec<Object<F>>,
}

/// Reads a body's text as far as its records.
pub(crate) fn read_document<'a, F: Fields<'a>>(text: &'a str) -> Result<Document<'a, F>, DocumentError> {
    let not_json = |error: &serde_json::Error| DocumentError::from_json(text, error);
    let mut reader = serde_json::Deserializer::from_str(text);
    let envelope = Object::<Envelope<'a, F>>::deserialize(&mut reader).map_err(|e| not_json(&e))?.0;
    let envelope = envelope.unwrap_or_default();
    match envelope.stations {
        Some(records) => {
            reader.end().map_err(|e| not_json(&e))?;
            Ok(Document { updated: envelope.updated, records })
        }
        None if envelope.is_a_station => read_lines(text),
        None => Err(DocumentError::NoStations),
    }
}

/// Reads station objects that follow one another without an envelope.
fn read_lines<'a, F: Fields<'a>>(text: &'a str) -> Result<Document<'a, F>, DocumentError> {
    let objects = serde_json::Deserializer::from_str(text).into_iter();
    let records: Result<Vec<_>, _> = objects.collect();
    let records = records.map_err(|e| DocumentError::from_json(text, &e))?;
    Ok(Document { updated: Scalar::Absent, records })
}

struct Envelope<'a, F> {
    updated: Scalar<'a>,
    stations: Option<Vec<Object<F>>>,
    is_a_station: bool,
}

impl<F> Default for Envelope<'_, F> {
    fn default() -> Self {
        Self { updated: Scalar::Absent, stations: None, is_a_station: false }
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum EnvelopeKey {
    #[serde(alias = "lastUpdatedOther")]
    LastUpdated,
    Data,
    StationId,
    #[serde(other)]
    Other,
}

impl<'de, F: Fields<'de>> Fields<'de> for Envelope<'de, F> {
    type Key = EnvelopeKey;

    fn read<A: MapAccess<'de>>(&mut self, key: EnvelopeKey, value: &mut A) -> Result<(), A::Error> {
        match key {
            EnvelopeKey::LastUpdated => self.updated = value.next_value()?,
            EnvelopeKey::Data => {
                let data = value.next_value::<Object<Data<F>>>()?.0;
                self.stations = data.and_then(|data| data.stations);
            }
            EnvelopeKey::StationId => {
                self.is_a_station = true;
                value.next_value::<IgnoredAny>()?;
            }
            EnvelopeKey::Other => {
                value.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Data<F> {
    stations: Option<Vec<Object<F>>>,
}

impl<F> Default for Data<F> {
    fn default() -> Self {
        Self { stations: None }
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum DataKey {
    Stations,
    #[serde(other)]
    Other,
}

impl<'de, F: Fields<'de>> Fields<'de> for Data<F> {
    type Key = DataKey;

    fn read<A: MapAccess<'de>>(&mut self, key: DataKey, value: &mut A) -> Result<(), A::Error> {
        match key {
            DataKey::Stations => self.stations = value.next_value::<List<Object<F>>>()?.0,
            DataKey::Other => {
                value.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}
