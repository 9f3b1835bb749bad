//! Every score of the protocol for one forecaster at one horizon, kept by block of time, so that blocks can be drawn
//! again: errors of one evening go wrong together, and only whole blocks are independent enough to tell how sure a
//! score is.

use super::{ErrorSums, ForecastScores, JudgedRow, OnsetRanking};

/// Sums over the rows of one horizon, a set for each block of time.
#[derive(Debug, Clone, Default)]
pub struct ForecastTally {
    blocks: Vec<ErrorSums>,
    onset: OnsetRanking,
}

impl ForecastTally {
    /// Counts one row of a block.
    pub fn add(&mut self, block: u16, row: &JudgedRow) {
        let at = usize::from(block);
        if self.blocks.len() <= at {
            self.blocks.resize(at + 1, ErrorSums::default());
        }
        self.blocks[at].add(row);
        self.onset.add(block, row);
    }

    /// The sums over all blocks.
    pub fn sums(&self) -> ErrorSums {
        self.drawn(|_| 1)
    }

    /// The scores; `None` where nothing was counted.
    pub fn scores(&self) -> Option<ForecastScores> {
        let once = vec![1; self.blocks.len()];
        self.drawn_scores(&[once]).pop().flatten()
    }

    /// The scores as if each block had been seen so many times, for each draw of such numbers.
    pub fn drawn_scores(&self, draws: &[Vec<u32>]) -> Vec<Option<ForecastScores>> {
        let onset = self.onset.ranked();
        let score = |times: &Vec<u32>| {
            let of = |block: usize| times.get(block).copied().unwrap_or(0);
            self.drawn(of).scores(onset.average_precision(of))
        };
        draws.iter().map(score).collect()
    }

    fn drawn(&self, times: impl Fn(usize) -> u32) -> ErrorSums {
        let mut sums = ErrorSums::default();
        for (block, of_block) in self.blocks.iter().enumerate() {
            sums.merge(of_block, times(block));
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;
    use velib_domain::{Distribution, SignedDuration};

    use crate::{HorizonForecast, protocol::Cell};

    fn cell(bikes: u16) -> Cell {
        Cell { bikes, ebikes: None, docks: Some(20 - bikes), capacity: 20 }
    }

    fn row(masses: Vec<f64>, origin: u16, truth: u16) -> JudgedRow {
        let bikes = Distribution::from_masses(masses).unwrap();
        let forecast =
            HorizonForecast { horizon: SignedDuration::from_hours(1), docks: Some(bikes.clone()), bikes };
        JudgedRow::new(&forecast, cell(origin), cell(truth))
    }

    fn rows() -> impl Strategy<Value = Vec<(u16, JudgedRow)>> {
        let masses = prop::collection::vec(0.01..1.0_f64, 21);
        let a_row = (0_u16..4, masses, 0_u16..=20, 0_u16..=20);
        let judged = |(block, masses, origin, truth)| (block, row(masses, origin, truth));
        prop::collection::vec(a_row.prop_map(judged), 1..40)
    }

    fn close(a: Option<f64>, b: Option<f64>) -> bool {
        a.zip(b).map_or(a.is_none() && b.is_none(), |(a, b)| (a - b).abs() < 1e-8)
    }

    proptest! {
        #[test]
        fn a_block_drawn_twice_counts_like_its_rows_written_twice(rows in rows(), times in prop::collection::vec(0_u32..3, 4)) {
            let (mut once, mut written) = (ForecastTally::default(), ForecastTally::default());
            for (block, row) in &rows {
                once.add(*block, row);
                (0..times[usize::from(*block)]).for_each(|_| written.add(*block, row));
            }
            let (drawn, written) = (once.drawn_scores(&[times]).pop().unwrap(), written.scores());
            let both = |of: fn(&ForecastScores) -> Option<f64>| {
                close(drawn.as_ref().and_then(of), written.as_ref().and_then(of))
            };
            prop_assert!(both(|scores| Some(scores.bikes.mae)));
            prop_assert!(both(|scores| Some(scores.bikes.rmse)));
            prop_assert!(both(|scores| Some(scores.low.ece)));
            prop_assert!(both(|scores| Some(scores.a_dock?.brier)));
            prop_assert!(both(|scores| Some(scores.pinball)));
            prop_assert!(both(|scores| Some(scores.coverage_80)));
            prop_assert!(both(|scores| scores.onset_ap));
        }
    }
}
