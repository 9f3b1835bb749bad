//! A station as a queue of bikes, at every slot: see [`MarkovQueue`].

use std::{cell::RefCell, ops::Range};

use velib_domain::SignedDuration;
use velib_forecast::{ForecastRequest, Forecaster, Horizon, baselines::MarkovQueue, protocol::CityHistory};

use super::{Ahead, Bikes, Foresight, SLOT, SLOTS, Wanted, after};
use crate::Seen;

/// The queue model of Gast and others, its rates learned by station and hour of the week.
#[derive(Debug)]
pub struct Queue(RefCell<MarkovQueue>);

impl Queue {
    /// Learns from these snapshots.
    pub fn fit(city: &CityHistory, snapshots: Range<usize>) -> Self {
        let horizons: Vec<Horizon> = (1..SLOTS).map(after).collect();
        Self(RefCell::new(MarkovQueue::fit(city, snapshots, &horizons)))
    }
}

impl Foresight for Queue {
    fn name(&self) -> &'static str {
        "queue"
    }

    fn ahead(&self, seen: &Seen<'_>, station: usize) -> Option<Ahead> {
        let cell = seen.cell(station)?;
        let docks = cell.docks?;
        let stations = vec![seen.history(station, 1, SLOT)];
        let request = ForecastRequest {
            issued_at: seen.at(),
            cadence: SignedDuration::from_hours(1),
            stations,
            weather: Vec::new(),
        };
        let forecast = self.0.borrow_mut().forecast(&request).ok()?.pop()?;
        let bikes = Bikes::of(seen, station);
        Some(Ahead::of(|wanted, slot| {
            let Some(before) = slot.checked_sub(1) else {
                let count = if wanted == Wanted::Bike { cell.bikes } else { docks };
                return f64::from(u8::from(count > 0));
            };
            let at = &forecast.horizons[before];
            match wanted {
                Wanted::Bike => bikes.any(&at.bikes, after(slot)),
                Wanted::Dock => at.docks.as_ref().map_or(0.0, |docks| docks.at_least(1)),
            }
        }))
    }
}
