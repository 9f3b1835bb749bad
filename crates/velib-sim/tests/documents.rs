//! Stored documents are served again exactly, or the folder is refused before anything is served.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::{fs, path::Path};

use velib_gbfs::client::{ClientConfig, FeedClient};
use velib_sim::{StoredDocumentsError, documents_router, serve_documents};

const PARIS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/paris_raw_gbfs");

/// Serves a folder and checks that discovery leads to exactly the bytes of these two files.
async fn check(dir: &Path, information: &str, status: &str) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve_documents(listener, dir.to_owned()));
    let client = FeedClient::new(ClientConfig::default()).unwrap();
    let discovery = client.discover(&format!("{root}/gbfs.json")).await.unwrap();
    for (feed, file) in [("station_information", information), ("station_status", status)] {
        let served = client.fetch(discovery.feed_url(feed).unwrap()).await.unwrap();
        assert!(served == fs::read(dir.join(file)).unwrap(), "{feed} differs from {file}");
    }
}

#[tokio::test]
async fn real_documents_are_served_byte_for_byte() {
    for (folder, information, status) in [
        ("samhrrl_2022", "station_information.json", "station_status.json"),
        (
            "jmgbt_2024",
            "station_info_2024-11-03_09-51-54.json",
            "velib_station_status_2024-10-30_18-12-13.json",
        ),
        ("dariusbengo_2025", "station_information.json", "station_status.json"),
        ("cchoooots98_2026", "station_information.sample.json", "station_status.sample.json"),
    ] {
        let dir = Path::new(PARIS).join(folder);
        if !dir.is_dir() {
            println!("skipped: {} is not there", dir.display());
            return;
        }
        check(&dir, information, status).await;
    }
}

#[tokio::test]
async fn of_several_documents_the_newest_name_is_served() {
    let dir = tempfile::tempdir().unwrap();
    for name in
        ["station_status_2024-01.json", "station_status_2024-02.json", "station_info.json", "notes.txt"]
    {
        fs::write(dir.path().join(name), format!("<{name}\r\n")).unwrap();
    }
    check(dir.path(), "station_info.json", "station_status_2024-02.json").await;
}

#[tokio::test]
async fn a_folder_without_a_feed_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("station_status.json"), "{}").unwrap();
    fs::write(dir.path().join("system_information.json"), "{}").unwrap();
    let error = documents_router(dir.path()).unwrap_err();
    assert!(matches!(error, StoredDocumentsError::Missing { feed: "station_information", .. }), "{error}");

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let error = serve_documents(listener, dir.path().join("nowhere")).await.unwrap_err().to_string();
    assert!(error.starts_with("cannot read") && error.contains("nowhere"), "{error}");
}
