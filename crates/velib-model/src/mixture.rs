//! A network's last word: for each horizon and target a mixture of logistic laws of the change since the origin,
//! rounded to whole counts and stopped at an empty and at a full station.
//!
//! Stated here as masses, for answering; `velib-lstm` states it as a likelihood, for learning, and tests that both agree.

use velib_domain::Distribution;
use velib_forecast::Anchor;

/// Bikes, then docks.
pub const TARGETS: usize = 2;

/// Weight, location and scale of each component.
pub const PARAMETERS: usize = 3;

/// Bounds of the natural logarithm of a scale in units of the row: from "does not move" to "could be anything".
pub const LOG_SCALE: (f64, f64) = (-5.0, 2.0);

/// Components start out apart: the first narrow, each further one wider by this factor's logarithm.
const FIRST_LOG_SCALE: f64 = -2.5;
const LOG_SCALE_STEP: f64 = 1.0;

/// Odds above e to this are no number any more, and the probability of less is none.
const LONGEST_ODDS: f64 = 700.0;

struct Component {
    weight: f64,
    location: f64,
    scale: f64,
}

/// Where the logarithm of a component's scale stands when its output is zero.
pub fn start_log_scale(component: usize) -> f32 {
    (FIRST_LOG_SCALE + LOG_SCALE_STEP * component as f64) as f32
}

/// The masses that raw outputs of one row, horizon and target stand for, averaged over the members.
pub fn distribution<'a>(
    members: impl Iterator<Item = &'a [f32]>,
    origin: f32,
    anchor: &Anchor,
) -> Distribution {
    let (mut up_to, mut weight) = (vec![0.0; usize::from(anchor.support)], 0.0);
    for part in members.flat_map(|raw| components(raw, origin, anchor)) {
        part.add_up_to(&mut up_to);
        weight += part.weight;
    }
    let mut up_to = up_to.into_iter();
    Distribution::censored(anchor.support, |_| up_to.next().map_or(1.0, |sum| sum / weight))
}

fn components(raw: &[f32], origin: f32, anchor: &Anchor) -> impl Iterator<Item = Component> {
    let components = raw.len() / PARAMETERS;
    let (logits, rest) = raw.split_at(components);
    let (locations, scales) = rest.split_at(components);
    let largest = logits.iter().copied().fold(f32::MIN, f32::max);
    let total: f64 = logits.iter().map(|&logit| f64::from(logit - largest).exp()).sum();
    let unit = f64::from(anchor.unit());
    let part = move |component: usize| {
        let log_scale = f64::from(scales[component] + start_log_scale(component));
        Component {
            weight: f64::from(logits[component] - largest).exp() / total,
            location: f64::from(origin) + unit * f64::from(locations[component]),
            scale: unit * log_scale.clamp(LOG_SCALE.0, LOG_SCALE.1).exp(),
        }
    };
    (0..components).map(part)
}

impl Component {
    /// Adds its share of the probability of no more than each count: the odds of more fall by the same factor with every
    /// count, which saves an exponential for each.
    fn add_up_to(&self, up_to: &mut [f64]) {
        let Self { weight, location, scale } = self;
        let first = (location - 0.5 - LONGEST_ODDS * scale).ceil().max(0.0);
        let (mut odds_of_more, fall) = ((-(first + 0.5 - location) / scale).exp(), (-1.0 / scale).exp());
        for sum in up_to.iter_mut().skip(first as usize) {
            *sum += weight / (1.0 + odds_of_more);
            odds_of_more *= fall;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_odds_fall_as_if_each_were_computed_anew() {
        let anchor = Anchor { bikes: 12.0, docks: 48.0, support: 60, has_docks: true };
        let laws =
            [(-2.0, -5.0), (0.0, -5.0), (6.0, -5.0), (-90.0, -4.9), (90.0, -4.9), (0.5, 0.0), (1.0, 9.0)];
        for (location, scale) in laws {
            let found = distribution(std::iter::once(&[0.0, location, scale][..]), anchor.bikes, &anchor);
            let unit = f64::from(anchor.unit());
            let log_scale = f64::from(scale) + FIRST_LOG_SCALE;
            let scale = unit * log_scale.clamp(LOG_SCALE.0, LOG_SCALE.1).exp();
            let centre = 12.0 + unit * f64::from(location);
            let expect = Distribution::censored(60, |x| 1.0 / (1.0 + (-(x - centre) / scale).exp()));
            for (found, expect) in found.masses().iter().zip(expect.masses()) {
                assert!((found - expect).abs() < 1e-6, "{location}: {found} instead of {expect}");
            }
        }
    }
}
