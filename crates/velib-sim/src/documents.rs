//! Serves a folder of stored documents again, byte for byte, under a discovery document made for them.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use axum::{Router, body::Bytes, extract, http::HeaderMap, routing::get};
use tokio::net::TcpListener;

use crate::discovery::{gbfs_json, json_response, no_such_document};

/// A folder that cannot stand in for a feed.
#[derive(Debug, thiserror::Error)]
pub enum StoredDocumentsError {
    /// The folder or a file in it cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// Why it cannot be.
        source: io::Error,
    },
    /// One of the two station feeds is not there.
    #[error("{dir} holds no {feed} document: put a file named like {feed}.json there")]
    Missing {
        /// The folder.
        dir: PathBuf,
        /// The feed without a document.
        feed: &'static str,
    },
}

/// Serves the folder until the listener fails; a folder without both documents is refused before the first request.
pub async fn serve_documents(listener: TcpListener, dir: PathBuf) -> io::Result<()> {
    let router = documents_router(&dir).map_err(io::Error::other)?;
    axum::serve(listener, router).await
}

/// The routes `/gbfs.json`, `/station_information.json` and `/station_status.json` over a folder's documents.
///
/// A document is a `.json` file whose name holds `station` and `status`, or `station` and `info`; of several the last by
/// name is served, which is the newest where names carry dates. Both are read once, here.
pub fn documents_router(dir: &Path) -> Result<Router, StoredDocumentsError> {
    let information = stored(dir, "station_information", "info")?;
    let status = stored(dir, "station_status", "status")?;
    let serve = |body: Bytes| get(move || async move { json_response(body) });
    Ok(Router::new()
        .route("/gbfs.json", get(|headers: HeaderMap| async move { gbfs_json(&headers, "", None) }))
        .route("/station_information.json", serve(information))
        .route("/station_status.json", serve(status))
        .route(
            "/{document}",
            get(|extract::Path(name): extract::Path<String>| async move { no_such_document(&name) }),
        ))
}

fn stored(dir: &Path, feed: &'static str, word: &str) -> Result<Bytes, StoredDocumentsError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| StoredDocumentsError::Unreadable { path, source }
    };
    let mut newest: Option<String> = None;
    for entry in fs::read_dir(dir).map_err(unreadable(dir))? {
        let name = entry.map_err(unreadable(dir))?.file_name().to_string_lossy().into_owned();
        let is_wanted = Path::new(&name).extension().is_some_and(|kind| kind == "json")
            && name.contains("station")
            && name.contains(word);
        if is_wanted {
            newest = newest.max(Some(name));
        }
    }
    let name = newest.ok_or_else(|| StoredDocumentsError::Missing { dir: dir.to_owned(), feed })?;
    let path = dir.join(name);
    fs::read(&path).map(Bytes::from).map_err(unreadable(&path))
}
