//! The boundaries file of a system: the one object of the lake that is neither collected nor made from what was.
//!
//! It stands in the lake and not beside a program, so that every refiner of this lake, on whatever machine, places
//! stations by the same lines. What is in it is for the refiner to read; here it is bytes.

use bytes::Bytes;
use velib_domain::SystemId;

use crate::{Lake, LakeError, keys::BoundariesKey};

impl Lake {
    /// The boundaries file; `None` where nobody gave one.
    pub async fn read_boundaries(&self, system: &SystemId) -> Result<Option<Bytes>, LakeError> {
        self.get(&BoundariesKey { system: system.clone() }).await
    }

    /// Keeps a boundaries file in place of an earlier one.
    pub async fn write_boundaries(&self, system: &SystemId, file: Bytes) -> Result<(), LakeError> {
        self.put(&BoundariesKey { system: system.clone() }, file).await
    }

    /// What to say of a boundaries file in the lake that cannot be read.
    pub fn damaged_boundaries(system: &SystemId, reason: &impl ToString) -> LakeError {
        LakeError::Corrupt {
            key: BoundariesKey { system: system.clone() }.to_string(),
            reason: reason.to_string(),
            fix: "give it again: velib silver --boundaries FILE",
        }
    }
}
