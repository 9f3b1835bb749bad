//! Where people take bikes and where they bring them, by hour: told by how counts changed.

use std::ops::Range;

use crate::{Recording, seen::STANDS_FOR};
use velib_domain::{Timestamp, calendar::calendar_point};

/// More bikes than this at once are a truck's.
const MOST_AT_ONCE: u16 = 5;

/// Hours of a day, on a workday and on a day off.
const HOURS: usize = 48;

/// How much each station gives and takes in each hour.
#[derive(Debug, Clone)]
pub(crate) struct Demand {
    hours: Vec<HourDemand>,
}

/// Running sums over the stations of one hour.
#[derive(Debug, Clone, Default)]
pub(crate) struct HourDemand {
    pub(crate) taken: Vec<f64>,
    pub(crate) brought: Vec<f64>,
}

impl Demand {
    pub(crate) fn of(recording: Recording<'_>, snapshots: Range<usize>) -> Self {
        let city = recording.city();
        let stations = city.stations().len();
        let nothing = HourDemand { taken: vec![0.0; stations], brought: vec![0.0; stations] };
        let mut hours = vec![nothing; HOURS];
        for (earlier, later) in snapshots.clone().zip(snapshots.skip(1)) {
            let (from, to) = (city.times()[earlier], city.times()[later]);
            if to.duration_since(from) > STANDS_FOR {
                continue;
            }
            let hour = &mut hours[hour_of(to)];
            for station in 0..stations {
                let (Some(before), Some(after)) =
                    (recording.cell(earlier, station), recording.cell(later, station))
                else {
                    continue;
                };
                let changed = f64::from(before.bikes.abs_diff(after.bikes).min(MOST_AT_ONCE));
                let side = if after.bikes < before.bikes { &mut hour.taken } else { &mut hour.brought };
                side[station] += changed;
            }
        }
        for hour in &mut hours {
            run_up(&mut hour.taken);
            run_up(&mut hour.brought);
        }
        Self { hours }
    }

    /// The hour of a moment.
    pub(crate) fn at(&self, moment: Timestamp) -> &HourDemand {
        &self.hours[hour_of(moment)]
    }
}

impl HourDemand {
    /// Bikes taken in this hour in all.
    pub(crate) fn trips(&self) -> f64 {
        self.taken.last().copied().unwrap_or(0.0)
    }
}

fn hour_of(moment: Timestamp) -> usize {
    let point = calendar_point(moment);
    point.hour_of_day as usize + if point.is_day_off { HOURS / 2 } else { 0 }
}

fn run_up(weights: &mut [f64]) {
    let mut sum = 0.0;
    for weight in weights {
        sum += *weight;
        *weight = sum;
    }
}
