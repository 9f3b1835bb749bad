//! One LSTM layer, run over slots from the oldest to the newest; only its last state is wanted.

use ndarray::{Array1, Array2, ArrayView2, Axis, Zip, linalg::general_mat_mul};

use super::{
    activation::{sigmoid, tanh},
    transposed,
};
use crate::weights::Weights;

/// The weights of a layer: for each unit an input, a forget, a cell and an output gate, in this order.
#[derive(Debug)]
pub(super) struct Lstm {
    /// `inputs × 4 units`.
    of_input: Array2<f32>,
    /// `units × 4 units`.
    of_state: Array2<f32>,
    bias: Array1<f32>,
}

impl Lstm {
    pub(super) fn read(
        weights: &Weights<'_>,
        name: &str,
        inputs: usize,
        units: usize,
    ) -> Result<Self, String> {
        let gates = 4 * units;
        let numbers = |part: &str, shape: &[usize]| weights.numbers(&format!("{name}.{part}_l0"), shape);
        let of_input = numbers("weight_ih", &[gates, inputs])?;
        let of_state = numbers("weight_hh", &[gates, units])?;
        let bias = Array1::from(numbers("bias_ih", &[gates])?) + Array1::from(numbers("bias_hh", &[gates])?);
        Ok(Self {
            of_input: transposed(of_input, gates, inputs),
            of_state: transposed(of_state, gates, units),
            bias,
        })
    }

    /// The state after the last slot: `rows × units`.
    pub(super) fn last_state<'a>(
        &self,
        slots: impl Iterator<Item = ArrayView2<'a, f32>>,
        rows: usize,
    ) -> Array2<f32> {
        let units = self.of_state.nrows();
        let mut state = Array2::<f32>::zeros((rows, units));
        let mut cell = Array2::<f32>::zeros((rows, units));
        let mut gates = Array2::<f32>::zeros((rows, 4 * units));
        for slot in slots {
            gates.assign(&self.bias);
            general_mat_mul(1.0, &slot, &self.of_input, 1.0, &mut gates);
            general_mat_mul(1.0, &state, &self.of_state, 1.0, &mut gates);
            let (in_and_forget, cell_and_out) = gates.view().split_at(Axis(1), 2 * units);
            let (input, forget) = in_and_forget.split_at(Axis(1), units);
            let (new, output) = cell_and_out.split_at(Axis(1), units);
            Zip::from(&mut cell).and(&input).and(&forget).and(&new).for_each(
                |cell, &input, &forget, &new| {
                    *cell = sigmoid(forget) * *cell + sigmoid(input) * tanh(new);
                },
            );
            Zip::from(&mut state).and(&output).and(&cell).for_each(|state, &output, &cell| {
                *state = sigmoid(output) * tanh(cell);
            });
        }
        state
    }
}
