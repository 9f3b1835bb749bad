//! How often a count was followed by a bike (a dock), told from that count and the part of the day alone: persistence
//! made a probability.

use velib_domain::Timestamp;
use velib_planner::HourClass;

use super::{Ahead, Foresight, SLOTS, Wanted, after};
use crate::{Recording, Seen};

/// Counts above this are as good as this.
const LARGEST: usize = 40;

/// Parts of the day.
const CLASSES: usize = 4;

/// Rows of all parts of the day that weigh as much as those of one.
const PRIOR_ROWS: f64 = 50.0;

/// Rows of certainty added at both ends, so that nothing is impossible that merely was not seen.
const UNSEEN: f64 = 0.5;

/// Of a kind of row: how many, and in how many it was there.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    rows: f64,
    there: f64,
}

/// Chances by what is wanted, part of the day, count and slot.
#[derive(Debug, Clone)]
pub struct ChanceTable {
    chances: Vec<f32>,
}

impl ChanceTable {
    /// Counts what followed at these moments; nothing after `until` is looked at.
    pub fn fit(recording: Recording<'_>, moments: &[Timestamp], until: Timestamp) -> Self {
        let mut tallies = vec![Tally::default(); 2 * CLASSES * (LARGEST + 1) * SLOTS];
        for &moment in moments {
            let class = HourClass::of(moment) as usize;
            let Some(now) = recording.snapshot_at(moment) else { continue };
            for slot in 1..SLOTS {
                let then = moment + after(slot);
                let Some(then) = recording.snapshot_at(then).filter(|_| then < until) else { continue };
                for station in 0..recording.city().stations().len() {
                    let cells = (recording.cell(now, station), recording.cell(then, station));
                    let (Some(now), Some(then)) = cells else { continue };
                    tallies[index(Wanted::Bike, class, now.bikes, slot)].add(then.bikes > 0);
                    if let (Some(now), Some(then)) = (now.docks, then.docks) {
                        tallies[index(Wanted::Dock, class, now, slot)].add(then > 0);
                    }
                }
            }
        }
        Self { chances: smoothed(&tallies) }
    }
}

impl Foresight for ChanceTable {
    fn name(&self) -> &'static str {
        "table"
    }

    fn ahead(&self, seen: &Seen<'_>, station: usize) -> Option<Ahead> {
        let cell = seen.cell(station)?;
        let docks = cell.docks?;
        let class = HourClass::of(seen.at()) as usize;
        Some(Ahead::of(|wanted, slot| {
            let count = if wanted == Wanted::Bike { cell.bikes } else { docks };
            if slot == 0 {
                return f64::from(u8::from(count > 0));
            }
            f64::from(self.chances[index(wanted, class, count, slot)])
        }))
    }
}

fn index(wanted: Wanted, class: usize, count: u16, slot: usize) -> usize {
    ((wanted as usize * CLASSES + class) * (LARGEST + 1) + usize::from(count).min(LARGEST)) * SLOTS + slot
}

/// Each part of the day leans on all of them together.
fn smoothed(tallies: &[Tally]) -> Vec<f32> {
    let mut chances = vec![0.0; tallies.len()];
    for wanted in [Wanted::Bike, Wanted::Dock] {
        for count in 0..=LARGEST as u16 {
            for slot in 0..SLOTS {
                let of = |class| tallies[index(wanted, class, count, slot)];
                let all = (0..CLASSES).map(of).fold(Tally::default(), |sum, tally| Tally {
                    rows: sum.rows + tally.rows,
                    there: sum.there + tally.there,
                });
                let usual = (all.there + UNSEEN) / (all.rows + 2.0 * UNSEEN);
                for class in 0..CLASSES {
                    let own = of(class);
                    let chance = (own.there + PRIOR_ROWS * usual) / (own.rows + PRIOR_ROWS);
                    chances[index(wanted, class, count, slot)] = chance as f32;
                }
            }
        }
    }
    chances
}

impl Tally {
    fn add(&mut self, there: bool) {
        self.rows += 1.0;
        self.there += f64::from(u8::from(there));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use velib_domain::SignedDuration;

    use crate::town::town;

    #[test]
    fn it_says_what_followed_and_more_bikes_are_a_surer_thing() {
        let city = town(3, None);
        let recording = Recording::new(&city);
        let moments: Vec<Timestamp> = city.times().iter().copied().step_by(3).collect();
        let until = *city.times().last().unwrap();
        let table = ChanceTable::fit(recording, &moments, until);
        let chance = |count: u16, slot: usize| {
            f64::from(table.chances[index(Wanted::Bike, HourClass::Midday as usize, count, slot)])
        };
        for slot in [2, 6, 24] {
            assert!(chance(1, slot) < chance(3, slot) && chance(0, slot) < chance(1, slot));
        }
        // A bike leaves in one of four steps of ten minutes: of one, three quarters are left after the first.
        assert!((chance(1, 2) - 0.75).abs() < 0.05, "{}", chance(1, 2));
        assert!(chance(12, 2) > 0.99);
    }

    #[test]
    fn what_comes_after_the_last_moment_to_learn_from_changes_nothing() {
        let until: Timestamp = "2024-09-12T00:00:00Z".parse().unwrap();
        let tables = [town(3, None), town(3, Some(until))].map(|city| {
            let moments: Vec<Timestamp> = city.times().iter().copied().filter(|at| *at < until).collect();
            ChanceTable::fit(Recording::new(&city), &moments, until - SignedDuration::from_secs(1)).chances
        });
        assert_eq!(tables[0], tables[1]);
    }
}
