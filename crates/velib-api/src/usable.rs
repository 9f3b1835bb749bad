//! How many of each station's bikes can be ridden, judged from the past day: made once for every status.
//!
//! It stands beside the count and never replaces it. Where the lake knows too little of the past day, nothing is said.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{Distribution, Source, StationId, Timestamp, calendar::paris_rfc3339};
use velib_forecast::{StuckEstimator, usable::usable};

use crate::{
    answer::{probability, tenths},
    city::{City, StationNow},
    forecasts::request,
    history::{DAY_SLOTS, PastDay, SHOWN_WITHIN},
};

/// With fewer counts of a station in the past day, those of now included, nothing is said of it.
const FEWEST_COUNTS: usize = 12;

/// What is known of stuck bikes by one status.
#[derive(Debug)]
pub(crate) struct StuckBikes {
    as_of: Timestamp,
    stations: HashMap<StationId, StuckHere>,
}

#[derive(Debug)]
struct StuckHere {
    stuck: Distribution,
    counts: usize,
}

/// Whoever estimates.
#[derive(Default)]
pub(crate) struct Estimating {
    estimator: Arc<Mutex<StuckEstimator>>,
}

/// Of the bikes counted, those that can be ridden.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct UsableCount {
    expected: f64,
    p_at_least_1: f64,
    source: Source,
    /// The moment of the counts that it was judged by, Paris time.
    #[schema(format = DateTime)]
    as_of: String,
    basis: &'static str,
    /// How many counts it rests on.
    counts: usize,
}

impl Estimating {
    /// The estimate by this city's counts.
    pub(crate) async fn of(&self, city: &City, past_day: &PastDay) -> Arc<StuckBikes> {
        // A count further from its slot would stand in two, and look as if no bike had left in between.
        let request = request(city, past_day, DAY_SLOTS, SHOWN_WITHIN);
        let estimator = Arc::clone(&self.estimator);
        let work = move || {
            let estimate = estimator.lock().unwrap_or_else(PoisonError::into_inner).bikes(&request);
            let stations = request.stations.into_iter().zip(estimate.stations);
            let known = stations.filter_map(|(history, stuck)| {
                let counts = history.bikes.iter().flatten().count();
                let stuck = stuck.filter(|_| counts >= FEWEST_COUNTS)?;
                Some((history.station_id, StuckHere { stuck, counts }))
            });
            StuckBikes { as_of: request.issued_at, stations: known.collect() }
        };
        let unknown = StuckBikes { as_of: city.snapshot_at, stations: HashMap::new() };
        Arc::new(tokio::task::spawn_blocking(work).await.unwrap_or(unknown))
    }
}

impl StuckBikes {
    /// How many are stuck at a station; `None` where nothing is known.
    pub(crate) fn station(&self, id: &StationId) -> Option<&Distribution> {
        self.stations.get(id).map(|here| &here.stuck)
    }

    /// How many of a station's bikes can be ridden, on average; `None` where nothing is known.
    pub(crate) fn usable_mean(&self, station: &StationNow) -> Option<f64> {
        let count = station.counts()?.bikes;
        Some(usable(&Distribution::certain(count, count), self.station(station.id())?).mean())
    }

    /// Of a station's bikes, those that can be ridden; `None` where nothing is known.
    pub(crate) fn usable(&self, station: &StationNow) -> Option<UsableCount> {
        let StuckHere { stuck, counts } = self.stations.get(station.id())?;
        let count = station.counts()?.bikes;
        let free = usable(&Distribution::certain(count, count), stuck);
        Some(UsableCount {
            expected: tenths(free.mean()),
            p_at_least_1: probability(free.at_least(1)),
            source: Source::Estimated,
            as_of: paris_rfc3339(self.as_of),
            basis: "counts of the past day, here and around",
            counts: *counts,
        })
    }
}
