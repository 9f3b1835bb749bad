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
    let events = knots.clone();
    // The median first: it is what is judged most.
    for level in [1, 0, 2] {
        insert_where_it_fits(&mut knots, Knot { x: ordered[level], p: LEVELS[level] });
    }
    if let Some([below, above]) = around_median(median, support, &events, &knots, spread) {
        let is_further_out = |knot: &Knot| {
            (knot.x + LEAST_STEP <= below.x && knot.p <= below.p)
                || (knot.x - LEAST_STEP >= above.x && knot.p >= above.p)
        };
        knots.retain(|knot| events.contains(knot) || is_further_out(knot));
        insert_where_it_fits(&mut knots, below);
        insert_where_it_fits(&mut knots, above);
    }
    Distribution::censored(support, |x| up_to(&knots, spread, x))
}

fn insert_where_it_fits(knots: &mut Vec<Knot>, knot: Knot) {
    let at = knots.partition_point(|other| other.x <= knot.x);
    let fits = |other: Option<&Knot>, above: f64| {
        other
            .is_none_or(|other| (other.x - knot.x) * above >= LEAST_STEP && (other.p - knot.p) * above >= 0.0)
    };
    if fits(at.checked_sub(1).map(|below| &knots[below]), -1.0) && fits(knots.get(at), 1.0) {
        knots.insert(at, knot);
    }
}

/// The ends of the count that the median falls on, so that the median read back is the one told: a count's mass is spread
/// evenly, so both lie on a line through the median at a half. It is as steep as the law is there without it, unless a
/// probability told of one end decides; it passes nothing that is told further out. `None` where the median falls on the
/// first or the last count, or where a probability contradicts it.
fn around_median(
    median: f64,
    support: u16,
    events: &[Knot],
    knots: &[Knot],
    spread: [f64; 2],
) -> Option<[Knot; 2]> {
    let count = (median + 0.5).floor();
    let [lower, upper] = [count - 0.5, count + 0.5];
    let [below, above] = [median - lower, upper - median];
    let [at_lower, at_upper] = [lower, upper].map(|x| up_to(knots, spread, x));
    // Where nothing is told further out, half of what lay there may come nearer.
    let further_down = knots.iter().rev().find(|knot| knot.x <= lower).map_or(at_lower / 2.0, |knot| knot.p);
    let further_up =
        knots.iter().find(|knot| knot.x >= upper).map_or(f64::midpoint(at_upper, 1.0), |knot| knot.p);
    let is_inside = count >= 1.0 && count < f64::from(support);
    if !is_inside || further_down >= 0.5 || further_up <= 0.5 {
        return None;
    }
    let told = |x: f64| events.iter().find(|event| (event.x - x).abs() < LEAST_STEP);
    let slope = match (told(lower), told(upper)) {
        (Some(_), Some(_)) => return None,
        (Some(event), None) => (0.5 - event.p) / below,
        (None, Some(event)) => (event.p - 0.5) / above,
        (None, None) => at_upper - at_lower,
    };
    let slope = slope.min((0.5 - further_down) / below).min((further_up - 0.5) / above);
    Some([Knot { x: lower, p: 0.5 - slope * below }, Knot { x: upper, p: 0.5 + slope * above }])
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

        #[test]
        fn the_median_told_is_the_median_read_where_no_probability_contradicts_it(
            median in 3.5..38.0_f64, spread in [0.0..8.0_f64, 0.0..8.0_f64], some in 0.0..0.5_f64, more in 0.0..0.5_f64,
        ) {
            let quantiles = [median - spread[0], median, median + spread[1]];
            let law = distribution(quantiles, &[(1, 1.0 - some.min(more)), (3, 1.0 - some.max(more))], 40);
            let count = median.round();
            let read = if law.masses()[count as usize] > 0.5 { count } else { median };
            prop_assert!((law.quantile(0.5) - read).abs() < 1e-6, "{}", law.quantile(0.5));
        }

        #[test]
        fn a_median_among_the_probabilities_is_kept_where_they_lie_on_a_line_with_it(
            median in 0.6..3.4_f64, steepness in 0.05..0.4_f64,
        ) {
            let up_to = |x: f64| (0.5 + steepness * (x - median)).clamp(0.0, 1.0);
            let outer = [median - 0.4 / steepness, median, median + 0.4 / steepness];
            let law = distribution(outer, &[(1, 1.0 - up_to(0.5)), (3, 1.0 - up_to(2.5))], 40);
            prop_assert!((law.quantile(0.5) - median).abs() < 1e-6, "{}", law.quantile(0.5));
        }
    }
}
