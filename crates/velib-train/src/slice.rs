//! Kinds of rows that are judged apart: at night and at noon, in the centre and at the edge, beside empty stations.

use std::fmt;

use velib_domain::{
    Timestamp,
    calendar::{calendar_point, is_public_holiday, paris_time},
};
use velib_forecast::{
    HourlyWeather,
    protocol::{Cell, CityHistory},
};

/// Stations that count as neighbours.
const NEIGHBOURS: usize = 5;

/// Upper ends of the classes of capacity, in docks.
const SMALL: u16 = 20;
const MIDDLE: u16 = 35;

/// Rain in the hours around a forecast from which on it is called wet, in mm.
const WET_MM: f64 = 0.2;

/// One kind of rows. Every row belongs to one of each variant, but to no neighbourhood where no neighbour was counted, and
/// to no sky where nobody told the weather.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slice {
    /// The Paris hour at which the forecast is made, 0…23.
    Hour(u8),
    /// What kind of day that is.
    Day(DayKind),
    /// Paris arrondissement 1–20; `None` outside Paris or where unknown.
    Arrondissement(Option<u8>),
    /// Docks built.
    Capacity(CapacityClass),
    /// Whether one of the five stations next to it was empty or full.
    Neighbours(Neighbourhood),
    /// Whether it rains around then.
    Sky(Sky),
}

/// Kinds of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayKind {
    /// Monday to Friday.
    Weekday,
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday, whatever day it is.
    Holiday,
}

/// Classes of capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CapacityClass {
    /// Fewer than 20 docks.
    Small,
    /// 20 to 34 docks.
    Middle,
    /// 35 docks and more.
    Large,
}

/// What the neighbours have run out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Neighbourhood {
    /// Each has a bike and a dock.
    Neither,
    /// At least one has no bike.
    Empty,
    /// At least one has no free dock.
    Full,
    /// Both happen.
    Both,
}

/// The weather from four hours before a forecast to four hours after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sky {
    /// No rain to speak of.
    Dry,
    /// Rain or snow.
    Wet,
}

/// The kinds of every row of a city.
#[derive(Debug)]
pub struct Slices {
    neighbours: Vec<Vec<usize>>,
}

impl Slices {
    /// Finds the neighbours of every station.
    pub fn of(city: &CityHistory) -> Self {
        let stations = city.stations();
        let nearest = |own: usize| {
            let distance = |&other: &usize| stations[own].position.distance_m(stations[other].position);
            let mut others: Vec<usize> = (0..stations.len()).filter(|&other| other != own).collect();
            others.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
            others.iter().take(NEIGHBOURS).copied().collect()
        };
        Self { neighbours: (0..stations.len()).map(nearest).collect() }
    }

    /// The kinds of the row of a station in a snapshot.
    pub fn row(&self, city: &CityHistory, at: usize, station: usize) -> Vec<Slice> {
        let moment = city.times()[at];
        let mut slices = vec![
            Slice::Hour(paris_time(moment).hour().unsigned_abs()),
            Slice::Day(day_kind(moment)),
            Slice::Arrondissement(city.stations()[station].arrondissement),
        ];
        slices.extend(city.cell(at, station).map(|cell| Slice::Capacity(capacity_class(cell.capacity))));
        let counted = self.neighbours[station].iter().filter_map(|&other| city.cell(at, other));
        slices.extend(neighbourhood(counted).map(Slice::Neighbours));
        slices.extend(sky(city.weather_around(moment)).map(Slice::Sky));
        slices
    }
}

impl Slice {
    /// What rows are told apart by.
    pub fn by(self) -> &'static str {
        match self {
            Self::Hour(_) => "hour",
            Self::Day(_) => "day",
            Self::Arrondissement(_) => "arrondissement",
            Self::Capacity(_) => "capacity",
            Self::Neighbours(_) => "neighbours",
            Self::Sky(_) => "sky",
        }
    }
}

