//! What a station usually holds at this hour of the week: it knows the past weeks and nothing of today.
//!
//! The profile tells the mean and how often the station is empty or full; between those walls counts follow a
//! beta-binomial law, whose one number for all stations is learned. So it needs no more than what a model carries, and
//! answers for any moment.

use velib_domain::{Distribution, Timestamp};

use crate::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, Profile, StationForecast,
    StationHistory,
    persistence::unknown,
    profile::{Usual, WeekMoment},
    protocol::{Cell, CityHistory},
};

/// No wall is surer than this to be missed: few weeks were seen.
const LEAST_WALL: f64 = 1e-3;

/// Between the walls, no mean is nearer to one of them than this, as a share of the way.
const NEAREST_TO_A_WALL: f64 = 0.02;

/// Values of the concentration that are tried.
const CONCENTRATIONS: [f64; 9] = [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 13.0, 20.0];

/// One training snapshot in so many is enough for one number.
const SNAPSHOTS_ONE_IN: usize = 5;

/// The usual week of every station, as distributions.
#[derive(Debug, Clone, PartialEq)]
pub struct Climatology {
    horizons: Vec<Horizon>,
    profile: Profile,
    concentration: f64,
}

impl Climatology {
    /// A profile, and how closely counts keep to its means between the walls: the sum of the beta law's two parameters.
    pub fn new(profile: Profile, concentration: f64, horizons: &[Horizon]) -> Self {
        Self { horizons: horizons.to_vec(), profile, concentration }
    }

    /// Learns the concentration from training snapshots.
    pub fn fit(
        city: &CityHistory,
        snapshots: impl Iterator<Item = usize>,
        profile: Profile,
        horizons: &[Horizon],
    ) -> Self {
        let snapshots: Vec<usize> = snapshots.step_by(SNAPSHOTS_ONE_IN).collect();
        let likelihood = |concentration: f64| -> f64 {
            snapshots.iter().map(|&snapshot| log_likelihood(city, snapshot, &profile, concentration)).sum()
        };
        let tried = CONCENTRATIONS.map(|concentration| (likelihood(concentration), concentration));
        let best = tried.into_iter().max_by(|(a, _), (b, _)| a.total_cmp(b));
        Self::new(profile, best.map_or(CONCENTRATIONS[0], |(_, best)| best), horizons)
    }

    /// The usual week.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// How closely counts keep to the means.
    pub fn concentration(&self) -> f64 {
        self.concentration
    }

    /// What is usual at a station at any moment: bikes, and the docks left free by them; `None` where nothing is known.
    pub fn at(&self, history: &StationHistory, moment: Timestamp) -> Option<[Distribution; 2]> {
        let station = self.profile.station(&history.station_id, history.position)?;
        let usual = station.at(WeekMoment::of(moment))?;
        let bikes = masses(usual, history.places(), self.concentration);
        let free = bikes.iter().rev().copied().collect();
        Some([bikes, free].map(|masses| over(masses, history.support())))
    }

    fn horizon(&self, history: &StationHistory, moment: Timestamp, horizon: Horizon) -> HorizonForecast {
        let alike = || [(); 2].map(|()| unknown(history.support()));
        let [bikes, free] = self.at(history, moment).unwrap_or_else(alike);
        HorizonForecast { horizon, bikes, docks: history.newest_docks().map(|_| free) }
    }
}

impl Forecaster for Climatology {
    fn version(&self) -> &'static str {
        "climatology"
    }

    fn look_back(&self) -> usize {
        1
    }

    fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        let station = |history: &StationHistory| StationForecast {
            station_id: history.station_id.clone(),
            missing_slots: history.missing_slots(self.look_back()),
            horizons: self
                .horizons
                .iter()
                .map(|&horizon| self.horizon(history, request.issued_at + horizon, horizon))
                .collect(),
        };
        Ok(request.stations.iter().map(station).collect())
    }
}

