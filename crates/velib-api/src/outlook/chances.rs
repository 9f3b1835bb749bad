//! Every wish at every station of a city, as far as anybody had it, kept as long as the forecasts it follows from.
//!
//! Whoever plans asks for the same few stations at nearly the same moments as everybody else: what was worked out for one
//! request is read by the next. Nothing is worked out ahead.

use std::sync::OnceLock;

use velib_planner::BikeKind;

use super::chance::Chance;

/// Any bike, either kind of bike, docks.
const WISHES: usize = 4;

/// What is asked for at one station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Bikes(BikeKind),
    Docks,
}

/// The chances of one set of forecasts.
#[derive(Debug, Default)]
pub(crate) struct Chances {
    stations: OnceLock<Vec<Wishes>>,
}

/// At one station; `None` is a wish of which nobody can tell.
type Wishes = [OnceLock<Option<Box<Chance>>>; WISHES];

impl Chances {
    /// The chance of a wish at a station, of so many; `None` where nobody can tell.
    pub(super) fn of(
        &self,
        (station, stations): (usize, usize),
        wanted: Wanted,
        work_out: impl FnOnce() -> Option<Chance>,
    ) -> Option<&Chance> {
        let unknown = || std::iter::repeat_with(Default::default).take(stations).collect();
        let wishes = &self.stations.get_or_init(unknown)[station];
        wishes[wanted.row()].get_or_init(|| work_out().map(Box::new)).as_deref()
    }
}

impl Wanted {
    fn row(self) -> usize {
        match self {
            Self::Bikes(BikeKind::Any) => 0,
            Self::Bikes(BikeKind::Mechanical) => 1,
            Self::Bikes(BikeKind::Ebike) => 2,
            Self::Docks => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wish_at_each_station_is_worked_out_once() {
        let chances = Chances::default();
        let kinds = [BikeKind::Any, BikeKind::Mechanical, BikeKind::Ebike].map(Wanted::Bikes);
        let wishes: Vec<Wanted> = kinds.into_iter().chain([Wanted::Docks]).collect();
        let mut worked_out = 0;
        for _ in 0..2 {
            for station in 0..2 {
                for wanted in &wishes {
                    let chance = chances.of((station, 2), *wanted, || {
                        worked_out += 1;
                        (station == 0).then(|| Chance::new(1, 2, 0, |_, _| 0.0))
                    });
                    assert_eq!(chance.is_some(), station == 0);
                }
            }
        }
        assert_eq!(worked_out, 8);
    }
}
