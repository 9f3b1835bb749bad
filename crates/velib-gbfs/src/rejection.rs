//! What came of a document: the records that hold, and for each that does not, one stable reason.

use std::{collections::BTreeMap, fmt};

use velib_domain::{StationId, Timestamp};

use crate::{DocumentError, roster::Named};

/// A document's valid records, and the others by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// What holds.
    pub value: T,
    /// What was refused, in the document's order.
    pub rejected: Vec<Rejected>,
    /// The feed's own `last_updated` (Vélib': `lastUpdatedOther`); `None` where absent or absurd.
    pub updated_at: Option<Timestamp>,
}

/// One refused record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Whose record it was; `None` where the record names no station.
    pub station_id: Option<StationId>,
    /// The first thing found wrong with it.
    pub reason: RejectReason,
}

/// Why a record was refused. A closed set, so that reports can count by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectReason {
    /// The list holds something other than an object here.
    NotAnObject,
    /// `station_id` is absent, null, empty or no text or whole number.
    MissingId,
    /// An earlier record of the same document has this `station_id`; the earlier one is kept.
    DuplicateId,
    /// No count of bikes.
    MissingCount,
    /// A count below zero.
    NegativeCount,
    /// A count above 65,535.
    CountTooLarge,
    /// A count that is no whole number.
    NotACount,
    /// Latitude or longitude is absent, off the globe, or both are zero.
    BadPosition,
    /// No name.
    MissingName,
}

impl RejectReason {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::NotAnObject,
        Self::MissingId,
        Self::DuplicateId,
        Self::MissingCount,
        Self::NegativeCount,
        Self::CountTooLarge,
        Self::NotACount,
        Self::BadPosition,
        Self::MissingName,
    ];

    /// The word that reports and metrics count by; never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAnObject => "not_an_object",
            Self::MissingId => "missing_id",
            Self::DuplicateId => "duplicate_id",
            Self::MissingCount => "missing_count",
            Self::NegativeCount => "negative_count",
            Self::CountTooLarge => "count_too_large",
            Self::NotACount => "not_a_count",
            Self::BadPosition => "bad_position",
            Self::MissingName => "missing_name",
        }
    }
}

impl fmt::Display for RejectReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnObject => "the record is not an object",
            Self::MissingId => "the record has no usable station_id",
            Self::DuplicateId => "an earlier record has the same station_id",
            Self::MissingCount => "the number of bikes is missing",
            Self::NegativeCount => "a count is negative",
            Self::CountTooLarge => "a count is above 65535",
            Self::NotACount => "a count is not a whole number",
            Self::BadPosition => "the position is missing or not on Earth",
            Self::MissingName => "the name is missing",
        })
    }
}

/// Sorts a document's records into those that hold and those that do not.
pub(crate) struct Sieve<T> {
    kept: Vec<T>,
    rejected: Vec<Rejected>,
}

impl<T> Sieve<T> {
    /// An empty sieve with room for `records`.
    pub(crate) fn with_capacity(records: usize) -> Self {
        Self { kept: Vec::with_capacity(records), rejected: Vec::new() }
    }

    /// Takes one record: the station it names, and a way to make the value of that station.
    ///
    /// A station counts as named even when its record is refused: a document that contradicts itself is not trusted
    /// to have meant the later record.
    pub(crate) fn take(&mut self, named: Named, value_of: impl FnOnce(StationId) -> Result<T, RejectReason>) {
        let (station_id, outcome) = match named {
            Named::Nobody => (None, Err(RejectReason::MissingId)),
            Named::Again(id) => (Some(id), Err(RejectReason::DuplicateId)),
            Named::First(id) => (Some(id.clone()), value_of(id)),
        };
        match outcome {
            Ok(value) => self.kept.push(value),
            Err(reason) => self.rejected.push(Rejected { station_id, reason }),
        }
    }

    /// Counts a list entry that is no record at all.
    pub(crate) fn take_non_object(&mut self) {
        self.rejected.push(Rejected { station_id: None, reason: RejectReason::NotAnObject });
    }

    /// What was kept, and what was not; an error where there were records and nothing was kept.
    ///
    /// A list that is empty from the start passes: it says that a system has no stations, which a feed may say.
    pub(crate) fn finish(self) -> Result<(Vec<T>, Vec<Rejected>), DocumentError> {
        if self.kept.is_empty() && !self.rejected.is_empty() {
            let rejected = counted(self.rejected.iter().map(|rejected| rejected.reason));
            return Err(DocumentError::NothingUsable { rejected });
        }
        Ok((self.kept, self.rejected))
    }
}

/// How often each reason stands in a list.
pub(crate) fn counted(reasons: impl Iterator<Item = RejectReason>) -> BTreeMap<RejectReason, usize> {
    let mut counts = BTreeMap::new();
    for reason in reasons {
        *counts.entry(reason).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reason_has_its_own_code() {
        let codes: BTreeSet<_> = RejectReason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), RejectReason::ALL.len());
    }
}
