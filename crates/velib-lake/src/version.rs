//! Replacing or deleting an object only while it is still the one that was read.
//!
//! A store compares e-tags in the moment of the write. A folder's e-tags are made of times and could repeat, so there
//! the bytes themselves are compared, under the folder's lock.

use std::fmt::Display;

use bytes::Bytes;
use object_store::{Error as StoreError, ObjectStoreExt, PutMode, UpdateVersion};

use crate::{Lake, LakeError, lake::store_error, locked_folder};

/// An object as it was read.
pub(crate) struct Version {
    pub(crate) bytes: Bytes,
    tag: UpdateVersion,
}

impl Lake {
    /// An object that may be replaced or deleted later; `None` where there is none.
    pub(crate) async fn get_version(&self, key: &impl Display) -> Result<Option<Version>, LakeError> {
        let read = match self.store().get(&self.path(key)).await {
            Err(StoreError::NotFound { .. }) => return Ok(None),
            read => read.map_err(|source| store_error("read", key, source))?,
        };
        let tag = UpdateVersion { e_tag: read.meta.e_tag.clone(), version: read.meta.version.clone() };
        Ok(Some(Version { bytes: self.whole(key, read).await?, tag }))
    }

    /// Writes an object over this version of it, `None` standing for no object; tells whether it was still that one.
    pub(crate) async fn put_over(
        &self,
        key: &impl Display,
        earlier: Option<&Version>,
        object: Bytes,
    ) -> Result<bool, LakeError> {
        if let Some(folder) = self.local_folder() {
            return locked_folder::locked(folder, key, |path| {
                let unchanged =
                    locked_folder::read(path, key)?.as_ref() == earlier.map(|version| &version.bytes);
                if unchanged {
                    locked_folder::replace(path, key, &object)?;
                }
                Ok(unchanged)
            });
        }
        let mode = earlier.map_or(PutMode::Create, |version| PutMode::Update(version.tag.clone()));
        match self.store().put_opts(&self.path(key), object.into(), mode.into()).await {
            Ok(_) => Ok(true),
            Err(StoreError::Precondition { .. } | StoreError::AlreadyExists { .. }) => Ok(false),
            Err(source) => Err(store_error("write", key, source)),
        }
    }

    /// Deletes this version of an object; tells whether it was still that one.
    pub(crate) async fn delete_version(
        &self,
        key: &impl Display,
        version: &Version,
    ) -> Result<bool, LakeError> {
        if let Some(folder) = self.local_folder() {
            return locked_folder::locked(folder, key, |path| {
                let unchanged = locked_folder::read(path, key)?.as_ref() == Some(&version.bytes);
                if unchanged {
                    locked_folder::delete(folder, path, key)?;
                }
                Ok(unchanged)
            });
        }
        let Some(e_tag) = &version.tag.e_tag else {
            let source = "the store tells no e-tags".into();
            return Err(store_error("delete", key, StoreError::Generic { store: "lake", source }));
        };
        match self.store().delete_if_match(&self.path(key), e_tag).await {
            Ok(()) => Ok(true),
            Err(StoreError::Precondition { .. } | StoreError::NotFound { .. }) => Ok(false),
            Err(source) => Err(store_error("delete", key, source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_deleted_leaves_no_empty_folder() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::folder(folder.path()).unwrap();
        for key in ["silver/day/first", "silver/other"] {
            assert!(lake.put_over(&key, None, "first".into()).await.unwrap());
        }
        for (key, emptied) in [("silver/day/first", "silver/day"), ("silver/other", "silver")] {
            let version = lake.get_version(&key).await.unwrap().unwrap();
            assert!(lake.delete_version(&key, &version).await.unwrap());
            assert!(!folder.path().join(emptied).exists(), "{emptied}");
        }
        assert!(folder.path().exists());
    }
}
