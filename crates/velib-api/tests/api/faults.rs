//! What is down costs as little as it can: older counts with their age, persistence with its name, a stated 503.

use std::{sync::atomic::Ordering, time::Duration};

use axum::{body::Body, http::Request};
use serde_json::Value;
use tokio::time::Instant;

use crate::world::{FeedIs, World, notices};

const JOURNEY: &str = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970";

#[tokio::test]
async fn counts_are_kept_for_a_minute_however_many_ask() {
    let world = World::new().await;
    let requests = (0..20).map(|_| world.get("/stations"));
    for answer in futures::future::join_all(requests).await {
        answer.ok();
    }
    world.wait(59);
    world.get("/stations").await.ok();
    assert_eq!(world.status_fetches.load(Ordering::SeqCst), 1);
    world.wait(1);
    world.until("/stations", |answer| answer["age_s"] == 0).await;
    assert_eq!(world.status_fetches.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn new_counts_make_new_forecasts() {
    let forecast = "/v1/stations/3001/forecast";
    let world = World::new().await;
    let answer = world.get(forecast).await.ok();
    assert_eq!(answer["horizons"][0]["at"], "2026-11-20T16:20:00+01:00");
    world.feed_is(FeedIs::Changed);
    world.wait(60);
    let answer = world.until(forecast, |answer| answer["station"]["bikes"] == 0).await;
    assert_eq!(answer["horizons"][0]["at"], "2026-11-20T16:21:00+01:00");
}

#[tokio::test]
async fn a_feed_that_fails_leaves_the_last_counts_with_their_growing_age() {
    let world = World::new().await;
    world.get("/stations").await.ok();
    for broken in [FeedIs::Down, FeedIs::Html] {
        world.feed_is(broken);
        world.wait(200);
        let answer = world.until(JOURNEY, |answer| notices(answer).contains(&"feed_unavailable")).await;
        assert!(answer["data"]["data_age_s"].as_i64().unwrap() >= 200, "{broken:?}: {}", answer["data"]);
    }
    let answer = world.get("/stations").await.ok();
    assert_eq!(answer["age_s"], 400);
    assert_eq!(notices(&answer), ["simulated_feed", "feed_unavailable", "stale_data"]);
    world.feed_is(FeedIs::Up);
    world.wait(10);
    world.until("/stations", |answer| notices(answer) == ["simulated_feed"]).await;
}

#[tokio::test]
async fn a_feed_that_answers_and_never_changes_is_frozen_and_every_answer_says_so() {
    let world = World::new().await;
    world.get("/stations").await.ok();
    let a_day = 24 * 3600;
    world.wait(a_day);
    let status = world.get("/v1/status").await.ok();
    assert_eq!((&status["feed"]["frozen"], &status["feed"]["unchanged_s"]), (&false.into(), &a_day.into()));
    world.wait(9 * a_day);
    let status = world.get("/v1/status").await.ok();
    assert_eq!(status["feed"]["frozen"], true);
    assert_eq!(status["feed"]["unchanged_since"], "2026-11-20T15:20:00+01:00");
    assert_eq!(status["feed"]["unchanged_s"], 10 * a_day);
    let answer = world.get(JOURNEY).await.ok();
    assert!(notices(&answer).contains(&"frozen_feed"), "{}", answer["notices"]);
    world.feed_is(FeedIs::Changed);
    world.wait(60);
    world.until(JOURNEY, |answer| !notices(answer).contains(&"frozen_feed")).await;
    assert_eq!(world.get("/v1/status").await.ok()["feed"]["unchanged_s"], 0);
}

#[tokio::test]
async fn a_feed_that_never_answered_is_a_503_that_names_it() {
    for broken in [FeedIs::Down, FeedIs::Html] {
        let world = World::with_feed(broken).await;
        for path in ["/stations", "/predict/3002", "/v1/stations", JOURNEY] {
            let answer = world.get(path).await;
            let problem = answer.problem(503, "/problems/no-station-data");
            assert!(problem["detail"].as_str().unwrap().contains("gbfs.json"), "{problem}");
            assert_eq!(answer.headers["retry-after"], "10");
        }
        world.get("/healthz").await.ok();
        let status = world.get("/v1/status").await.ok();
        assert_eq!(
            (&status["feed"]["available"], &status["lake"]["available"]),
            (&false.into(), &true.into())
        );
    }
}

#[tokio::test]
async fn without_the_model_journeys_rest_on_persistence_and_say_so() {
    let world = World::new().await;
    world.model_is_up(false);
    let answer = world.get(JOURNEY).await.ok();
    assert_eq!(
        (&answer["data"]["forecast_basis"], &answer["data"]["forecast_source"]),
        (&"persistence".into(), &"persistence".into())
    );
    assert!(notices(&answer).contains(&"model_unavailable"));
    assert!(!answer["journeys"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn without_the_model_nothing_is_called_a_prediction() {
    let world = World::new().await;
    world.model_is_up(false);
    let problem = world.get("/predict/3002").await.problem(503, "/problems/model-unavailable");
    assert!(problem["detail"].as_str().unwrap().contains("model endpoint velib"), "{problem}");
    let status: Value = world.get("/v1/status").await.ok();
    assert_eq!(
        (&status["model"]["available"], &status["model"]["basis"]),
        (&false.into(), &"persistence".into())
    );
}

#[tokio::test]
async fn while_the_endpoint_is_down_the_model_in_the_process_answers() {
    let world = World::with_model_in_process().await;
    world.model_is_up(false);
    let answer = world.get("/predict/3002").await.ok();
    assert!(answer["model"]["version"].as_str().unwrap().starts_with("lstm-"), "{}", answer["model"]);
    let basis = world.get(JOURNEY).await.ok()["data"]["forecast_basis"].clone();
    assert_eq!(basis, "model");
}

#[tokio::test]
async fn while_the_endpoint_starts_the_next_forecaster_answers_and_its_late_answer_is_taken() {
    let world = World::with_little_patience().await;
    let starting = world.model_starts().await;
    let answer = world.get(JOURNEY).await.ok();
    assert_eq!(answer["data"]["forecast_basis"], "persistence");
    let notices = answer["notices"].as_array().unwrap();
    assert!(notices.iter().any(|notice| notice["detail"].as_str().unwrap().contains("it may be starting")));
    let answer = world.get("/predict/3002").await;
    answer.problem(503, "/problems/model-unavailable");
    assert_eq!(answer.headers["retry-after"], "1", "an answer that is on its way is worth asking for soon");
    drop(starting);
    world.model_answers().await;
    // The status is the same for a minute, so nothing is asked anew; the answer has only to be read.
    for _ in 0..50 {
        world.wait(1);
        for _ in 0..500 {
            tokio::task::yield_now().await;
        }
        if world.get(JOURNEY).await.ok()["data"]["forecast_basis"] == "model" {
            return;
        }
    }
    panic!("the late answer was never taken");
}

/// The feed was read already. The clock stands still but for timers: what is measured is all that a request waits for. The model
/// in the process takes about 110 ms to be loaded and asked about all of Paris, and planning takes two.
#[tokio::test]
async fn while_the_endpoint_starts_a_whole_request_waits_once_for_half_of_its_300_ms() {
    let world = World::with_usual_patience_for_its_endpoint().await;
    let _starting = world.model_starts().await;
    world.get("/v1/stations").await.ok();
    tokio::time::pause();
    for most in [Duration::from_millis(150), Duration::ZERO] {
        let since = Instant::now();
        let answer = world.get(JOURNEY).await.ok();
        let waited = since.elapsed();
        assert!(waited.abs_diff(most) <= Duration::from_millis(5), "{waited:?}");
        let by = (&answer["data"]["forecast_basis"], answer["data"]["model_version"].as_str().unwrap());
        assert!(by.0 == "model" && by.1.starts_with("lstm-"), "{by:?}");
    }
}

#[tokio::test]
async fn the_model_is_asked_again_once_it_has_rested() {
    let world = World::new().await;
    world.model_is_up(false);
    world.get("/predict/3002").await.problem(503, "/problems/model-unavailable");
    world.model_is_up(true);
    world.get("/predict/3002").await.problem(503, "/problems/model-unavailable");
    world.wait(30);
    world.get("/predict/3002").await.ok();
}

#[tokio::test]
async fn every_answer_names_its_request() {
    let world = World::new().await;
    let request = Request::get("/healthz").header("x-request-id", "mine").body(Body::empty()).unwrap();
    assert_eq!(world.send(request).await.headers["x-request-id"], "mine");
    let given = world.get("/nowhere").await.headers["x-request-id"].len();
    assert_eq!(given, 36);
}

#[tokio::test]
async fn only_the_pages_of_allowed_origins_may_read() {
    let world = World::new().await;
    let from = async |origin: &str| {
        let request = Request::get("/healthz").header("origin", origin).body(Body::empty()).unwrap();
        world.send(request).await.headers.get("access-control-allow-origin").cloned()
    };
    assert_eq!(from("https://pulse.example.org").await.unwrap(), "https://pulse.example.org");
    for origin in ["https://example.org", "https://pulse.example.org.evil.example", "null"] {
        assert_eq!(from(origin).await, None, "{origin}");
    }
}