fn log_likelihood(city: &CityHistory, snapshot: usize, profile: &Profile, concentration: f64) -> f64 {
    let moment = WeekMoment::of(city.times()[snapshot]);
    let of = |(station, observed): (usize, &crate::protocol::ObservedStation)| {
        let cell: Cell = city.cell(snapshot, station)?;
        let usual = profile.station(&observed.station_id, observed.position)?.at(moment)?;
        let places = cell.docks.map_or(cell.capacity, |docks| cell.bikes + docks).max(1);
        let masses = masses(usual, places, concentration);
        Some(masses[usize::from(cell.bikes.min(places))].max(f64::MIN_POSITIVE).ln())
    };
    city.stations().iter().enumerate().filter_map(of).sum()
}

/// Masses of 0…`places` bikes: an empty station, a full one, and a beta-binomial law between.
fn masses(usual: Usual, places: u16, concentration: f64) -> Vec<f64> {
    let [share, empty, full] = [usual.share, usual.empty, usual.full].map(f64::from);
    if places < 2 {
        return vec![1.0 - share; usize::from(places)].into_iter().chain([share.max(LEAST_WALL)]).collect();
    }
    let (empty, full) = (empty.max(LEAST_WALL), full.max(LEAST_WALL));
    let inside = (1.0 - empty - full).max(LEAST_WALL);
    let ways = f64::from(places - 2);
    let mean = (share - full) * f64::from(places) / inside;
    let along = ((mean - 1.0) / ways.max(1.0)).clamp(NEAREST_TO_A_WALL, 1.0 - NEAREST_TO_A_WALL);
    let mut between = beta_binomial(places - 2, along * concentration, (1.0 - along) * concentration);
    for mass in &mut between {
        *mass *= inside;
    }
    [vec![empty], between, vec![full]].concat()
}

/// Masses of 0…`n` by the ratio of each to the one before.
fn beta_binomial(n: u16, alpha: f64, beta: f64) -> Vec<f64> {
    let mut masses = Vec::with_capacity(usize::from(n) + 1);
    masses.push(1.0);
    let n = f64::from(n);
    for k in (0..n as u16).map(f64::from) {
        let ratio = (n - k) / (k + 1.0) * (alpha + k) / (beta + n - k - 1.0);
        masses.push(masses[masses.len() - 1] * ratio);
    }
    let total: f64 = masses.iter().sum();
    for mass in &mut masses {
        *mass /= total;
    }
    masses
}

fn over(mut masses: Vec<f64>, support: u16) -> Distribution {
    masses.resize(usize::from(support) + 1, 0.0);
    Distribution::from_masses(masses).expect("every count up to the places has some mass")
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn a_beta_binomial_of_ones_is_uniform() {
        assert!(beta_binomial(4, 1.0, 1.0).iter().all(|mass| (mass - 0.2).abs() < 1e-12));
    }

    proptest! {
        #[test]
        fn the_walls_are_as_usual_and_so_is_the_mean(
            places in 8_u16..70, along in 0.1_f32..0.9, empty in 0.01_f32..0.3, full in 0.01_f32..0.3,
            concentration in 1.0..20.0_f64,
        ) {
            let between = 1.0 + along * f32::from(places - 2);
            let share = full + (1.0 - empty - full) * between / f32::from(places);
            let masses = masses(Usual { share, empty, full }, places, concentration);
            let last = masses.len() - 1;
            let mean: f64 = masses.iter().enumerate().map(|(count, mass)| count as f64 * mass).sum();
            prop_assert!((masses.iter().sum::<f64>() - 1.0).abs() < 1e-6);
            prop_assert!((masses[0] - f64::from(empty)).abs() < 1e-6 && (masses[last] - f64::from(full)).abs() < 1e-6);
            prop_assert!((mean - f64::from(share) * f64::from(places)).abs() < 1e-3, "{mean}");
        }

        #[test]
        fn however_odd_the_week_the_masses_are_probabilities(
            places in 1_u16..70, share in 0.0_f32..=1.0, empty in 0.0_f32..=1.0, full in 0.0_f32..=1.0,
        ) {
            let masses = masses(Usual { share, empty, full }, places, 4.0);
            prop_assert_eq!(masses.len(), usize::from(places) + 1);
            prop_assert!(masses.iter().all(|mass| mass.is_finite() && *mass >= 0.0));
        }
    }
}
