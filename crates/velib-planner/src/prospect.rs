//! Every way a journey can turn out from some moment on, with its probability: a small algebra of what may happen.
//!
//! The spread comes from failing to find a bike or a dock, and from travellers who are quicker or slower than the usual
//! one.

use crate::paces::{Paces, Span, SpanLaw};

/// Outcomes less likely than this are left out where a quantile is sought: all of them together move it by seconds.
const HARDLY: f64 = 1e-4;

/// Quantiles are found to this many seconds, or to this share of the travellers, which is less.
const PRECISION_S: f64 = 0.5;
const PRECISION: f64 = 1e-4;

/// What may happen: outcomes whose probabilities sum to one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Prospect {
    outcomes: Vec<Outcome>,
}

/// One way it can turn out.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Outcome {
    /// How probable it is.
    p: f64,
    /// The time until the traveller is at the destination.
    span: Span,
}

/// When travellers of different paces arrive.
pub(crate) struct Arrivals<'p> {
    prospect: &'p Prospect,
    /// Of every outcome that is not negligible; empty where everybody is as quick as the other.
    laws: Vec<(f64, SpanLaw)>,
}

impl Prospect {
    /// There in exactly so long.
    pub(crate) fn certain(span: Span) -> Self {
        Self { outcomes: vec![Outcome { p: 1.0, span }] }
    }

    /// With probability `p` the one, else the other.
    pub(crate) fn either(p: f64, one: Self, other: Self) -> Self {
        let weighted = |prospect: Self, weight: f64| {
            let outcomes = prospect.outcomes.into_iter();
            outcomes.map(move |outcome| Outcome { p: outcome.p * weight, ..outcome })
        };
        let outcomes = weighted(one, p).chain(weighted(other, 1.0 - p));
        Self { outcomes: outcomes.filter(|outcome| outcome.p > 0.0).collect() }
    }

    /// The same, starting so much later.
    pub(crate) fn after(mut self, span: Span) -> Self {
        for outcome in &mut self.outcomes {
            outcome.span = span.and(outcome.span);
        }
        self
    }

    /// Seconds to expect, which do not depend on how travellers differ.
    pub(crate) fn expected_s(&self) -> f64 {
        self.outcomes.iter().map(|outcome| outcome.p * outcome.span.seconds()).sum()
    }

    /// The same for travellers who differ so much.
    pub(crate) fn arrivals(&self, paces: Paces) -> Arrivals<'_> {
        let likely = self.outcomes.iter().filter(|outcome| outcome.p > HARDLY);
        let laws = likely.map(|outcome| (outcome.p, outcome.span.law(paces)));
        Arrivals { prospect: self, laws: if paces == Paces::ALIKE { Vec::new() } else { laws.collect() } }
    }
}

