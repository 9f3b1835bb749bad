//! Writing to a lake that is a folder, one writer at a time: what others must not change between a look and a write.
//!
//! The folder itself is locked: the system's own lock, which ends with the process however it ends, so nothing is ever
//! left locked. Everything here waits for nothing but the disk and the lock: whoever holds it is never suspended.
//! Readers need no lock, because files are replaced whole and at once.

use std::{
    fmt::Display,
    fs::{self, File},
    io::{self, ErrorKind},
    path::Path,
};

use bytes::Bytes;
use object_store::Error as StoreError;

use crate::{LakeError, lake::store_error};

/// Does something to an object's file while no other writer of the folder does anything.
pub(crate) fn locked<T>(
    folder: &Path,
    key: &impl Display,
    work: impl FnOnce(&Path) -> Result<T, LakeError>,
) -> Result<T, LakeError> {
    let lock = File::open(folder).and_then(|lock| lock.lock().map(|()| lock));
    let lock = lock.map_err(|error| failed("lock", key, error))?;
    let done = work(&folder.join(key.to_string()));
    drop(lock);
    done
}

/// The file's bytes; `None` where there is no file.
pub(crate) fn read(path: &Path, key: &impl Display) -> Result<Option<Bytes>, LakeError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes.into())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", key, error)),
    }
}

/// Writes beside the file and renames, so that a reader finds the old file or the new one. The name beside it is one
/// that listings pass over.
pub(crate) fn replace(path: &Path, key: &impl Display, object: &[u8]) -> Result<(), LakeError> {
    let write = || {
        fs::create_dir_all(path.parent().ok_or(ErrorKind::InvalidInput)?)?;
        let mut beside = path.as_os_str().to_owned();
        beside.push("#0");
        fs::write(&beside, object)?;
        fs::rename(&beside, path)
    };
    write().map_err(|error| failed("write", key, error))
}

/// Deletes the file, and the folders that are empty without it.
pub(crate) fn delete(folder: &Path, path: &Path, key: &impl Display) -> Result<(), LakeError> {
    fs::remove_file(path).map_err(|error| failed("delete", key, error))?;
    let emptied = path.ancestors().skip(1).take_while(|parent| *parent != folder);
    // The first that is not empty ends it, and none has to go.
    for parent in emptied {
        if fs::remove_dir(parent).is_err() {
            break;
        }
    }
    Ok(())
}

fn failed(action: &'static str, key: &impl Display, error: io::Error) -> LakeError {
    store_error(action, key, StoreError::Generic { store: "LocalFileSystem", source: error.into() })
}
