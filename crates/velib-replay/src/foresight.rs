//! What may be known of the next two hours at a station, by anyone who is asked at departure.
//!
//! A [`Foresight`] gives, for one station as seen from one moment, the chances of a bike and of a dock at every fifth minute
//! of two hours. They are worked out once for a station and moment, however many trips ask.

mod blend;
mod hourly;
mod queue;
mod remembered;
mod table;
mod usual;

use velib_domain::{Distribution, SignedDuration};
use velib_forecast::{
    kinds::{KindsNow, Turnover},
    protocol::Cell,
};

pub use self::{
    blend::{BlendFit, Blended},
    hourly::HourlyModel,
    queue::Queue,
    remembered::Remembered,
    table::ChanceTable,
    usual::UsualWeek,
};
use crate::Seen;

/// Moments at which chances are told: now, and every [`SLOT`] for two hours.
pub const SLOTS: usize = 25;

/// Time between two of them.
pub const SLOT: SignedDuration = SignedDuration::from_mins(5);

/// What a traveller looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// At least one bike.
    Bike,
    /// At least one free dock.
    Dock,
}

/// The chances at one station, as they look from one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ahead {
    /// By [`Wanted`] and slot.
    chances: [[f32; SLOTS]; 2],
}

/// Something that can be asked at departure.
pub trait Foresight {
    /// What it is called in tables.
    fn name(&self) -> &str;

    /// What it expects at a station; `None` where it knows nothing.
    fn ahead(&self, seen: &Seen<'_>, station: usize) -> Option<Ahead>;
}

impl Wanted {
    /// Whether a count holds it.
    pub fn is_in(self, cell: &Cell) -> bool {
        match self {
            Self::Bike => cell.bikes > 0,
            Self::Dock => cell.docks.is_some_and(|docks| docks > 0),
        }
    }
}

impl Ahead {
    /// The chances that a rule gives for every slot.
    pub fn of(chance: impl Fn(Wanted, usize) -> f64) -> Self {
        let slots = |wanted| std::array::from_fn(|slot| chance(wanted, slot).clamp(0.0, 1.0) as f32);
        Self { chances: [slots(Wanted::Bike), slots(Wanted::Dock)] }
    }

    /// The chance at a slot.
    pub fn slot(&self, wanted: Wanted, slot: usize) -> f64 {
        f64::from(self.chances[wanted as usize][slot])
    }

    /// The chance after so many seconds, straight from slot to slot; beyond the last as in the last.
    pub fn after(&self, wanted: Wanted, seconds: f64) -> f64 {
        let at = (seconds / SLOT.as_secs_f64()).clamp(0.0, (SLOTS - 1) as f64);
        let before = at as usize;
        let after = (before + 1).min(SLOTS - 1);
        let (from, to) = (self.slot(wanted, before), self.slot(wanted, after));
        from + (at - before as f64) * (to - from)
    }
}

/// The bikes that count for somebody, among a forecast number of bikes of all kinds.
pub(crate) struct Bikes(Option<KindsNow>);

impl Bikes {
    /// Of the kind that is wanted.
    pub(crate) fn of(seen: &Seen<'_>, station: usize) -> Self {
        Self(seen.kinds(station))
    }

    /// P(at least one of them) after some time.
    pub(crate) fn any(&self, bikes: &Distribution, after: SignedDuration) -> f64 {
        match self.0 {
            None => bikes.at_least(1),
            Some(now) => Turnover::after(after).any_of_kind(now, bikes),
        }
    }
}

/// The time from now to a slot.
pub(crate) fn after(slot: usize) -> SignedDuration {
    SLOT * i32::try_from(slot).expect("there are few slots")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_two_slots_chances_go_straight_and_after_the_last_they_stay() {
        let ahead = Ahead::of(|wanted, slot| match wanted {
            Wanted::Bike => 1.0 - slot as f64 / (SLOTS - 1) as f64,
            Wanted::Dock => 0.5,
        });
        let check = |seconds: f64, expect: f64| {
            let chance = ahead.after(Wanted::Bike, seconds);
            assert!((chance - expect).abs() < 1e-6, "{chance} after {seconds} s");
        };
        check(-5.0, 1.0);
        check(0.0, 1.0);
        check(150.0, 1.0 - 0.5 / 24.0);
        check(3_600.0, 0.5);
        check(7_200.0, 0.0);
        check(90_000.0, 0.0);
        assert!((ahead.after(Wanted::Dock, 777.0) - 0.5).abs() < 1e-6);
    }
}
