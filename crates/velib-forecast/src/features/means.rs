//! Means over the known numbers of some rows, column by column.
//!
//! An unknown number is NaN in here: whatever is computed from it is unknown too, the mean of no known number is, and
//! no branch is spent on either, which lets processors work on several columns at once.

use std::array::from_fn;

/// Columns that every processor of ours works on at once.
pub(super) const LANES: usize = 4;

/// The means of the rows last averaged.
#[derive(Debug, Clone, Default)]
pub(super) struct Means {
    means: Vec<f32>,
    known: Vec<f32>,
}

impl Means {
    /// Averages rows of this width; a multiple of [`LANES`] goes fastest.
    pub(super) fn average<'a>(&mut self, width: usize, rows: impl Iterator<Item = &'a [f32]>) {
        for column in [&mut self.means, &mut self.known] {
            column.clear();
            column.resize(width, 0.0);
        }
        for row in rows {
            let (sums, sums_rest) = self.means.as_chunks_mut::<LANES>();
            let (known, known_rest) = self.known.as_chunks_mut::<LANES>();
            let (lanes, lanes_rest) = row.as_chunks::<LANES>();
            for ((sums, known), numbers) in sums.iter_mut().zip(known).zip(lanes) {
                add_known(sums, known, numbers);
            }
            let rest = sums_rest.as_chunks_mut::<1>().0.iter_mut().zip(known_rest.as_chunks_mut::<1>().0);
            for ((sum, known), number) in rest.zip(lanes_rest.as_chunks::<1>().0) {
                add_known(sum, known, number);
            }
        }
        self.means.iter_mut().zip(&self.known).for_each(|(sum, known)| *sum /= known);
    }

    /// Forgets means over fewer than so many known numbers.
    pub(super) fn forget_below(&mut self, fewest: f32) {
        for (mean, &known) in self.means.iter_mut().zip(&self.known) {
            if known < fewest {
                *mean = f32::NAN;
            }
        }
    }

    /// One a column.
    pub(super) fn get(&self) -> &[f32] {
        &self.means
    }
}

/// Adds what is known to sums and counts. The unknown are masked out bit by bit, so that no branch is left to guess.
#[inline]
fn add_known<const N: usize>(sums: &mut [f32; N], known: &mut [f32; N], numbers: &[f32; N]) {
    let masks = numbers.map(|number| u32::from(!number.is_nan()).wrapping_neg());
    let masked = |number: f32, mask: u32| f32::from_bits(number.to_bits() & mask);
    *sums = from_fn(|at| sums[at] + masked(numbers[at], masks[at]));
    *known = from_fn(|at| known[at] + masked(1.0, masks[at]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_takes_no_part_and_the_mean_of_nothing_is_unknown() {
        let rows = [[1.0, f32::NAN, f32::NAN], [2.0, 5.0, f32::NAN]];
        let mut means = Means::default();
        means.average(3, rows.iter().map(|row| &row[..]));
        assert_eq!(means.get()[..2], [1.5, 5.0]);
        assert!(means.get()[2].is_nan());
        means.forget_below(2.0);
        assert_eq!(means.get().iter().map(|mean| mean.is_nan()).collect::<Vec<_>>(), [false, true, true]);
    }
}
