//! What is remembered of days from one reading to the next, by whoever reads hours as they come in reach.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use velib_domain::Hour;

/// Days that were found put together. Their hours are not asked for one by one any more, but for those that a listing showed to
/// have objects of their own: it is made once a day, when the next of its hours is read. One that is refined again after it is
/// read as the day has it, as if it had been read a moment before.
#[derive(Debug, Clone, Default)]
pub struct KnownDays(BTreeMap<Date, PutTogether>);

/// A day that has an object.
#[derive(Debug, Clone, Default)]
pub(super) struct PutTogether {
    /// Hours with objects of their own; `None` before they were listed.
    pub(super) own: Option<BTreeSet<Hour>>,
}

impl KnownDays {
    /// Forgets days before one.
    pub fn forget_before(&mut self, day: Date) {
        self.0 = self.0.split_off(&day);
    }

    pub(super) fn get(&self, day: Date) -> Option<PutTogether> {
        self.0.get(&day).cloned()
    }

    pub(super) fn learn(&mut self, day: Date, known: Option<PutTogether>) {
        self.0.extend(known.map(|known| (day, known)));
    }
}
