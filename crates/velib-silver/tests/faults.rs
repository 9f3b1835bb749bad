//! A store that fails as S3 does: throttling, errors, an answer lost after the write was applied, a body cut short.
//! Runs are repeated until they succeed, and the lake must end as one clean run leaves it.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

#[path = "../../velib-weather/tests/open_meteo/mod.rs"]
mod open_meteo;
mod velib_documents;

use std::{
    cell::Cell,
    collections::BTreeSet,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, memory::InMemory,
    path::Path,
};
use velib_domain::Hour;
use velib_lake::{Feed, Lake, LakeStore};
use velib_silver::{
    CompactOptions, CompactedRange, RefineOptions, RefinedRange, compact_days, refine_range, refine_weather,
};

use velib_documents::{document, hour, information, objects, status, velib};

/// One call in so many fails.
const ODDS: u64 = 24;
/// Runs to success over as many differently failing stores.
const SEEDS: u64 = 24;

#[derive(Debug)]
struct Failing {
    inner: Arc<InMemory>,
    random: AtomicU64,
    faults: AtomicU64,
}

impl Failing {
    /// A draw of a repeatable sequence (`SplitMix64`).
    fn draw(&self) -> u64 {
        let state = self.random.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn fails(&self) -> bool {
        let fails = self.draw().is_multiple_of(ODDS);
        self.faults.fetch_add(u64::from(fails), Ordering::Relaxed);
        fails
    }

    /// Lets others go first, now and then: writers meet between a look and a write.
    async fn pause(&self) {
        if self.draw().is_multiple_of(2) {
            tokio::task::yield_now().await;
        }
    }

    fn fault(&self) -> Error {
        let words = ["503 slow down", "500 internal error", "timed out"];
        let word = words[usize::try_from(self.draw() % 3).unwrap()];
        Error::Generic { store: "failing", source: word.into() }
    }
}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("failing")
    }
}

