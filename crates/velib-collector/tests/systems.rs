//! Several systems in one run.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod feed_server;
mod kitchen;

use feed_server::FeedServer;
use kitchen::{Kitchen, TWO};
use serde_json::Value;
use velib_collector::{FailedRun, FeedSource, Outcome, metric_lines};

fn named(feed: &FeedServer, system: &str) -> FeedSource {
    FeedSource { system: system.parse().unwrap(), ..feed.source() }
}

async fn collect(kitchen: &Kitchen, sources: &[FeedSource]) -> Result<Vec<Outcome>, FailedRun> {
    kitchen.collector().collect_all(sources, TWO.parse().unwrap()).await
}

fn metrics(run: &Result<Vec<Outcome>, FailedRun>) -> Vec<Value> {
    let lines = metric_lines(run, TWO.parse().unwrap());
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn each_system_has_its_own_keys() {
    let (one, other, kitchen) = (FeedServer::start().await, FeedServer::start().await, Kitchen::new());
    let collected = collect(&kitchen, &[named(&one, "velib"), named(&other, "oslo")]).await.unwrap();
    let systems: Vec<&str> = collected.iter().map(|outcome| outcome.system.as_str()).collect();
    assert_eq!(systems, ["velib", "oslo"]);
    let keys = kitchen.keys().await;
    for system in systems {
        assert_eq!(keys.iter().filter(|key| key.starts_with(&format!("bronze/system={system}/"))).count(), 2);
    }
}

#[tokio::test]
async fn a_system_that_fails_does_not_stop_the_others_and_fails_the_run_by_name() {
    let (good, bad, kitchen) = (FeedServer::start().await, FeedServer::start().await, Kitchen::new());
    bad.serve("station_status", "<html>");
    let failed = collect(&kitchen, &[named(&bad, "lyon"), named(&good, "velib")]).await.unwrap_err();
    assert_eq!(failed.code(), "not_a_feed");
    assert!(failed.to_string().starts_with("lyon: station_status served no feed"), "{failed}");
    assert_eq!(failed.collected.len(), 1);
    assert!(
        kitchen.keys().await.iter().any(|key| key.starts_with("bronze/system=velib/feed=station_status"))
    );
}

#[tokio::test]
async fn every_system_that_fails_is_named() {
    let (bad, kitchen) = (FeedServer::start().await, Kitchen::new());
    bad.serve("gbfs", "<html>");
    let failed = collect(&kitchen, &[named(&bad, "lyon"), named(&bad, "oslo")]).await.unwrap_err();
    let said = failed.to_string();
    assert!(said.contains("lyon: ") && said.contains("; oslo: "), "{said}");
}

#[tokio::test]
async fn a_run_in_numbers_tells_systems_reasons_and_failures_apart() {
    let (good, bad, kitchen) = (FeedServer::start().await, FeedServer::start().await, Kitchen::new());
    bad.serve("station_status", "<html>");
    let lines = metrics(&collect(&kitchen, &[named(&bad, "lyon"), named(&good, "velib")]).await);
    let [velib, missing_id, lyon] = &lines[..] else { panic!("three lines: {lines:?}") };

    let numbers = [
        "DocumentsStored",
        "DocumentsUnchanged",
        "StationsAccepted",
        "StationsRejected",
        "FeedAge",
        "Frozen",
    ];
    assert_eq!(numbers.map(|name| velib[name].as_i64().unwrap()), [2, 0, 1, 1, 30, 0]);
    assert!(velib["FetchDuration"].is_u64());
    assert_eq!((&missing_id["Reason"], &missing_id["StationsRejected"]), (&"missing_id".into(), &1.into()));
    assert_eq!((&lyon["System"], &lyon["Failures"]), (&"lyon".into(), &1.into()));
    assert_eq!(lyon["DocumentsRejected"], 1);
}

#[tokio::test]
async fn a_line_of_metrics_names_every_number_and_dimension_that_it_holds() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    for line in metrics(&collect(&kitchen, &[feed.source()]).await) {
        assert_eq!(line["_aws"]["Timestamp"], 1_795_183_200_000_i64);
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Namespace"], "ParisPulse/Collector");
        for metric in directive["Metrics"].as_array().unwrap() {
            assert!(line[metric["Name"].as_str().unwrap()].is_number(), "{metric}");
        }
        for dimension in directive["Dimensions"][0].as_array().unwrap() {
            assert!(line[dimension.as_str().unwrap()].is_string(), "{dimension}");
        }
    }
}
