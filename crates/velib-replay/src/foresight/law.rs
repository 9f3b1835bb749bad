//! The law by which the API answers when it has no model: counts change as counts in Paris usually do.

use velib_domain::SignedDuration;
use velib_forecast::persistence::{persisted, persisted_at_least};

use super::{Ahead, Foresight, Wanted, after, hourly::HourlyChance};
use crate::Seen;

/// Whole hours at which kinds of bike are told apart, as the API does.
const HOURS: [SignedDuration; 2] = [SignedDuration::from_hours(1), SignedDuration::from_hours(2)];

/// [`velib_forecast::Persistence`], at every slot; for who wants one kind of bike, at whole hours and from the count of that kind
/// to the first.
#[derive(Debug, Clone, Copy, Default)]
pub struct UsualChange;

impl Foresight for UsualChange {
    fn name(&self) -> &'static str {
        "law"
    }

    fn ahead(&self, seen: &Seen<'_>, station: usize) -> Option<Ahead> {
        let cell = seen.all_bikes(station)?;
        let docks = cell.docks?;
        let room = cell.capacity.max(cell.bikes + docks);
        let of_kind = seen.kinds(station).map(|now| {
            let hours = HOURS.map(|hour| (hour, persisted(cell.bikes, room, hour)));
            HourlyChance::of_kind(now, hours.iter().map(|(hour, bikes)| (*hour, bikes)))
        });
        Some(Ahead::of(|wanted, slot| match (wanted, &of_kind) {
            (Wanted::Bike, Some(of_kind)) => of_kind.after(after(slot)),
            (Wanted::Bike, None) => persisted_at_least(cell.bikes, room, 1, after(slot)),
            (Wanted::Dock, _) => persisted_at_least(docks, room, 1, after(slot)),
        }))
    }
}
