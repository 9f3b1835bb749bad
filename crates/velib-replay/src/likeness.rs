//! How like a real network a history is: the same figures of both, side by side.
//!
//! What a replay in a simulated city says holds for a real one as far as these agree. Stations out of service are told apart: nobody
//! is sent to them, but who counts empty stations may count them too. Paris's history holds only those of them that had reported within the
//! day, as its collector left out all other rows; so those are counted here.

mod paris;
#[cfg(test)]
mod tests;

use jiff::civil::Weekday;
use serde::Serialize;
use velib_domain::{
    Counts, SignedDuration, Timestamp,
    calendar::{calendar_point, is_public_holiday, paris_time},
};
use velib_forecast::protocol::CityHistory;

use paris::PARIS;

/// How far from the wanted moment the second snapshot of a pair may lie.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(8);

/// A step no longer than this counts as a minute.
const A_MINUTE: SignedDuration = SignedDuration::from_secs(90);

/// A station with fewer pairs than this tells nothing of the spread.
const LEAST_PAIRS: f64 = 24.0;

/// Parts of a day by Paris wall-clock time.
const PARTS: [(f64, f64, &str); 6] = [
    (0.0, 5.0, "0–5"),
    (5.0, 7.0, "5–7"),
    (7.0, 10.0, "7–10"),
    (10.0, 16.0, "10–16"),
    (16.0, 20.0, "16–20"),
    (20.0, 24.0, "20–24"),
];

/// A figure of a history, and of the real network where it is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// Of the history.
    pub value: f64,
    /// Of Paris.
    pub paris: Option<f64>,
}

impl Figure {
    /// How far it is from the real one, as a share of that.
    pub fn off(&self) -> Option<f64> {
        self.paris.map(|paris| self.value / paris - 1.0)
    }

    /// Whether it is farther from the real one than this share of that, as far as is known.
    pub fn is_beyond(&self, share: f64) -> bool {
        self.off().is_some_and(|off| off.abs() > share)
    }
}

/// What a feed told of stations that were out of service then.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutOfService {
    rows: f64,
    empty: Mean,
    full: Mean,
}

impl OutOfService {
    /// Counts one of them in one snapshot, and what was told of it if it still reports.
    pub fn add(&mut self, counts: &Counts, reports: bool) {
        self.rows += 1.0;
        if !reports {
            return;
        }
        self.empty.add_whether(counts.bikes == 0);
        if let Some(docks) = counts.docks {
            self.full.add_whether(docks == 0);
        }
    }
}

/// Mean of what was added.
#[derive(Debug, Clone, Copy, Default)]
struct Mean {
    sum: f64,
    rows: f64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.rows += 1.0;
    }

    fn add_whether(&mut self, is_so: bool) {
        self.add(f64::from(u8::from(is_so)));
    }

    fn with(self, other: Self) -> Self {
        Self { sum: self.sum + other.sum, rows: self.rows + other.rows }
    }

    fn value(self) -> Option<f64> {
        (self.rows > 0.0).then(|| self.sum / self.rows)
    }
}

/// The figures of a history; those that its cadence does not show are left out.
pub fn likeness(city: &CityHistory, out_of_service: OutOfService) -> Vec<Figure> {
    let mut figures = walls(city, out_of_service);
    for (minutes, name) in [(30, "30 min"), (60, "1 h"), (120, "2 h"), (180, "3 h")] {
        let changed = Changes::of(city, SignedDuration::from_mins(minutes));
        figures.push((format!("bikes changed in {name}"), changed.all.value()));
        if minutes == 60 {
            figures.extend(changed.profile());
            figures.extend(changed.spread());
        }
    }
    figures.push(("stations changing in a minute, 17–18".to_owned(), within_a_minute(city)));
    figures.extend(fills(city));
    let known = figures.into_iter().filter_map(|(name, value)| Some((name, value?)));
    known
        .map(|(name, value)| {
            let paris = PARIS.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            Figure { name, value, paris }
        })
        .collect()
}

type Named = (String, Option<f64>);

fn walls(city: &CityHistory, out_of_service: OutOfService) -> Vec<Named> {
    let (mut empty, mut full, mut below) = (Mean::default(), Mean::default(), Mean::default());
    for snapshot in 0..city.times().len() {
        for cell in (0..city.stations().len()).filter_map(|station| city.cell(snapshot, station)) {
            empty.add_whether(cell.bikes == 0);
            if let Some(docks) = cell.docks {
                full.add_whether(docks == 0);
                below.add_whether(cell.bikes + docks < cell.capacity);
            }
        }
    }
    let with = "with those out of service that report";
    let rows = empty.rows + out_of_service.rows;
    vec![
        ("share out of service".to_owned(), (rows > 0.0).then(|| out_of_service.rows / rows)),
        ("share empty".to_owned(), empty.value()),
        ("share full".to_owned(), full.value()),
        (format!("share empty, {with}"), empty.with(out_of_service.empty).value()),
        (format!("share full, {with}"), full.with(out_of_service.full).value()),
        ("share with bikes + docks below capacity".to_owned(), below.value()),
    ]
}

/// Absolute changes of bikes over some time.
struct Changes {
    all: Mean,
    by_part: [[Mean; PARTS.len()]; 2],
    by_weekday: [Mean; 7],
    by_station: Vec<Mean>,
}

