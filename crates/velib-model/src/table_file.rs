//! A transition table as safetensors: `changes`, how often each change followed each count (`TransitionTable::numbers`).

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use velib_forecast::{Horizon, baselines::TransitionTable};

const CHANGES: &str = "changes";

/// The table as bytes, the same for the same table.
pub(crate) fn to_bytes(table: &TransitionTable) -> Vec<u8> {
    let bytes: Vec<u8> = table.numbers().flat_map(u32::to_le_bytes).collect();
    let view =
        TensorView::new(Dtype::U32, vec![bytes.len() / 4], &bytes).expect("numbers fit their own shape");
    safetensors::serialize([(CHANGES, view)], None).expect("the name is alone and the size fits")
}

/// Reads a table for these horizons; says what is wrong with it.
pub(crate) fn from_bytes(bytes: &[u8], horizons: &[Horizon]) -> Result<TransitionTable, String> {
    let tensors = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let changes = tensors.tensor(CHANGES).map_err(|_| format!("it has no {CHANGES}"))?;
    if changes.dtype() != Dtype::U32 {
        return Err(format!("{CHANGES} is {:?}, not U32", changes.dtype()));
    }
    let numbers: Vec<u32> =
        changes.data().as_chunks().0.iter().map(|&four| u32::from_le_bytes(four)).collect();
    TransitionTable::of_numbers(horizons, &numbers).ok_or_else(|| {
        let wanted = TransitionTable::size(horizons.len());
        format!("{CHANGES} has {} numbers, {} horizons want {wanted}", numbers.len(), horizons.len())
    })
}
