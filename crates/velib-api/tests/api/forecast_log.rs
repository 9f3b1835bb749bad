//! Forecasts that were issued are kept in the lake, the first of each hour, and no answer waits for it or fails by it.

use velib_domain::{Hour, Issue, SignedDuration, StationId};
use velib_lake::Lake;

use crate::world::{FeedIs, World, until};

fn hour(text: &str) -> Hour {
    text.parse().unwrap()
}

/// What is kept of an hour, once it is.
async fn kept(world: &World, of: &str) -> Issue {
    let system = "velib".parse().unwrap();
    until(async || world.lake.read_issue(&system, hour(of)).await.unwrap()).await
}

/// What is kept of the hour in which a world begins, once it is, behind one of as many answers as it takes.
async fn kept_behind_answers(world: &World) -> Issue {
    let system = "velib".parse().unwrap();
    until(async || {
        world.get("/healthz").await.ok();
        world.lake.read_issue(&system, hour("2026-11-20T14")).await.unwrap()
    })
    .await
}

/// As far as can be seen after a while.
async fn nothing_is_kept(world: &World) {
    for _ in 0..500 {
        tokio::task::yield_now().await;
    }
    let system = "velib".parse().unwrap();
    assert_eq!(world.lake.read_issue(&system, hour("2026-11-20T14")).await.unwrap(), None);
}

/// What became of the forecasts that were to be kept, once so many did.
async fn until_counted(world: &World, outcome: &str, times: u32) {
    let line = format!("velib_api_issues_total{{outcome=\"{outcome}\"}} {times}");
    until(async || {
        let metrics = world.get("/metrics").await;
        String::from_utf8_lossy(&metrics.body).contains(&line).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_was_told_of_every_station_is_kept_beside_what_was_counted() {
    let world = World::new().await;
    let told = world.get("/v1/forecasts").await.ok();
    world.get("/healthz").await.ok();
    let issue = kept(&world, "2026-11-20T14").await;
    assert_eq!(issue.issued_at.to_string(), "2026-11-20T14:20:00Z");
    assert_eq!((issue.input_age, issue.basis.as_str()), (SignedDuration::ZERO, "model"));
    assert_eq!(told["model_version"], issue.model_version);
    assert_eq!(issue.forecasts.len(), 6 * 3, "Louvre is not counted");
    let temple: Vec<_> =
        issue.forecasts.iter().filter(|row| row.station_id == StationId::new("3002")).collect();
    let told =
        told["stations"].as_array().unwrap().iter().find(|station| station["station_id"] == "3002").unwrap();
    for (index, (row, hours)) in temple.iter().zip(1..).enumerate() {
        assert_eq!(row.horizon, SignedDuration::from_hours(hours));
        assert_eq!((row.bikes.counted, row.docks.unwrap().counted), (11, 9));
        for (said, told) in [(row.bikes, &told["bikes"][index]), (row.docks.unwrap(), &told["docks"][index])]
        {
            assert!((said.mean - told["mean"].as_f64().unwrap()).abs() <= 0.05 + 1e-9);
            assert!((said.p_at_least_1 - told["p_at_least"][0].as_f64().unwrap()).abs() <= 0.005 + 1e-9);
        }
    }
}

#[tokio::test]
async fn the_first_of_an_hour_is_kept_whoever_asks_and_however_often() {
    let world = World::new().await;
    for _ in 0..3 {
        world.get("/v1/forecasts").await.ok();
    }
    let first = kept(&world, "2026-11-20T14").await;
    world.feed_is(FeedIs::Changed);
    world.wait(30 * 60);
    world.get("/v1/forecasts").await.ok();
    world.get("/v1/forecasts").await.ok();
    world.wait(10 * 60);
    world.get("/v1/forecasts").await.ok();
    world.get("/v1/forecasts").await.ok();
    let second = kept(&world, "2026-11-20T15").await;
    assert_eq!(second.issued_at.to_string(), "2026-11-20T15:00:00Z");
    assert_eq!(kept(&world, "2026-11-20T14").await, first);
    until_counted(&world, "kept", 2).await;
}

#[tokio::test]
async fn a_process_begins_nothing_behind_its_first_answer() {
    let world = World::new().await;
    world.get("/v1/forecasts").await.ok();
    nothing_is_kept(&world).await;
}

#[tokio::test]
async fn in_an_hour_without_a_model_it_is_persistence_that_is_kept_in_the_end_and_said_to_be() {
    let world = World::new().await;
    world.model_is_up(false);
    for seconds in [0, 24 * 60, 59] {
        world.wait(seconds);
        world.get("/v1/forecasts").await.ok();
        // Whoever judges what was kept holds others up: what is due then is begun behind one of the next answers.
        for _ in 0..5 {
            world.get("/healthz").await.ok();
            nothing_is_kept(&world).await;
        }
    }
    world.wait(1);
    assert_eq!(kept_behind_answers(&world).await.basis, "persistence");
}

#[tokio::test]
async fn a_process_whose_model_is_down_leaves_the_hour_to_one_whose_model_answers() {
    let world = World::new().await;
    world.model_is_up(false);
    for _ in 0..5 {
        assert_eq!(world.get("/v1/forecasts").await.ok()["forecast_basis"], "persistence");
        nothing_is_kept(&world).await;
    }
    world.model_is_up(true);
    world.wait(30);
    world.until("/v1/forecasts", |forecasts| forecasts["forecast_basis"] == "model").await;
    assert_eq!(kept_behind_answers(&world).await.basis, "model");
}

#[tokio::test]
async fn forecasts_that_the_model_may_still_replace_are_not_kept() {
    let world = World::with_little_patience().await;
    let starting = world.model_starts().await;
    for _ in 0..3 {
        assert_eq!(world.get("/v1/forecasts").await.ok()["forecast_basis"], "persistence");
    }
    nothing_is_kept(&world).await;
    drop(starting);
}

#[tokio::test]
async fn remembered_counts_are_kept_with_their_age() {
    let world = World::with_feed(FeedIs::Down).await;
    world.lake_counted_before(15).await;
    world.get("/v1/forecasts").await.ok();
    world.get("/healthz").await.ok();
    let issue = kept(&world, "2026-11-20T14").await;
    assert_eq!(
        (issue.issued_at.to_string().as_str(), issue.input_age.as_secs()),
        ("2026-11-20T14:05:00Z", 900)
    );
}

#[tokio::test]
async fn a_lake_that_takes_nothing_costs_no_answer_and_is_tried_again_after_a_while() {
    let folder = tempfile::tempdir().unwrap();
    // Where the folder of the log should be stands a file: nobody can write there, whoever it is.
    std::fs::write(folder.path().join("forecast"), "").unwrap();
    let world = World::over(Lake::folder(folder.path()).unwrap()).await;
    for _ in 0..3 {
        assert_eq!(world.get("/v1/forecasts").await.ok()["forecast_basis"], "model");
    }
    until_counted(&world, "failed", 1).await;
    let status = world.get("/v1/status").await.ok();
    assert!(
        status["live_skill_reason"].as_str().unwrap().starts_with("forecasts are not kept: "),
        "{status}"
    );
    world.wait(5 * 60 - 1);
    world.get("/v1/forecasts").await.ok();
    until_counted(&world, "failed", 1).await;
    std::fs::remove_file(folder.path().join("forecast")).unwrap();
    world.wait(1);
    world.get("/v1/forecasts").await.ok();
    kept(&world, "2026-11-20T14").await;
    until_counted(&world, "kept", 1).await;
}
