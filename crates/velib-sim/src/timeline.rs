//! The city at any moment since its start: forwards by living on, backwards from a checkpoint.

use std::collections::BTreeMap;

use velib_domain::{SignedDuration, Timestamp};

use crate::City;

/// Time between checkpoints: a quarter of a day is lived again in some milliseconds.
const STRIDE: SignedDuration = SignedDuration::from_hours(6);

/// A city that can be asked about its past.
pub(crate) struct Timeline {
    /// The city at its start and at every stride after it, as far as anybody asked.
    checkpoints: BTreeMap<Timestamp, City>,
    /// The city as last asked for.
    city: City,
}

impl Timeline {
    /// A timeline that begins where the city stands.
    pub(crate) fn new(city: City) -> Self {
        Self { checkpoints: BTreeMap::from([(city.now(), city.clone())]), city }
    }

    /// The city at a moment; `None` before its start.
    pub(crate) fn at(&mut self, time: Timestamp) -> Option<&City> {
        let (&reached, checkpoint) = self.checkpoints.range(..=time).next_back()?;
        let is_ahead = self.city.now() > time;
        if is_ahead || self.city.now() < reached {
            self.city = checkpoint.clone();
        }
        let mut next_checkpoint = reached + STRIDE;
        while next_checkpoint <= time {
            self.city.advance_to(next_checkpoint);
            self.checkpoints.insert(next_checkpoint, self.city.clone());
            next_checkpoint += STRIDE;
        }
        self.city.advance_to(time);
        Some(&self.city)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CityConfig;

    #[test]
    fn the_past_is_the_same_when_asked_again() {
        let start: Timestamp = "2026-03-02T00:00:00Z".parse().unwrap();
        let city = City::new(CityConfig { stations: 40, ..CityConfig::default() }, start);
        let mut timeline = Timeline::new(city.clone());
        let mut status_after = |minutes: i64| {
            let time = start + SignedDuration::from_mins(minutes);
            timeline.at(time).map(City::station_status_json)
        };
        let asked_in_order: Vec<_> = [10, 500, 1000].map(&mut status_after).into();
        let asked_back: Vec<_> = [1000, 10, 500].map(&mut status_after).into();
        assert_eq!(
            [&asked_back[1], &asked_back[2], &asked_back[0]],
            [&asked_in_order[0], &asked_in_order[1], &asked_in_order[2]]
        );
        assert_eq!(status_after(-1), None);

        let mut lived_through = city;
        lived_through.advance_to(start + SignedDuration::from_mins(1000));
        assert_eq!(Some(lived_through.station_status_json()), asked_in_order[2]);
    }
}
