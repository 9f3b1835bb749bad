//! Least squares with a light penalty, by its normal equations: rows are summed and forgotten.

/// Added to the diagonal, per row: enough to make the equations solvable.
const PENALTY: f64 = 1e-4;

/// Sums of the normal equations of a line through `N` inputs.
#[derive(Debug, Clone)]
pub(super) struct Equations<const N: usize> {
    rows: f64,
    products: Vec<[f64; N]>,
    answers: [f64; N],
}

impl<const N: usize> Equations<N> {
    pub(super) fn none() -> Self {
        Self { rows: 0.0, products: vec![[0.0; N]; N], answers: [0.0; N] }
    }

    pub(super) fn add(&mut self, inputs: &[f64; N], answer: f64) {
        self.rows += 1.0;
        for ((products, sum), input) in self.products.iter_mut().zip(&mut self.answers).zip(inputs) {
            *sum += input * answer;
            products.iter_mut().zip(inputs).for_each(|(product, other)| *product += input * other);
        }
    }

    /// The weights, by Gauss–Jordan elimination: the penalty keeps every pivot above zero.
    pub(super) fn solved(&self) -> [f64; N] {
        let mut left = self.products.clone();
        let mut weights = self.answers;
        for (pivot, row) in left.iter_mut().enumerate() {
            row[pivot] += PENALTY * self.rows.max(1.0);
        }
        for pivot in 0..N {
            let divisor = left[pivot][pivot];
            let pivot_row = left[pivot].map(|number| number / divisor);
            left[pivot] = pivot_row;
            weights[pivot] /= divisor;
            for row in (0..N).filter(|&row| row != pivot) {
                let factor = left[row][pivot];
                left[row].iter_mut().zip(pivot_row).for_each(|(number, other)| *number -= factor * other);
                weights[row] -= factor * weights[pivot];
            }
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_noise_is_found() {
        let mut equations = Equations::<2>::none();
        (0..100).map(f64::from).for_each(|x| equations.add(&[x, 1.0], 3.0 * x - 2.0));
        let [slope, constant] = equations.solved();
        assert!((slope - 3.0).abs() < 1e-3 && (constant + 2.0).abs() < 1e-2, "{slope} {constant}");
    }

    #[test]
    fn an_input_that_is_always_zero_gets_no_weight() {
        let mut equations = Equations::<2>::none();
        (0..10).map(f64::from).for_each(|x| equations.add(&[x, 0.0], x));
        assert!(equations.solved()[1].abs() < 1e-12);
    }
}
