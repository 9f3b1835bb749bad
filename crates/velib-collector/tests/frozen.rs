//! A feed that answers and stands still: stored as always, and told with its age.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod feed_server;
mod kitchen;

use feed_server::FeedServer;
use kitchen::Kitchen;
use velib_collector::{Kept, Outcome, Stillness};

/// A status of a large city. The feed's own times and those of its stations move with `seconds`, the counts with `bikes`.
fn city_status(bikes: usize, seconds: usize) -> String {
    let station = |id: usize| {
        let bikes = (bikes + id) % 30;
        let reported = 1_795_183_100 + seconds;
        format!(
            r#"{{"station_id":{id},"num_bikes_available":{bikes},"num_docks_available":9,"is_installed":1,
                "is_renting":1,"is_returning":1,"last_reported":{reported}}}"#
        )
    };
    let stations: Vec<String> = (1..=1480).map(station).collect();
    let updated = 1_795_183_170 + seconds;
    format!(r#"{{"lastUpdatedOther":{updated},"ttl":3600,"data":{{"stations":[{}]}}}}"#, stations.join(","))
}

/// Collects at times of one day, each with a number of bikes; `warm` by one process, else by a new one each time.
async fn collected(warm: bool, runs: &[(&str, usize)]) -> Vec<Outcome> {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    let collector = kitchen.collector();
    let mut outcomes = Vec::new();
    for (run, (time, bikes)) in runs.iter().enumerate() {
        feed.serve("station_status", city_status(*bikes, run));
        let at = format!("2026-11-20T{time}:00Z");
        let outcome = if warm {
            collector.collect(&feed.source(), at.parse().unwrap()).await
        } else {
            kitchen.collect(&feed.source(), &at).await
        };
        outcomes.push(outcome.unwrap());
    }
    outcomes
}

/// The last run's stillness, the same whether the process stayed up or not.
async fn check(runs: &[(&str, usize)], since: &str, frozen: bool) {
    for warm in [true, false] {
        let outcomes = collected(warm, runs).await;
        assert!(
            outcomes.iter().all(|run| run.station_status.kept == Kept::Stored),
            "a still feed is stored too"
        );
        let last = outcomes.last().unwrap();
        let since = format!("2026-11-20T{since}:00Z").parse().unwrap();
        let seconds = last.scheduled_at.duration_since(since).as_secs();
        assert_eq!(last.stillness, Stillness { since, seconds, frozen }, "warm: {warm}");
    }
}

#[tokio::test]
async fn counts_that_move_are_not_frozen() {
    check(&[("12:00", 1), ("13:00", 2), ("14:00", 3)], "14:00", false).await;
}

#[tokio::test]
async fn an_hour_by_day_without_a_change_is_frozen_whatever_the_feeds_own_times_say() {
    check(&[("12:00", 1), ("13:00", 2), ("14:00", 2)], "13:00", true).await;
}

#[tokio::test]
async fn the_age_grows_from_run_to_run() {
    check(&[("11:45", 1), ("12:00", 2), ("12:15", 2), ("12:30", 2), ("14:00", 2)], "12:00", true).await;
}

#[tokio::test]
async fn five_minutes_without_a_change_say_nothing_yet() {
    check(&[("12:00", 1), ("12:05", 1), ("12:10", 1)], "12:00", false).await;
}

#[tokio::test]
async fn an_hour_of_the_night_without_a_change_says_nothing_yet() {
    check(&[("01:00", 1), ("02:00", 1)], "01:00", false).await;
}

#[tokio::test]
async fn a_feed_that_moves_again_is_not_frozen() {
    check(&[("12:00", 2), ("13:00", 2), ("14:00", 3)], "14:00", false).await;
}

#[tokio::test]
async fn a_retried_event_does_not_end_the_stretch() {
    check(&[("12:00", 1), ("13:00", 2), ("14:00", 2)], "13:00", true).await;
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    let collector = kitchen.collector();
    feed.serve("station_status", city_status(1, 0));
    let mut last = None;
    for time in ["13:00", "14:00", "14:00"] {
        let at = format!("2026-11-20T{time}:00Z").parse().unwrap();
        last = Some(collector.collect(&feed.source(), at).await.unwrap().stillness);
    }
    assert_eq!(last.map(|still| (still.seconds, still.frozen)), Some((3600, true)));
}
