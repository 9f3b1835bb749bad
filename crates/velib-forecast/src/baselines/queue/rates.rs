//! How many bikes come and go at each station at each hour of the week, told from counts alone.
//!
//! Between two snapshots the count changes by arrivals less departures: the mean of the change tells their difference,
//! its variance their sum. Spans that start at a wall tell of one of them only and are left out. An hour of the week seen
//! in two weeks is little, so it leans on that hour of its kind of day, and that on the station's whole week.

use std::collections::HashMap;

use velib_domain::{SignedDuration, StationId, Timestamp};

use super::Flow;
use crate::{
    profile::{WEEK_HOURS, WeekMoment},
    protocol::CityHistory,
};

/// Spans between snapshots longer than this hide too much.
const LONGEST_SPAN: SignedDuration = SignedDuration::from_mins(90);

/// Hours of that hour on days of the kind that weigh as much as those of the one weekday.
const KIND_HOURS: f64 = 2.0;

/// Hours of the whole week that weigh as much as those of one hour of a kind of day.
const ANY_HOURS: f64 = 1.0;

/// A station that was never seen to move still may, in bikes an hour.
const LEAST_FLOW: f64 = 0.02;

/// The flow at every station and hour of the week.
#[derive(Debug, Clone)]
pub struct Rates {
    stations: HashMap<StationId, Vec<Flow>>,
    /// For stations that were never counted: the mean of all.
    anywhere: Vec<Flow>,
}

/// Sums over spans that began in one hour.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    hours: f64,
    hours_squared: f64,
    change: f64,
    change_squared: f64,
}

impl Rates {
    /// Learns from consecutive snapshots.
    pub fn of(city: &CityHistory, snapshots: impl Iterator<Item = usize>) -> Self {
        let stations = city.stations().len();
        let mut sums = vec![[Sum::default(); WEEK_HOURS]; stations];
        let snapshots: Vec<usize> = snapshots.collect();
        for span in snapshots.windows(2) {
            let (from, to) = (city.times()[span[0]], city.times()[span[1]]);
            let lasts = to.duration_since(from);
            if lasts > LONGEST_SPAN {
                continue;
            }
            let hour = hour_of_week(from + lasts / 2);
            for (station, sums) in sums.iter_mut().enumerate() {
                let (Some(before), Some(after)) = (city.cell(span[0], station), city.cell(span[1], station))
                else {
                    continue;
                };
                if before.bikes > 0 && before.docks != Some(0) {
                    sums[hour]
                        .add(f64::from(after.bikes) - f64::from(before.bikes), lasts.as_secs_f64() / 3600.0);
                }
            }
        }
        let mut anywhere = [Sum::default(); WEEK_HOURS];
        for sums in &sums {
            anywhere.iter_mut().zip(sums).for_each(|(all, sum)| all.merge(*sum));
        }
        let ids = city.stations().iter().map(|station| station.station_id.clone());
        Self { stations: ids.zip(sums.iter().map(week)).collect(), anywhere: week(&anywhere) }
    }

    /// The flow at a station at a moment.
    pub fn at(&self, station_id: &StationId, moment: Timestamp) -> Flow {
        self.stations.get(station_id).unwrap_or(&self.anywhere)[hour_of_week(moment)]
    }
}

/// The hour of the week in which an instant lies.
fn hour_of_week(instant: Timestamp) -> usize {
    WeekMoment::of(instant).earlier
}

fn week(sums: &[Sum; WEEK_HOURS]) -> Vec<Flow> {
    let of_days = |days: std::ops::Range<usize>, hours: std::ops::Range<usize>| {
        let mut sum = Sum::default();
        days.for_each(|day| hours.clone().for_each(|hour| sum.merge(sums[day * 24 + hour])));
        sum
    };
    let any = of_days(0..7, 0..24);
    let flow = |day: usize, hour: usize| {
        let mut kind = of_days(if day < 5 { 0..5 } else { 5..7 }, hour..hour + 1);
        kind.merge(any.weighing(ANY_HOURS));
        let mut own = sums[day * 24 + hour];
        own.merge(kind.weighing(KIND_HOURS));
        own.flow()
    };
    (0..WEEK_HOURS).map(|hour| flow(hour / 24, hour % 24)).collect()
}

impl Sum {
    fn add(&mut self, change: f64, hours: f64) {
        self.hours += hours;
        self.hours_squared += hours * hours;
        self.change += change;
        self.change_squared += change * change;
    }

    fn merge(&mut self, other: Self) {
        self.hours += other.hours;
        self.hours_squared += other.hours_squared;
        self.change += other.change;
        self.change_squared += other.change_squared;
    }

    /// The same means with another weight; nothing where nothing was seen.
    fn weighing(self, hours: f64) -> Self {
        let factor = if self.hours > 0.0 { hours / self.hours } else { 0.0 };
        Self {
            hours: self.hours * factor,
            hours_squared: self.hours_squared * factor,
            change: self.change * factor,
            change_squared: self.change_squared * factor,
        }
    }

    /// Arrivals less departures is the mean change an hour, arrivals and departures its variance.
    fn flow(self) -> Flow {
        let hours = self.hours.max(f64::MIN_POSITIVE);
        let mean = self.change / hours;
        let variance = (self.change_squared - mean * mean * self.hours_squared) / hours;
        let both = variance.max(mean.abs());
        Flow {
            arrivals: f64::midpoint(both, mean).max(LEAST_FLOW),
            departures: f64::midpoint(both, -mean).max(LEAST_FLOW),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steady_arrivals_are_told_by_their_mean_and_a_coin_by_its_variance() {
        let mut steady = Sum::default();
        (0..10).for_each(|_| steady.add(3.0, 0.5));
        assert_eq!(steady.flow(), Flow { arrivals: 6.0, departures: LEAST_FLOW });
        let mut coin = Sum::default();
        (0..10).for_each(|toss| coin.add(if toss % 2 == 0 { 1.0 } else { -1.0 }, 0.5));
        assert_eq!(coin.flow(), Flow { arrivals: 1.0, departures: 1.0 });
    }

    #[test]
    fn a_station_never_seen_to_move_hardly_moves() {
        assert_eq!(Sum::default().flow(), Flow { arrivals: LEAST_FLOW, departures: LEAST_FLOW });
    }
}
