//! A lake as a place: a store and the prefix under which all keys stand, with the few verbs the layers need.
//!
//! The layers themselves (`bronze`, `silver`, `models`) add their own methods to [`Lake`] in their own files.

use std::{fmt::Display, path::Path as FolderPath, sync::Arc};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::{
    Error as StoreError, GetOptions, GetRange, GetResult, ObjectStoreExt, PutMode, local::LocalFileSystem,
    memory::InMemory, path::Path,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{BronzeKey, InvalidKey, LakeError, LakeStore, PutOutcome, locked_folder};

/// How many objects are asked for at once where order does not matter.
pub(crate) const CONCURRENCY: usize = 16;

/// Where bronze, silver and models live. Cloning it shares the store.
#[derive(Debug, Clone)]
pub struct Lake {
    store: Arc<dyn LakeStore>,
    prefix: Path,
    /// Where the lake is a folder of this machine: that folder.
    folder: Option<Arc<FolderPath>>,
}

impl Lake {
    /// A lake under a prefix of any store.
    pub fn new(store: Arc<dyn LakeStore>, prefix: Path) -> Self {
        Self { store, prefix, folder: None }
    }

    /// An empty lake that ends with the process.
    pub fn in_memory() -> Self {
        Self::new(Arc::new(InMemory::new()), Path::default())
    }

    /// A lake in a local folder, which is made if it is not there.
    pub fn folder(folder: impl AsRef<FolderPath>) -> Result<Self, LakeError> {
        let folder = folder.as_ref();
        let made = std::fs::create_dir_all(folder)
            .map_err(|source| StoreError::Generic { store: "LocalFileSystem", source: source.into() });
        let opened = made.and_then(|()| LocalFileSystem::new_with_prefix(folder));
        let store = opened.map_err(|source| LakeError::Folder { path: folder.to_owned(), source })?;
        let lake = Self::new(Arc::new(store), Path::default());
        Ok(Self { folder: Some(folder.into()), ..lake })
    }

    /// The lake at `file:///folder`, at a plain folder path, or `memory:`.
    pub fn open(url: &str) -> Result<Self, LakeError> {
        let refused = |fix| Err(LakeError::Url { url: url.to_owned(), fix });
        if matches!(url, "memory:" | "memory://") {
            return Ok(Self::in_memory());
        }
        if let Some(path) = url.strip_prefix("file://") {
            return match path.strip_prefix('/') {
                Some(_) => Self::folder(path),
                None => refused("write an absolute path, as in file:///var/lake"),
            };
        }
        if url.is_empty() || url.contains("://") {
            return refused("use file:///folder, a folder path, s3://bucket/prefix or memory:");
        }
        Self::folder(url)
    }

    /// The bronze key of an object as its store names it, that is with this lake's own prefix before it.
    pub fn bronze_key_of(&self, object: &str) -> Result<BronzeKey, InvalidKey> {
        let prefix = self.prefix.as_ref();
        let inside = object.strip_prefix(prefix).unwrap_or(object);
        inside.strip_prefix('/').unwrap_or(inside).parse()
    }

    /// An object; `None` where there is none.
    ///
    /// A file is read where the caller is: handing it to another thread twice, as the store would, takes longer than
    /// reading it.
    pub(crate) async fn get(&self, key: &impl Display) -> Result<Option<Bytes>, LakeError> {
        if let Some(folder) = self.local_folder() {
            return locked_folder::read(&folder.join(key.to_string()), key);
        }
        match self.store.get(&self.path(key)).await {
            Ok(read) => self.whole(key, read).await.map(Some),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(source) => Err(store_error("read", key, source)),
        }
    }

    /// The last bytes of an object, at most so many, and its whole size.
    pub(crate) async fn get_tail(
        &self,
        key: &impl Display,
        most: u64,
    ) -> Result<Option<(Bytes, u64)>, LakeError> {
        let options = GetOptions { range: Some(GetRange::Suffix(most)), ..GetOptions::default() };
        let read = async {
            let read = self.store.get_opts(&self.path(key), options).await?;
            let size = read.meta.size;
            let tail = read.bytes().await?;
            if tail.len() as u64 == size.min(most) {
                return Ok((tail, size));
            }
            let source = format!("{} bytes came of the last {most} of {size}", tail.len()).into();
            Err(StoreError::Generic { store: "lake", source })
        };
        match read.await {
            Ok(tail) => Ok(Some(tail)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(source) => Err(store_error("read", key, source)),
        }
    }

    /// The bytes of an answer, as many as it promised: a connection that ends early must not pass for a short object.
    pub(crate) async fn whole(&self, key: &impl Display, read: GetResult) -> Result<Bytes, LakeError> {
        let promised = read.meta.size;
        let bytes = read.bytes().await.map_err(|source| store_error("read", key, source))?;
        if bytes.len() as u64 == promised {
            return Ok(bytes);
        }
        let source = format!("{} of {promised} bytes came", bytes.len()).into();
        Err(store_error("read", key, StoreError::Generic { store: "lake", source }))
    }

    /// Writes an object whole, in place of an earlier one.
    pub(crate) async fn put(&self, key: &impl Display, object: Bytes) -> Result<(), LakeError> {
        if let Some(folder) = self.local_folder() {
            return locked_folder::locked(folder, key, |path| locked_folder::replace(path, key, &object));
        }
        let written = self.store.put(&self.path(key), object.into()).await;
        written.map(|_| ()).map_err(|source| store_error("write", key, source))
    }

    /// Writes a report, as JSON that people can read, in place of an earlier one.
    pub(crate) async fn put_report(
        &self,
        key: &impl Display,
        report: &impl Serialize,
    ) -> Result<(), LakeError> {
        let text = serde_json::to_vec_pretty(report).map_err(|error| LakeError::encode(key, &error))?;
        self.put(key, text.into()).await
    }

    /// A whole report; `None` where there is none.
    pub(crate) async fn get_report<T: DeserializeOwned>(
        &self,
        key: &impl Display,
    ) -> Result<Option<T>, LakeError> {
        let read = |text: Bytes| serde_json::from_slice(&text);
        let report = self.get(key).await?.map(read).transpose();
        report.map_err(|error| LakeError::corrupt_table(key, &error))
    }

    /// Writes an object unless there is one.
    pub(crate) async fn create(&self, key: &impl Display, object: Bytes) -> Result<PutOutcome, LakeError> {
        let written = self.store.put_opts(&self.path(key), object.into(), PutMode::Create.into()).await;
        match written {
            Ok(_) => Ok(PutOutcome::Stored),
            Err(StoreError::AlreadyExists { .. }) => Ok(PutOutcome::AlreadyStored),
            Err(source) => Err(store_error("write", key, source)),
        }
    }

    /// Every key under a folder, in ascending order.
    pub(crate) async fn keys_under(&self, folder: &str) -> Result<Vec<String>, LakeError> {
        let listed = self.store.list(Some(&self.path(&folder))).map_ok(|object| self.key(&object.location));
        let mut keys: Vec<String> =
            listed.try_collect().await.map_err(|source| store_error("list", &folder, source))?;
        keys.sort_unstable();
        Ok(keys)
    }

    /// The last segment of every folder directly in a folder, in ascending order.
    pub(crate) async fn folders_in(&self, folder: &str) -> Result<Vec<String>, LakeError> {
        let listed = self.store.list_with_delimiter(Some(&self.path(&folder))).await;
        let listed = listed.map_err(|source| store_error("list", &folder, source))?;
        let names = listed.common_prefixes.iter().filter_map(|path| path.filename().map(str::to_owned));
        let mut names: Vec<String> = names.collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The folders in each of several folders, in the order asked for.
    pub(crate) async fn folders_in_each(&self, folders: Vec<String>) -> Result<Vec<Vec<String>>, LakeError> {
        let listings =
            futures::stream::iter(folders).map(|folder| async move { self.folders_in(&folder).await });
        listings.buffered(CONCURRENCY).try_collect().await
    }

    pub(crate) fn store(&self) -> &dyn LakeStore {
        &*self.store
    }

    pub(crate) fn local_folder(&self) -> Option<&FolderPath> {
        self.folder.as_deref()
    }

    pub(crate) fn path(&self, key: &impl Display) -> Path {
        let key = Path::from(key.to_string());
        self.prefix.parts().chain(key.parts()).collect()
    }

    fn key(&self, path: &Path) -> String {
        let inside = path.prefix_match(&self.prefix).map(Path::from_iter);
        inside.unwrap_or_else(|| path.clone()).to_string()
    }
}

pub(crate) fn store_error(action: &'static str, key: &impl Display, source: StoreError) -> LakeError {
    LakeError::Store { action, key: key.to_string(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> String {
        Lake::open(url).unwrap_err().to_string()
    }

    #[test]
    fn an_address_that_is_no_folder_is_refused_with_the_fix() {
        assert!(refusal("file://lake").contains("file:///var/lake"));
        assert!(refusal("ftp://host/lake").contains("s3://bucket/prefix"));
        assert!(refusal("").contains("folder path"));
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let beneath = file.path().join("lake");
        let error = Lake::folder(&beneath).unwrap_err();
        assert!(error.to_string().contains(&beneath.display().to_string()));
    }

    #[test]
    fn the_folder_is_made_on_opening() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("new/lake");
        Lake::open(&format!("file://{}", folder.display())).unwrap();
        assert!(folder.is_dir());
    }

    #[test]
    fn an_object_name_loses_the_prefix_of_its_lake() {
        let lake = Lake::new(Arc::new(InMemory::new()), Path::from("city/lake"));
        let key = "bronze/system=velib/feed=station_status/date=2026-11-20/hour=14/20261120T140503Z.json.gz";
        assert_eq!(lake.bronze_key_of(&format!("city/lake/{key}")).unwrap().to_string(), key);
        assert!(lake.bronze_key_of("city/lake/readme.txt").is_err());
    }
}
