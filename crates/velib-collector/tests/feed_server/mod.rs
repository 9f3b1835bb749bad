//! A feed that answers by a script, on a loopback port, and the documents it serves.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use velib_collector::FeedSource;

type Documents = Arc<Mutex<HashMap<String, Document>>>;

/// A running feed; its documents can be exchanged between two runs.
pub(crate) struct FeedServer {
    address: String,
    documents: Documents,
    not_modified: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Document {
    status: StatusCode,
    body: Vec<u8>,
    /// The version it is served under, where the feed tells versions apart.
    etag: Option<String>,
}

impl FeedServer {
    /// Starts a feed that lists both documents and serves one station in each.
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (documents, not_modified) = (Documents::default(), Arc::<AtomicUsize>::default());
        let (served, counted) = (Arc::clone(&documents), Arc::clone(&not_modified));
        let answer = move |uri: Uri, headers: HeaderMap| async move {
            let known = served.lock().unwrap().get(uri.path()).cloned();
            let answer = known.map_or(StatusCode::NOT_FOUND.into_response(), |known| known.answer(&headers));
            counted.fetch_add(usize::from(answer.status() == StatusCode::NOT_MODIFIED), Ordering::SeqCst);
            answer
        };
        tokio::spawn(axum::serve(listener, Router::new().fallback(answer)).into_future());
        let feed = Self { address, documents, not_modified };
        feed.list_feeds(&["station_information", "station_status"]);
        feed.serve("station_status", status(3));
        feed.serve("station_information", information("Bastille"));
        feed
    }

    /// Where the collector finds it, as the system `velib`.
    pub(crate) fn source(&self) -> FeedSource {
        FeedSource { system: "velib".parse().unwrap(), discovery_url: format!("{}/gbfs.json", self.address) }
    }

    /// Serves a document from now on.
    pub(crate) fn serve(&self, feed: &str, body: impl Into<Vec<u8>>) {
        self.answer(feed, StatusCode::OK, body);
    }

    /// Answers with a status and a body from now on.
    pub(crate) fn answer(&self, feed: &str, status: StatusCode, body: impl Into<Vec<u8>>) {
        let document = Document { status, body: body.into(), etag: None };
        self.documents.lock().unwrap().insert(format!("/{feed}.json"), document);
    }

    /// Serves a document from now on, and 304 to whoever knows this version of it.
    pub(crate) fn serve_version(&self, feed: &str, version: &str, body: impl Into<Vec<u8>>) {
        let document =
            Document { status: StatusCode::OK, body: body.into(), etag: Some(format!("\"{version}\"")) };
        self.documents.lock().unwrap().insert(format!("/{feed}.json"), document);
    }

    /// How many answers were 304.
    pub(crate) fn not_modified(&self) -> usize {
        self.not_modified.load(Ordering::SeqCst)
    }

    /// Lists these feeds, and no others, in the discovery document.
    pub(crate) fn list_feeds(&self, names: &[&str]) {
        let feed = |name| format!(r#"{{"name":"{name}","url":"{}/{name}.json"}}"#, self.address);
        let feeds: Vec<String> = names.iter().map(feed).collect();
        self.serve("gbfs", format!(r#"{{"ttl":3600,"data":{{"en":{{"feeds":[{}]}}}}}}"#, feeds.join(",")));
    }
}

impl Document {
    fn answer(self, headers: &HeaderMap) -> Response {
        let Some(etag) = self.etag else { return (self.status, self.body).into_response() };
        if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
            return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
        }
        (self.status, [(header::ETAG, etag)], self.body).into_response()
    }
}

/// A status document of 2026-11-20T13:59:30Z with one station, and one record that is none.
pub(crate) fn status(bikes: u16) -> Vec<u8> {
    format!(
        r#"{{"lastUpdatedOther":1795183170,"ttl":3600,"data":{{"stations":[
            {{"stationCode":"12109","station_id":54000559,"num_bikes_available":{bikes},"numBikesAvailable":{bikes},
              "num_bikes_available_types":[{{"mechanical":{bikes}}},{{"ebike":0}}],"num_docks_available":30,
              "numDocksAvailable":30,"is_installed":1,"is_returning":1,"is_renting":1,"last_reported":1795183100}},
            {{"stationCode":"12110","station_id":null,"num_bikes_available":1,"num_docks_available":1}}]}}}}"#
    )
    .into_bytes()
}

/// An information document with one station of this name.
pub(crate) fn information(name: &str) -> Vec<u8> {
    format!(
        r#"{{"lastUpdatedOther":1795183170,"ttl":3600,"data":{{"stations":[
            {{"station_id":54000559,"stationCode":"12109","name":"{name}","lat":48.8531,"lon":2.3691,"capacity":35}}]}}}}"#
    )
    .into_bytes()
}
