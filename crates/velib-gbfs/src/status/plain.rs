//! A status document in its plain shape, read by comparing instead of understanding.
//!
//! A feed is written by one program, so between the values of its records stand the same bytes again and again. They
//! are learned from one record; in the next ones each piece costs one comparison, and only values are looked at. What
//! is learned are flat records of numbers, flags and texts, with the bikes by kind of Vélib'. Whatever else a document
//! holds (escapes, fractions, vehicles by type) makes it not plain, which says nothing about it: it is then read by the
//! reader that takes every JSON.

use std::borrow::Cow;

use super::StatusFields;
use crate::scalar::Scalar;

/// Shapes of records remembered; a feed has one or two.
const MOST_LAYOUTS: usize = 8;

/// The shapes of a feed's records.
#[derive(Default)]
pub(super) struct Layouts {
    known: Vec<Layout>,
    /// The one that fitted last.
    last: usize,
}

/// One shape of a record.
struct Layout {
    slots: Vec<Slot>,
    /// What follows the last value, the closing brace included.
    end: Vec<u8>,
}

/// A value of a record.
struct Slot {
    /// What stands before it, back to the value before or the opening brace.
    before: Vec<u8>,
    place: Place,
}

/// The field that a value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    StationId,
    StationCode,
    Bikes,
    Mechanical,
    Ebikes,
    Docks,
    LastReported,
    IsInstalled,
    IsRenting,
    IsReturning,
    Ignored,
}

/// What the name of a record's field announces.
enum Announced {
    Scalar(Place),
    BikeKinds,
    /// Lists that are not plain.
    Other,
}

impl Layouts {
    /// Hands on every record, and returns the feed's own time; `None` where the document is not plain, whatever was
    /// handed on before that was found out.
    pub(super) fn read<'a>(
        &mut self,
        text: &'a str,
        mut take: impl FnMut(&StatusFields<'a>),
    ) -> Option<Scalar<'a>> {
        let mut cursor = Cursor { text, at: 0 };
        let mut updated = Scalar::Absent;
        let mut had_data = false;
        cursor.token(b'{')?;
        loop {
            match cursor.name()? {
                "last_updated" | "lastUpdatedOther" => updated = cursor.scalar()?,
                "data" if !had_data => {
                    self.data(&mut cursor, &mut take)?;
                    had_data = true;
                }
                "data" | "station_id" => return None,
                _ => _ = cursor.scalar()?,
            }
            if !cursor.another(b'}')? {
                break;
            }
        }
        cursor.blank();
        (had_data && cursor.at == text.len()).then_some(updated)
    }

    fn data<'a>(&mut self, cursor: &mut Cursor<'a>, take: &mut impl FnMut(&StatusFields<'a>)) -> Option<()> {
        let mut had_stations = false;
        cursor.token(b'{')?;
        loop {
            match cursor.name()? {
                "stations" if !had_stations => {
                    self.stations(cursor, take)?;
                    had_stations = true;
                }
                "stations" => return None,
                _ => _ = cursor.scalar()?,
            }
            if !cursor.another(b'}')? {
                return had_stations.then_some(());
            }
        }
    }

    fn stations<'a>(
        &mut self,
        cursor: &mut Cursor<'a>,
        take: &mut impl FnMut(&StatusFields<'a>),
    ) -> Option<()> {
        cursor.token(b'[')?;
        loop {
            cursor.blank();
            take(&self.record(cursor)?);
            if !cursor.another(b']')? {
                return Some(());
            }
        }
    }

    /// A record in one of the known shapes, or in one that is learned from it.
    fn record<'a>(&mut self, cursor: &mut Cursor<'a>) -> Option<StatusFields<'a>> {
        if let Some(fields) = self.known.get(self.last).and_then(|layout| layout.read(cursor)) {
            return Some(fields);
        }
        for (place, layout) in self.known.iter().enumerate() {
            if let Some(fields) = layout.read(cursor) {
                self.last = place;
                return Some(fields);
            }
        }
        if self.known.len() == MOST_LAYOUTS {
            self.known.clear();
            return None;
        }
        let layout = Layout::of(&mut cursor.clone())?;
        let fields = layout.read(cursor);
        self.last = self.known.len();
        self.known.push(layout);
        fields
    }
}

impl Layout {
    /// Reads a record; where it has another shape, the cursor stays.
    fn read<'a>(&self, cursor: &mut Cursor<'a>) -> Option<StatusFields<'a>> {
        let mut ahead = cursor.clone();
        let mut fields = StatusFields::default();
        for slot in &self.slots {
            ahead.exactly(&slot.before)?;
            let value = ahead.scalar()?;
            slot.place.put(value, &mut fields);
        }
        ahead.exactly(&self.end)?;
        *cursor = ahead;
        Some(fields)
    }

    /// The shape of the record at the cursor, which is left behind it.
    fn of(cursor: &mut Cursor) -> Option<Self> {
        let mut learner = Learner { layout: Self { slots: Vec::new(), end: Vec::new() }, since: cursor.at };
        let mut had_kinds = false;
        cursor.token(b'{')?;
        loop {
            match Announced::by(cursor.name()?) {
                Announced::Scalar(place) if learner.is_new(place) => learner.slot(cursor, place)?,
                Announced::BikeKinds if !had_kinds => {
                    learner.bike_kinds(cursor)?;
                    had_kinds = true;
                }
                _ => return None,
            }
            if !cursor.another(b'}')? {
                break;
            }
        }
        Some(learner.finish(cursor))
    }
}

