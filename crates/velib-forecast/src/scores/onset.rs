//! Of stations that still have bikes, which will soon have none: how well a forecast puts those first.

use super::{JudgedRow, told};

/// Rows with more bikes than this can run low.
pub(super) const LOW: u16 = 2;

/// Steps in which probabilities are told apart: a row takes eight bytes, and there are millions.
const STEPS: f64 = ((1 << 24) - 1) as f64;

/// Rows ranked by how likely they are to run low.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OnsetRanking {
    rows: Vec<OnsetRow>,
}

/// The same rows, the likeliest first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RankedOnsets {
    rows: Vec<OnsetRow>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct OnsetRow {
    /// How likely it was said to be; of rows equally likely, that with fewer bikes comes first: a certain forecast ranks
    /// by its count.
    rank: u32,
    block: u16,
    happened: bool,
}

impl OnsetRanking {
    /// Counts one row of a block, if its station still has bikes.
    pub fn add(&mut self, block: u16, row: &JudgedRow) {
        if row.origin.bikes > LOW {
            let likely = (row.runs_low.clamp(0.0, 1.0) * STEPS).round() as u32;
            let fewness = u32::from(u8::MAX) - u32::from(row.origin.bikes.min(u16::from(u8::MAX)));
            self.rows.push(OnsetRow { rank: likely << 8 | fewness, block, happened: row.truth.bikes <= LOW });
        }
    }

    pub(super) fn ranked(&self) -> RankedOnsets {
        let mut rows = self.rows.clone();
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.rank));
        RankedOnsets { rows }
    }
}

impl RankedOnsets {
    /// Average precision, step by step over distinct ranks, as if each block had been seen so many times; `None` where it
    /// never happened.
    pub(super) fn average_precision(&self, times: impl Fn(usize) -> u32) -> Option<f64> {
        let (mut seen, mut found, mut sum) = (0.0, 0.0, 0.0);
        for tied in self.rows.chunk_by(|a, b| a.rank == b.rank) {
            let mut hits = 0.0;
            for row in tied {
                let weight = f64::from(times(usize::from(row.block)));
                seen += weight;
                hits += if row.happened { weight } else { 0.0 };
            }
            found += hits;
            sum += if hits > 0.0 { hits * found / seen } else { 0.0 };
        }
        (found > 0.0).then(|| told(sum / found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[(u32, bool)], expect: Option<f64>) {
        let rows = rows.iter().map(|&(rank, happened)| OnsetRow { rank, block: 0, happened }).collect();
        assert_eq!(OnsetRanking { rows }.ranked().average_precision(|_| 1), expect);
    }

    #[test]
    fn all_that_happened_first_is_perfect() {
        check(&[(1, false), (9, true), (8, true)], Some(1.0));
    }

    #[test]
    fn saying_the_same_of_all_is_as_good_as_their_share() {
        check(&[(5, true), (5, false), (5, false), (5, false)], Some(0.25));
    }

    #[test]
    fn where_nothing_happened_there_is_nothing_to_rank() {
        check(&[(5, false)], None);
    }
}