impl fmt::Display for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hour(hour) => return write!(f, "{hour:02}"),
            Self::Day(DayKind::Weekday) => "weekday",
            Self::Day(DayKind::Weekend) => "weekend",
            Self::Day(DayKind::Holiday) => "public holiday",
            Self::Arrondissement(Some(number)) => return write!(f, "{number:02}"),
            Self::Arrondissement(None) => "elsewhere",
            Self::Capacity(CapacityClass::Small) => "below 20 docks",
            Self::Capacity(CapacityClass::Middle) => "20–34 docks",
            Self::Capacity(CapacityClass::Large) => "35 docks and more",
            Self::Neighbours(Neighbourhood::Neither) => "none empty or full",
            Self::Neighbours(Neighbourhood::Empty) => "one is empty",
            Self::Neighbours(Neighbourhood::Full) => "one is full",
            Self::Neighbours(Neighbourhood::Both) => "one is empty, one is full",
            Self::Sky(Sky::Dry) => "dry",
            Self::Sky(Sky::Wet) => "rain or snow",
        })
    }
}

fn sky(hours: &[HourlyWeather]) -> Option<Sky> {
    let told = hours.iter().filter_map(|hour| hour.precipitation_mm);
    let fallen = told.reduce(|sum, fallen| sum + fallen)?;
    Some(if fallen >= WET_MM { Sky::Wet } else { Sky::Dry })
}

fn day_kind(moment: Timestamp) -> DayKind {
    if is_public_holiday(paris_time(moment).date()) {
        DayKind::Holiday
    } else if calendar_point(moment).is_day_off {
        DayKind::Weekend
    } else {
        DayKind::Weekday
    }
}

fn capacity_class(docks: u16) -> CapacityClass {
    match docks {
        0..SMALL => CapacityClass::Small,
        SMALL..MIDDLE => CapacityClass::Middle,
        _ => CapacityClass::Large,
    }
}

/// `None` where no neighbour was counted.
fn neighbourhood(counted: impl Iterator<Item = Cell>) -> Option<Neighbourhood> {
    let (mut any, mut empty, mut full) = (false, false, false);
    for cell in counted {
        any = true;
        empty |= cell.bikes == 0;
        full |= cell.docks == Some(0);
    }
    let kind = match (empty, full) {
        (false, false) => Neighbourhood::Neither,
        (true, false) => Neighbourhood::Empty,
        (false, true) => Neighbourhood::Full,
        (true, true) => Neighbourhood::Both,
    };
    any.then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(bikes: u16, docks: u16) -> Cell {
        Cell { bikes, ebikes: None, docks: Some(docks), capacity: 20 }
    }

    #[test]
    fn a_neighbourhood_is_told_by_what_its_stations_have_run_out_of() {
        let check = |cells: &[Cell], expect: Option<Neighbourhood>| {
            assert_eq!(neighbourhood(cells.iter().copied()), expect);
        };
        check(&[], None);
        check(&[cell(1, 1)], Some(Neighbourhood::Neither));
        check(&[cell(0, 20), cell(3, 4)], Some(Neighbourhood::Empty));
        check(&[cell(20, 0)], Some(Neighbourhood::Full));
        check(&[cell(20, 0), cell(0, 20)], Some(Neighbourhood::Both));
    }

    #[test]
    fn a_sky_is_wet_by_all_its_rain_together_and_unknown_where_nobody_told() {
        let hour = |precipitation_mm| HourlyWeather {
            valid_at: "2024-03-04T08:00:00Z".parse().unwrap(),
            precipitation_mm,
            wind_kmh: None,
        };
        assert_eq!(sky(&[]), None);
        assert_eq!(sky(&[hour(None)]), None);
        assert_eq!(sky(&[hour(Some(0.1)), hour(None)]), Some(Sky::Dry));
        assert_eq!(sky(&[hour(Some(0.1)), hour(Some(0.1))]), Some(Sky::Wet));
    }

    #[test]
    fn a_public_holiday_is_no_weekday_even_on_a_monday() {
        assert_eq!(day_kind("2022-06-06T08:00:00Z".parse().unwrap()), DayKind::Holiday);
        assert_eq!(day_kind("2022-06-07T08:00:00Z".parse().unwrap()), DayKind::Weekday);
        assert_eq!(day_kind("2022-06-04T08:00:00Z".parse().unwrap()), DayKind::Weekend);
    }
}
