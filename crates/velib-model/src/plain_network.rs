//! The network by plain arithmetic: matrix products, and the LSTM's gates written out.
//!
//! It computes what libtorch computes (a test holds the two within 1e-4 of each other) without 350 MB of libraries and
//! half a second of loading. It cannot learn.

mod activation;
mod lstm;

use ndarray::{Array1, Array2, ArrayView2, Axis, Slice, concatenate};
use velib_forecast::{FeatureSpec, Features, ForecastError};

use self::lstm::Lstm;
use crate::{
    Network, NetworkShape,
    mixture::{PARAMETERS, TARGETS},
    weights::Weights,
};

/// Features further than this many standard deviations from their mean are taken for that far: no row of another
/// season or city may throw the network where it never was.
pub const FURTHEST: f32 = 5.0;

/// Rows in one pass: more fall out of the cache.
const BATCH: usize = 128;

/// A network with its weights.
#[derive(Debug)]
pub struct PlainNetwork {
    centre: Array1<f32>,
    scale: Array1<f32>,
    members: Vec<Member>,
    look_back: usize,
    sequence_width: usize,
}

#[derive(Debug)]
struct Member {
    lstm: Lstm,
    first: Linear,
    second: Linear,
    output: Linear,
}

#[derive(Debug)]
struct Linear {
    /// `inputs × outputs`.
    weights: Array2<f32>,
    bias: Array1<f32>,
}

impl PlainNetwork {
    /// Reads the weights of a network; says which do not fit.
    pub fn new(weights: &[u8], spec: &FeatureSpec, shape: NetworkShape) -> Result<Self, String> {
        let weights = Weights::read(weights)?;
        let statics = spec.static_width();
        let members = (0..shape.members).map(|at| Member::read(&weights, at, spec, shape));
        Ok(Self {
            centre: weights.numbers("centre", &[statics])?.into(),
            scale: weights.numbers("scale", &[statics])?.into(),
            members: members.collect::<Result<_, _>>()?,
            look_back: spec.look_back,
            sequence_width: spec.sequence_width(),
        })
    }

    fn run_rows(
        &self,
        features: &Features,
        rows: std::ops::Range<usize>,
    ) -> Result<Array2<f32>, ForecastError> {
        let (slots, static_width) = (self.look_back * self.sequence_width, self.centre.len());
        let sequence = &features.sequence[rows.start * slots..rows.end * slots];
        let statics = &features.statics[rows.start * static_width..rows.end * static_width];
        let wrong = |error: ndarray::ShapeError| ForecastError::Model(error.to_string());
        let sequence = ArrayView2::from_shape((rows.len(), slots), sequence).map_err(wrong)?;
        let statics = ArrayView2::from_shape((rows.len(), static_width), statics).map_err(wrong)?;
        let statics = (&statics - &self.centre) * &self.scale;
        let statics = statics.mapv_into(|number| number.clamp(-FURTHEST, FURTHEST));
        let outputs: Vec<Array2<f32>> =
            self.members.iter().map(|member| member.run(&sequence, &statics, self.sequence_width)).collect();
        let views: Vec<ArrayView2<'_, f32>> = outputs.iter().map(Array2::view).collect();
        concatenate(Axis(1), &views).map_err(wrong)
    }
}

impl Network for PlainNetwork {
    fn run(&self, features: &Features) -> Result<Vec<f32>, ForecastError> {
        let mut raw = Vec::new();
        for start in (0..features.rows()).step_by(BATCH) {
            let end = features.rows().min(start + BATCH);
            raw.extend(self.run_rows(features, start..end)?);
        }
        Ok(raw)
    }
}

impl Member {
    fn read(
        weights: &Weights<'_>,
        at: usize,
        spec: &FeatureSpec,
        shape: NetworkShape,
    ) -> Result<Self, String> {
        let joined = shape.lstm + spec.static_width();
        let outputs = spec.horizons_seconds.len() * TARGETS * PARAMETERS * shape.components;
        let linear = |name: &str, from, to| Linear::read(weights, &format!("{at}.{name}"), from, to);
        Ok(Self {
            lstm: Lstm::read(weights, &format!("{at}.lstm"), spec.sequence_width(), shape.lstm)?,
            first: linear("first", joined, shape.dense)?,
            second: linear("second", shape.dense, shape.dense)?,
            output: linear("output", shape.dense + joined, outputs)?,
        })
    }

    fn run(&self, sequence: &ArrayView2<'_, f32>, statics: &Array2<f32>, width: usize) -> Array2<f32> {
        let slots = sequence.ncols() / width;
        let hours = (0..slots)
            .map(|slot| sequence.slice_axis(Axis(1), Slice::from(slot * width..(slot + 1) * width)));
        let last = self.lstm.last_state(hours, sequence.nrows());
        let beside = |left: &Array2<f32>, right: &Array2<f32>| {
            concatenate(Axis(1), &[left.view(), right.view()]).expect("both have a row for each station")
        };
        let joined = beside(&last, statics);
        let hidden = self.second.rectified(&self.first.rectified(&joined));
        self.output.run(&beside(&hidden, &joined))
    }
}

impl Linear {
    fn read(weights: &Weights<'_>, name: &str, from: usize, to: usize) -> Result<Self, String> {
        Ok(Self {
            weights: transposed(weights.numbers(&format!("{name}.weight"), &[to, from])?, to, from),
            bias: weights.numbers(&format!("{name}.bias"), &[to])?.into(),
        })
    }

    fn run(&self, inputs: &Array2<f32>) -> Array2<f32> {
        inputs.dot(&self.weights) + &self.bias
    }

    fn rectified(&self, inputs: &Array2<f32>) -> Array2<f32> {
        self.run(inputs).mapv_into(|number| number.max(0.0))
    }
}

/// The stored `outputs × inputs` as `inputs × outputs`.
fn transposed(numbers: Vec<f32>, outputs: usize, inputs: usize) -> Array2<f32> {
    let stored =
        Array2::from_shape_vec((outputs, inputs), numbers).expect("the shape was checked in reading");
    stored.t().as_standard_layout().into_owned()
}
