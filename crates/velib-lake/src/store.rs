//! What a lake asks of its store beyond `object_store`'s trait: to delete an object only while it is still the one
//! that was read.
//!
//! Compaction deletes hours whose rows stand in a day's object. An hour refined again at that very moment must not go
//! with them, and a plain deletion cannot tell.

use async_trait::async_trait;
use object_store::{
    Error, ObjectStore, ObjectStoreExt, Result, local::LocalFileSystem, memory::InMemory, path::Path,
};

/// A store that a lake can stand on.
#[async_trait]
pub trait LakeStore: ObjectStore {
    /// Deletes an object while its e-tag is this one, and fails with `Precondition` or `NotFound` where it is not.
    ///
    /// As given here it asks first and deletes then. That is for a store which nothing else writes meanwhile; a store
    /// that several processes share has to do both at once.
    async fn delete_if_match(&self, location: &Path, e_tag: &str) -> Result<()> {
        let found = self.head(location).await?.e_tag;
        if found.as_deref() == Some(e_tag) {
            return self.delete(location).await;
        }
        let source = format!("its e-tag is {found:?} and no longer {e_tag}").into();
        Err(Error::Precondition { path: location.to_string(), source })
    }
}

impl LakeStore for InMemory {}

/// A lake in a folder compares bytes under its own lock and never asks this, see `locked_folder`.
impl LakeStore for LocalFileSystem {}