impl Arrivals<'_> {
    /// The probability of being there within so many seconds.
    pub(crate) fn p_within(&self, seconds: f64) -> f64 {
        if self.laws.is_empty() {
            let outcomes = self.prospect.outcomes.iter();
            let in_time = outcomes.filter(|outcome| outcome.span.seconds() <= seconds + 1e-9);
            return in_time.map(|outcome| outcome.p).sum::<f64>().min(1.0);
        }
        let all: f64 = self.laws.iter().map(|(p, _)| p).sum();
        self.laws.iter().map(|(p, law)| p * law.p_within(seconds)).sum::<f64>() / all
    }

    /// Seconds within which the traveller is there with probability `p`.
    pub(crate) fn quantile_s(&self, p: f64) -> f64 {
        if self.laws.is_empty() {
            return self.step_s(p);
        }
        // How many too few, or too many, have arrived then.
        let off = |seconds: f64| self.p_within(seconds) - p;
        let about = self.prospect.expected_s().max(1.0);
        let mut early = (about, off(about));
        let mut late = early;
        while early.1 > 0.0 && early.0 > PRECISION_S {
            let sooner = early.0 * 0.7;
            (late, early) = (early, (sooner, off(sooner)));
        }
        while late.1 < 0.0 {
            let later = late.0 * 1.4;
            (early, late) = (late, (later, off(later)));
        }
        // Straight lines through both ends; an end that stays counts half the next time, or the other would creep.
        let mut stayed = None;
        while late.0 - early.0 > PRECISION_S {
            let seconds = early.0 + (late.0 - early.0) * early.1 / (early.1 - late.1);
            let here = (seconds, off(seconds));
            if here.1.abs() < PRECISION {
                return seconds;
            }
            let is_late = here.1 > 0.0;
            let halved = if stayed == Some(is_late) { 0.5 } else { 1.0 };
            if is_late {
                (early.1, late) = (early.1 * halved, here);
            } else {
                (early, late.1) = (here, late.1 * halved);
            }
            stayed = Some(is_late);
        }
        late.0
    }

    /// The same where everybody takes as long.
    fn step_s(&self, p: f64) -> f64 {
        let mut ascending = self.prospect.outcomes.clone();
        ascending.sort_by(|a, b| a.span.seconds().total_cmp(&b.span.seconds()));
        let mut arrived = 0.0;
        for outcome in &ascending {
            arrived += outcome.p;
            // The sum of probabilities that are exact in decimal may miss `p` by a rounding error.
            if arrived + 1e-9 >= p {
                return outcome.span.seconds();
            }
        }
        ascending.last().map_or(0.0, |slowest| slowest.span.seconds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[test]
    fn nine_times_of_ten_in_ten_minutes_else_in_thirty() {
        let late = Prospect::certain(Span::on_foot(1200.0)).after(Span::riding(600.0));
        let prospect = Prospect::either(0.9, Prospect::certain(Span::riding(600.0)), late);
        let arrivals = prospect.arrivals(Paces::ALIKE);
        assert!((prospect.expected_s() - 720.0).abs() < 1e-9);
        assert!((arrivals.quantile_s(0.5) - 600.0).abs() < 1e-9);
        assert!((arrivals.quantile_s(0.9) - 600.0).abs() < 1e-9);
        assert!((arrivals.quantile_s(0.91) - 1800.0).abs() < 1e-9);
        assert!(arrivals.p_within(599.0).abs() < 1e-9);
        assert!((arrivals.p_within(600.0) - 0.9).abs() < 1e-9);
        assert!((arrivals.p_within(1800.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_happen_is_no_outcome() {
        let [one, other] = [1.0, 99.0].map(|seconds| Prospect::certain(Span::still(seconds)));
        let sure = Prospect::either(1.0, one.clone(), other);
        assert_eq!(sure, one);
        assert!((sure.arrivals(Paces::ALIKE).quantile_s(1.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn who_is_there_already_is_there_within_a_second() {
        let there = Prospect::certain(Span::on_foot(0.0));
        assert!((0.0..=1.0).contains(&there.arrivals(Paces::USUAL).quantile_s(0.9)));
    }

    #[test]
    fn of_travellers_who_differ_one_of_ten_needs_a_quarter_longer() {
        let way = Span::on_foot(300.0).and(Span::riding(900.0)).and(Span::still(90.0));
        let prospect = Prospect::certain(way);
        let arrivals = prospect.arrivals(Paces::USUAL);
        let [p50, p90] = [0.5, 0.9].map(|p| arrivals.quantile_s(p));
        // Of the log-normal law the median lies below the mean of 1,290 s.
        assert!((1_250.0..1_275.0).contains(&p50) && (1_590.0..1_650.0).contains(&p90), "{p50} {p90}");
        assert!((prospect.expected_s() - 1_290.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn a_quantile_is_where_so_many_have_arrived(
            ways in prop::collection::vec((1.0..900.0_f64, 0.0..3_000.0_f64, 0.0..200.0_f64), 1..6),
            p_first in 0.01..1.0_f64, p in 0.05..0.95_f64,
        ) {
            let way = |&(on_foot, riding, still): &(f64, f64, f64)| {
                Prospect::certain(Span::on_foot(on_foot).and(Span::riding(riding)).and(Span::still(still)))
            };
            let (last, others) = ways.split_last().unwrap();
            let join = |sum, one: &(f64, f64, f64)| Prospect::either(p_first, way(one), sum);
            let prospect = others.iter().fold(way(last), join);
            let arrivals = prospect.arrivals(Paces::USUAL);
            let seconds = arrivals.quantile_s(p);
            let is_near = (arrivals.p_within(seconds) - p).abs() < PRECISION;
            let is_between = arrivals.p_within(seconds) >= p && arrivals.p_within(seconds - PRECISION_S) <= p;
            prop_assert!(is_near || is_between, "{seconds} s");
        }
    }
}
