//! What station information said as of an hour: the document current then, and for stations to which that one gives
//! no capacity, what an earlier one gave.
//!
//! Only documents stored before the hour's end are looked at, so an hour's silver does not depend on when it is
//! refined. Looking back is bounded: the newest document of each hour of the day, then the newest of each of
//! [`LOOK_BACK_DAYS`] days; a capacity that was told only in the middle of an earlier day is not found. What is
//! stored is listed once a run, and each document is read once, however many hours ask for it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use futures::{StreamExt, TryStreamExt};
use jiff::ToSpan;
use tokio::sync::OnceCell;
use velib_domain::{Hour, StationId, StationInformation, SystemId, Timestamp};
use velib_gbfs::parse_station_information;
use velib_lake::{BronzeKey, Dated, Feed, Lake, LakeError, UnreadableDocument};

/// Days over which a capacity is remembered. The longest outage of the field on record lasted 83.
const LOOK_BACK_DAYS: i32 = 120;
/// Documents asked for at once: most stations are found within the first few.
const DOCUMENTS_AT_ONCE: usize = 8;

const FEED: Feed = Feed::StationInformation;

/// One information document.
pub(crate) struct Information {
    pub(crate) stored_at: Timestamp,
    /// By station id.
    pub(crate) stations: Vec<StationInformation>,
    /// Records refused, by reason code.
    pub(crate) quarantined: BTreeMap<String, u64>,
}

/// The document that was current at the end of an hour.
#[derive(Default)]
pub(crate) struct CurrentInformation {
    /// `None` where none had been stored yet.
    pub(crate) document: Option<Arc<Information>>,
    /// Newer ones that turned out to be no GBFS documents.
    pub(crate) unreadable: Vec<UnreadableDocument>,
}

/// A document, or why it is none.
type Read = Result<Arc<Information>, UnreadableDocument>;

/// The information documents of a system, with those already read.
pub(crate) struct InformationArchive {
    lake: Lake,
    system: SystemId,
    /// When each document was stored, ascending: nothing stored later is looked at in this run.
    stored: Vec<Timestamp>,
    read: Mutex<BTreeMap<Timestamp, Arc<OnceCell<Read>>>>,
}

impl InformationArchive {
    pub(crate) async fn open(lake: &Lake, system: &SystemId) -> Result<Self, LakeError> {
        let documents = lake.bronze_documents(system, FEED).await?;
        let stored = documents.into_iter().map(|key| key.stored_at).collect();
        Ok(Self { lake: lake.clone(), system: system.clone(), stored, read: Mutex::default() })
    }

    /// When each document was stored, as far as this run knows.
    pub(crate) fn stored(&self) -> &[Timestamp] {
        &self.stored
    }

    /// Every document that the hour may look at, newest first.
    pub(crate) fn candidates(&self, hour: Hour) -> Vec<BronzeKey> {
        let mut before = &self.stored[..self.stored.partition_point(|at| *at < hour.end())];
        let today = hour.civil().date();
        let oldest = today.saturating_sub(LOOK_BACK_DAYS.days());
        let mut found: Vec<Timestamp> = Vec::new();
        while let Some(newest) = before.last() {
            let its_hour = Hour::containing(*newest);
            let day = its_hour.civil().date();
            if day < oldest && !found.is_empty() {
                break;
            }
            found.push(*newest);
            let stretch = if day == today { its_hour } else { midnight(its_hour) };
            before = &before[..before.partition_point(|at| *at < stretch.start())];
        }
        found.into_iter().map(|at| self.key(at)).collect()
    }

    /// The newest of the candidates that can be read.
    pub(crate) async fn current(&self, candidates: &[BronzeKey]) -> Result<CurrentInformation, LakeError> {
        let mut current = CurrentInformation::default();
        for key in candidates {
            match self.document(key.clone()).await? {
                Ok(document) => {
                    current.document = Some(document);
                    break;
                }
                Err(unreadable) => current.unreadable.push(unreadable),
            }
        }
        Ok(current)
    }

    /// The last capacity above zero of each wanted station, where one of the candidates has one.
    pub(crate) async fn remembered(
        &self,
        candidates: &[BronzeKey],
        mut wanted: BTreeSet<StationId>,
    ) -> Result<BTreeMap<StationId, Dated<u16>>, LakeError> {
        let mut found = BTreeMap::new();
        for keys in candidates.chunks(DOCUMENTS_AT_ONCE) {
            if wanted.is_empty() {
                break;
            }
            let reads = futures::stream::iter(keys.to_vec()).map(|key| self.document(key));
            let read: Vec<Read> = reads.buffered(DOCUMENTS_AT_ONCE).try_collect().await?;
            for document in read.iter().flatten() {
                take_capacities(document, &mut wanted, &mut found);
            }
        }
        Ok(found)
    }

    /// Lets go of what neither this hour nor a later one can ask for, so that a year of hours needs no year of
    /// memory. An earlier hour that is still at work reads anew what it misses.
    pub(crate) fn forget_before(&self, hour: Hour, candidates: &[BronzeKey]) {
        let kept: BTreeSet<Timestamp> = candidates.iter().map(|key| key.stored_at).collect();
        let today = midnight(hour).start();
        self.documents().retain(|at, _| *at >= today || kept.contains(at));
    }

    async fn document(&self, key: BronzeKey) -> Result<Read, LakeError> {
        let cell = Arc::clone(self.documents().entry(key.stored_at).or_default());
        let read = cell.get_or_try_init(|| async {
            let body = self.lake.read_bronze(&key).await?;
            Ok::<_, LakeError>(information(&key, &body))
        });
        read.await.cloned()
    }

    fn documents(&self) -> std::sync::MutexGuard<'_, BTreeMap<Timestamp, Arc<OnceCell<Read>>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, stored_at: Timestamp) -> BronzeKey {
        BronzeKey { system: self.system.clone(), feed: FEED, stored_at }
    }
}

fn midnight(hour: Hour) -> Hour {
    let since = velib_domain::SignedDuration::from_hours(i64::from(hour.civil().hour()));
    Hour::containing(hour.start() - since)
}

fn information(key: &BronzeKey, body: &[u8]) -> Result<Arc<Information>, UnreadableDocument> {
    let unreadable =
        |error: &dyn ToString| UnreadableDocument { key: key.to_string(), reason: error.to_string() };
    let parsed = parse_station_information(body).map_err(|error| unreadable(&error))?;
    let mut quarantined = BTreeMap::new();
    for rejected in &parsed.rejected {
        *quarantined.entry(rejected.reason.code().to_owned()).or_default() += 1;
    }
    let mut stations = parsed.value;
    stations.sort_by(|a, b| a.station_id.cmp(&b.station_id));
    Ok(Arc::new(Information { stored_at: key.stored_at, stations, quarantined }))
}

fn take_capacities(
    document: &Information,
    wanted: &mut BTreeSet<StationId>,
    found: &mut BTreeMap<StationId, Dated<u16>>,
) {
    wanted.retain(|station_id| {
        let place = document.stations.binary_search_by(|station| station.station_id.cmp(station_id));
        let said = place.ok().and_then(|place| document.stations[place].capacity);
        let Some(value) = said.filter(|capacity| *capacity > 0) else { return true };
        found.insert(station_id.clone(), Dated { at: document.stored_at, value });
        false
    });
}
