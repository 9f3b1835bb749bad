//! Many systems, run after run, in one process that stays up.
//!
//! The systems of a run do not wait for each other, and one that fails does not stop the others: what they served is kept,
//! and then the run fails with every reason.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::join_all;
use velib_domain::{SystemId, Timestamp};
use velib_gbfs::client::FeedClient;
use velib_lake::Lake;

use crate::{CollectError, FeedSource, Outcome, collect::collect, memory::Memory};

/// Collects again and again with one client; make one for the whole process.
pub struct Collector {
    lake: Lake,
    client: FeedClient,
    memories: Mutex<BTreeMap<SystemId, Arc<Memory>>>,
}

/// A run of which not every system was collected.
#[derive(Debug, thiserror::Error)]
pub struct FailedRun {
    /// The systems that failed; there is at least one.
    pub failed: Vec<(SystemId, CollectError)>,
    /// The others.
    pub collected: Vec<Outcome>,
}

impl Collector {
    /// A collector that has seen nothing yet.
    pub fn new(lake: Lake, client: FeedClient) -> Self {
        Self { lake, client, memories: Mutex::default() }
    }

    /// Collects one system for the moment a run was scheduled for.
    pub async fn collect(
        &self,
        source: &FeedSource,
        scheduled_at: Timestamp,
    ) -> Result<Outcome, CollectError> {
        collect(&self.lake, &self.client, &self.memory_of(&source.system), source, scheduled_at).await
    }

    /// Collects several systems at once, in the order given.
    pub async fn collect_all(
        &self,
        sources: &[FeedSource],
        scheduled_at: Timestamp,
    ) -> Result<Vec<Outcome>, FailedRun> {
        let runs = sources.iter().map(|source| self.collect(source, scheduled_at));
        let (mut collected, mut failed) = (Vec::new(), Vec::new());
        for (source, result) in sources.iter().zip(join_all(runs).await) {
            match result {
                Ok(outcome) => collected.push(outcome),
                Err(error) => failed.push((source.system.clone(), error)),
            }
        }
        if failed.is_empty() { Ok(collected) } else { Err(FailedRun { failed, collected }) }
    }

    fn memory_of(&self, system: &SystemId) -> Arc<Memory> {
        let mut memories = self.memories.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(memories.entry(system.clone()).or_default())
    }
}

impl FailedRun {
    /// The word that alarms count by: that of the first system that failed.
    pub fn code(&self) -> &'static str {
        self.failed.first().map_or("none", |(_, error)| error.code())
    }
}

impl fmt::Display for FailedRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (system, error)) in self.failed.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{system}: {error}")?;
        }
        Ok(())
    }
}
