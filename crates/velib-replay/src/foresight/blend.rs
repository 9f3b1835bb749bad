//! Several foresights as one: their chances, mixed with weights for each slot, learned where none of them has looked.

use std::{ops::Range, rc::Rc};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use velib_domain::Timestamp;
use velib_forecast::{
    BlendLearner,
    blend::{Blend, Credit},
};

use super::{Ahead, Foresight, SLOTS, Wanted, after};
use crate::{Recording, Seen};

/// Rows in a hundred in which the first foresight is taken to have been right in advance.
const CREDIT: f64 = 0.01;

/// Slots at which weights are learned; between two of them they go straight.
const LEARNED: [usize; 6] = [1, 2, 4, 6, 12, 24];

/// A mixture.
pub struct Blended {
    parts: Vec<Rc<dyn Foresight>>,
    /// By slot, from the first after now.
    weights: Blend,
}

/// What weights are learned from.
pub struct BlendFit<'c> {
    /// The history.
    pub recording: Recording<'c>,
    /// Moments after everything that the parts were learned from.
    pub moments: &'c [Timestamp],
    /// Where to stop looking.
    pub until: Timestamp,
    /// Stations drawn at each moment.
    pub stations: usize,
    /// Seed of the draws.
    pub seed: u64,
}

impl Blended {
    /// Parts with known weights.
    fn new(parts: Vec<Rc<dyn Foresight>>, weights: Blend) -> Self {
        Self { parts, weights }
    }

    /// The same weights for the same parts, learned anew from more days.
    #[must_use]
    pub fn with_parts(self, parts: Vec<Rc<dyn Foresight>>) -> Self {
        Self::new(parts, self.weights)
    }

    /// The weights of the parts in their order: bikes and docks, half an hour ahead.
    pub fn weights_half_an_hour_ahead(&self) -> [&[f64]; 2] {
        let at = &self.weights.horizons[6 - 1];
        [&at.bikes, &at.docks]
    }
}

impl BlendFit<'_> {
    /// Learns weights by how likely each part held what then was there.
    pub fn fit(&self, parts: Vec<Rc<dyn Foresight>>) -> Blended {
        let mut learner = BlendLearner::new(LEARNED.len(), parts.len());
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let all: Range<usize> = 0..self.recording.city().stations().len();
        for &moment in self.moments {
            let seen = Seen::new(self.recording, moment);
            for _ in 0..self.stations {
                self.learn(&mut learner, &parts, seen, rng.random_range(all.clone()));
            }
        }
        let credit = Credit { forecaster: 0, share: CREDIT, most_rows: 1_000.0 };
        Blended::new(parts, between(&learner.weights(credit)))
    }

    fn learn(&self, learner: &mut BlendLearner, parts: &[Rc<dyn Foresight>], seen: Seen<'_>, station: usize) {
        let aheads: Option<Vec<Ahead>> = parts.iter().map(|part| part.ahead(&seen, station)).collect();
        let Some(aheads) = aheads else { return };
        for (index, &slot) in LEARNED.iter().enumerate() {
            let then = seen.at() + after(slot);
            let Some(cell) = self.recording.cell_at(then, station).filter(|_| then < self.until) else {
                continue;
            };
            let mut add = |wanted: Wanted, there: bool| {
                let likelihood = |ahead: &Ahead| {
                    let p = ahead.slot(wanted, slot);
                    if there { p } else { 1.0 - p }
                };
                learner.add(index, wanted as usize, aheads.iter().map(likelihood));
            };
            add(Wanted::Bike, cell.bikes > 0);
            if let Some(docks) = cell.docks {
                add(Wanted::Dock, docks > 0);
            }
        }
    }
}

/// Weights of every slot from those of a few.
fn between(learned: &Blend) -> Blend {
    let at = |slot: usize| {
        let next = LEARNED.partition_point(|known| *known < slot).min(LEARNED.len() - 1);
        let before = next.saturating_sub(1);
        let (from, to) = (LEARNED[before], LEARNED[next]);
        let part = if to > from { (slot - from) as f64 / (to - from) as f64 } else { 0.0 };
        let mixed = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a + part * (b - a)).collect();
        let (from, to) = (&learned.horizons[before], &learned.horizons[next]);
        velib_forecast::blend::HorizonWeights {
            bikes: mixed(&from.bikes, &to.bikes),
            docks: mixed(&from.docks, &to.docks),
        }
    };
    Blend { horizons: (1..SLOTS).map(at).collect() }
}

impl Foresight for Blended {
    fn name(&self) -> &'static str {
        "blend"
    }

    fn ahead(&self, seen: &Seen<'_>, station: usize) -> Option<Ahead> {
        let parts: Option<Vec<Ahead>> = self.parts.iter().map(|part| part.ahead(seen, station)).collect();
        let parts = parts?;
        Some(Ahead::of(|wanted, slot| {
            let Some(weights) = slot.checked_sub(1).map(|at| &self.weights.horizons[at]) else {
                return parts[0].slot(wanted, 0);
            };
            let weights = if wanted == Wanted::Bike { &weights.bikes } else { &weights.docks };
            weights.iter().zip(&parts).map(|(weight, part)| weight * part.slot(wanted, slot)).sum()
        }))
    }
}
