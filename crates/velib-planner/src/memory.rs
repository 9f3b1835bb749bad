//! What one plan has found out so far: about the few stations that it looks at, of the many there are.

use std::cell::{Cell, OnceCell, RefCell};

/// Something about each station that was looked at.
pub(crate) struct ByStation<T>(Vec<OnceCell<Box<T>>>);

/// Something that changes with time, minute by minute of a trip.
pub(crate) struct ByMinute<T> {
    known: RefCell<Vec<Option<T>>>,
    /// The minute of the first.
    first: Cell<i32>,
}

impl<T> ByStation<T> {
    /// Nothing about any of so many.
    pub(crate) fn of(stations: usize) -> Self {
        Self(std::iter::repeat_with(OnceCell::new).take(stations).collect())
    }

    /// What is known of a station, or is found out now.
    pub(crate) fn at(&self, station: usize, find_out: impl FnOnce() -> T) -> &T {
        self.0[station].get_or_init(|| Box::new(find_out()))
    }
}

impl<T> Default for ByMinute<T> {
    fn default() -> Self {
        Self { known: RefCell::default(), first: Cell::default() }
    }
}

impl<T: Copy> ByMinute<T> {
    /// What is known of a minute, or is found out now.
    pub(crate) fn at(&self, minute: i32, find_out: impl FnOnce() -> T) -> T {
        let known = usize::try_from(minute - self.first.get()).ok();
        if let Some(found) = known.and_then(|index| *self.known.borrow().get(index)?) {
            return found;
        }
        // Not borrowed meanwhile: finding out may ask about another minute.
        let found = find_out();
        *self.entry(minute) = Some(found);
        found
    }

    fn entry(&self, minute: i32) -> std::cell::RefMut<'_, Option<T>> {
        let mut known = self.known.borrow_mut();
        if known.is_empty() {
            self.first.set(minute);
        }
        let earlier = usize::try_from(self.first.get() - minute).unwrap_or(0);
        if earlier > 0 {
            known.splice(..0, std::iter::repeat_n(None, earlier));
            self.first.set(minute);
        }
        let index = (minute - self.first.get()) as usize;
        if index >= known.len() {
            known.resize(index + 1, None);
        }
        std::cell::RefMut::map(known, |known| &mut known[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_minute_is_found_out_once(minutes in prop::collection::vec(0..90_i32, 0..60)) {
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
