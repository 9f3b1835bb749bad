//! The law by which the API answers when it has no model: counts change as counts in Paris usually do.

use velib_forecast::persistence::persisted_at_least;

use super::{Ahead, Foresight, Wanted, after};
use crate::Seen;

/// [`velib_forecast::Persistence`], at every slot.
#[derive(Debug, Clone, Copy, Default)]
pub struct UsualChange;

impl Foresight for UsualChange {
    fn name(&self) -> &'static str {
        "law"
    }

    fn ahead(&self, seen: &Seen<'_>, station: usize) -> Option<Ahead> {
        let cell = seen.cell(station)?;
        let docks = cell.docks?;
        let room = cell.capacity.max(cell.bikes + docks);
        Some(Ahead::of(|wanted, slot| {
            let count = if wanted == Wanted::Bike { cell.bikes } else { docks };
            persisted_at_least(count, room, 1, after(slot))
        }))
    }
}