/// A layout while it is learned.
struct Learner {
    layout: Layout,
    /// Where the last value ended.
    since: usize,
}

impl Learner {
    /// Of a field that is written twice the last one counts, unless it is missing: too subtle to be plain.
    fn is_new(&self, place: Place) -> bool {
        place == Place::Ignored || self.layout.slots.iter().all(|slot| slot.place != place)
    }

    fn slot(&mut self, cursor: &mut Cursor, place: Place) -> Option<()> {
        let before = cursor.text.as_bytes()[self.since..cursor.at].to_vec();
        cursor.scalar()?;
        self.since = cursor.at;
        self.layout.slots.push(Slot { before, place });
        Some(())
    }

    /// `[{"mechanical": 2}, {"ebike": 0}]`.
    fn bike_kinds(&mut self, cursor: &mut Cursor) -> Option<()> {
        cursor.token(b'[')?;
        loop {
            cursor.token(b'{')?;
            loop {
                let place = match cursor.name()? {
                    "mechanical" => Place::Mechanical,
                    "ebike" => Place::Ebikes,
                    _ => Place::Ignored,
                };
                if !self.is_new(place) {
                    return None;
                }
                self.slot(cursor, place)?;
                if !cursor.another(b'}')? {
                    break;
                }
            }
            if !cursor.another(b']')? {
                return Some(());
            }
        }
    }

    fn finish(mut self, cursor: &Cursor) -> Layout {
        self.layout.end = cursor.text.as_bytes()[self.since..cursor.at].to_vec();
        self.layout
    }
}

impl Announced {
    fn by(name: &str) -> Self {
        Self::Scalar(match name {
            "station_id" => Place::StationId,
            "stationCode" => Place::StationCode,
            "num_bikes_available" | "num_vehicles_available" => Place::Bikes,
            "num_docks_available" => Place::Docks,
            "last_reported" => Place::LastReported,
            "is_installed" => Place::IsInstalled,
            "is_renting" => Place::IsRenting,
            "is_returning" => Place::IsReturning,
            "num_bikes_available_types" => return Self::BikeKinds,
            "vehicle_types_available" | "vehicle_docks_available" => return Self::Other,
            _ => Place::Ignored,
        })
    }
}

impl Place {
    fn put<'a>(self, value: Scalar<'a>, fields: &mut StatusFields<'a>) {
        match self {
            Self::StationId => fields.station_id = value,
            Self::StationCode => fields.station_code = value,
            Self::Bikes => fields.bikes = value,
            Self::Mechanical => fields.kinds.mechanical = value,
            Self::Ebikes => fields.kinds.ebikes = value,
            Self::Docks => fields.docks = value,
            Self::LastReported => fields.last_reported = value,
            Self::IsInstalled => fields.is_installed = value,
            Self::IsRenting => fields.is_renting = value,
            Self::IsReturning => fields.is_returning = value,
            Self::Ignored => {}
        }
    }
}

/// A place in a text. Every method that returns `None` has met something that is not plain.
#[derive(Clone)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn blank(&mut self) {
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        self.at += self.rest().iter().take_while(is_blank).count();
    }

    fn exactly(&mut self, piece: &[u8]) -> Option<()> {
        self.rest().starts_with(piece).then(|| self.at += piece.len())
    }

    /// One structural byte, after any blanks.
    fn token(&mut self, byte: u8) -> Option<()> {
        self.blank();
        self.exactly(&[byte])
    }

    /// After an entry: whether another one follows, or the closing byte.
    fn another(&mut self, close: u8) -> Option<bool> {
        self.blank();
        let follows = match *self.rest().first()? {
            b',' => true,
            byte if byte == close => false,
            _ => return None,
        };
        self.at += 1;
        Some(follows)
    }

    /// The name of a field, and all that stands between it and the field's value.
    fn name(&mut self) -> Option<&'a str> {
        self.token(b'"')?;
        let name = self.text_to_quote()?;
        self.token(b':')?;
        self.blank();
        Some(name)
    }

    /// A text without escapes, the opening quote having been read.
    fn text_to_quote(&mut self) -> Option<&'a str> {
        let from = self.at;
        let length = self.rest().iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
        self.at += length;
        self.exactly(b"\"")?;
        self.text.get(from..from + length)
    }

    /// A number of at most 18 digits without sign or fraction, a text without escapes, a flag or null.
    fn scalar(&mut self) -> Option<Scalar<'a>> {
        match self.rest().first()? {
            b'0'..=b'9' => self.whole().map(Scalar::Whole),
            b'"' => {
                self.at += 1;
                self.text_to_quote().map(|text| Scalar::Text(Cow::Borrowed(text)))
            }
            b'n' => self.exactly(b"null").map(|()| Scalar::Absent),
            b't' => self.exactly(b"true").map(|()| Scalar::Bool(true)),
            b'f' => self.exactly(b"false").map(|()| Scalar::Bool(false)),
            _ => None,
        }
    }

    fn whole(&mut self) -> Option<i64> {
        let mut number = 0;
        let mut digits = 0;
        for byte in self.rest().iter().take_while(|byte| byte.is_ascii_digit()) {
            if digits == 18 || (digits == 1 && number == 0) {
                return None;
            }
            number = number * 10 + i64::from(byte - b'0');
            digits += 1;
        }
        self.at += digits;
        // Where a fraction or an exponent follows, whatever is expected next does not.
        Some(number)
    }
}
