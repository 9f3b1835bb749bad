//! What is known of a station and since when, in a form in which two halves of knowledge can be put together.
//!
//! Hours are refined in any order and again: a backfill of last year must not undo this morning's name. So every
//! changeable fact carries the time of the document that said it, and merging keeps the newest. The merge is
//! commutative, associative and idempotent; a property test says so.

use std::cmp::Ordering;

use velib_domain::{LatLon, Station, StationCode, StationId, Timestamp};

/// A fact and when it was said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dated<T> {
    /// When.
    pub at: Timestamp,
    /// What.
    pub value: T,
}

/// What a station information document says of a station's place.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// The name.
    pub name: String,
    /// The place.
    pub position: LatLon,
}

/// One row of the stations table.
#[derive(Debug, Clone, PartialEq)]
pub struct StationRecord {
    /// The key.
    pub station_id: StationId,
    /// The last printed code that was not null.
    pub code: Option<Dated<StationCode>>,
    /// The last name and place; `None` while only counts were seen.
    pub description: Option<Dated<Description>>,
    /// The last capacity above zero.
    pub capacity: Option<Dated<u16>>,
    /// Paris arrondissement, 1–20.
    pub arrondissement: Option<u8>,
    /// The commune.
    pub commune: Option<String>,
    /// First document that named the station.
    pub first_seen: Timestamp,
    /// Last document that named it.
    pub last_seen: Timestamp,
}

impl Description {
    /// Any total order will do: it only settles ties.
    fn order(&self, other: &Self) -> Ordering {
        let place =
            |description: &Self| (description.position.lat.to_bits(), description.position.lon.to_bits());
        self.name.cmp(&other.name).then_with(|| place(self).cmp(&place(other)))
    }
}

impl StationRecord {
    /// A station of which nothing is known but that a document named it.
    pub fn seen(station_id: StationId, at: Timestamp) -> Self {
        Self {
            station_id,
            code: None,
            description: None,
            capacity: None,
            arrondissement: None,
            commune: None,
            first_seen: at,
            last_seen: at,
        }
    }

    /// Puts together what two records say of the same station: the newest of each fact, the widest span of time.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.absorb(other);
        self
    }

    /// As [`StationRecord::merge`], in place.
    pub fn absorb(&mut self, other: Self) {
        keep_newest(&mut self.code, other.code, Ord::cmp);
        keep_newest(&mut self.description, other.description, Description::order);
        keep_newest(&mut self.capacity, other.capacity, Ord::cmp);
        self.arrondissement = self.arrondissement.max(other.arrondissement);
        if self.commune < other.commune {
            self.commune = other.commune;
        }
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
    }

    /// The station as other programs know it; `None` while its name and place are unknown.
    pub fn into_station(self) -> Option<Station> {
        let Description { name, position } = self.description?.value;
        Some(Station {
            station_id: self.station_id,
            station_code: self.code.map(|code| code.value),
            name,
            position,
            capacity: self.capacity.map(|capacity| capacity.value),
            arrondissement: self.arrondissement,
            commune: self.commune,
            first_seen: self.first_seen,
            last_seen: self.last_seen,
        })
    }
}

impl From<Station> for StationRecord {
    fn from(station: Station) -> Self {
        let at = station.last_seen;
        Self {
            station_id: station.station_id,
            code: station.station_code.map(|value| Dated { at, value }),
            description: Some(Dated {
                at,
                value: Description { name: station.name, position: station.position },
            }),
            capacity: station.capacity.map(|value| Dated { at, value }),
            arrondissement: station.arrondissement,
            commune: station.commune,
            first_seen: station.first_seen,
            last_seen: station.last_seen,
        }
    }
}

/// Keeps the newer fact; of two said at the same instant the greater, so that the order of the two never matters.
fn keep_newest<T>(known: &mut Option<Dated<T>>, told: Option<Dated<T>>, order: impl Fn(&T, &T) -> Ordering) {
    let is_newer = match (&*known, &told) {
        (Some(known), Some(told)) => {
            known.at.cmp(&told.at).then_with(|| order(&known.value, &told.value)).is_lt()
        }
        (known, _) => known.is_none(),
    };
    if is_newer {
        *known = told;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn record() -> impl Strategy<Value = StationRecord> {
        let second = || (0_i64..4).prop_map(|second| Timestamp::from_second(second).unwrap());
        let dated = move || proptest::option::of((second(), 1_u16..4));
        (second(), second(), dated(), dated(), dated()).prop_map(|(a, b, code, name, capacity)| {
            let mut record = StationRecord::seen(StationId::new("1"), a);
            record.last_seen = a.max(b);
            record.code = code.map(|(at, n)| Dated { at, value: StationCode::new(n.to_string()) });
            record.capacity = capacity.map(|(at, value)| Dated { at, value });
            record.description = name.map(|(at, n)| {
                let position = LatLon { lat: f64::from(n), lon: 2.0 };
                Dated { at, value: Description { name: n.to_string(), position } }
            });
            record
        })
    }

    proptest! {
        #[test]
        fn the_order_and_the_number_of_merges_never_matter(a in record(), b in record(), c in record()) {
            prop_assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
            prop_assert_eq!(a.clone().merge(b.clone()).merge(c.clone()), a.clone().merge(b.clone().merge(c)));
            prop_assert_eq!(a.clone().merge(b.clone()).merge(b.clone()), a.merge(b));
        }
    }

    #[test]
    fn an_older_capacity_never_replaces_a_newer_one() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let with = |second, value| {
            let mut record = StationRecord::seen(StationId::new("1"), at(second));
            record.capacity = Some(Dated { at: at(second), value });
            record
        };
        let merged = with(200, 40).merge(with(100, 30)).merge(with(150, 35));
        assert_eq!(merged.capacity, Some(Dated { at: at(200), value: 40 }));
        assert_eq!((merged.first_seen, merged.last_seen), (at(100), at(200)));
    }
}
