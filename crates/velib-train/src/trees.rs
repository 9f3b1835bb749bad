//! Boosted trees on the features that the network has: the bar that is hardest to clear.
//!
//! Fitted where a model is judged and kept nowhere: no service carries them. For each horizon trees tell three quantiles of
//! the change of bikes, the median change of docks, and how likely a bike, a dock and more than two bikes are. Docks
//! spread as bikes do, the other way round.

mod ensemble;
mod law;
mod rows;

use velib_domain::Distribution;
use velib_forecast::{
    Anchor, FeatureBuilder, FeatureSpec, Features, ForecastError, ForecastRequest, Forecaster, Horizon,
    HorizonForecast, Profile, ProfileLearner, StationForecast, StationHistory,
    protocol::{CityHistory, Origin, Protocol},
};

use self::{
    ensemble::{Asked, Ensemble},
    rows::{Columns, Target, TrainingRows},
};
use crate::{TrainError, evaluate::spec};

/// Rows that medians are learned from at most, each at up to all horizons: what memory is there for.
const MOST_ROWS: usize = 1_000_000;

/// The same of outer quantiles and probabilities, at one horizon: from half as many, Brier scores are up to 4 % higher.
const MOST_OUTER_ROWS: usize = 160_000;

/// More bikes than this are not few.
const FEW: u16 = 2;

/// Trees fitted on training days.
#[derive(Debug)]
pub struct BoostedTrees {
    spec: FeatureSpec,
    profile: Profile,
    builder: FeatureBuilder,
    horizons: Vec<Horizon>,
    trees: Vec<TreesOfHorizon>,
}

/// What is told of one horizon.
#[derive(Debug)]
struct TreesOfHorizon {
    columns: Columns,
    /// Of the change of bikes, at [`law::LEVELS`].
    bikes: [Ensemble; 3],
    a_bike: Ensemble,
    not_few: Ensemble,
    /// The median change of docks, and how likely one is free.
    docks: [Ensemble; 2],
}

impl BoostedTrees {
    /// What they are called beside other forecasters.
    pub const NAME: &str = "boosted trees";

    /// Grows them on the rows of training origins; `None` where a horizon has none.
    pub fn fit(
        city: &CityHistory,
        protocol: &Protocol,
        origins: &[&Origin],
        usual: &ProfileLearner,
    ) -> Result<Option<Self>, TrainError> {
        let spec = spec(city, protocol)?;
        let rows = TrainingRows::of(city, protocol, origins, &spec, usual, MOST_ROWS)?;
        if rows.iter().any(|rows| rows.targets.is_empty()) {
            return Ok(None);
        }
        let trees = rows.iter().map(TreesOfHorizon::fit).collect::<Result<_, _>>()?;
        Ok(Some(Self {
            profile: usual.profile(),
            builder: FeatureBuilder::default(),
            horizons: spec.horizons(),
            spec,
            trees,
        }))
    }
}

impl Forecaster for BoostedTrees {
    fn version(&self) -> &'static str {
        Self::NAME
    }

    fn look_back(&self) -> usize {
        self.spec.look_back
    }

    fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        let mut features = Features::default();
        self.builder.build(&self.spec, request, &self.profile, &mut features)?;
        let told = self.trees.iter().map(|trees| trees.say(request, &features));
        let told: Vec<Vec<Said>> = told.collect::<Result<_, _>>()?;
        let station = |(at, history): (usize, &StationHistory)| {
            let horizon = |(&horizon, said): (&Horizon, &Vec<Said>)| HorizonForecast {
                horizon,
                bikes: said[at].bikes.clone(),
                docks: features.anchors[at].has_docks.then(|| said[at].docks.clone()),
            };
            StationForecast {
                station_id: history.station_id.clone(),
                missing_slots: history.missing_slots(self.spec.look_back),
                horizons: self.horizons.iter().zip(&told).map(horizon).collect(),
            }
        };
        Ok(request.stations.iter().enumerate().map(station).collect())
    }
}

impl TreesOfHorizon {
    fn fit(found: &TrainingRows) -> Result<Self, TrainError> {
        let [low, _, high] = law::LEVELS;
        let bikes = |asked, most| found.grow(asked, most, |target| Some(target.change_of_bikes()));
        let outer = |level| bikes(Asked::Quantile(level), MOST_OUTER_ROWS);
        let probability =
            |of: &dyn Fn(&Target) -> Option<f32>| found.grow(Asked::Probability, MOST_OUTER_ROWS, of);
        Ok(Self {
            bikes: [outer(low)?, bikes(Asked::Median, MOST_ROWS)?, outer(high)?],
            a_bike: probability(&|target| Some(flag(target.bikes > 0)))?,
            not_few: probability(&|target| Some(flag(target.bikes > FEW)))?,
            docks: [
                found.grow(Asked::Median, MOST_ROWS, Target::change_of_docks)?,
                probability(&|target| target.docks.map(|docks| flag(docks > 0)))?,
            ],
            columns: found.columns.clone(),
        })
    }

    /// Of every station of a request.
    fn say(&self, request: &ForecastRequest, features: &Features) -> Result<Vec<Said>, ForecastError> {
        let mut rows = Vec::new();
        for at in 0..features.rows() {
            self.columns.add(request, features, at, &mut rows);
        }
        let [low, median, high] = &self.bikes;
        let [dock_median, a_dock] = &self.docks;
        let said = [low, median, high, &self.a_bike, &self.not_few, dock_median, a_dock];
        let said: Vec<Vec<f64>> = said.iter().map(|trees| trees.say(&rows)).collect::<Result<_, _>>()?;
        let station = |(at, anchor): (usize, &Anchor)| {
            let [low, median, high, a_bike, not_few, dock_median, a_dock] =
                std::array::from_fn(|of| said[of][at]);
            let [bikes, docks] = [anchor.bikes, anchor.docks].map(f64::from);
            let free = docks + dock_median;
            Said {
                bikes: law::distribution(
                    [low, median, high].map(|change| bikes + change),
                    &[(1, a_bike), (FEW + 1, not_few)],
                    anchor.support,
                ),
                // Docks spread as bikes do, the other way round.
                docks: law::distribution(
                    [free - (high - median), free, free + (median - low)],
                    &[(1, a_dock)],
                    anchor.support,
                ),
            }
        };
        Ok(features.anchors.iter().enumerate().map(station).collect())
    }
}

/// What is told of one station at one horizon.
struct Said {
    bikes: Distribution,
    docks: Distribution,
}

fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
}
