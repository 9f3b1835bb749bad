//! A foresight that is asked the same again, by a planner and by a blend: it works out each station once a moment.

use std::cell::{OnceCell, RefCell};

use velib_domain::Timestamp;

use super::{Ahead, Foresight};
use crate::Seen;

/// Another foresight, and what it said of the last moment it was asked about.
pub struct Remembered<F> {
    foresight: F,
    last: RefCell<(Timestamp, Vec<OnceCell<Option<Ahead>>>)>,
}

impl<F> Remembered<F> {
    /// Remembers what this one says.
    pub fn new(foresight: F) -> Self {
        Self { foresight, last: RefCell::new((Timestamp::MIN, Vec::new())) }
    }
}

impl<F: Foresight> Foresight for Remembered<F> {
    fn name(&self) -> &str {
        self.foresight.name()
    }

    fn ahead(&self, seen: &Seen<'_>, station: usize) -> Option<Ahead> {
        let mut last = self.last.borrow_mut();
        if last.0 != seen.at() || last.1.len() != seen.stations() {
            *last = (seen.at(), vec![OnceCell::new(); seen.stations()]);
        }
        *last.1[station].get_or_init(|| self.foresight.ahead(seen, station))
    }
}
