//! Weights as safetensors: plain numbers by name, exact on reload. `TorchScript` is not used, because a traced graph
//! fixes the batch size.

use std::collections::{BTreeMap, HashMap};

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use tch::{Kind, Tensor, nn::VarStore};

/// The weights as bytes, the same for the same weights.
pub(crate) fn to_bytes(store: &VarStore) -> Vec<u8> {
    let arrays: HashMap<String, (Vec<usize>, Vec<u8>)> =
        store.variables().into_iter().map(|(name, tensor)| (name, little_endian(&tensor))).collect();
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
    let stored = SafeTensors::deserialize(bytes)
        .map_err(|error| format!("its weights are no safetensors ({error})"))?;
    // In the order of their names, so that the same fault is always told in the same words.
    for (name, mut variable) in store.variables().into_iter().collect::<BTreeMap<_, _>>() {
        let view = stored.tensor(&name).map_err(|_| format!("its weights have no {name}"))?;
        let shape: Vec<i64> = view.shape().iter().map(|&size| size as i64).collect();
        if view.dtype() != Dtype::F32 || shape != variable.size() {
            return Err(format!(
                "{name} is {:?} {shape:?}, the network wants F32 {:?}",
                view.dtype(),
                variable.size()
            ));
        }
        let values: Vec<f32> =
            view.data().as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect();
        if values.iter().any(|value| !value.is_finite()) {
            return Err(format!("{name} holds a number that is none"));
        }
        tch::no_grad(|| variable.copy_(&Tensor::from_slice(&values).view(shape.as_slice())));
    }
    Ok(())
}
