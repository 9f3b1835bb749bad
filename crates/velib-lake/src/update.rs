//! Changing an object that others change too, without losing what they wrote.
//!
//! A store with conditional writes refuses a write over a version that was not read, and the change is made anew. A
//! folder has no such writes, so there the lake's folder is locked for the moment of the change.

use std::fmt::Display;

use bytes::Bytes;

use crate::{Lake, LakeError, locked_folder};

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
            return locked_folder::locked(folder, key, |path| {
                let earlier = locked_folder::read(path, key)?;
                let object = change(earlier.clone())?;
                if earlier.as_ref() == Some(&object) {
                    return Ok(());
                }
                locked_folder::replace(path, key, &object)
            });
        }
        for _ in 0..ATTEMPTS {
            let earlier = self.get_version(key).await?;
            let bytes = earlier.as_ref().map(|version| version.bytes.clone());
            let object = change(bytes.clone())?;
            if bytes.as_ref() == Some(&object) || self.put_over(key, earlier.as_ref(), object).await? {
                return Ok(());
            }
        }
        Err(LakeError::Contended { key: key.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;

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
