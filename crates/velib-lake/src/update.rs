//! Changing an object that others change too, without losing what they wrote.
//!
//! A store with conditional writes refuses a write over a version that was not read, and the change is made anew. A
//! folder has no such writes, so there the lake's folder is locked for the moment of the change: the system's own
//! lock, which ends with the process however it ends, so nothing is ever left locked.

use std::{
    fmt::Display,
    fs::{self, File},
    io::{self, ErrorKind},
    path::Path as FolderPath,
};

use bytes::Bytes;
use object_store::{Error as StoreError, ObjectStoreExt, PutMode, UpdateVersion};

use crate::{Lake, LakeError, lake::store_error};

/// Of several writers one succeeds each time, so this is how many may come at once.
const ATTEMPTS: usize = 64;

impl Lake {
    /// Replaces an object by what `change` makes of it, `None` standing for no object; an equal one is left alone.
    ///
    /// `change` is asked again where somebody else was faster.
    pub(crate) async fn update(
        &self,
        key: &impl Display,
        change: impl Fn(Option<Bytes>) -> Result<Bytes, LakeError>,
    ) -> Result<(), LakeError> {
        if let Some(folder) = self.local_folder() {
            return update_file(folder, key, change);
        }
        for _ in 0..ATTEMPTS {
            let (earlier, mode) = self.versioned(key).await?;
            let object = change(earlier.clone())?;
            if earlier.as_ref() == Some(&object) {
                return Ok(());
            }
            match self.store().put_opts(&self.path(key), object.into(), mode.into()).await {
                Ok(_) => return Ok(()),
                Err(StoreError::Precondition { .. } | StoreError::AlreadyExists { .. }) => {}
                Err(source) => return Err(store_error("write", key, source)),
            }
        }
        Err(LakeError::Contended { key: key.to_string() })
    }

    /// An object, and the mode that writes over this version of it only.
    async fn versioned(&self, key: &impl Display) -> Result<(Option<Bytes>, PutMode), LakeError> {
        let read = match self.store().get(&self.path(key)).await {
            Err(StoreError::NotFound { .. }) => return Ok((None, PutMode::Create)),
            read => read.map_err(|source| store_error("read", key, source))?,
        };
        let (e_tag, version) = (read.meta.e_tag.clone(), read.meta.version.clone());
        let object = self.whole(key, read).await?;
        Ok((Some(object), PutMode::Update(UpdateVersion { e_tag, version })))
    }
}

/// All of it without waiting for anything but the disk and the lock: whoever holds the lock is never suspended.
fn update_file(
    folder: &FolderPath,
    key: &impl Display,
    change: impl Fn(Option<Bytes>) -> Result<Bytes, LakeError>,
) -> Result<(), LakeError> {
    let failed = |action, error: io::Error| {
        store_error(action, key, StoreError::Generic { store: "LocalFileSystem", source: error.into() })
    };
    let lock = File::open(folder).map_err(|error| failed("lock", error))?;
    lock.lock().map_err(|error| failed("lock", error))?;
    let path = folder.join(key.to_string());
    let earlier = match fs::read(&path) {
        Ok(bytes) => Some(Bytes::from(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(failed("read", error)),
    };
    let object = change(earlier.clone())?;
    if earlier.as_ref() == Some(&object) {
        return Ok(());
    }
    replace(&path, &object).map_err(|error| failed("write", error))
}

/// Writes beside the file and renames, so that a reader finds the old file or the new one. The name beside it is one
/// that listings pass over.
fn replace(path: &FolderPath, object: &[u8]) -> io::Result<()> {
    let parent = path.parent().ok_or(ErrorKind::InvalidInput)?;
    fs::create_dir_all(parent)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push("#0");
    fs::write(&beside, object)?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Many tasks on several threads, each adding one byte to the same object.
    async fn every_change_is_kept(lake: Lake) {
        let writers = (0..16_u8).map(|byte| {
            let lake = lake.clone();
            tokio::spawn(async move {
                let change =
                    |earlier: Option<Bytes>| Ok([&earlier.unwrap_or_default()[..], &[byte]].concat().into());
                lake.update(&"counter", change).await.unwrap();
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let mut bytes = lake.get(&"counter").await.unwrap().unwrap().to_vec();
        bytes.sort_unstable();
        assert_eq!(bytes, (0..16).collect::<Vec<u8>>());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_conditional_store_loses_no_change() {
        every_change_is_kept(Lake::in_memory()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_folder_loses_no_change_and_shows_no_file_beside() {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::folder(folder.path()).unwrap();
        every_change_is_kept(lake.clone()).await;
        fs::write(folder.path().join("other#0"), "half").unwrap();
        assert_eq!(lake.keys_under("").await.unwrap(), ["counter"]);
    }
}
