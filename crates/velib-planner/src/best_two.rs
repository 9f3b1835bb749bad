//! The best of several ways to go on, and the best that goes somewhere else: nobody goes back to where they just failed.

use crate::worth::Worth;

/// A way to go on, and what it is worth.
type Way<S> = (Worth, S);

/// The two that cost least so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BestTwo<S> {
    best: Way<S>,
    second: Way<S>,
}

impl<S: Copy> BestTwo<S> {
    /// What is left where nothing better is found.
    pub(crate) fn or_else(resort: Way<S>) -> Self {
        Self { best: resort, second: resort }
    }

    /// What another must cost less than to be one of them.
    pub(crate) fn bar(&self) -> f64 {
        self.second.0.cost
    }

    /// Takes one that costs less than the bar.
    pub(crate) fn take(&mut self, way: Way<S>) {
        if way.0.cost < self.best.0.cost {
            *self = Self { best: way, second: self.best };
        } else {
            self.second = way;
        }
    }

    /// The best, or the second where the best goes back.
    pub(crate) fn unless(&self, goes_back: impl Fn(&S) -> bool) -> Way<S> {
        if goes_back(&self.best.1) { self.second } else { self.best }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn of_all_ways_the_two_cheapest_are_kept(costs in prop::collection::vec(0.0..100.0_f64, 0..12)) {
            let way = |index: usize, cost: f64| (Worth { seconds: cost, cost }, index);
            let resort = way(usize::MAX, 50.0);
            let mut two = BestTwo::or_else(resort);
            for (index, cost) in costs.iter().copied().enumerate().filter(|(_, cost)| *cost < 50.0) {
                if cost < two.bar() {
                    two.take(way(index, cost));
                }
            }
            let mut ordered: Vec<(f64, usize)> = costs.iter().copied().zip(0..).filter(|(cost, _)| *cost < 50.0).collect();
            ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
            let expect = |rank: usize| ordered.get(rank).map_or(usize::MAX, |(_, index)| *index);
            prop_assert_eq!(two.unless(|_| false).1, expect(0));
            prop_assert_eq!(two.unless(|step| *step == expect(0)).1, expect(1));
        }
    }
}
