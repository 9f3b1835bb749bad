//! What station information said as of an hour: the document current then, and for stations to which that one gives
//! no capacity, what an earlier one gave.
//!
//! Only documents stored before the hour's end are looked at, so an hour's silver does not depend on when it is
//! refined. Looking back is bounded: the newest document of each earlier hour of the day, then the newest of each of
//! [`LOOK_BACK_DAYS`] days; a capacity that was told only in the middle of an earlier day is not found. Each document
//! is read once, however many hours ask for it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures::{StreamExt, TryStreamExt};
use jiff::{ToSpan, civil::Date};
use velib_domain::{Hour, SignedDuration, StationId, StationInformation, SystemId, Timestamp};
use velib_gbfs::parse_station_information;
use velib_lake::{BronzeKey, Dated, Feed, Lake, LakeError, UnreadableDocument};

/// Days over which a capacity is remembered. The longest outage of the field on record lasted 83.
const LOOK_BACK_DAYS: i32 = 120;
/// Days asked for at once: most stations are found within the first few.
const DAYS_AT_ONCE: usize = 8;

const FEED: Feed = Feed::StationInformation;

/// One information document.
pub(crate) struct Information {
    pub(crate) stored_at: Timestamp,
    pub(crate) stations: BTreeMap<StationId, StationInformation>,
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

/// The information documents of a system, with those already read.
pub(crate) struct InformationArchive<'a> {
    lake: &'a Lake,
    system: &'a SystemId,
    read: BTreeMap<BronzeKey, Result<Arc<Information>, UnreadableDocument>>,
    newest_of_day: BTreeMap<Date, Option<BronzeKey>>,
}

impl<'a> InformationArchive<'a> {
    pub(crate) fn new(lake: &'a Lake, system: &'a SystemId) -> Self {
        Self { lake, system, read: BTreeMap::new(), newest_of_day: BTreeMap::new() }
    }

    /// The newest readable document stored before the hour's end.
    pub(crate) async fn current(&mut self, hour: Hour) -> Result<CurrentInformation, LakeError> {
        self.forget_before(hour);
        let mut current = CurrentInformation::default();
        let mut at = last_second(hour);
        while let Some(key) = self.lake.newest_bronze_before(self.system, FEED, at).await? {
            at = key.stored_at - SignedDuration::from_secs(1);
            self.load(std::slice::from_ref(&key)).await?;
            match &self.read[&key] {
                Ok(document) => {
                    current.document = Some(Arc::clone(document));
                    break;
                }
                Err(unreadable) => current.unreadable.push(unreadable.clone()),
            }
        }
        Ok(current)
    }

    /// The last capacity above zero of each wanted station, where documents before the hour's end have one.
    pub(crate) async fn remembered(
        &mut self,
        hour: Hour,
        mut wanted: BTreeSet<StationId>,
    ) -> Result<BTreeMap<StationId, Dated<u16>>, LakeError> {
        let mut found = BTreeMap::new();
        if wanted.is_empty() {
            return Ok(found);
        }
        let mut stretches = earlier_days(hour);
        let mut keys = self.newest_of_each_hour(hour).await?;
        while !wanted.is_empty() {
            self.load(&keys).await?;
            for document in keys.iter().filter_map(|key| self.read[key].as_ref().ok()) {
                take_capacities(document, &mut wanted, &mut found);
            }
            let Some(days) = stretches.next() else { break };
            keys = self.newest_of_each_day(&days).await?;
        }
        Ok(found)
    }

    /// The newest document of each hour of the day up to this one, newest first.
    async fn newest_of_each_hour(&self, hour: Hour) -> Result<Vec<BronzeKey>, LakeError> {
        let mut keys = self.lake.bronze_on_day(self.system, FEED, hour.civil().date()).await?;
        keys.retain(|key| key.stored_at < hour.end());
        keys.reverse();
        keys.dedup_by_key(|key| key.hour());
        Ok(keys)
    }

    /// The newest document of each day, in the order of the days.
    async fn newest_of_each_day(&mut self, days: &[Date]) -> Result<Vec<BronzeKey>, LakeError> {
        let (lake, system) = (self.lake, self.system);
        let unknown = days.iter().copied().filter(|day| !self.newest_of_day.contains_key(day));
        let listings = futures::stream::iter(unknown.collect::<Vec<_>>())
            .map(|day| async move { Ok((day, lake.bronze_on_day(system, FEED, day).await?.pop())) });
        let listed: Vec<_> = listings.buffered(DAYS_AT_ONCE).try_collect().await?;
        self.newest_of_day.extend(listed);
        Ok(days.iter().filter_map(|day| self.newest_of_day[day].clone()).collect())
    }

    /// Reads the documents that have not been read.
    async fn load(&mut self, keys: &[BronzeKey]) -> Result<(), LakeError> {
        let lake = self.lake;
        let unread: Vec<_> = keys.iter().filter(|key| !self.read.contains_key(key)).cloned().collect();
        let reads = futures::stream::iter(unread).map(|key| async move {
            let body = lake.read_bronze(&key).await?;
            Ok((key.clone(), information(&key, &body)))
        });
        let read: Vec<_> = reads.buffered(DAYS_AT_ONCE).try_collect().await?;
        self.read.extend(read);
        Ok(())
    }

    /// Keeps what later hours can still ask for, so that a year of hours needs no year of memory.
    fn forget_before(&mut self, hour: Hour) {
        let today = hour.civil().date();
        let Self { read, newest_of_day, .. } = self;
        newest_of_day.retain(|day, _| today.saturating_sub(LOOK_BACK_DAYS.days()) <= *day);
        read.retain(|key, _| {
            let day = key.hour().civil().date();
            day >= today || newest_of_day.get(&day).is_some_and(|newest| newest.as_ref() == Some(key))
        });
    }
}

fn last_second(hour: Hour) -> Timestamp {
    hour.end() - SignedDuration::from_secs(1)
}

/// The days before an hour's own, newest first, in stretches.
fn earlier_days(hour: Hour) -> impl Iterator<Item = Vec<Date>> {
    let today = hour.civil().date();
    let mut days = (1..=LOOK_BACK_DAYS).map(move |back| today.saturating_sub(back.days()));
    std::iter::from_fn(move || {
        let stretch: Vec<Date> = days.by_ref().take(DAYS_AT_ONCE).collect();
        (!stretch.is_empty()).then_some(stretch)
    })
}

fn information(key: &BronzeKey, body: &[u8]) -> Result<Arc<Information>, UnreadableDocument> {
    let unreadable =
        |error: &dyn ToString| UnreadableDocument { key: key.to_string(), reason: error.to_string() };
    let parsed = parse_station_information(body).map_err(|error| unreadable(&error))?;
    let mut quarantined = BTreeMap::new();
    for rejected in &parsed.rejected {
        *quarantined.entry(rejected.reason.code().to_owned()).or_default() += 1;
    }
    let stations = parsed.value.into_iter().map(|station| (station.station_id.clone(), station)).collect();
    Ok(Arc::new(Information { stored_at: key.stored_at, stations, quarantined }))
}

fn take_capacities(
    document: &Information,
    wanted: &mut BTreeSet<StationId>,
    found: &mut BTreeMap<StationId, Dated<u16>>,
) {
    wanted.retain(|station_id| {
        let said = document.stations.get(station_id).and_then(|station| station.capacity);
        let Some(value) = said.filter(|capacity| *capacity > 0) else { return true };
        found.insert(station_id.clone(), Dated { at: document.stored_at, value });
        false
    });
}
