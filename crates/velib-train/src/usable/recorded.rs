//! What a real history can say of an estimate of stuck bikes: do those bikes leave, the day after?
//!
//! Nobody wrote down which bikes were broken. But when a station's count never goes below the number said to be stuck,
//! no such bike has left, and when it stands at that number, the next bike to leave would be one of them. Both are
//! compared with the same number of bikes at stations of the same moment, count and riders where none is said to be.

use std::collections::HashMap;

use serde::Serialize;
use velib_domain::SignedDuration;
use velib_forecast::{StuckEstimate, protocol::CityHistory};

use super::{Counted, flagged};

/// How long bikes are watched.
const WATCHED: SignedDuration = SignedDuration::from_hours(24);

/// At stations they are compared with, P(any stuck) is at most this.
const SURELY_NONE: f64 = 0.25;

/// Classes of riders, in bikes that would leave in an hour: two for each factor of e.
const RIDER_CLASSES_PER_E: f64 = 2.0;

/// Bikes that were watched for a day, and what became of them. Real numbers, because comparisons are weighted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Watched {
    /// Bikes.
    pub bikes: f64,
    /// Of those, bikes that have surely left: the count fell below them.
    pub left: f64,
    /// Steps from a count at which one of these would have been the next to leave.
    pub exposed_steps: f64,
    /// Of those, steps in which one did.
    pub leaving_steps: f64,
}

/// Bikes said to be stuck, and like bikes that are not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordedScores {
    /// By how many are said to be stuck at their station (1, 2, 3, 4+): themselves, and their like.
    pub by_number: Vec<(Watched, Watched)>,
    /// All of them.
    pub all: (Watched, Watched),
}

#[derive(Debug, Default)]
pub(super) struct RecordedTally {
    by_number: [(Watched, Watched); 4],
}

/// A station that is like another: its count, and how many riders it has.
type Likeness = (u16, i32);

impl RecordedTally {
    /// Judges what was estimated at one moment by the day after it.
    pub(super) fn add(
        &mut self,
        counted: Counted,
        city: &CityHistory,
        at: usize,
        stations: &[usize],
        estimate: &StuckEstimate,
    ) {
        let until = city.times()[at] + WATCHED;
        let ahead = at..city.times().partition_point(|time| *time <= until);
        let mut said: Vec<(Likeness, usize, usize)> = Vec::new();
        let mut alike: HashMap<Likeness, Vec<usize>> = HashMap::new();
        for (index, &station) in stations.iter().enumerate() {
            let count = city.cell(at, station).and_then(|cell| counted.of(cell));
            let (Some(stuck), Some(count)) = (&estimate.stations[index], count) else { continue };
            let likeness = (count.min(20), class_of(estimate.leaving_per_hour[index]));
            match flagged(stuck) {
                0 if stuck.at_least(1) <= SURELY_NONE => alike.entry(likeness).or_default().push(station),
                0 => {}
                number => said.push((likeness, station, number)),
            }
        }
        for (likeness, station, number) in said {
            let Some(others) = alike.get(&likeness) else { continue };
            let (own, like) = &mut self.by_number[number.min(4) - 1];
            own.add(watch(counted, city, ahead.clone(), station, number), 1.0);
            let weight = 1.0 / others.len() as f64;
            for &other in others {
                like.add(watch(counted, city, ahead.clone(), other, number), weight);
            }
        }
    }

    pub(super) fn scores(&self) -> RecordedScores {
        let mut all = (Watched::default(), Watched::default());
        for (own, like) in self.by_number {
            all.0.add(own, 1.0);
            all.1.add(like, 1.0);
        }
        RecordedScores { by_number: self.by_number.to_vec(), all }
    }
}

impl Watched {
    fn add(&mut self, more: Self, weight: f64) {
        self.bikes += weight * more.bikes;
        self.left += weight * more.left;
        self.exposed_steps += weight * more.exposed_steps;
        self.leaving_steps += weight * more.leaving_steps;
    }

    /// The share that left.
    pub fn left_share(self) -> f64 {
        self.left / self.bikes
    }

    /// How often one left where it was the next to leave.
    pub fn leaving_rate(self) -> f64 {
        self.leaving_steps / self.exposed_steps
    }
}

/// What becomes of the last `number` bikes of a station.
fn watch(
    counted: Counted,
    city: &CityHistory,
    ahead: std::ops::Range<usize>,
    station: usize,
    number: usize,
) -> Watched {
    let counts: Vec<usize> =
        ahead.filter_map(|snapshot| counted.of(city.cell(snapshot, station)?)).map(usize::from).collect();
    let lowest = counts.iter().copied().min().unwrap_or(number);
    let at_the_number = || counts.windows(2).filter(|step| step[0] == number);
    Watched {
        bikes: number as f64,
        left: number.saturating_sub(lowest) as f64,
        exposed_steps: at_the_number().count() as f64,
        leaving_steps: at_the_number().filter(|step| step[1] < number).count() as f64,
    }
}

fn class_of(leaving_per_hour: f64) -> i32 {
    (leaving_per_hour.max(0.01).ln() * RIDER_CLASSES_PER_E).round() as i32
}
