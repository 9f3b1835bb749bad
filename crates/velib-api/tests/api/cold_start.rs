//! A process that starts while the feed is down answers from what the lake remembers, as long as that is of use.

use std::{sync::atomic::Ordering, time::Duration};

use serde_json::Value;

use crate::world::{FeedIs, World, notices};

const JOURNEY: &str = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970";

/// The age and the source of an answer's counts.
fn counts(answer: &Value) -> (i64, &str) {
    (answer["age_s"].as_i64().unwrap(), answer["source"].as_str().unwrap())
}

#[tokio::test]
async fn counts_of_the_newest_hour_are_told_as_remembered_with_their_true_age() {
    for broken in [FeedIs::Down, FeedIs::Html] {
        let world = World::with_feed(broken).await;
        world.lake_counted_before(15).await;
        for path in ["/stations?all=true", "/v1/stations", "/v1/stations?format=geojson"] {
            let answer = world.get(path).await.ok();
            assert_eq!(counts(&answer), (900, "remembered"), "{path}");
            assert_eq!(notices(&answer), ["simulated_feed", "feed_unavailable", "stale_data"], "{path}");
        }
        let stations = world.get("/stations?all=true").await.ok();
        assert_eq!(stations["count"], 6, "Louvre is not counted");
        let temple = stations["records"].as_array().unwrap().iter().find(|one| one["station_id"] == "3002");
        let temple = temple.unwrap();
        assert_eq!(
            (
                &temple["name"],
                &temple["mechanical"],
                &temple["numdocksavailable"],
                &temple["capacity_source"]
            ),
            (&"Temple".into(), &6.into(), &9.into(), &"remembered".into())
        );
    }
}

#[tokio::test]
async fn forecasts_and_journeys_start_from_what_is_remembered() {
    let world = World::with_feed(FeedIs::Down).await;
    world.lake_counted_before(15).await;
    let forecast = world.get("/v1/stations/3002/forecast").await.ok();
    assert_eq!(
        (&forecast["horizons"][0]["at"], &forecast["forecast_basis"], &forecast["source"]),
        (&"2026-11-20T16:05:00+01:00".into(), &"model".into(), &"remembered".into())
    );
    let journey = world.get(JOURNEY).await.ok();
    assert_eq!(
        (&journey["data"]["source"], &journey["data"]["data_age_s"]),
        (&"remembered".into(), &900.into())
    );
    assert!(!journey["journeys"].as_array().unwrap().is_empty());
    let predicted = world.get("/predict/3002").await.ok();
    assert_eq!(
        (&predicted["current"]["source"], &predicted["current"]["bikes_available"]),
        (&"remembered".into(), &11.into())
    );
    let status = world.get("/v1/status").await.ok();
    assert_eq!(
        (&status["feed"]["available"], &status["feed"]["counts"]["age_s"]),
        (&false.into(), &900.into())
    );
}

#[tokio::test]
async fn the_feed_takes_over_as_soon_as_it_answers() {
    let world = World::with_feed(FeedIs::Down).await;
    world.lake_counted_before(15).await;
    world.get("/stations").await.ok();
    world.feed_is(FeedIs::Up);
    world.wait(10);
    let answer = world.until("/stations", |answer| counts(answer) == (0, "simulated")).await;
    assert_eq!(notices(&answer), ["simulated_feed"]);
}

#[tokio::test]
async fn a_newer_hour_of_the_lake_takes_the_place_of_an_older_one() {
    let world = World::with_feed(FeedIs::Down).await;
    world.lake_counted_before(75).await;
    assert_eq!(counts(&world.get("/stations").await.ok()), (4_500, "remembered"));
    world.lake_counted_before(15).await;
    world.wait(300);
    world.until("/stations", |answer| counts(answer) == (1_200, "remembered")).await;
}

#[tokio::test]
async fn counts_that_hold_are_not_given_up_for_the_lakes() {
    let world = World::new().await;
    world.get("/stations").await.ok();
    world.feed_is(FeedIs::Down);
    world.lake_counted_before(0).await;
    world.wait(300);
    let answer = world.until("/stations", |answer| notices(answer).contains(&"feed_unavailable")).await;
    assert_eq!(counts(&answer), (300, "simulated"));
}

#[tokio::test]
async fn an_hour_whose_forecasts_have_run_out_is_a_503_that_says_how_old_it_is() {
    let world = World::with_feed(FeedIs::Down).await;
    world.lake_counted_before(15).await;
    world.wait(2 * 3600 + 45 * 60 + 1);
    for path in ["/stations", "/predict/3002", JOURNEY] {
        let answer = world.get(path).await;
        let problem = answer.problem(503, "/problems/no-station-data");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("its last counts are 10801 s old"), "{detail}");
        assert_eq!(answer.headers["retry-after"], "10");
    }
}

/// Milliseconds of tokio's clock, which moves only while everybody waits.
async fn milliseconds<T>(answering: impl Future<Output = T>) -> (T, u128) {
    let asked = tokio::time::Instant::now();
    let answer = answering.await;
    (answer, asked.elapsed().as_millis())
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_accepts_and_never_answers_delays_nobody_whom_the_lake_can_answer() {
    let world = World::with_usual_patience().await;
    world.lake_counted_before(15).await;
    let hanging = world.feed_hangs().await;
    let requests = (0..20).map(|_| world.get("/stations"));
    let (answers, took) = milliseconds(futures::future::join_all(requests)).await;
    assert!(took <= 300, "{took} ms");
    for answer in answers {
        let answer = answer.ok();
        assert_eq!(counts(&answer), (900, "remembered"));
        let detail = answer["notices"][1]["detail"].as_str().unwrap();
        assert!(detail.ends_with("it has not answered for 200 ms"), "{detail}");
    }
    let (journey, took) = milliseconds(world.get(JOURNEY)).await;
    assert_eq!(
        (&journey.ok()["data"]["source"], took),
        (&"remembered".into(), 0),
        "nobody waits a second time"
    );
    drop(hanging);
    let answer = world.until("/stations", |answer| counts(answer) == (0, "simulated")).await;
    assert_eq!(notices(&answer), ["simulated_feed"], "the fetch went on behind the answers");
    assert_eq!(world.status_fetches.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn where_the_lake_knows_nothing_a_late_feed_is_waited_for() {
    let world = World::with_usual_patience().await;
    let hanging = world.feed_hangs().await;
    let a_while_later = async {
        tokio::time::advance(Duration::from_secs(1)).await;
        drop(hanging);
    };
    let (answer, ()) = tokio::join!(world.get("/stations"), a_while_later);
    assert_eq!(counts(&answer.ok()), (0, "simulated"));
}

#[tokio::test(start_paused = true)]
async fn counts_that_hold_no_longer_are_told_where_the_feed_is_late() {
    let world = World::with_usual_patience().await;
    world.get("/stations").await.ok();
    let hanging = world.feed_hangs().await;
    world.wait(301);
    let (answer, took) = milliseconds(world.get("/stations")).await;
    assert!(took <= 300, "{took} ms");
    let answer = answer.ok();
    assert_eq!(counts(&answer), (301, "remembered"));
    assert_eq!(notices(&answer), ["simulated_feed", "feed_unavailable", "stale_data"]);
    drop(hanging);
    world.until("/stations", |answer| counts(answer) == (0, "simulated")).await;
}
