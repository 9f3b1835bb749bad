//! The likelihood of counts under a network's mixtures (see [`velib_model::mixture`]), in tensors, for learning.

use tch::{Device, Kind, Tensor};
use velib_forecast::Anchor;
use velib_model::mixture::{LOG_SCALE, start_log_scale};

/// What rows of a batch start from, as tensors `[rows, 1, targets or 1, 1]`.
#[derive(Debug)]
pub(crate) struct Anchors {
    pub(crate) origin: Tensor,
    pub(crate) unit: Tensor,
    pub(crate) support: Tensor,
}

impl Anchors {
    pub(crate) fn of(anchors: &[Anchor]) -> Self {
        let column = |value: &dyn Fn(&Anchor) -> f32| {
            let values: Vec<f32> = anchors.iter().map(value).collect();
            Tensor::from_slice(&values).view([-1, 1, 1, 1])
        };
        Self {
            origin: Tensor::cat(&[column(&|anchor| anchor.bikes), column(&|anchor| anchor.docks)], 2),
            unit: column(&Anchor::unit),
            support: column(&|anchor| f32::from(anchor.support)),
        }
    }

    pub(crate) fn to_device(&self, device: Device) -> Self {
        let [origin, unit, support] =
            [&self.origin, &self.unit, &self.support].map(|column| column.to_device(device));
        Self { origin, unit, support }
    }

    pub(crate) fn select(&self, rows: &Tensor) -> Self {
        Self {
            origin: self.origin.index_select(0, rows),
            unit: self.unit.index_select(0, rows),
            support: self.support.index_select(0, rows),
        }
    }
}

/// Natural logarithm of the probability of counts `[rows, horizons, targets]` under raw network outputs.
///
/// Uses `σ(a) − σ(b) = σ(a) σ(−b) (1 − e^(b−a))`, which loses no digits where both are near 0 or 1.
pub(crate) fn log_likelihood(raw: &Tensor, anchors: &Anchors, counts: &Tensor) -> Tensor {
    let logits = raw.select(3, 0);
    let location = &anchors.origin + &anchors.unit * raw.select(3, 1);
    let scale = &anchors.unit * log_scale(&raw.select(3, 2)).exp();
    let count = counts.unsqueeze(-1).minimum(&anchors.support);
    let (above_empty, below_full) = (count.gt(0.0), count.lt_tensor(&anchors.support));
    let upper = ((&count + 0.5 - &location) / &scale).log_sigmoid() * &below_full;
    let lower = (-(&count - 0.5 - &location) / &scale).log_sigmoid() * &above_empty;
    let between = (-(-scale.reciprocal()).expm1()).log() * above_empty.logical_and(&below_full);
    (logits.log_softmax(-1, Kind::Float) + upper + lower + between).logsumexp([-1], false)
}

fn log_scale(raw: &Tensor) -> Tensor {
    let components = raw.size().last().copied().expect("raw outputs have a last dimension");
    let start: Vec<f32> = (0..components as usize).map(start_log_scale).collect();
    (raw + Tensor::from_slice(&start).to_device(raw.device())).clamp(LOG_SCALE.0, LOG_SCALE.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_model::mixture::{PARAMETERS, TARGETS, distribution};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn what_is_learned_is_what_is_answered(
            raw in prop::collection::vec(-3.0_f32..3.0, 9),
            support in 1_u16..60,
            share in 0.0_f32..1.0,
        ) {
            let bikes = (f32::from(support) * share).round();
            let anchor = Anchor { bikes, docks: f32::from(support) - bikes, support, has_docks: true };
            let masses = distribution(std::iter::once(&raw[..]), bikes, &anchor);
            let both: Vec<f32> = [raw.clone(), raw].concat();
            let tensor = Tensor::from_slice(&both).view([1, 1, TARGETS as i64, PARAMETERS as i64, 3]);
            for count in 0..=support {
                let counts = Tensor::from_slice(&[f32::from(count); 2]).view([1, 1, TARGETS as i64]);
                let learned = log_likelihood(&tensor, &Anchors::of(&[anchor]), &counts).double_value(&[0, 0, 0]).exp();
                let answered = masses.masses()[usize::from(count)];
                prop_assert!((learned - answered).abs() < 1e-4, "{count}: {learned} against {answered}");
            }
        }
    }
}
