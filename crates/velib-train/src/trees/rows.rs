//! What trees are shown: for each horizon the features of that horizon, those that have none, and a few lags.

use velib_forecast::{
    Anchor, FeatureBuilder, FeatureSpec, Features, ForecastRequest, ProfileLearner,
    protocol::{CityHistory, Origin, Protocol},
};

use super::ensemble::{Asked, Ensemble};
use crate::TrainError;

/// Lags, in slots before the newest: the last day's course, and the hours of yesterday that the forecast is about.
const LAGS: [usize; 7] = [4, 6, 12, 21, 22, 23, 24];

/// Which of a row's numbers a horizon is shown.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    statics: Vec<usize>,
}

/// Rows of one horizon, and what they led to.
#[derive(Debug, Clone)]
pub(super) struct TrainingRows {
    pub(super) columns: Columns,
    /// Row-major; unknown numbers are NaN.
    pub(super) rows: Vec<f32>,
    pub(super) targets: Vec<Target>,
}

/// Where a row started from and what was counted then.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) anchor: Anchor,
    pub(super) bikes: u16,
    pub(super) docks: Option<u16>,
}

impl Columns {
    /// Those of a horizon.
    pub(super) fn of(spec: &FeatureSpec, horizon: usize) -> Self {
        Self { statics: spec.statics_of_horizon(horizon).collect() }
    }

    /// Adds the row of one station of a request, by index.
    pub(super) fn add(&self, request: &ForecastRequest, features: &Features, at: usize, rows: &mut Vec<f32>) {
        let width = features.statics.len() / features.rows();
        let (statics, anchor) = (&features.statics[at * width..][..width], features.anchors[at]);
        rows.extend(self.statics.iter().map(|&column| statics[column]));
        let bikes = &request.stations[at].bikes;
        let then = |ago: usize| bikes.len().checked_sub(1 + ago).and_then(|slot| bikes[slot]);
        rows.extend(LAGS.map(|ago| then(ago).map_or(f32::NAN, |then| anchor.bikes - f32::from(then))));
    }
}

impl TrainingRows {
    /// Rows of training origins for each horizon, at most so many: every so-many-th.
    pub(super) fn of(
        city: &CityHistory,
        protocol: &Protocol,
        origins: &[&Origin],
        spec: &FeatureSpec,
        usual: &ProfileLearner,
        most: usize,
    ) -> Result<Vec<Self>, TrainError> {
        let horizons = 0..spec.horizons_seconds.len();
        let empty =
            |horizon| Self { columns: Columns::of(spec, horizon), rows: Vec::new(), targets: Vec::new() };
        let mut found: Vec<Self> = horizons.map(empty).collect();
        let counted: usize = origins.iter().map(|origin| city.counted(origin.at)).sum();
        let one_in = counted.div_ceil(most).max(1);
        let (mut builder, mut seen) = (FeatureBuilder::default(), 0);
        protocol.each_training_request(city, usual, origins.iter().copied(), spec.look_back, |training| {
            let mut features = Features::default();
            builder.build(spec, &training.request, training.profile, &mut features)?;
            for (at, &station) in training.counted.iter().enumerate() {
                seen += 1;
                if seen % one_in != 0 {
                    continue;
                }
                for (target, rows) in training.origin.targets.iter().zip(&mut found) {
                    let Some(cell) = target.and_then(|target| city.cell(target, station)) else { continue };
                    rows.columns.add(&training.request, &features, at, &mut rows.rows);
                    let anchor = features.anchors[at];
                    rows.targets.push(Target { anchor, bikes: cell.bikes, docks: cell.docks });
                }
            }
            Ok(())
        })?;
        Ok(found)
    }
}

impl TrainingRows {
    /// Grows trees on the rows that have an answer: on about so many at most, every so-many-th.
    pub(super) fn grow(
        &self,
        asked: Asked,
        most: usize,
        answer: impl Fn(&Target) -> Option<f32>,
    ) -> Result<Ensemble, TrainError> {
        let width = self.rows.len() / self.targets.len().max(1);
        let one_in = self.targets.len().div_ceil(most).max(1);
        let (mut rows, mut answers) = (Vec::new(), Vec::new());
        for (row, target) in self.rows.chunks_exact(width.max(1)).zip(&self.targets).step_by(one_in) {
            if let Some(answer) = answer(target) {
                rows.extend_from_slice(row);
                answers.push(answer);
            }
        }
        Ensemble::fit(asked, &rows, &answers)
    }
}

impl Target {
    pub(super) fn change_of_bikes(&self) -> f32 {
        f32::from(self.bikes) - self.anchor.bikes
    }

    pub(super) fn change_of_docks(&self) -> Option<f32> {
        self.docks.map(|docks| f32::from(docks) - self.anchor.docks)
    }
}