#[async_trait]
impl ObjectStore for Failing {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        self.pause().await;
        if !self.fails() {
            return self.inner.put_opts(location, payload, opts).await;
        }
        if self.draw().is_multiple_of(2) {
            // Applied, and the answer never arrives.
            self.inner.put_opts(location, payload, opts).await?;
        }
        Err(self.fault())
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.pause().await;
        let mut read = self.inner.get_opts(location, options).await?;
        if !self.fails() {
            return Ok(read);
        }
        if self.draw().is_multiple_of(2) {
            return Err(self.fault());
        }
        // The body ends early, at any byte.
        let whole: Vec<Bytes> = read.payload_chunks().await?;
        let whole = whole.concat();
        let end = usize::try_from(self.draw()).unwrap_or(0) % whole.len().max(1);
        let torn = Bytes::copy_from_slice(&whole[..end]);
        read.payload = GetResultPayload::Stream(futures::stream::iter([Ok(torn)]).boxed());
        Ok(read)
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        if self.fails() {
            return futures::stream::iter([Err(self.fault())]).boxed();
        }
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        if self.fails() { Err(self.fault()) } else { self.inner.list_with_delimiter(prefix).await }
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

#[async_trait]
impl LakeStore for Failing {
    async fn delete_if_match(&self, location: &Path, e_tag: &str) -> Result<()> {
        self.pause().await;
        if !self.fails() {
            return self.inner.delete_if_match(location, e_tag).await;
        }
        if self.draw().is_multiple_of(2) {
            // Applied, and the answer never arrives.
            self.inner.delete_if_match(location, e_tag).await?;
        }
        Err(self.fault())
    }
}

/// The chunks of a body, the rest of the answer being kept.
trait Chunks {
    async fn payload_chunks(&mut self) -> Result<Vec<Bytes>>;
}

impl Chunks for GetResult {
    async fn payload_chunks(&mut self) -> Result<Vec<Bytes>> {
        let empty = GetResultPayload::Stream(futures::stream::empty().boxed());
        match std::mem::replace(&mut self.payload, empty) {
            GetResultPayload::Stream(chunks) => chunks.try_collect().await,
            GetResultPayload::File(..) => Ok(Vec::new()),
        }
    }
}

/// Collects half a day, each document again and again until it is stored.
async fn collect(lake: &Lake) {
    collect_at(lake, "05").await;
    for (n, hour) in (0..).zip(half_a_day()) {
        let at = velib_documents::at(&format!("{hour}:05:00Z"));
        let key = velib_lake::BronzeKey::new(velib(), Feed::Weather, at);
        let body = open_meteo::document().to_string().replace("7.1", &format!("{n}.5"));
        while lake.store_bronze(&key, body.as_bytes()).await.is_err() {}
    }
}

fn half_a_day() -> impl Iterator<Item = Hour> {
    hour("2026-11-20T18").until(hour("2026-11-21T06"))
}

/// Documents about stations at a minute of each hour.
async fn collect_at(lake: &Lake, minute: &str) {
    let bodies = |n: u16| {
        let described = [information(1001, "First", 30 * (n % 2)), information(2002, "Second", 40)];
        let counted = [status(1001, n, 1, 5), status(2002, 1, n, 3), status(u64::from(n) + 3000, 1, 0, n)];
        [(Feed::StationInformation, described.to_vec()), (Feed::StationStatus, counted.to_vec())]
    };
    for (n, hour) in (0..).zip(half_a_day()) {
        let time = format!("{hour}:{minute}:00Z");
        for (feed, records) in bodies(n) {
            let key = velib_lake::BronzeKey::new(velib(), feed, velib_documents::at(&time));
            let body = document(&time, &records);
            while lake.store_bronze(&key, body.as_bytes()).await.is_err() {}
        }
    }
}

/// Refines the weather until a run succeeds.
async fn refine_the_weather(lake: &Lake) {
    loop {
        let Ok(hours) = lake.bronze_hours(&velib(), Feed::Weather).await else { continue };
        let options = RefineOptions::default();
        if refine_weather(lake, &velib(), hours.into_iter(), options, |_| {}).await.is_ok() {
            return;
        }
    }
}

/// Refines until a run succeeds.
async fn refine(lake: &Lake) -> RefinedRange {
    loop {
        let Ok(hours) = lake.bronze_hours(&velib(), Feed::StationStatus).await else { continue };
        if let Ok(range) = refine_range(lake, &velib(), hours.into_iter(), |_| {}).await {
            return range;
        }
    }
}

/// Compacts until a run succeeds.
async fn compact(lake: &Lake) -> CompactedRange {
    let now = velib_documents::at("2026-11-23T00:00:00Z");
    loop {
        let Ok(days) = lake.days_with_hour_objects(&velib()).await else { continue };
        if let Ok(range) = compact_days(lake, &velib(), days, now, CompactOptions::default(), |_| {}).await {
            return range;
        }
    }
}

/// Reads everything again and again while others write: what was once there stays, each row once.
async fn watch(lake: &Lake, looks: usize) {
    let mut most = 0;
    for _ in 0..looks {
        let hours = lake.silver_hours(&velib()).await.unwrap();
        let rows: Vec<_> =
            lake.read_silver_hours(&velib(), hours).await.unwrap().into_values().flatten().collect();
        let keys: BTreeSet<_> = rows.iter().map(|row| (&row.status.station_id, row.snapshot_at)).collect();
        assert_eq!(keys.len(), rows.len(), "a row is there twice");
        assert!(rows.len() >= most, "{} rows, and there were {most}", rows.len());
        most = rows.len();
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn whatever_fails_the_lake_ends_as_one_clean_run_leaves_it() {
    let clean = Arc::new(InMemory::new());
    let lake = Lake::new(clean.clone(), Path::default());
    collect(&lake).await;
    refine(&lake).await;
    refine_the_weather(&lake).await;
    let clean = objects(&clean).await;
    assert_eq!(clean.len(), 12 * (4 + 3) + 1);
    let mut faults = 0;
    for seed in 0..SEEDS {
        let inner = Arc::new(InMemory::new());
        let failing =
            Arc::new(Failing { inner: inner.clone(), random: seed.into(), faults: AtomicU64::default() });
        let lake = Lake::new(failing.clone(), Path::default());
        collect(&lake).await;
        // Two refiners of the same hours at once.
        futures::join!(refine(&lake), refine(&lake));
        futures::join!(refine_the_weather(&lake), refine_the_weather(&lake));
        assert!(objects(&inner).await == clean, "seed {seed}");
        faults += failing.faults.load(Ordering::Relaxed);
    }
    println!("{faults} faults over {SEEDS} stores");
    assert!(faults >= 200, "only {faults} faults");
}

#[tokio::test]
async fn whatever_fails_between_refining_and_compacting_nothing_is_lost_and_nothing_is_twice() {
    let clean = Arc::new(InMemory::new());
    let lake = Lake::new(clean.clone(), Path::default());
    for minute in ["05", "35", "50"] {
        collect_at(&lake, minute).await;
    }
    refine(&lake).await;
    compact(&lake).await;
    let clean = objects(&clean).await;
    assert_eq!(clean.len(), 12 * 7 + 1 + 2, "documents and reports, the stations table, and two days");
    let mut faults = 0;
    for seed in 0..SEEDS / 3 {
        let inner = Arc::new(InMemory::new());
        let failing =
            Arc::new(Failing { inner: inner.clone(), random: seed.into(), faults: AtomicU64::default() });
        let lake = Lake::new(failing.clone(), Path::default());
        let onlooker = Lake::new(inner.clone(), Path::default());
        collect_at(&lake, "05").await;
        refine(&lake).await;
        // Documents arrive and are refined, each hour by two, while two compact, and one only reads.
        let is_refined = Cell::new(false);
        let refining = async {
            for minute in ["35", "50"] {
                collect_at(&lake, minute).await;
                futures::join!(refine(&lake), refine(&lake));
            }
            is_refined.set(true);
        };
        let compacting = async {
            while !is_refined.get() {
                futures::join!(compact(&lake), compact(&lake));
                tokio::task::yield_now().await;
            }
        };
        futures::join!(refining, compacting, watch(&onlooker, 40));
        // What was refined stays so: nothing has to be refined again.
        compact(&lake).await;
        assert!(objects(&inner).await == clean, "seed {seed}");
        faults += failing.faults.load(Ordering::Relaxed);
    }
    println!("{faults} faults over {} stores", SEEDS / 3);
    assert!(faults >= 200, "only {faults} faults");
}
