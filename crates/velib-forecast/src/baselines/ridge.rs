//! The straight line through the past day and what is usual: 25 lags and five more numbers, least squares with a light
//! penalty, the change since the newest count being told.
//!
//! The five are read from the feature builder's rows, so that the line knows what the network knows of the profile, and
//! no more. Without them no line knows when a station fills.

use super::least_squares::Equations;
use crate::{
    FeatureSpec, Features, ForecastError, ForecastRequest, Forecaster, Horizon, HorizonForecast, Profile,
    ProfileLearner, StationForecast, StationHistory,
    persistence::{laplace_around, laplace_scale, unknown},
    protocol::{CityHistory, Origin, Protocol, TrainingRequest},
};

/// Slots of an hour that it looks at.
const LAGS: usize = 25;

/// How unusual the station, its neighbours and the network are now.
const SURPRISES: [&str; 3] = ["surprise_now", "neighbours_surprise", "network_surprise"];

/// What usually changes until the moment forecast.
const CHANGES: [&str; 2] = ["usual_change", "neighbours_usual_change"];

/// Lags, the five, and a constant.
const INPUTS: usize = LAGS + FIVE + 1;
const FIVE: usize = SURPRISES.len() + CHANGES.len();

/// The spread is learned from one training origin in so many: it is one number a line.
const SPREAD_ORIGINS_ONE_IN: usize = 8;

/// Linear forecasts of the change since the newest count, spread as its errors were in training.
#[derive(Debug, Clone)]
pub struct Ridge {
    spec: FeatureSpec,
    profile: Profile,
    horizons: Vec<Horizon>,
    columns: Columns,
    /// `[horizon][bikes, docks]`.
    lines: Vec<[Line; 2]>,
}

/// Where the five stand in a row's statics, for each horizon.
#[derive(Debug, Clone)]
struct Columns(Vec<[usize; FIVE]>);

#[derive(Debug, Clone)]
struct Line {
    weights: [f64; INPUTS],
    mean_absolute_error: f64,
}

impl Ridge {
    /// Fits the lines on training rows.
    pub fn fit(
        city: &CityHistory,
        protocol: &Protocol,
        origins: &[&Origin],
        spec: &FeatureSpec,
        usual: &ProfileLearner,
    ) -> Result<Self, ForecastError> {
        let columns = Columns::of(spec);
        let mut sums = vec![[Equations::none(), Equations::none()]; spec.horizons_seconds.len()];
        protocol.each_training_request(city, usual, origins.iter().copied(), spec.look_back, |training| {
            each_row(city, spec, &columns, training, |horizon, target, inputs, change| {
                sums[horizon][target].add(inputs, change);
            })
        })?;
        let line =
            |equations: &Equations<INPUTS>| Line { weights: equations.solved(), mean_absolute_error: 0.0 };
        let mut lines: Vec<[Line; 2]> = sums.iter().map(|targets| targets.each_ref().map(line)).collect();
        let mut errors = vec![[(0.0, 0.0); 2]; lines.len()];
        let some = origins.iter().copied().step_by(SPREAD_ORIGINS_ONE_IN);
        protocol.each_training_request(city, usual, some, spec.look_back, |training| {
            each_row(city, spec, &columns, training, |horizon, target, inputs, change| {
                let (rows, sum) = &mut errors[horizon][target];
                *rows += 1.0;
                *sum += (lines[horizon][target].change(inputs) - change).abs();
            })
        })?;
        for (line, (rows, sum)) in lines.iter_mut().flatten().zip(errors.into_iter().flatten()) {
            line.mean_absolute_error = sum / f64::max(rows, 1.0);
        }
        Ok(Self { spec: spec.clone(), profile: usual.profile(), horizons: spec.horizons(), columns, lines })
    }