impl Changes {
    fn of(city: &CityHistory, over: SignedDuration) -> Self {
        let mut found = Self {
            all: Mean::default(),
            by_part: [[Mean::default(); PARTS.len()]; 2],
            by_weekday: [Mean::default(); 7],
            by_station: vec![Mean::default(); city.stations().len()],
        };
        for (from, to) in pairs(city.times(), over) {
            let middle = city.times()[from] + over / 2;
            let point = calendar_point(middle);
            let part = PARTS.iter().position(|(_, end, _)| point.hour_of_day < *end).unwrap_or(0);
            let day = weekday(middle);
            for station in 0..city.stations().len() {
                let (Some(before), Some(after)) = (city.cell(from, station), city.cell(to, station)) else {
                    continue;
                };
                let changed = f64::from(before.bikes.abs_diff(after.bikes));
                found.all.add(changed);
                found.by_part[usize::from(point.is_day_off)][part].add(changed);
                found.by_weekday[day].add(changed);
                found.by_station[station].add(changed);
            }
        }
        found
    }

    /// Every part of the day beside the mean of all.
    fn profile(&self) -> Vec<Named> {
        let all = self.all.value().unwrap_or(f64::NAN);
        let mut named = Vec::new();
        for (kind, parts) in ["workday", "day off"].iter().zip(&self.by_part) {
            for ((_, _, part), mean) in PARTS.iter().zip(parts) {
                named.push((format!("{kind} {part}, beside the mean"), mean.value().map(|mean| mean / all)));
            }
        }
        for (day, mean) in ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].iter().zip(&self.by_weekday) {
            named.push((format!("{day}, beside the mean"), mean.value().map(|mean| mean / all)));
        }
        named
    }

    /// Quiet, middling and busy stations beside the mean of all.
    fn spread(&self) -> Vec<Named> {
        let all = self.all.value().unwrap_or(f64::NAN);
        let stations = self.by_station.iter().filter(|mean| mean.rows >= LEAST_PAIRS);
        let shares: Vec<f64> = stations.filter_map(|mean| Some(mean.value()? / all)).collect();
        deciles("stations' changes", shares)
    }
}

/// Half-empty and half-full stations: their mean bikes as a share of bikes and docks.
fn fills(city: &CityHistory) -> Vec<Named> {
    let mut by_station = vec![Mean::default(); city.stations().len()];
    for snapshot in 0..city.times().len() {
        for (station, mean) in by_station.iter_mut().enumerate() {
            let Some(cell) = city.cell(snapshot, station) else { continue };
            let places = cell.bikes + cell.docks.unwrap_or(0);
            if places > 0 {
                mean.add(f64::from(cell.bikes) / f64::from(places));
            }
        }
    }
    let stations = by_station.iter().filter(|mean| mean.rows >= LEAST_PAIRS);
    deciles("stations' fill", stations.filter_map(|mean| mean.value()).collect())
}

fn deciles(name: &str, mut values: Vec<f64>) -> Vec<Named> {
    values.sort_unstable_by(f64::total_cmp);
    let at =
        |share: f64| values.get(((values.len() as f64 - 1.0).max(0.0) * share).round() as usize).copied();
    [(0.1, "p10"), (0.5, "p50"), (0.9, "p90")]
        .map(|(share, word)| (format!("{name}, {word}"), at(share)))
        .into()
}

/// The share of stations whose bikes or docks change within a minute, between five and six in the evening of workdays.
fn within_a_minute(city: &CityHistory) -> Option<f64> {
    let mut share = Mean::default();
    for (earlier, times) in city.times().windows(2).enumerate() {
        let point = calendar_point(times[0]);
        let rush = (17.0..18.0).contains(&point.hour_of_day) && !point.is_day_off;
        if !rush || times[1].duration_since(times[0]) > A_MINUTE {
            continue;
        }
        for station in 0..city.stations().len() {
            let cells = (city.cell(earlier, station), city.cell(earlier + 1, station));
            if let (Some(before), Some(after)) = cells {
                let changed = before.bikes != after.bikes || before.docks != after.docks;
                share.add(f64::from(u8::from(changed)));
            }
        }
    }
    share.value()
}

/// Snapshots so far apart, thinned to one in five minutes.
fn pairs(times: &[Timestamp], over: SignedDuration) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut next = Timestamp::MIN;
    for (from, &at) in times.iter().enumerate() {
        if at < next {
            continue;
        }
        next = at + SignedDuration::from_mins(5);
        let wanted = at + over;
        let later = times.partition_point(|time| *time < wanted);
        let off = |index: &usize| times[*index].duration_since(wanted).abs();
        let nearest = [later.checked_sub(1), (later < times.len()).then_some(later)];
        let nearest = nearest.into_iter().flatten().filter(|&to| to > from).min_by_key(off);
        pairs.extend(nearest.filter(|to| off(to) <= TOLERANCE).map(|to| (from, to)));
    }
    pairs
}

/// From Monday; a public holiday is a Sunday.
fn weekday(at: Timestamp) -> usize {
    let date = paris_time(at).date();
    let day = if is_public_holiday(date) { Weekday::Sunday } else { date.weekday() };
    usize::from(day.to_monday_zero_offset().unsigned_abs())
}
