//! A backfill as many functions at once, beside the one that new documents wake: one clean run's bytes at the end.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

mod velib_documents;

use std::sync::Arc;

use object_store::{memory::InMemory, path::Path};
use serde_json::{Value, json};
use velib_domain::Hour;
use velib_lake::{Feed, Lake};
use velib_silver::{hours_of_event, refine_request};

use velib_documents::{counted, described, hour, information, objects, status};

/// Ten days.
const FIRST: &str = "2026-11-10T00";
const END: &str = "2026-11-20T00";
/// Hours that one function gets.
const HOURS_A_BATCH: usize = 4;

/// A store that may be shared and whose bytes can be compared.
fn lake() -> (Arc<InMemory>, Lake) {
    let store = Arc::new(InMemory::new());
    (store.clone(), Lake::new(store, Path::default()))
}

/// What was collected in an hour: stations come, lose their capacity and are renamed as time goes by.
async fn collect(lake: &Lake, hour: Hour) -> [String; 2] {
    let (day, of_day) =
        (u16::from(hour.civil().day().unsigned_abs()), u16::from(hour.civil().hour().unsigned_abs()));
    if of_day == 0 {
        let described_now =
            [information(1001, &format!("Name {day}"), 30 * (day % 2)), information(2002, "Second", 40)];
        described(lake, &format!("{hour}:00:00Z"), &described_now).await;
    }
    let stations =
        [status(1001, of_day, 1, 5), status(2002, 1, 1, of_day), status(3000 + u64::from(day), 1, 0, 9)];
    let mut keys = Vec::new();
    for minute in ["05", "35"] {
        keys.push(counted(lake, &format!("{hour}:{minute}:00Z"), &stations).await.to_string());
    }
    keys.try_into().unwrap()
}

fn hours() -> Vec<Hour> {
    hour(FIRST).until(hour(END)).collect()
}

/// The event of one batch, as the state machine makes it.
fn batch(hours: &[Hour]) -> Value {
    json!({"system": "velib", "hours": hours})
}

/// The event of one new object, as S3 sends it.
fn notification(key: &str) -> Value {
    json!({"Records": [{
        "eventTime": "2026-11-20T14:05:04Z", "eventName": "ObjectCreated:Put", "userIdentity": {"principalId": "A"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"}, "responseElements": {},
        "s3": {"bucket": {"name": "lake"}, "object": {"key": key.replace('=', "%3D"), "size": 61_000}},
    }]})
}

/// One invocation of the function.
async fn invoke(lake: Lake, event: Value) {
    let request = hours_of_event(&lake, event).unwrap();
    refine_request(&lake, request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_functions_at_once_each_batch_twice_leave_what_one_run_leaves() {
    let (clean, lake_of_one) = lake();
    let (fanned, lake_of_many) = lake();
    for hour in hours() {
        collect(&lake_of_one, hour).await;
        collect(&lake_of_many, hour).await;
    }
    invoke(lake_of_one, batch(&hours())).await;
    let batches = hours();
    let functions = batches.chunks(HOURS_A_BATCH).flat_map(|hours| [batch(hours), batch(hours)]);
    let functions: Vec<_> =
        functions.map(|event| tokio::spawn(invoke(lake_of_many.clone(), event))).collect();
    assert_eq!(functions.len(), 120);
    for function in functions {
        function.await.unwrap();
    }
    assert!(objects(&fanned).await == objects(&clean).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn documents_that_arrive_during_a_backfill_are_in_the_end_result() {
    let (clean, lake_of_one) = lake();
    let (fanned, lake_of_many) = lake();
    let (past, present) = (hour(FIRST).until(hour("2026-11-19T00")), hour("2026-11-19T00").until(hour(END)));
    for hour in past {
        collect(&lake_of_many, hour).await;
    }
    let batches = hours();
    let backfill =
        batches.chunks(HOURS_A_BATCH).map(|hours| tokio::spawn(invoke(lake_of_many.clone(), batch(hours))));
    let mut functions: Vec<_> = backfill.collect();
    for hour in present {
        for key in collect(&lake_of_many, hour).await {
            functions.push(tokio::spawn(invoke(lake_of_many.clone(), notification(&key))));
        }
    }
    for function in functions {
        function.await.unwrap();
    }
    for hour in hours() {
        collect(&lake_of_one, hour).await;
    }
    let collected = lake_of_one.bronze_hours(&velib_documents::velib(), Feed::StationStatus).await.unwrap();
    invoke(lake_of_one, batch(&collected)).await;
    assert!(objects(&fanned).await == objects(&clean).await);
}
