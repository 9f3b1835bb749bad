//! A station as a queue of bikes: the M/M/1/κ of Gast, Massonnet, Reijsbergen and Tribastone (2015), whose rates of
//! arrival and departure change by the hour of the week.
//!
//! It answers for any moment, not only for the horizons of the protocol: between two whole hours the law of the count is
//! `exp(Qh)` applied to what was known before. It knows neither neighbours nor today's surprises.

mod law;
mod rates;

use velib_domain::{Distribution, Hour, SignedDuration, StationId, Timestamp};

pub use self::{law::Flow, rates::Rates};
use crate::{
    ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, StationForecast, StationHistory,
    persistence::unknown, protocol::CityHistory,
};

/// The queue of every station, with its rates.
#[derive(Debug, Clone)]
pub struct MarkovQueue {
    horizons: Vec<Horizon>,
    rates: Rates,
}

impl MarkovQueue {
    /// Learns the rates from what changed between training snapshots.
    pub fn fit(city: &CityHistory, snapshots: impl Iterator<Item = usize>, horizons: &[Horizon]) -> Self {
        Self { horizons: horizons.to_vec(), rates: Rates::of(city, snapshots) }
    }

    /// What becomes of `bikes` in a station with `places` for bikes, over `0..=places`, counted at `from`.
    pub fn bikes_after(
        &self,
        station_id: &StationId,
        bikes: u16,
        places: u16,
        from: Timestamp,
        after: SignedDuration,
    ) -> Distribution {
        let mut masses = certain(bikes, places);
        self.pass(station_id, &mut masses, from, from + after);
        distribution(&masses, places)
    }

    /// Lets time pass, whole hour by whole hour, because rates change there.
    fn pass(&self, station_id: &StationId, masses: &mut Vec<f64>, from: Timestamp, to: Timestamp) {
        let mut now = from;
        while now < to {
            let until = Hour::containing(now).end().min(to);
            self.rates.at(station_id, now).pass(masses, until.duration_since(now).as_secs_f64() / 3600.0);
            now = until;
        }
    }

    fn station(&self, history: &StationHistory, request: &ForecastRequest) -> StationForecast {
        let support = history.support();
        let docks = history.newest_docks().map(|(docks, _)| docks);
        let horizons = match history.newest_bikes() {
            Some((bikes, age)) => {
                let age = request.cadence.saturating_mul(i32::try_from(age).unwrap_or(i32::MAX));
                let mut masses = certain(bikes, history.places());
                let mut now = request.issued_at.saturating_sub(age).unwrap_or(request.issued_at);
                let at = |&horizon: &Horizon| {
                    self.pass(&history.station_id, &mut masses, now, request.issued_at + horizon);
                    now = request.issued_at + horizon;
                    let free: Vec<f64> = masses.iter().rev().copied().collect();
                    HorizonForecast {
                        horizon,
                        bikes: distribution(&masses, support),
                        docks: docks.map(|_| distribution(&free, support)),
                    }
                };
                self.horizons.iter().map(at).collect()
            }
            None => self.horizons.iter().map(|&horizon| nothing_known(horizon, docks, support)).collect(),
        };
        StationForecast {
            station_id: history.station_id.clone(),
            missing_slots: history.missing_slots(self.look_back()),
            horizons,
        }
    }
}

impl Forecaster for MarkovQueue {
    fn version(&self) -> &'static str {
        "queue"
    }

    fn look_back(&self) -> usize {
        1
    }

    fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        Ok(request.stations.iter().map(|history| self.station(history, request)).collect())
    }
}

fn certain(bikes: u16, places: u16) -> Vec<f64> {
    let mut masses = vec![0.0; usize::from(places) + 1];
    masses[usize::from(bikes.min(places))] = 1.0;
    masses
}

/// Masses of fewer counts than the support, as a distribution over all of it.
fn distribution(masses: &[f64], support: u16) -> Distribution {
    let mut all = masses.to_vec();
    all.resize(usize::from(support) + 1, 0.0);
    Distribution::from_masses(all).expect("a queue's masses are probabilities")
}

fn nothing_known(horizon: Horizon, docks: Option<u16>, support: u16) -> HorizonForecast {
    HorizonForecast { horizon, bikes: unknown(support), docks: docks.map(|_| unknown(support)) }
}
