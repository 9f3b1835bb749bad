//! Bikes that break on the way and then stand in a dock where nobody can ride them, until somebody mends them.
//!
//! The feed counts them like any other. Which they are is the simulation's secret: [`City::breakdowns`](crate::City)
//! tells it to those who judge an estimate. Their dice are their own, so that a city without breakdowns is the same
//! city, byte for byte, as before there were any.

use velib_domain::Timestamp;

use crate::{
    CityConfig,
    dice::Dice,
    stock::{Bike, Stock},
};

/// A broken bike in a dock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breakdown {
    /// The station, by its place in the feed's order.
    pub station: usize,
    /// The minute in which it came.
    pub since: Timestamp,
    bike: Bike,
}

/// All broken bikes of a city.
#[derive(Debug, Clone)]
pub(crate) struct Breakdowns {
    all: Vec<Breakdown>,
    per_trip: f64,
    mended_per_hour: f64,
}

impl Breakdowns {
    pub(crate) fn new(config: &CityConfig) -> Self {
        Self {
            all: Vec::new(),
            per_trip: config.breakdowns_per_trip,
            mended_per_hour: 1.0 / config.hours_until_mended.max(1.0),
        }
    }

    /// The broken bikes, the oldest first.
    pub(crate) fn all(&self) -> &[Breakdown] {
        &self.all
    }

    /// A bike was docked, and may not be fit to leave again.
    pub(crate) fn after_ride(
        &mut self,
        station: usize,
        bike: Bike,
        stock: &mut Stock,
        since: Timestamp,
        dice: &mut Dice,
    ) {
        if dice.chance(self.per_trip) {
            stock.break_down(bike);
            self.all.push(Breakdown { station, since, bike });
        }
    }

    /// Once an hour some are mended where they stand.
    pub(crate) fn mend(&mut self, stocks: &mut [Stock], dice: &mut Dice) {
        self.all.retain(|broken| {
            let is_mended = dice.chance(self.mended_per_hour);
            if is_mended {
                stocks[broken.station].mend(broken.bike);
            }
            !is_mended
        });
    }
}
