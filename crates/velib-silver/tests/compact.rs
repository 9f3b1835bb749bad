//! Days compacted between collecting, refining and importing: readers find what a lake that never compacts would show
//! them, the refiner finds nothing more to do than there, and the objects end the same.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

mod velib_documents;

use std::{
    collections::BTreeMap,
    io::Write,
    num::NonZeroUsize,
    sync::{Arc, LazyLock},
};

use object_store::{memory::InMemory, path::Path};
use proptest::prelude::*;
use tempfile::NamedTempFile;
use velib_domain::{Hour, Observation, Timestamp};
use velib_lake::{Feed, HourObjects, Lake, history_file::ColumnMapping};
use velib_silver::{
    CompactOptions, CompactedRange, RefinedRange, check_lake, compact_days, import_history, refine_range,
};

use velib_documents::{counted, described, hour, information, objects, silver, status, velib};

/// The last hours of one day and the first of the next.
static HOURS: LazyLock<[Hour; 4]> =
    LazyLock::new(|| ["2026-11-20T22", "2026-11-20T23", "2026-11-21T00", "2026-11-21T01"].map(hour));

fn later() -> Timestamp {
    "2026-11-23T00:00:00Z".parse().unwrap()
}

async fn refine(lake: &Lake) -> RefinedRange {
    let hours = lake.bronze_hours(&velib(), Feed::StationStatus).await.unwrap();
    refine_range(lake, &velib(), hours.into_iter(), |_| {}).await.unwrap()
}

async fn compact_at(lake: &Lake, now: Timestamp, options: CompactOptions) -> CompactedRange {
    let days = lake.days_with_hour_objects(&velib()).await.unwrap();
    compact_days(lake, &velib(), days, now, options, |_| {}).await.unwrap()
}

async fn compact(lake: &Lake) -> CompactedRange {
    compact_at(lake, later(), CompactOptions::default()).await
}

async fn collect(lake: &Lake, hour: Hour, minute: u16) {
    let n = u16::try_from(hour.civil().hour()).unwrap();
    let stations = [status(1001, n, 1, minute), status(2000 + u64::from(minute), 1, n, 3)];
    counted(lake, &format!("{hour}:{minute:02}:00Z"), &stations).await;
}

async fn import(lake: &Lake, hour: Hour, minute: u16) {
    let mut file = NamedTempFile::new().unwrap();
    write!(
        file,
        "ts_utc,station_id,station_code,bikes,docks\n{hour}:{minute:02}:00Z,7,7,{minute},1\n{hour}:{minute:02}:00Z,8,8,2,{minute}\n"
    )
    .unwrap();
    import_history(lake, &velib(), file.path(), &ColumnMapping::default(), |_| {}).await.unwrap();
}

/// What readers find.
async fn rows(lake: &Lake) -> BTreeMap<Hour, Vec<Observation>> {
    let hours = lake.silver_hours(&velib()).await.unwrap();
    let read = lake.read_silver_hours(&velib(), hours.clone()).await.unwrap();
    assert_eq!(read.keys().copied().collect::<Vec<_>>(), hours);
    read
}

#[tokio::test]
async fn hours_whose_rows_stand_in_their_day_are_not_refined_again() {
    let lake = Lake::in_memory();
    described(&lake, "2026-11-20T22:00:00Z", &[information(1001, "First", 30)]).await;
    for hour in *HOURS {
        collect(&lake, hour, 5).await;
    }
    refine(&lake).await;
    let before = rows(&lake).await;
    let compacted = compact(&lake).await;
    assert_eq!(
        (compacted.days, compacted.hours_put_in, compacted.hours_deleted, compacted.rows),
        (2, 4, 4, 8)
    );
    assert_eq!(rows(&lake).await, before);
    let range = refine(&lake).await;
    assert_eq!((range.hours, range.unchanged_hours), (0, 4));
    assert_eq!(compact(&lake).await.days, 0, "and there is nothing more to compact");
    let check = check_lake(&lake, &velib()).await.unwrap();
    assert!(check.is_sound(), "{check:?}");
    assert_eq!(check.hours, 4);
}

#[tokio::test]
async fn a_late_document_is_seen_at_once_and_put_in_by_the_next_compaction() {
    let lake = Lake::in_memory();
    for hour in *HOURS {
        collect(&lake, hour, 5).await;
    }
    refine(&lake).await;
    compact(&lake).await;
    collect(&lake, HOURS[1], 35).await;
    assert_eq!(check_lake(&lake, &velib()).await.unwrap().due, [HOURS[1]]);
    let range = refine(&lake).await;
    assert_eq!((range.hours, range.unchanged_hours), (1, 3));
    assert_eq!(silver(&lake, HOURS[1]).await.lines().count(), 4);
    let compacted = compact(&lake).await;
    assert_eq!(
        (compacted.days, compacted.hours_put_in, compacted.hours_deleted, compacted.rows),
        (1, 1, 1, 6)
    );
    assert_eq!(silver(&lake, HOURS[1]).await.lines().count(), 4);
    assert_eq!(refine(&lake).await.hours, 0);
}

