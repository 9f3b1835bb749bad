//! How often bikes were e-bikes at each station in the day before each snapshot.

use velib_domain::{SignedDuration, Timestamp};
use velib_forecast::{
    kinds::{KindsNow, usual_share},
    protocol::CityHistory,
};

/// E-bikes and all bikes, as far as their kinds are known.
type Counted = (u32, u32);

/// Sums over the snapshots of a history, from which those over any stretch of it are differences.
pub(super) struct UsualKinds {
    /// Of each station, in the snapshots before each one.
    before: Vec<Vec<Counted>>,
    /// The share of e-bikes in the whole city, by snapshot.
    city_share: Vec<Option<f64>>,
    /// The first snapshot of the day before each one.
    day_before: Vec<usize>,
}

impl UsualKinds {
    pub(super) fn of(city: &CityHistory) -> Self {
        let (snapshots, stations) = (city.times().len(), city.stations().len());
        let sum = |before: &Counted, (ebikes, bikes): Counted| (before.0 + ebikes, before.1 + bikes);
        let station = |station| {
            let mut before = vec![(0, 0)];
            before.extend((0..snapshots).scan((0, 0), |so_far, at| {
                *so_far = sum(so_far, counted(city, at, station));
                Some(*so_far)
            }));
            before
        };
        let in_city = |at| (0..stations).fold((0, 0), |all, station| sum(&all, counted(city, at, station)));
        let share = |(ebikes, bikes): Counted| (bikes > 0).then(|| f64::from(ebikes) / f64::from(bikes));
        let since = |at: &Timestamp| {
            let day_ago = *at - SignedDuration::from_hours(24);
            city.times().partition_point(|time| *time < day_ago)
        };
        Self {
            before: (0..stations).map(station).collect(),
            city_share: (0..snapshots).map(|at| share(in_city(at))).collect(),
            day_before: city.times().iter().map(since).collect(),
        }
    }

    /// The e-bikes of a station in a snapshot, beside its other bikes.
    pub(super) fn ebikes_now(&self, city: &CityHistory, at: usize, station: usize) -> Option<KindsNow> {
        let cell = city.cell(at, station)?;
        let of_kind = cell.ebikes?;
        let (until, from) = (self.before[station][at + 1], self.before[station][self.day_before[at]]);
        Some(KindsNow {
            of_kind,
            of_other: cell.bikes.checked_sub(of_kind)?,
            usual_share: usual_share(until.0 - from.0, until.1 - from.1, self.city_share[at]?),
        })
    }
}

fn counted(city: &CityHistory, at: usize, station: usize) -> Counted {
    let cell = city.cell(at, station);
    let kinds = cell.and_then(|cell| Some((u32::from(cell.ebikes?), u32::from(cell.bikes))));
    kinds.unwrap_or_default()
}
