//! Weights as safetensors: plain numbers by name. Whatever does not fit is told by its name.

use safetensors::{Dtype, SafeTensors};

/// The stored arrays of a model.
pub struct Weights<'a>(SafeTensors<'a>);

impl<'a> Weights<'a> {
    /// Reads the names and shapes.
    pub fn read(bytes: &'a [u8]) -> Result<Self, String> {
        let stored = SafeTensors::deserialize(bytes);
        stored.map(Self).map_err(|error| format!("its weights are no safetensors ({error})"))
    }

    /// The numbers of one array, which must have this shape.
    pub fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        let view = self.0.tensor(name).map_err(|_| format!("its weights have no {name}"))?;
        if view.dtype() != Dtype::F32 || view.shape() != shape {
            let (kind, found) = (view.dtype(), view.shape());
            return Err(format!("{name} is {kind:?} {found:?}, the network wants F32 {shape:?}"));
        }
        let numbers: Vec<f32> =
            view.data().as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect();
        if numbers.iter().any(|number| !number.is_finite()) {
            return Err(format!("{name} holds a number that is none"));
        }
        Ok(numbers)
    }
}
