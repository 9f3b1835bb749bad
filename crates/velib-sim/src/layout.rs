//! Where the stations stand and what they are like: everything about the city that does not move.

use velib_domain::LatLon;

use crate::{CityConfig, dice::Dice, names};

/// The middle of the city, and how far it reaches north and east of it, in degrees.
const CENTRE: LatLon = LatLon { lat: 48.860, lon: 2.345 };
const REACH: LatLon = LatLon { lat: 0.058, lon: 0.122 };
/// Metres in one degree of latitude, and of longitude on the city's parallel.
const METRES_PER_DEGREE: LatLon = LatLon { lat: 111_200.0, lon: 73_200.0 };
/// Successive stations turn by this share of a full turn (the golden angle), which spaces them evenly.
const GOLDEN_TURN: f64 = 0.381_966_011_250_105;
/// Metres from hill to hill.
const HILLS_M: f64 = 3_500.0;
/// By so much the log-odds of the middle station lie below those of the mean: a few stations are very full.
const SKEW: f64 = -0.2;
/// Share of stations that nearly everybody's ride ends at and few begin, so that they stand full.
const BRIMMING: f64 = 0.085;
/// What they would hold if they could, for each dock.
const OVERFULL: f64 = 1.15;
/// Chances that a station is taken off the street, and closed: with them 15 and 21 of the published city's 1,480 are, which is as in five
/// whole documents of Paris, 2022 to 2026 (75 and 103 of 7,415).
const REMOVED: f64 = 0.010;
const CLOSED: f64 = 0.0125;
const OUT_OF_SERVICE: f64 = REMOVED + CLOSED;
/// Closed stations that go on reporting: 6.6 of Paris's 1,414 that spoke in a day of 2022.
const CLOSED_REPORTS: f64 = 1.0 / 3.0;
/// No station is usually emptier.
const SCARCEST: f64 = 0.13;
/// At one half the city is evenly dense; above it stations thin out towards the edge.
const CENTRALITY: f64 = 0.55;

/// What people do near a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StationKind {
    /// They live here.
    Home,
    /// They work here.
    Work,
    /// They go out here.
    Leisure,
    /// They change to and from trains here.
    Hub,
}

/// Whether a station takes part in the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Rents and takes back.
    Open,
    /// Stands there, rents nothing, takes nothing back.
    Closed,
    /// Taken off the street, still in the feed.
    Removed,
}

/// A simulated station.
#[derive(Debug, Clone)]
pub struct Site {
    /// GBFS id; above 32 bits at some stations.
    pub id: u64,
    /// Printed code.
    pub code: String,
    /// Name, always beginning with "Sim – ".
    pub name: String,
    /// What people do there.
    pub kind: StationKind,
    /// Where it stands.
    pub position: LatLon,
    /// Whether it takes part.
    pub service: Service,
    /// Whether it reports: all that are in service, while they are not silent for hours, and some that are closed.
    pub reports: bool,
    /// Docks that were built.
    pub docks: u16,
    /// Docks that the feed says were built: 0 where the feed does not know, sometimes too few.
    pub published_capacity: u16,
    /// How much more than others of its kind and size it is used; 1 is usual.
    pub popularity: f64,
    /// Bikes for each dock that usually stand there, 0…1.
    pub(crate) usual_fill: f64,
    /// Metres east and north of the centre.
    pub(crate) metres: (f64, f64),
    /// The nearest open stations, nearest first: where people go when this one is full or empty.
    pub(crate) neighbours: Vec<usize>,
}

impl Site {
    /// Metres to another station as the crow flies.
    pub(crate) fn distance_m(&self, other: &Self) -> f64 {
        (self.metres.0 - other.metres.0).hypot(self.metres.1 - other.metres.1)
    }
}

