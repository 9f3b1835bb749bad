//! Weights as safetensors: plain numbers by name, exact on reload. `TorchScript` is not used, because a traced graph
//! fixes the batch size.

use std::collections::{BTreeMap, HashMap};

use safetensors::{Dtype, tensor::TensorView};
use tch::{Kind, Tensor, nn::VarStore};
use velib_model::Weights;

/// Whose last dimension ends with the features that do not change by the hour.
const ENDING_IN_FEATURES: [&str; 4] = ["centre", "scale", "first.weight", "output.weight"];

/// Tensors by name.
pub(crate) type Named = HashMap<String, Tensor>;

/// The weights as bytes, the same for the same weights.
pub(crate) fn to_bytes(store: &VarStore) -> Vec<u8> {
    named_to_bytes(store.variables())
}

/// Any tensors as bytes, the same for the same numbers.
pub(crate) fn named_to_bytes(named: Named) -> Vec<u8> {
    let arrays: HashMap<String, (Vec<usize>, Vec<u8>)> =
        named.into_iter().map(|(name, tensor)| (name, little_endian(&tensor))).collect();
    let views = arrays.iter().map(|(name, (shape, bytes))| {
        let view =
            TensorView::new(Dtype::F32, shape.clone(), bytes).expect("a tensor's bytes fit its own shape");
        (name.as_str(), view)
    });
    safetensors::serialize(views, None).expect("names are distinct and sizes fit")
}

fn little_endian(tensor: &Tensor) -> (Vec<usize>, Vec<u8>) {
    let shape = tensor.size().into_iter().map(|size| size as usize).collect();
    let flat = tensor.detach().to_kind(Kind::Float).to_device(tch::Device::Cpu).flatten(0, -1);
    let values = Vec::<f32>::try_from(&flat).expect("a flat float tensor is a vector");
    (shape, values.into_iter().flat_map(f32::to_le_bytes).collect())
}

/// Fills every variable of a store; says which one does not fit.
pub(crate) fn fill(store: &VarStore, bytes: &[u8]) -> Result<(), String> {
    fill_from_fewer(store.variables(), bytes, 0)
}

/// Fills tensors; says which one does not fit. Others that are stored are passed over.
pub(crate) fn fill_named(named: Named, bytes: &[u8]) -> Result<(), String> {
    fill_from_fewer(named, bytes, 0)
}

/// The same with the weights of a network that knew so many features fewer at the end of a row: these count for nothing.
pub(crate) fn fill_from_fewer(named: Named, bytes: &[u8], fewer: usize) -> Result<(), String> {
    let stored = Weights::read(bytes)?;
    // In the order of their names, so that the same fault is always told in the same words.
    for (name, mut variable) in named.into_iter().collect::<BTreeMap<_, _>>() {
        let mut shape: Vec<usize> = variable.size().into_iter().map(|size| size as usize).collect();
        let is_of_features = ENDING_IN_FEATURES.iter().any(|ending| name.ends_with(ending));
        if let Some(columns) = shape.last_mut().filter(|_| is_of_features) {
            *columns -= fewer;
        }
        let numbers = Tensor::from_slice(&stored.numbers(&name, &shape)?);
        tch::no_grad(|| {
            let mut known = match shape.last() {
                Some(&columns) if fewer > 0 => variable.zero_().slice(-1, 0, columns as i64, 1),
                _ => variable,
            };
            known.copy_(&numbers.view_as(&known));
        });
    }
    Ok(())
}
