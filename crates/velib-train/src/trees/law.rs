//! A distribution from what trees say of it: a few quantiles, and the probabilities of a few events.
//!
//! Each is learned on its own, so they may contradict each other. A probability outweighs a quantile that does not fit
//! it, and of two quantiles the outer one gives way.

use velib_domain::Distribution;

/// The quantiles told, ascending; the middle one is the median.
pub(super) const LEVELS: [f64; 3] = [0.1, 0.5, 0.9];

/// No knot is nearer to another, in counts: a distribution has no jumps between two counts.
const LEAST_STEP: f64 = 1e-3;

/// Half a count, at least, between the median and an outer quantile: what decides how far the tails reach.
const LEAST_SPREAD: f64 = 0.5;

/// P(fewer than `x`) as it was told, at some `x`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Knot {
    x: f64,
    p: f64,
}

/// The distribution over `0..=support` with these quantiles, at [`LEVELS`], and these probabilities of at least so many.
pub(super) fn distribution(quantiles: [f64; 3], at_least: &[(u16, f64)], support: u16) -> Distribution {
    let [low, median, high] = quantiles;
    let ordered = [low.min(median), median, high.max(median)];
    let spread = [median - ordered[0], ordered[2] - median].map(|spread| spread.max(LEAST_SPREAD));
    let mut knots: Vec<Knot> = at_least.iter().map(|&(n, p)| told(n, p)).collect();
    knots.sort_by(|a, b| a.x.total_cmp(&b.x));
    for later in 1..knots.len() {
        knots[later].p = knots[later].p.max(knots[later - 1].p);
    }
    // The median first: it is what is judged most.
    for level in [1, 0, 2] {
        let knot = Knot { x: ordered[level], p: LEVELS[level] };
        let at = knots.partition_point(|other| other.x <= knot.x);
        let fits = |other: Option<&Knot>, above: f64| {
            other.is_none_or(|other| {
                (other.x - knot.x) * above >= LEAST_STEP && (other.p - knot.p) * above >= 0.0
            })
        };
        if fits(at.checked_sub(1).map(|below| &knots[below]), -1.0) && fits(knots.get(at), 1.0) {
            knots.insert(at, knot);
        }
    }
    Distribution::censored(support, |x| up_to(&knots, spread, x))
}

fn told(n: u16, p: f64) -> Knot {
    Knot { x: f64::from(n) - 0.5, p: 1.0 - p.clamp(0.0, 1.0) }
}

/// P(up to `x`): straight between knots, falling off exponentially outside of them.
fn up_to(knots: &[Knot], spread: [f64; 2], x: f64) -> f64 {
    let at = knots.partition_point(|knot| knot.x <= x);
    // In the tails a tenth of what is left at the median is left where the outer quantile lies: ln 5.
    let tail = |from: f64, spread: f64| (-from * 5.0_f64.ln() / spread).exp();
    match (at.checked_sub(1).map(|below| knots[below]), knots.get(at)) {
        (Some(below), Some(above)) => below.p + (above.p - below.p) * (x - below.x) / (above.x - below.x),
        (None, Some(first)) => first.p * tail(first.x - x, spread[0]),
        (Some(last), None) => 1.0 - (1.0 - last.p) * tail(x - last.x, spread[1]),
        (None, None) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn quantiles_that_fit_are_kept() {
        let law = distribution([4.2, 6.3, 9.8], &[(1, 0.999), (3, 0.96)], 30);
        for (level, quantile) in LEVELS.into_iter().zip([4.2, 6.3, 9.8]) {
            assert!((law.quantile(level) - quantile).abs() < 0.5, "{level}: {}", law.quantile(level));
        }
    }

    #[test]
    fn a_probability_outweighs_a_median_that_contradicts_it() {
        let law = distribution([0.0, 1.4, 3.0], &[(1, 0.3), (3, 0.1)], 20);
        assert!((law.at_least(1) - 0.3).abs() < 1e-9 && (law.at_least(3) - 0.1).abs() < 1e-9);
        assert!(law.quantile(0.5) < 0.5);
    }

    proptest! {
        #[test]
        fn whatever_trees_say_it_is_a_distribution_that_keeps_the_probabilities(
            quantiles in [-10.0..60.0_f64, -10.0..60.0_f64, -10.0..60.0_f64], some in 0.0..=1.0_f64, more in 0.0..=1.0_f64,
        ) {
            let (one, three) = (some.max(more), some.min(more));
            let law = distribution(quantiles, &[(1, one), (3, three)], 40);
            prop_assert!((law.masses().iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(law.masses().iter().all(|mass| *mass >= 0.0));
            prop_assert!((law.at_least(1) - one).abs() < 1e-9 && (law.at_least(3) - three).abs() < 1e-9);
        }
    }
}
