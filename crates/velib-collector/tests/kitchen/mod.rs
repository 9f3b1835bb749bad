//! A lake whose store the test can look into, and a client that does not wait.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{io::Read, sync::Arc, time::Duration};

use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, memory::InMemory, path::Path};
use velib_collector::{CollectError, Collector, FeedSource, Outcome, collect_once};
use velib_domain::SystemId;
use velib_gbfs::client::{ClientConfig, FeedClient};
use velib_lake::{BronzeKey, Feed, Lake};

pub(crate) const TWO: &str = "2026-11-20T14:00:00Z";
pub(crate) const THREE: &str = "2026-11-20T15:00:00Z";

pub(crate) struct Kitchen {
    pub(crate) store: Arc<InMemory>,
    pub(crate) lake: Lake,
    client: FeedClient,
}

impl Kitchen {
    pub(crate) fn new() -> Self {
        let store = Arc::new(InMemory::new());
        let lake = Lake::new(Arc::<InMemory>::clone(&store), Path::default());
        Self { store, lake, client: impatient_client() }
    }

    /// A run of a process that has just started.
    pub(crate) async fn collect(&self, source: &FeedSource, at: &str) -> Result<Outcome, CollectError> {
        collect_once(&self.lake, &self.client, source, at.parse().unwrap()).await
    }

    /// A process that stays up.
    pub(crate) fn collector(&self) -> Collector {
        Collector::new(self.lake.clone(), self.client.clone())
    }

    pub(crate) async fn bronze(&self, feed: Feed, at: &str) -> Vec<u8> {
        self.lake.read_bronze(&BronzeKey::new(velib(), feed, at.parse().unwrap())).await.unwrap()
    }

    pub(crate) async fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> =
            self.store.list(None).map_ok(|object| object.location.to_string()).try_collect().await.unwrap();
        keys.sort_unstable();
        keys
    }

    async fn object(&self, key: &str) -> Vec<u8> {
        self.store.get(&Path::from(key)).await.unwrap().bytes().await.unwrap().to_vec()
    }

    /// The one rejected body, unzipped, and the reason beside it.
    pub(crate) async fn rejected(&self) -> (Vec<u8>, String) {
        let keys = self.keys().await;
        let rejected: Vec<&String> = keys.iter().filter(|key| key.contains("/rejected/")).collect();
        let [body, reason] = rejected[..] else { panic!("one body and its reason: {rejected:?}") };
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(self.object(body).await.as_slice()).read_to_end(&mut plain).unwrap();
        (plain, String::from_utf8(self.object(reason).await).unwrap())
    }
}

pub(crate) fn velib() -> SystemId {
    "velib".parse().unwrap()
}

pub(crate) fn impatient_client() -> FeedClient {
    let config =
        ClientConfig { tries: 2, first_backoff: Duration::from_millis(1), ..ClientConfig::default() };
    FeedClient::new(config).unwrap()
}
