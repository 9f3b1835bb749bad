//! What one plan has found out so far: about the few stations that it looks at, of the many there are.

use std::cell::{Cell, OnceCell, RefCell};

/// Stations for which there is room at a time.
const ROOM: usize = 16;

/// Minutes of a trip for which there is room at first.
const USUAL_MINUTES: usize = 64;

/// Minutes asked about for which there is room at first.
const USUALLY_ASKED: usize = 8;

/// Something about each station that was looked at.
pub(crate) struct ByStation<T> {
    /// By station: how many were looked at when it was, itself included; 0 if it was not.
    ranks: Vec<Cell<u32>>,
    looked_at: Cell<u32>,
    /// By rank. Made room for bit by bit, so that what is told stays where it is.
    found: Vec<OnceCell<Box<[OnceCell<T>]>>>,
}

/// Something that changes with time, by minutes of a trip, of which few are asked about.
pub(crate) struct ByMinute<T>(RefCell<Minutes<T>>);

struct Minutes<T> {
    /// By minute: how many were asked about when it was, itself included; 0 if it was not.
    ranks: Vec<u16>,
    /// By rank.
    found: Vec<T>,
}

impl<T> ByStation<T> {
    /// Nothing about any of so many.
    pub(crate) fn of(stations: usize) -> Self {
        let rooms = std::iter::repeat_with(OnceCell::new).take(stations.div_ceil(ROOM));
        Self { ranks: vec![Cell::new(0); stations], looked_at: Cell::new(0), found: rooms.collect() }
    }

    /// What is known of a station, or is found out now.
    pub(crate) fn at(&self, station: usize, find_out: impl FnOnce() -> T) -> &T {
        let rank = &self.ranks[station];
        if rank.get() == 0 {
            self.looked_at.set(self.looked_at.get() + 1);
            rank.set(self.looked_at.get());
        }
        let index = rank.get() as usize - 1;
        let empty = || std::iter::repeat_with(OnceCell::new).take(ROOM).collect();
        self.found[index / ROOM].get_or_init(empty)[index % ROOM].get_or_init(find_out)
    }
}

impl<T> Default for ByMinute<T> {
    fn default() -> Self {
        Self(RefCell::new(Minutes { ranks: Vec::new(), found: Vec::new() }))
    }
}

impl<T: Copy> ByMinute<T> {
    /// What is known of a minute, or is found out now.
    pub(crate) fn at(&self, minute: u16, find_out: impl FnOnce() -> T) -> T {
        let known = self.0.borrow().at(minute.into());
        // Not borrowed meanwhile: finding out may ask about another minute.
        known.unwrap_or_else(|| {
            let found = find_out();
            self.0.borrow_mut().put(minute.into(), found);
            found
        })
    }
}

impl<T: Copy> Minutes<T> {
    fn at(&self, minute: usize) -> Option<T> {
        let rank = self.ranks.get(minute).filter(|rank| **rank > 0)?;
        Some(self.found[usize::from(*rank) - 1])
    }

    fn put(&mut self, minute: usize, found: T) {
        if self.ranks.len() <= minute {
            self.ranks.resize((minute + 1).max(USUAL_MINUTES), 0);
        }
        if self.found.is_empty() {
            self.found.reserve(USUALLY_ASKED);
        }
        self.found.push(found);
        self.ranks[minute] = self.found.len() as u16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_minute_is_found_out_once(minutes in prop::collection::vec(0..90_u16, 0..60)) {
            let (memory, mut asked) = (ByMinute::default(), Vec::new());
            for minute in &minutes {
                let found = memory.at(*minute, || {
                    asked.push(*minute);
                    2 * minute
                });
                prop_assert_eq!(found, 2 * minute);
            }
            let mut once = minutes.clone();
            once.sort_unstable();
            once.dedup();
            asked.sort_unstable();
            prop_assert_eq!(asked, once);
        }
    }

    #[test]
    fn each_station_is_found_out_once() {
        let (memory, asked) = (ByStation::of(3), Cell::new(0));
        for station in [2, 0, 2, 2] {
            let found = memory.at(station, || {
                asked.set(asked.get() + 1);
                station
            });
            assert_eq!(*found, station);
        }
        assert_eq!(asked.get(), 2);
    }
}