    fn station(&self, history: &StationHistory, features: &Features, row: usize) -> StationForecast {
        let support = history.support();
        let of = |counts: &[Option<u16>], horizon: usize, line: &Line| {
            let inputs = inputs(features, row, counts, self.columns.0[horizon])?;
            let point = inputs[LAGS - 1] + line.change(&inputs);
            Some(laplace_around(point, laplace_scale(line.mean_absolute_error.max(0.01)), support))
        };
        let at = |(index, (&horizon, [bikes, docks])): (usize, (&Horizon, &[Line; 2]))| HorizonForecast {
            horizon,
            bikes: of(&history.bikes, index, bikes).unwrap_or_else(|| unknown(support)),
            docks: of(&history.docks, index, docks),
        };
        StationForecast {
            station_id: history.station_id.clone(),
            missing_slots: history.missing_slots(LAGS),
            horizons: self.horizons.iter().zip(&self.lines).enumerate().map(at).collect(),
        }
    }
}

impl Forecaster for Ridge {
    fn version(&self) -> &'static str {
        "ridge"
    }

    fn look_back(&self) -> usize {
        LAGS
    }

    fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    fn forecast(&mut self, request: &ForecastRequest) -> Result<Vec<StationForecast>, ForecastError> {
        let features = self.spec.build(request, &self.profile)?;
        let stations = request.stations.iter().enumerate();
        Ok(stations.map(|(row, history)| self.station(history, &features, row)).collect())
    }
}

/// Calls back with horizon, target (0 bikes, 1 docks), inputs and the change that followed.
fn each_row(
    city: &CityHistory,
    spec: &FeatureSpec,
    columns: &Columns,
    training: &TrainingRequest<'_>,
    mut row: impl FnMut(usize, usize, &[f64; INPUTS], f64),
) -> Result<(), ForecastError> {
    let features = spec.build(&training.request, training.profile)?;
    for (at, (history, &station)) in training.request.stations.iter().zip(&training.counted).enumerate() {
        for (horizon, target) in training.origin.targets.iter().enumerate() {
            let Some(truth) = target.and_then(|target| city.cell(target, station)) else { continue };
            let of = [(&history.bikes, Some(truth.bikes)), (&history.docks, truth.docks)];
            for (target, (counts, truth)) in of.into_iter().enumerate() {
                if let (Some(inputs), Some(truth)) =
                    (inputs(&features, at, counts, columns.0[horizon]), truth)
                {
                    row(horizon, target, &inputs, f64::from(truth) - inputs[LAGS - 1]);
                }
            }
        }
    }
    Ok(())
}

/// The inputs of one count at one horizon; `None` where it was never observed. A missing lag is the next newer one.
fn inputs(
    features: &Features,
    row: usize,
    counts: &[Option<u16>],
    columns: [usize; FIVE],
) -> Option<[f64; INPUTS]> {
    let mut newer = f64::from(counts.iter().rev().find_map(|count| *count)?);
    let mut inputs = [1.0; INPUTS];
    for slot in (0..LAGS).rev() {
        let index = (counts.len() + slot).checked_sub(LAGS);
        newer = index.and_then(|index| counts[index]).map_or(newer, f64::from);
        inputs[slot] = newer;
    }
    let width = features.statics.len() / features.rows();
    let (statics, unit) = (&features.statics[row * width..][..width], features.anchors[row].unit());
    inputs[LAGS..].iter_mut().zip(columns).for_each(|(input, at)| *input = f64::from(statics[at] * unit));
    Some(inputs)
}

impl Columns {
    fn of(spec: &FeatureSpec) -> Self {
        let named = |at: Option<usize>| at.expect("the names are those of the feature builder");
        let at = |horizon: usize| {
            let now = SURPRISES.map(|name| named(spec.static_at(name)));
            let until = CHANGES.map(|name| named(spec.horizon_static_at(horizon, name)));
            [now[0], now[1], now[2], until[0], until[1]]
        };
        Self((0..spec.horizons_seconds.len()).map(at).collect())
    }
}

impl Line {
    fn change(&self, inputs: &[f64; INPUTS]) -> f64 {
        self.weights.iter().zip(inputs).map(|(weight, input)| weight * input).sum()
    }
}
