//! A world of one straight street: places are metres from its start, walking is 75 m and riding 250 m a minute.
//!
//! Nobody waits unless a request says how likely it is that something comes, and stations fail independently unless it
//! says how much their odds are shifted.
//!
//! A table has one station a line, `Nation 2900 bike .9 dock 1`. A chance may change once, `1→0@12` being certain
//! until twelve minutes after departure and hopeless from then on; `?` is what nobody can tell. What follows is out of
//! service: `not-installed`, `not-renting`, `not-returning`; `silent 30` has not reported for thirty hours.
//! `ebike .5` is the chance of a bike with a motor, where it differs.

use std::collections::HashMap;

use velib_domain::{LatLon, SignedDuration, StationId, Timestamp};
use velib_planner::{
    BikeKind, Correlation, Dropped, Inputs, JourneyRequest, Network, NetworkStation, Outlook, Paces, Plan,
    Risk, Site, Start, StreetTimes, Stretch, When, plan,
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

/// Walking 75 m and riding 250 m a minute, by e-bike 500 m, along a line.
pub(crate) struct Street;

impl StreetTimes for Street {
    fn walk(&self, from: LatLon, to: LatLon) -> Stretch {
        let distance_m = from.distance_m(to);
        Stretch { distance_m, duration_s: distance_m * 60.0 / 75.0 }
    }

    fn ride(&self, from: LatLon, to: LatLon, kind: BikeKind) -> Stretch {
        let distance_m = from.distance_m(to);
        let m_per_minute = if kind == BikeKind::Ebike { 500.0 } else { 250.0 };
        Stretch { distance_m, duration_s: distance_m * 60.0 / m_per_minute }
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

/// What one station offers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chances {
    pub(crate) bike: Chance,
    pub(crate) ebike: Chance,
    pub(crate) dock: Chance,
}

impl Chances {
    /// The same at any time, and with no motor anywhere.
    pub(crate) fn always(bike: f64, dock: f64) -> Self {
        Self { bike: Chance::always(bike), ebike: Chance::always(0.0), dock: Chance::always(dock) }
    }
}

/// Chances by station; of `n` of them, the chance to the power of `n`. Had a station nothing now, its chance would be
/// none; had it one, half; two, three quarters; and so on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) chances: HashMap<StationId, Chances>,
}

impl Outlook for Table {
    fn p_bikes_at_least(&self, site: Site<'_>, kind: BikeKind, n: u16, at: Timestamp) -> Option<f64> {
        let chances = self.chances.get(&site.station_id)?;
        let chance = if kind == BikeKind::Ebike { chances.ebike } else { chances.bike };
        Some(chance.at(at)?.powi(n.into()))
    }

    fn p_docks_at_least(&self, site: Site<'_>, n: u16, at: Timestamp) -> Option<f64> {
        Some(self.chances.get(&site.station_id)?.dock.at(at)?.powi(n.into()))
    }

    fn p_bikes_had_it(&self, now: u16, _: Site<'_>, _: BikeKind, n: u16, _: Timestamp) -> Option<f64> {
        Some((1.0 - 0.5_f64.powi(now.into())).powi(n.into()))
    }

    fn p_docks_had_it(&self, now: u16, site: Site<'_>, n: u16, at: Timestamp) -> Option<f64> {
        self.p_bikes_had_it(now, site, BikeKind::Any, n, at)
    }
}

/// Reads a table of stations.
fn read(stations: &str) -> (Network, Table) {
    let (mut network, mut table) = (Vec::new(), Table::default());
    for line in stations.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let &[name, metre, "bike", bike, "dock", dock, ref more @ ..] = words.as_slice() else {
            panic!("not a station: {line}");
        };
        let value = |word: &str| more.iter().position(|w| *w == word).map(|at| more[at + 1]);
        let station_id = StationId::new(name);
        let chances = Chances {
            bike: Chance::parse(bike),
            ebike: Chance::parse(value("ebike").unwrap_or("0")),
            dock: Chance::parse(dock),
        };
        table.chances.insert(station_id.clone(), chances);
        network.push(NetworkStation {
            station_id,
            name: name.to_owned(),
            position: at_metre(metre.parse().unwrap()),
            is_installed: !more.contains(&"not-installed"),
            is_renting: !more.contains(&"not-renting"),
            is_returning: !more.contains(&"not-returning"),
            silent_for: value("silent").map(|hours| SignedDuration::from_hours(hours.parse().unwrap())),
        });
    }
    (Network::new(network), table)
}

/// Reads `0 → 3000 riders 2 max_walk 400 risk safe comes .5 rho -1`, times in minutes after eight.
fn read_request(text: &str) -> (JourneyRequest, Correlation) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let &[from, "→", to, ref options @ ..] = words.as_slice() else { panic!("not a request: {text}") };
    let place = |metres: &str| at_metre(metres.parse().unwrap());
    let mut request = JourneyRequest::new(place(from), place(to), When::DepartAt(eight_o_clock()));
    // Times are checked by hand: everybody walks and rides alike, unless a request says `paces usual`.
    request.paces = Paces::ALIKE;
    let mut correlation = Correlation { comes: [0.0; 2], ..Correlation::default() };
    for option in options.chunks_exact(2) {
        let value = option[1];
        match option[0] {
            "riders" => request.riders = value.parse().unwrap(),
            "max_walk" => request.max_walk_m = value.parse().unwrap(),
            "m_per_minute" => request.walk_m_per_s = value.parse::<f64>().unwrap() / 60.0,
            "risk" => request.risk = risk(value),
            "paces" => request.paces = Paces::USUAL,
            "start" => request.start = if value == "riding" { Start::Riding } else { Start::OnFoot },
            "bike" => request.bike = if value == "ebike" { BikeKind::Ebike } else { BikeKind::Mechanical },
            "depart" => request.when = When::DepartAt(minutes_after_eight(value)),
            "arrive" => {
                let not_before = eight_o_clock();
                request.when = When::ArriveBy { at: minutes_after_eight(value), not_before };
            }
            "comes" => correlation.comes = [value.parse().unwrap(); 2],
            "rho" => correlation.rho = [[[value.parse().unwrap(); 4]; 4]; 2],
            other => panic!("no such option: {other}"),
        }
    }
    (request, correlation)
}

fn minutes_after_eight(text: &str) -> Timestamp {
    eight_o_clock() + SignedDuration::from_mins(text.parse().unwrap())
}

fn risk(text: &str) -> Risk {
    let risks = [Risk::Fast, Risk::Balanced, Risk::Safe];
    risks.into_iter().find(|risk| risk.as_str() == text).unwrap()
}

/// Plans over a table.
pub(crate) fn planned(request: &str, stations: &str) -> Plan {
    planned_telling(request, stations, false)
}

fn planned_telling(request: &str, stations: &str, tells_left_out: bool) -> Plan {
    let (network, table) = read(stations);
    let (request, correlation) = read_request(request);
    let request = JourneyRequest { tells_left_out, ..request };
    let inputs = Inputs { network: &network, outlook: &table, streets: &Street, correlation: &correlation };
    plan(inputs, &request)
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
    let found: Vec<String> = planned_telling(request, stations, true).dropped.iter().map(line).collect();
    assert_eq!(found, expected);
}