/// Builds the city's stations.
pub(crate) fn lay_out(config: &CityConfig) -> Vec<Site> {
    let mut numbers = [0_usize; 256];
    let mut sites: Vec<Site> = (0..config.stations).map(|index| site(config, index, &mut numbers)).collect();
    let neighbours: Vec<Vec<usize>> = sites.iter().map(|here| nearest_open(here, &sites)).collect();
    for (site, neighbours) in sites.iter_mut().zip(neighbours) {
        site.neighbours = neighbours;
    }
    sites
}

/// Where a station stands in the round city.
struct Spot {
    /// Distance from the centre as a share of the city's radius.
    ring: f64,
    /// Direction as a share of a full turn.
    turn: f64,
    /// Degrees from the centre.
    offset: LatLon,
}

/// The spot of this index: on a sunflower's spiral, which spaces them evenly, then pushed about by chance.
fn spot(config: &CityConfig, index: usize, dice: &mut Dice) -> Spot {
    let spacing = 1.0 / (config.stations as f64).sqrt();
    let on_spiral = ((index as f64 + 0.5) / config.stations as f64).powf(CENTRALITY);
    let ring = (on_spiral + spacing * dice.between(-0.4, 0.4)).clamp(0.0, 1.0);
    let turn = (index as f64 * GOLDEN_TURN).fract();
    let angle = std::f64::consts::TAU * turn + spacing / ring.max(spacing) * dice.between(-0.4, 0.4);
    let offset = LatLon { lat: REACH.lat * ring * angle.sin(), lon: REACH.lon * ring * angle.cos() };
    Spot { ring, turn, offset }
}

/// The station of this index; `numbers` counts the stations of each district so far.
fn site(config: &CityConfig, index: usize, numbers: &mut [usize; 256]) -> Site {
    let mut dice = Dice::of(&[config.seed, 0x5173, index as u64]);
    let Spot { ring, turn, offset } = spot(config, index, &mut dice);
    let kind = kind(ring, offset.lon < 0.0, &mut dice);
    let district = names::district(ring, turn);
    let number = &mut numbers[usize::from(district)];
    *number += 1;
    let code = names::code(district, *number, dice.chance(0.005));
    let docks = (dice.normal() * 0.38 + 3.38).exp().clamp(12.0, 74.0) as u16;
    let service = service(&mut dice);
    Site {
        id: id(index, &mut dice),
        name: names::name(kind, &code),
        code,
        kind,
        position: LatLon { lat: micro(CENTRE.lat + offset.lat), lon: micro(CENTRE.lon + offset.lon) },
        service,
        reports: reports(service, &mut Dice::of(&[config.seed, 0x7e11, index as u64])),
        docks,
        published_capacity: published_capacity(docks, service, &mut dice),
        popularity: (dice.normal() * 0.75).exp(),
        usual_fill: usual_fill(config, offset, &mut Dice::of(&[config.seed, 0xf111, index as u64])),
        metres: (offset.lon * METRES_PER_DEGREE.lon, offset.lat * METRES_PER_DEGREE.lat),
        neighbours: Vec::new(),
    }
}

/// How full a station usually is: half by its quarter, hills being emptier than valleys, half its own.
fn usual_fill(config: &CityConfig, offset: LatLon, dice: &mut Dice) -> f64 {
    let mut of_city = Dice::of(&[config.seed, 0x4117]);
    let (east, north) = (offset.lon * METRES_PER_DEGREE.lon, offset.lat * METRES_PER_DEGREE.lat);
    let wave = |along_m: f64, phase: f64| (std::f64::consts::TAU * (along_m / HILLS_M + phase)).sin();
    let quarter = wave(east + 0.5 * north, of_city.unit()) + wave(north - 0.5 * east, of_city.unit());
    let deviation = (0.5 * quarter + 0.5_f64.sqrt() * dice.normal()) * config.fill_spread;
    let log_odds = (config.bikes_per_dock / (1.0 - config.bikes_per_dock)).ln() + SKEW + deviation;
    if dice.chance(BRIMMING) { OVERFULL } else { (1.0 / (1.0 + (-log_odds).exp())).max(SCARCEST) }
}

