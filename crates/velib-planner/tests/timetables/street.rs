//! A world of one straight street: places are metres from its start, walking is 75 m and riding 250 m a minute.
//!
//! A table has one station a line, `Nation 2900 bike .9 dock 1`. A chance may change once, `1→0@12` being certain
//! until twelve minutes after departure and hopeless from then on; `?` is what nobody can tell. What follows is out of
//! service: `not-installed`, `not-renting`, `not-returning`.

use std::collections::HashMap;

use velib_domain::{LatLon, SignedDuration, StationId, Timestamp};
use velib_planner::{
    BikeKind, Dropped, JourneyRequest, Network, NetworkStation, Outlook, Plan, StreetTimes, Stretch, plan,
};

/// Metres of one degree along the equator, where the street lies.
const METRES_A_DEGREE: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;

/// A place so many metres from the start of the street.
pub(crate) fn at_metre(metres: f64) -> LatLon {
    LatLon { lat: 0.0, lon: metres / METRES_A_DEGREE }
}

/// Friday morning, eight o'clock in Paris.
pub(crate) fn eight_o_clock() -> Timestamp {
    "2026-11-20T07:00:00Z".parse().unwrap()
}

/// Walking 75 m and riding 250 m a minute, along a line.
pub(crate) struct Street;

impl StreetTimes for Street {
    fn walk(&self, from: LatLon, to: LatLon) -> Stretch {
        let distance_m = from.distance_m(to);
        Stretch { distance_m, duration_s: distance_m * 60.0 / 75.0 }
    }

    fn ride(&self, from: LatLon, to: LatLon, _: BikeKind) -> Stretch {
        let distance_m = from.distance_m(to);
        Stretch { distance_m, duration_s: distance_m * 60.0 / 250.0 }
    }
}

/// A chance over time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Chance {
    /// Nobody can tell.
    Unknown,
    /// The first until so many minutes after departure, then the second.
    Steps(f64, f64, i64),
}

impl Chance {
    pub(crate) fn always(p: f64) -> Self {
        Self::Steps(p, p, 0)
    }

    fn parse(text: &str) -> Self {
        if text == "?" {
            return Self::Unknown;
        }
        let Some((before, rest)) = text.split_once('→') else { return Self::always(text.parse().unwrap()) };
        let (after, minute) = rest.split_once('@').unwrap();
        Self::Steps(before.parse().unwrap(), after.parse().unwrap(), minute.parse().unwrap())
    }

    fn at(self, moment: Timestamp) -> Option<f64> {
        match self {
            Self::Unknown => None,
            Self::Steps(before, after, minute) => {
                let turned = moment >= eight_o_clock() + SignedDuration::from_mins(minute);
                Some(if turned { after } else { before })
            }
        }
    }
}

/// The chances of a bike and of a dock, by station; of `n` of them, the chance to the power of `n`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) chances: HashMap<StationId, (Chance, Chance)>,
}

impl Outlook for Table {
    fn p_bikes_at_least(&self, station: &StationId, _: BikeKind, n: u16, at: Timestamp) -> Option<f64> {
        Some(self.chances.get(station)?.0.at(at)?.powi(n.into()))
    }

    fn p_docks_at_least(&self, station: &StationId, n: u16, at: Timestamp) -> Option<f64> {
        Some(self.chances.get(station)?.1.at(at)?.powi(n.into()))
    }
}

/// Reads a table of stations.
fn read(stations: &str) -> (Network, Table) {
    let (mut network, mut table) = (Vec::new(), Table::default());
    for line in stations.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let &[name, metre, "bike", bike, "dock", dock, ref out_of_service @ ..] = words.as_slice() else {
            panic!("not a station: {line}");
        };
        let station_id = StationId::new(name);
        table.chances.insert(station_id.clone(), (Chance::parse(bike), Chance::parse(dock)));
        network.push(NetworkStation {
            station_id,
            name: name.to_owned(),
            position: at_metre(metre.parse().unwrap()),
            is_installed: !out_of_service.contains(&"not-installed"),
            is_renting: !out_of_service.contains(&"not-renting"),
            is_returning: !out_of_service.contains(&"not-returning"),
        });
    }
    (Network::new(network), table)
}

/// Reads `0 → 3000 riders 2 max_walk 400`.
fn read_request(text: &str) -> JourneyRequest {
    let words: Vec<&str> = text.split_whitespace().collect();
    let &[from, "→", to, ref options @ ..] = words.as_slice() else { panic!("not a request: {text}") };
    let mut request = JourneyRequest {
        from: at_metre(from.parse().unwrap()),
        to: at_metre(to.parse().unwrap()),
        depart_at: eight_o_clock(),
        bike: BikeKind::Any,
        max_walk_m: JourneyRequest::DEFAULT_MAX_WALK_M,
        riders: 1,
    };
    for option in options.chunks_exact(2) {
        match option[0] {
            "riders" => request.riders = option[1].parse().unwrap(),
            "max_walk" => request.max_walk_m = option[1].parse().unwrap(),
            other => panic!("no such option: {other}"),
        }
    }
    request
}

/// Plans over a table.
pub(crate) fn planned(request: &str, stations: &str) -> Plan {
    let (network, table) = read(stations);
    plan(&network, &table, &Street, &read_request(request))
}

/// The plan in lines is the expected one.
pub(crate) fn check(request: &str, stations: &str, expected: &str) {
    let found = planned(request, stations).to_string();
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(found.lines().collect::<Vec<_>>(), expected, "\nfound:\n{found}\n");
}

/// What was left out, `Nation → ?: not_renting` a line, is the expected.
pub(crate) fn check_dropped(request: &str, stations: &str, expected: &[&str]) {
    let line = |dropped: &Dropped| {
        let name = |id: &Option<StationId>| id.as_ref().map_or("?".to_owned(), ToString::to_string);
        format!("{} → {}: {}", name(&dropped.pickup), name(&dropped.dropoff), dropped.reason.code())
    };
    let found: Vec<String> = planned(request, stations).dropped.iter().map(line).collect();
    assert_eq!(found, expected);
}
