//! How fast the usual week forgets, chosen on the validation days by a forecaster that costs nothing: the last count,
//! carried along the usual change. It reads the week as the network does, and needs no network. Of several stretches of
//! history the last decides: what is asked comes after it, and an early stretch is its own best reason to forget the rest.

use velib_forecast::{
    HalfLife, Profile, ProfileLearner,
    profile::WeekMoment,
    protocol::{CityHistory, Fold, Origin, Protocol},
};

/// Half-lives in days that are tried beside never.
const TRIED_DAYS: [f32; 5] = [15.0, 30.0, 60.0, 120.0, 240.0];

/// Mean absolute error in bikes on the last stretch's validation rows under one half-life.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forgetting {
    /// The half-life.
    pub half_life: HalfLife,
    /// The error, all horizons together; `None` where no row could be asked.
    pub mae: Option<f64>,
}

/// The usual week of the training days, and every half-life that was tried with its error, the longest first. Of two that
/// err alike the longer stays.
pub fn usual_of_training(
    city: &CityHistory,
    protocol: &Protocol,
    origins: &[Origin],
) -> (ProfileLearner, Vec<Forgetting>) {
    let mut usual = ProfileLearner::of(city, protocol.snapshots(city, Fold::Train));
    let shorter = TRIED_DAYS.into_iter().rev().filter_map(HalfLife::of_days);
    let mut tried = Vec::new();
    for half_life in std::iter::once(HalfLife::NEVER).chain(shorter) {
        usual = usual.forgetting(half_life);
        tried.push(Forgetting { half_life, mae: mae(city, protocol, origins, &usual) });
    }
    let known = tried.iter().filter_map(|tried| Some((tried.half_life, tried.mae?)));
    let best = known.min_by(|(_, a), (_, b)| a.total_cmp(b));
    let half_life = best.map_or(HalfLife::NEVER, |(half_life, _)| half_life);
    (usual.forgetting(half_life), tried)
}

fn mae(city: &CityHistory, protocol: &Protocol, origins: &[Origin], usual: &ProfileLearner) -> Option<f64> {
    let (mut sum, mut rows) = (0.0, 0_u32);
    let (mut profile_days, mut profile) = (None, Profile::default());
    let last = protocol.folds.validation.last();
    for origin in origins.iter().filter(|origin| origin.fold == Fold::Validation) {
        let days = protocol.days_of(city, origin);
        if last.is_some_and(|stretch| !stretch.contains(&days.1)) {
            continue;
        }
        if profile_days.replace(days) != Some(days) {
            profile = usual.without(days.0, days.1);
        }
        for error in errors(city, origin, &profile) {
            sum += error;
            rows += 1;
        }
    }
    (rows > 0).then(|| sum / f64::from(rows))
}

fn errors<'a>(
    city: &'a CityHistory,
    origin: &'a Origin,
    profile: &'a Profile,
) -> impl Iterator<Item = f64> + 'a {
    let moment = |snapshot: usize| WeekMoment::of(city.times()[snapshot]);
    let (now, targets) = (moment(origin.at), origin.targets.iter().flatten());
    targets.map(move |&target| (target, moment(target))).flat_map(move |(target, then)| {
        profile.stations().iter().enumerate().filter_map(move |(station, week)| {
            let (from, to) = (city.cell(origin.at, station)?, city.cell(target, station)?);
            let change = week.at(then)?.share - week.at(now)?.share;
            let places = f64::from(from.capacity.max(1));
            let expected = f64::from(from.bikes) + places * f64::from(change);
            Some((expected.clamp(0.0, places) - f64::from(to.bikes)).abs())
        })
    })
}