/// Offices crowd the centre and the west, homes lie around them.
fn kind(ring: f64, is_west: bool, dice: &mut Dice) -> StationKind {
    let by_ring = if ring < 0.45 { 0.40 } else { 0.18 };
    let work = if is_west { by_ring + 0.10 } else { by_ring };
    let roll = dice.unit();
    match roll {
        ..0.03 => StationKind::Hub,
        ..0.17 => StationKind::Leisure,
        _ if roll < 0.17 + work => StationKind::Work,
        _ => StationKind::Home,
    }
}

fn service(dice: &mut Dice) -> Service {
    match dice.unit() {
        ..REMOVED => Service::Removed,
        ..OUT_OF_SERVICE => Service::Closed,
        _ => Service::Open,
    }
}

fn reports(service: Service, dice: &mut Dice) -> bool {
    match service {
        Service::Open => true,
        Service::Closed => dice.chance(CLOSED_REPORTS),
        Service::Removed => false,
    }
}

/// Old stations have short numbers, those built since 2020 have eleven digits.
fn id(index: usize, dice: &mut Dice) -> u64 {
    let index = index as u64;
    if dice.chance(0.12) { 17_000_000_000 + index * 1_048_573 } else { 10_007 + index * 349_981 }
}

/// The feed knows no capacity at a few stations, half of those taken off the street among them, and at one in a hundred fewer docks than
/// there are.
fn published_capacity(docks: u16, service: Service, dice: &mut Dice) -> u16 {
    let roll = dice.unit();
    if roll < 0.005 || (service == Service::Removed && roll < 0.5) {
        return 0;
    }
    if roll < 0.015 { docks - 2 } else { docks }
}

/// The four nearest stations that are open.
fn nearest_open(here: &Site, sites: &[Site]) -> Vec<usize> {
    let open = |site: &Site| site.service == Service::Open && site.id != here.id;
    let mut others: Vec<(f64, usize)> = sites
        .iter()
        .enumerate()
        .filter(|(_, site)| open(site))
        .map(|(index, site)| (here.distance_m(site), index))
        .collect();
    if others.len() > 4 {
        others.select_nth_unstable_by(4, |a, b| a.0.total_cmp(&b.0));
        others.truncate(4);
    }
    others.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Taken over, the list would keep its room for the whole city.
    others.iter().map(|&(_, index)| index).collect()
}

/// Degrees to a millionth, as feeds print them.
fn micro(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn stations_stand_apart_in_a_city_the_size_of_paris() {
        let sites = lay_out(&CityConfig::default());
        for site in &sites {
            assert!((48.80..=48.92).contains(&site.position.lat), "{site:?}");
            assert!((2.22..=2.47).contains(&site.position.lon), "{site:?}");
            let nearest = &sites[site.neighbours[0]];
            assert!((20.0..1500.0).contains(&site.distance_m(nearest)), "{site:?}");
        }
    }

    #[test]
    fn ids_and_codes_are_unique() {
        let sites = lay_out(&CityConfig::default());
        assert_eq!(sites.iter().map(|site| site.id).collect::<BTreeSet<_>>().len(), sites.len());
        assert_eq!(sites.iter().map(|site| &site.code).collect::<BTreeSet<_>>().len(), sites.len());
    }

    #[test]
    fn the_quirks_of_the_real_network_are_there() {
        let sites = lay_out(&CityConfig::default());
        let share = |has: &dyn Fn(&Site) -> bool| {
            sites.iter().filter(|site| has(site)).count() as f64 / sites.len() as f64
        };
        assert!((0.08..0.16).contains(&share(&|site| site.id > u64::from(u32::MAX))));
        assert!((0.001..0.012).contains(&share(&|site| site.code.ends_with("_relais"))));
        assert!((0.003..0.02).contains(&share(&|site| site.published_capacity == 0)));
        assert!((0.012..0.036).contains(&share(&|site| site.service != Service::Open)));
        assert!((0.002..0.0075).contains(&share(&|site| site.service != Service::Open && site.reports)));
    }
}
