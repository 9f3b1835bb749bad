//! What is read of the lake for the past day: a day that was put together once, an hour that stands alone once, and nothing that
//! cannot be there.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, memory::InMemory, path::Path,
};
use velib_domain::{Hour, SignedDuration};
use velib_lake::{HourObjects, Lake, LakeStore};

use crate::world::{World, counted};

/// A store that remembers what was asked of it.
#[derive(Debug, Default, Clone)]
struct Counting {
    inner: Arc<InMemory>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Counting {
    /// What was asked of the counts in silver since the last look, each key as often as it was; `!` where it was not there, `*`
    /// where the keys of a folder were asked for.
    fn asked(&self) -> BTreeMap<String, usize> {
        let mut times = BTreeMap::new();
        for key in std::mem::take(&mut *self.asked.lock().unwrap()) {
            if let Some(key) = key.strip_prefix("silver/station_status") {
                *times.entry(key.replace("/system=velib", "").replace("/part-0.parquet", "")).or_default() +=
                    1;
            }
        }
        times
    }
}

impl fmt::Display for Counting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("counting")
    }
}

#[async_trait]
impl ObjectStore for Counting {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        self.inner.put_opts(location, payload, opts).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let read = self.inner.get_opts(location, options).await;
        let missing = if read.is_err() { "!" } else { "" };
        self.asked.lock().unwrap().push(format!("{location}{missing}"));
        read
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.asked.lock().unwrap().extend(prefix.map(|folder| format!("{folder}/*")));
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

impl LakeStore for Counting {}

fn hours(first: &str, end: &str) -> impl Iterator<Item = Hour> {
    first.parse::<Hour>().unwrap().until(end.parse().unwrap())
}

/// The objects of so many hours of a day.
fn objects(day: u8, hours: impl Iterator<Item = u8>, missing: &str) -> impl Iterator<Item = (String, usize)> {
    hours.map(move |hour| (format!("/date=2026-11-{day}/hour={hour:02}{missing}"), 1))
}

/// A world whose lake holds every hour of the past day but the one that has just begun, and what is asked of it.
async fn world(is_compacted: bool) -> (World, Counting) {
    let store = Counting::default();
    let lake = Lake::new(Arc::new(store.clone()), Path::default());
    let system = "velib".parse().unwrap();
    for hour in hours("2026-11-19T12", "2026-11-20T14") {
        let row = counted(hour.start() + SignedDuration::from_mins(5), 7);
        lake.write_silver_hour(&system, hour, &[row]).await.unwrap();
    }
    if is_compacted {
        lake.compact_day(&system, "2026-11-19".parse().unwrap(), HourObjects::Delete).await.unwrap();
    }
    let world = World::over(lake).await;
    store.asked();
    (world, store)
}

/// What is asked of the hours before the first answer, those of a week before aside, and how many hours were found.
async fn asked_first(world: &World, store: &Counting) -> (BTreeMap<String, usize>, u64) {
    world.get("/v1/forecasts").await.ok();
    let mut asked = store.asked();
    asked.retain(|key, _| !key.contains("2026-11-13"));
    (asked, world.get("/v1/status").await.ok()["lake"]["hours_of_past_day"].as_u64().unwrap())
}

#[tokio::test]
async fn of_a_lake_of_hours_each_is_asked_for_once_and_no_day_is_looked_for() {
    let (world, store) = world(false).await;
    let expect =
        objects(19, 12..24, "").chain(objects(20, 0..14, "")).chain(objects(20, 14..15, "!")).collect();
    assert_eq!(asked_first(&world, &store).await, (expect, 26));
}

#[tokio::test]
async fn a_day_that_was_put_together_is_fetched_once_for_all_its_hours() {
    let (world, store) = world(true).await;
    let yesterday = objects(19, 12..24, "!").chain([("_daily/date=2026-11-19".to_owned(), 1)]);
    let expect = yesterday.chain(objects(20, 0..14, "")).chain(objects(20, 14..15, "!")).collect();
    assert_eq!(asked_first(&world, &store).await, (expect, 26));
}

#[tokio::test]
async fn what_is_read_again_is_the_hour_that_may_still_change() {
    for is_compacted in [false, true] {
        let (world, store) = world(is_compacted).await;
        asked_first(&world, &store).await;
        world.wait(301);
        assert_eq!(asked_first(&world, &store).await.0, objects(20, 14..15, "!").collect());
    }
}

#[tokio::test]
async fn of_a_day_known_to_be_put_together_no_hour_is_asked_for_in_vain() {
    let (world, store) = world(false).await;
    let (system, day) = ("velib".parse().unwrap(), "2026-11-13".parse().unwrap());
    let refine = async |hour: Hour| {
        let row = counted(hour.start() + SignedDuration::from_mins(5), 7);
        world.lake.write_silver_hour(&system, hour, &[row]).await.unwrap();
    };
    for hour in hours("2026-11-13T00", "2026-11-14T00") {
        refine(hour).await;
    }
    world.lake.compact_day(&system, day, HourObjects::Delete).await.unwrap();
    // One is refined again since.
    refine("2026-11-13T20".parse().unwrap()).await;
    store.asked();
    let asked = async || {
        world.get("/v1/forecasts").await.ok();
        let mut asked = store.asked();
        asked.retain(|key, _| key.contains("2026-11-13"));
        asked
    };
    let [the_day, listed] = ["_daily/date=2026-11-13", "/date=2026-11-13/*"].map(|key| (key.to_owned(), 1));
    let first = objects(13, 12..19, "!").chain([the_day.clone()]);
    assert_eq!(asked().await, first.collect());
    let refined_again = objects(13, 20..21, "").collect();
    for later in [vec![listed, the_day.clone()], refined_again, vec![the_day.clone()], vec![the_day]] {
        world.wait(3_600);
        assert_eq!(asked().await, later.into_iter().collect());
    }
}
