//! How much longer streets are than straight lines: what stands in for them where tables are silent.

use crate::{
    around::Around,
    tables::{NONE, Stop},
};

/// Pairs nearer than this say little about detours, in metres as the crow flies.
const NEAR_M: f64 = 300.0;

/// How much longer streets are than straight lines, as measured on this graph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Walked metres for each metre of straight line.
    pub walk_detour: f64,
    /// Ridden metres for each metre of straight line.
    pub ride_detour: f64,
    /// Mean absolute error of rides estimated so, in metres.
    pub ride_mae_m: f64,
    /// Pairs of stations it was measured on.
    pub pairs: u64,
}

/// The ratio of all street metres to all straight ones.
pub(crate) fn calibration(stops: &[Stop], ride_m: &[u16], around: &Around) -> Calibration {
    let mut rides = Vec::new();
    for (from, row) in stops.iter().zip(ride_m.chunks(stops.len().max(1))) {
        for (to, metres) in stops.iter().zip(row) {
            rides.extend(pair(from, to, *metres));
        }
    }
    let mut walks = Vec::new();
    for from in stops {
        let near = from.foot_corner.map(|corner| around.near[corner as usize]);
        for (to, metres) in near.into_iter().flatten().filter(|(to, _)| *to != NONE) {
            walks.extend(pair(from, &stops[usize::from(to)], metres));
        }
    }
    let usual = velib_planner::DetourStreets::default();
    let ride_detour = ratio(&rides).unwrap_or(usual.ride_detour);
    let error = |(straight, street): &(f64, f64)| (street - straight * ride_detour).abs();
    let ride_mae_m = rides.iter().map(error).sum::<f64>() / rides.len().max(1) as f64;
    let walk_detour = ratio(&walks).unwrap_or(usual.walk_detour);
    Calibration { walk_detour, ride_detour, ride_mae_m, pairs: rides.len() as u64 }
}

fn pair(from: &Stop, to: &Stop, metres: u16) -> Option<(f64, f64)> {
    let straight = from.position.distance_m(to.position);
    (metres != NONE && straight > NEAR_M).then_some((straight, f64::from(metres)))
}

fn ratio(pairs: &[(f64, f64)]) -> Option<f64> {
    let sum = |part: fn(&(f64, f64)) -> f64| pairs.iter().map(part).sum::<f64>();
    (!pairs.is_empty()).then(|| sum(|pair| pair.1) / sum(|pair| pair.0))
}
