//! For tests: a small city whose every count is a formula, with all that features can tell of: two parts of town, stations
//! of all sizes, kinds of bikes, docks that are not told, holes, weather, holidays, and an hour that autumn repeats.

use velib_domain::{
    CapacitySource, Counts, LatLon, Observation, SignedDuration, Station, StationId, StationStatus, Timestamp,
};

use crate::{
    HourlyWeather,
    protocol::{Cell, CityHistory, CityHistoryBuilder},
};

/// Stations of the city.
pub(crate) const STATIONS: u16 = 25;

/// Whole days of hourly snapshots, from Monday 24 October 2022: schools are closed until 7 November, the clock is put back
/// on 30 October, and 1 November is a holiday.
pub(crate) const HOURS: i64 = 16 * 24;

/// Its middle.
pub(crate) const CENTRE: LatLon = LatLon { lat: 48.86, lon: 2.34 };

/// One of the hours in which fewer stations were counted than make a network.
pub(crate) const FEW_COUNTED: i64 = 300;

/// Stands kilometres from any other.
const LONE: u16 = 23;

/// Opened on the ninth day, the holiday: no usual week knows it.
const LATE_COMER: u16 = 24;

/// One station in one snapshot: hours from the beginning, and which.
pub(crate) type Counted = (i64, u16, Cell);

/// When a snapshot was taken.
pub(crate) fn time(hour: i64) -> Timestamp {
    let start: Timestamp = "2022-10-24T00:00:00Z".parse().expect("a constant");
    start + SignedDuration::from_hours(hour)
}

/// Everything that was counted.
pub(crate) fn counted() -> Vec<Counted> {
    let all = (0..HOURS).flat_map(|hour| (0..STATIONS).map(move |station| (hour, station)));
    all.filter_map(|(hour, station)| Some((hour, station, cell(hour, station)?))).collect()
}

/// A history of counts, with the weather.
pub(crate) fn city(counted: &[Counted]) -> CityHistory {
    let mut city = CityHistoryBuilder::new(&(0..STATIONS).map(station).collect::<Vec<_>>());
    for (hour, station, cell) in counted {
        city.add(&observation(*hour, *station, *cell));
    }
    city.finish().with_weather((0..HOURS).filter(|hour| hour % 17 != 5).map(weather).collect())
}

/// A number that looks random and is the same everywhere.
pub(crate) fn hash(a: u64, b: u64) -> u64 {
    // SplitMix64's last steps.
    let mut mixed = a.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(b.wrapping_mul(0xD1B5_4A32_D192_ED03));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn cell(hour: i64, station: u16) -> Option<Cell> {
    let random =
        |what: u64, below: u64| (hash(hour.unsigned_abs() * 31 + what, station.into()) % below) as u16;
    let is_closed = station == LATE_COMER && hour < 8 * 24;
    let is_missing = random(1, 20) == 0 || is_closed || (hour % 97 == FEW_COUNTED % 97 && station >= 19);
    let capacity = 12 + 3 * (station % 11);
    // A triangle over the day, each station's at its own hour, and a little noise.
    let of_day = (hour + i64::from(station) * 5).rem_euclid(24);
    let wave = of_day.min(24 - of_day).unsigned_abs() as u16;
    let bikes = capacity * wave / 12 + random(2, 4);
    let ebikes = (station % 5 != 3).then(|| random(3, u64::from(bikes) + 2));
    let docks = (station % 7 != 6).then(|| capacity.saturating_sub(bikes + random(4, 3)));
    (!is_missing).then_some(Cell { bikes, ebikes, docks, capacity })
}

/// Twenty stations in steps of 250 and 330 m, four across the river, and a lone one.
fn station(number: u16) -> Station {
    let (row, column) = (f64::from(number / 5), f64::from(number % 5));
    let across = match number {
        LONE => -0.1,
        20.. => -0.03,
        _ => 0.0,
    };
    Station {
        station_id: StationId::new(number.to_string()),
        station_code: None,
        name: format!("station {number}"),
        position: LatLon { lat: CENTRE.lat + 0.0022 * row + across, lon: CENTRE.lon + 0.0045 * column },
        capacity: None,
        arrondissement: None,
        commune: None,
        first_seen: time(0),
        last_seen: time(HOURS),
    }
}

fn observation(hour: i64, station: u16, cell: Cell) -> Observation {
    let Cell { bikes, ebikes, docks, capacity } = cell;
    Observation {
        snapshot_at: time(hour),
        status: StationStatus {
            station_id: StationId::new(station.to_string()),
            station_code: None,
            counts: Counts { bikes, ebikes, docks, ..Counts::default() },
            reported_at: None,
            is_installed: Some(true),
            is_renting: None,
            is_returning: None,
        },
        capacity: Some(capacity),
        capacity_source: Some(CapacitySource::Feed),
    }
}

fn weather(hour: i64) -> HourlyWeather {
    let random = |what: u64, below: u64| hash(what, hour.unsigned_abs()) % below;
    HourlyWeather {
        valid_at: time(hour),
        precipitation_mm: (random(13, 9) != 0).then(|| random(11, 4) as f64 / 2.0),
        wind_kmh: Some(random(7, 40) as f64),
    }
}