#[tokio::test]
async fn a_day_that_is_not_over_is_left_alone() {
    let lake = Lake::in_memory();
    for hour in *HOURS {
        collect(&lake, hour, 5).await;
    }
    refine(&lake).await;
    let midnight = "2026-11-21T00:59:59Z".parse().unwrap();
    let options = CompactOptions { jobs: NonZeroUsize::new(4).unwrap(), ..CompactOptions::default() };
    let range = compact_at(&lake, midnight, options).await;
    assert_eq!((range.days, range.open_days), (0, 2));
    let range = compact_at(&lake, "2026-11-21T01:00:00Z".parse().unwrap(), options).await;
    assert_eq!((range.days, range.open_days), (1, 1));
}

#[tokio::test]
async fn an_imported_hour_is_compacted_and_a_second_file_adds_to_it() {
    let lake = Lake::in_memory();
    import(&lake, HOURS[0], 5).await;
    compact(&lake).await;
    import(&lake, HOURS[0], 35).await;
    assert_eq!(silver(&lake, HOURS[0]).await.lines().count(), 4);
    compact(&lake).await;
    import(&lake, HOURS[0], 35).await;
    compact(&lake).await;
    assert_eq!(silver(&lake, HOURS[0]).await.lines().count(), 4);
    assert!(check_lake(&lake, &velib()).await.unwrap().is_sound());
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Collect { hour: usize, minute: u16 },
    Describe { hour: usize },
    Import { hour: usize, minute: u16 },
    Refine,
    Compact(HourObjects),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let moment = || (0..HOURS.len(), 1_u16..5);
    let step = prop_oneof![
        3 => moment().prop_map(|(hour, minute)| Step::Collect { hour, minute }),
        1 => (0..HOURS.len()).prop_map(|hour| Step::Describe { hour }),
        2 => moment().prop_map(|(hour, minute)| Step::Import { hour, minute }),
        3 => Just(Step::Refine),
        2 => Just(Step::Compact(HourObjects::Delete)),
        1 => Just(Step::Compact(HourObjects::Keep)),
    ];
    proptest::collection::vec(step, 1..16)
}

/// Takes a step, and tells how many hours were refined and how many were found unchanged.
async fn take(lake: &Lake, step: Step) -> (u64, u64) {
    match step {
        Step::Collect { hour, minute } => collect(lake, HOURS[hour], minute).await,
        Step::Describe { hour } => {
            let time = format!("{}:02:00Z", HOURS[hour]);
            let capacity = u16::try_from(hour).unwrap() * 10;
            _ = described(lake, &time, &[information(1001, "First", capacity)]).await;
        }
        Step::Import { hour, minute } => import(lake, HOURS[hour], minute).await,
        Step::Refine => {
            let range = refine(lake).await;
            return (range.hours, range.unchanged_hours);
        }
        Step::Compact(hour_objects) => {
            let options = CompactOptions { hour_objects, ..CompactOptions::default() };
            _ = compact_at(lake, later(), options).await;
        }
    }
    (0, 0)
}

async fn compacting_changes_nothing_that_anybody_reads(steps: Vec<Step>) {
    let stores = [Arc::new(InMemory::new()), Arc::new(InMemory::new())];
    let [lake, model] = stores.clone().map(|store| Lake::new(store, Path::default()));
    for step in steps {
        let refined = take(&lake, step).await;
        if !matches!(step, Step::Compact(_)) {
            assert_eq!(refined, take(&model, step).await, "hours refined, and hours found unchanged");
        }
        assert_eq!(rows(&lake).await, rows(&model).await, "after {step:?}");
    }
    for lake in [&lake, &model] {
        refine(lake).await;
        compact(lake).await;
    }
    let [compacted, model] = [objects(&stores[0]).await, objects(&stores[1]).await];
    assert_eq!(compacted.keys().collect::<Vec<_>>(), model.keys().collect::<Vec<_>>());
    assert!(compacted == model, "compacted once at the end, the objects are the same byte for byte");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_sequence_of_steps_shows_readers_what_a_lake_without_compaction_does(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(compacting_changes_nothing_that_anybody_reads(steps));
    }
}
