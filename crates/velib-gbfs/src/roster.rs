//! The stations a feed has named before: each name is kept once, however many documents repeat it, and a station that
//! one document names twice is told.
//!
//! A feed lists its stations in the same order from document to document, so the next record is guessed to name the
//! station that followed the last time; a guess costs one comparison, and a wrong one a look into the index.

use std::collections::HashMap;

use velib_domain::{StationCode, StationId};

use crate::scalar::Scalar;

/// Names kept before all are forgotten, so that a feed that never repeats itself fills no memory.
const MOST_STATIONS: usize = 100_000;

/// Whom a record names.
pub(crate) enum Named {
    /// No station.
    Nobody,
    /// A station of which this is the document's first record.
    First(StationId),
    /// A station that an earlier record of the document named.
    Again(StationId),
}

/// The stations of a feed, in the order in which they were first named.
#[derive(Default)]
pub(crate) struct Roster {
    entries: Vec<Entry>,
    index: HashMap<StationId, usize>,
    /// Documents begun.
    document: u64,
    /// The entry of the last record.
    last: usize,
}

struct Entry {
    station_id: StationId,
    /// The id as a number, where the feed wrote it as one.
    number: Option<i64>,
    /// The code that the feed gave last.
    code: Option<StationCode>,
    /// The last document that named the station.
    document: u64,
}

impl Entry {
    fn is_named_by(&self, station_id: &Scalar) -> bool {
        match (station_id, self.number) {
            (Scalar::Whole(number), Some(known)) => *number == known,
            (Scalar::Text(text), None) => *text == self.station_id.as_str(),
            _ => false,
        }
    }
}

impl Roster {
    /// How many stations are known.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// A new document begins, in which no station has been named.
    pub(crate) fn begin_document(&mut self) {
        if self.entries.len() > MOST_STATIONS {
            *self = Self { document: self.document, ..Self::default() };
        }
        self.document += 1;
        self.last = self.entries.len().saturating_sub(1);
    }

    /// Takes the `station_id` of the document's next record.
    pub(crate) fn name(&mut self, station_id: &Scalar) -> Named {
        let guess = if self.last + 1 < self.entries.len() { self.last + 1 } else { 0 };
        let is_right = self.entries.get(guess).is_some_and(|entry| entry.is_named_by(station_id));
        let Some(found) = is_right.then_some(guess).or_else(|| self.find(station_id)) else {
            return Named::Nobody;
        };
        self.last = found;
        let entry = &mut self.entries[found];
        let was_named = std::mem::replace(&mut entry.document, self.document) == self.document;
        let station_id = entry.station_id.clone();
        if was_named { Named::Again(station_id) } else { Named::First(station_id) }
    }

    /// The printed code in the record whose station was named last.
    pub(crate) fn code(&mut self, code: &Scalar) -> Option<StationCode> {
        let text = code.text()?;
        let known = &mut self.entries.get_mut(self.last)?.code;
        if known.as_ref().is_none_or(|known| known.as_str() != text) {
            *known = Some(StationCode::new(text));
        }
        known.clone()
    }

    fn find(&mut self, station_id: &Scalar) -> Option<usize> {
        let number = if let Scalar::Whole(number) = station_id { Some(*number) } else { None };
        let station_id = station_id.id()?;
        let found = *self.index.entry(station_id.clone()).or_insert(self.entries.len());
        if found == self.entries.len() {
            self.entries.push(Entry { station_id, number, code: None, document: 0 });
        }
        self.entries[found].number = number;
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of the records of several documents, one letter a record.
    fn check(documents: &[&[&str]], expect: &str) {
        let mut roster = Roster::default();
        let mut told = String::new();
        for document in documents {
            roster.begin_document();
            for json in *document {
                let station_id: Scalar = serde_json::from_str(json).unwrap();
                let (letter, named) = match roster.name(&station_id) {
                    Named::Nobody => ('-', None),
                    Named::First(named) => ('1', Some(named)),
                    Named::Again(named) => ('2', Some(named)),
                };
                assert_eq!(named, station_id.id());
                told.push(letter);
            }
            told.push(' ');
        }
        assert_eq!(told.trim_end(), expect, "{documents:?}");
    }

    #[test]
    fn a_station_is_new_to_each_document_once() {
        check(&[&["1", "2", "3"], &["1", "2", "3"], &["1", "1", "2"]], "111 111 121");
    }

    #[test]
    fn the_order_of_stations_may_change() {
        check(&[&["1", "2", "3"], &["3", "1", "4", "2"], &["4", "4"]], "111 1111 12");
    }

    #[test]
    fn a_number_and_its_text_are_the_same_station() {
        check(&[&["7", "\"7\""], &["\"7\"", "7"], &["\" 7 \"", "7"]], "12 12 12");
    }

    #[test]
    fn a_record_without_an_id_names_nobody() {
        check(&[&["null", "1", "\"\"", "[]"], &["null", "1"]], "-1-- -1");
    }

    #[test]
    fn a_code_may_change_and_may_be_missing() {
        let mut roster = Roster::default();
        let text = |text: &'static str| Scalar::Text(text.into());
        for code in ["16107", "16107", "", "16107_relais", "16107"] {
            roster.begin_document();
            roster.name(&Scalar::Whole(1));
            assert_eq!(roster.code(&text(code)), text(code).text().map(StationCode::new));
        }
    }
}
