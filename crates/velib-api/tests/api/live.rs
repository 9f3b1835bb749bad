//! Counts are renewed behind answers up to a stated age, waited for beyond it, and called what they are.

use std::sync::atomic::Ordering;

use serde_json::Value;

use crate::world::{FeedIs, World, notices};

/// The age and the source of an answer's counts.
fn counts(answer: &Value) -> (i64, &str) {
    (answer["age_s"].as_i64().unwrap(), answer["source"].as_str().unwrap())
}

#[tokio::test]
async fn nobody_waits_for_new_counts_while_the_old_ones_hold() {
    let world = World::new().await;
    world.get("/stations").await.ok();
    let hanging = world.feed_hangs().await;
    world.wait(300);
    let requests = (0..20).map(|_| world.get("/stations"));
    for answer in futures::future::join_all(requests).await {
        assert_eq!(counts(&answer.ok()), (300, "simulated"));
    }
    drop(hanging);
    world.until("/stations", |answer| counts(answer) == (0, "simulated")).await;
    assert_eq!(world.status_fetches.load(Ordering::SeqCst), 2, "one fetch, however many asked");
}

#[tokio::test]
async fn older_counts_are_not_served_before_the_feed_was_asked() {
    let world = World::new().await;
    world.get("/stations").await.ok();
    world.wait(301);
    let requests = (0..20).map(|_| world.get("/stations"));
    for answer in futures::future::join_all(requests).await {
        assert_eq!(counts(&answer.ok()), (0, "simulated"));
    }
    assert_eq!(world.status_fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn counts_that_hold_no_longer_are_called_remembered_wherever_they_are_told() {
    let world = World::new().await;
    world.get("/stations").await.ok();
    world.feed_is(FeedIs::Html);
    world.wait(301);
    for path in ["/stations?all=true", "/v1/stations", "/v1/stations?format=geojson"] {
        let answer = world.get(path).await.ok();
        assert_eq!(counts(&answer), (301, "remembered"), "{path}");
        assert!(notices(&answer).contains(&"stale_data"), "{path}: {}", answer["notices"]);
    }
    assert_eq!(world.get("/stations").await.ok()["records"][0]["source"], "remembered");
    assert_eq!(world.get("/predict/3002").await.ok()["current"]["source"], "remembered");
    let journey = world.get("/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970").await.ok();
    assert_eq!(journey["data"]["source"], "remembered");
}

#[tokio::test]
async fn counts_whose_forecasts_have_run_out_are_not_served_at_all() {
    let world = World::new().await;
    world.get("/stations").await.ok();
    world.feed_is(FeedIs::Down);
    world.wait(3 * 3600);
    assert_eq!(counts(&world.get("/stations").await.ok()), (3 * 3600, "remembered"));
    world.wait(1);
    let problem = world.get("/stations").await.problem(503, "/problems/no-station-data");
    assert!(problem["detail"].as_str().unwrap().contains("its last counts are 10801 s old"), "{problem}");
    world.feed_is(FeedIs::Up);
    world.wait(60);
    assert_eq!(counts(&world.get("/stations").await.ok()), (0, "simulated"));
}
