//! Whole runs against a scripted feed: what is kept, byte for byte, and what is said when something is wrong.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod feed_server;
mod kitchen;

use axum::http::StatusCode;
use feed_server::{FeedServer, information, status};
use kitchen::{Kitchen, THREE, TWO, impatient_client, velib};
use object_store::{ObjectStoreExt, path::Path};
use velib_collector::{CollectError, FeedSource, Kept, Outcome, collect_once};
use velib_domain::Timestamp;
use velib_lake::{Feed, Lake};

const STATUS_AT_TWO: &str =
    "bronze/system=velib/feed=station_status/date=2026-11-20/hour=14/20261120T140000Z.json.gz";
const INFORMATION_AT_TWO: &str =
    "bronze/system=velib/feed=station_information/date=2026-11-20/hour=14/20261120T140000Z.json.gz";

#[tokio::test]
async fn both_feeds_are_kept_byte_for_byte_and_counted() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    let outcome = kitchen.collect(&feed.source(), TWO).await.unwrap();
    assert_eq!(kitchen.keys().await, [INFORMATION_AT_TWO, STATUS_AT_TWO]);
    assert_eq!(kitchen.bronze(Feed::StationStatus, TWO).await, status(3));
    assert_eq!(kitchen.bronze(Feed::StationInformation, TWO).await, information("Bastille"));

    let status_outcome = &outcome.station_status;
    assert_eq!((status_outcome.kept, status_outcome.key.as_str()), (Kept::Stored, STATUS_AT_TWO));
    assert_eq!(status_outcome.bytes, status(3).len());
    assert_eq!((status_outcome.accepted, status_outcome.rejected["missing_id"]), (1, 1));
    assert_eq!(status_outcome.updated_at, Some("2026-11-20T13:59:30Z".parse::<Timestamp>().unwrap()));
    assert_eq!(status_outcome.age_seconds, Some(30));
    assert_eq!(outcome.station_information.accepted, 1);
}

#[tokio::test]
async fn an_outcome_survives_its_json() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    let outcome = kitchen.collect(&feed.source(), TWO).await.unwrap();
    let json = serde_json::to_string(&outcome).unwrap();
    assert!(json.contains(r#""kept":"stored""#), "{json}");
    assert_eq!(serde_json::from_str::<Outcome>(&json).unwrap(), outcome);
}

#[tokio::test]
async fn a_repeated_event_stores_nothing_twice_and_succeeds() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    kitchen.collect(&feed.source(), TWO).await.unwrap();
    feed.serve("station_status", status(4));
    let again = kitchen.collect(&feed.source(), TWO).await.unwrap();
    assert_eq!(again.station_status.kept, Kept::AlreadyStored);
    assert_eq!(kitchen.bronze(Feed::StationStatus, TWO).await, status(3));
    assert_eq!(kitchen.keys().await.len(), 2);
}

#[tokio::test]
async fn of_two_deliveries_at_once_exactly_one_stores() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    let source = feed.source();
    let (one, other) = tokio::join!(kitchen.collect(&source, TWO), kitchen.collect(&source, TWO));
    let kept = [one.unwrap().station_status.kept, other.unwrap().station_status.kept];
    assert!(kept.contains(&Kept::Stored) && kept.contains(&Kept::AlreadyStored), "{kept:?}");
}

#[tokio::test]
async fn an_unchanged_information_document_is_not_stored_again() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    kitchen.collect(&feed.source(), TWO).await.unwrap();
    let next = kitchen.collect(&feed.source(), THREE).await.unwrap();
    let information = &next.station_information;
    assert_eq!((information.kept, information.key.as_str()), (Kept::Unchanged, INFORMATION_AT_TWO));
    assert_eq!(next.station_status.kept, Kept::Stored, "an unchanged status is an observation all the same");
    assert_eq!(kitchen.keys().await.len(), 3);
}

#[tokio::test]
async fn a_changed_information_document_is_stored() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    kitchen.collect(&feed.source(), TWO).await.unwrap();
    feed.serve("station_information", information("Nation"));
    let next = kitchen.collect(&feed.source(), THREE).await.unwrap();
    assert_eq!(next.station_information.kept, Kept::Stored);
    assert_eq!(kitchen.bronze(Feed::StationInformation, THREE).await, information("Nation"));
}

#[tokio::test]
async fn a_damaged_newest_information_document_is_stored_anew() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    kitchen.store.put(&Path::from(INFORMATION_AT_TWO), "no gzip".into()).await.unwrap();
    let next = kitchen.collect(&feed.source(), THREE).await.unwrap();
    assert_eq!(next.station_information.kept, Kept::Stored);
    assert_eq!(kitchen.bronze(Feed::StationInformation, THREE).await, information("Bastille"));
}

/// Serves `body` as the status: it must be kept as rejected, the run fail, and the other feed be kept.
async fn check_rejected(body: &str, reason: &str) {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    feed.serve("station_status", body);
    let error = kitchen.collect(&feed.source(), TWO).await.unwrap_err();
    assert!(matches!(error, CollectError::NotAFeed { feed: Feed::StationStatus, .. }), "{error}");
    assert!(error.to_string().contains(reason), "{error}");
    let (kept, reason_kept) = kitchen.rejected().await;
    assert_eq!(kept, body.as_bytes());
    assert!(reason_kept.contains(reason), "{reason_kept}");
    assert_eq!(kitchen.bronze(Feed::StationInformation, TWO).await, information("Bastille"));
    assert!(!kitchen.keys().await.contains(&STATUS_AT_TWO.to_owned()));

    feed.serve("station_status", status(3));
    let retried = kitchen.collect(&feed.source(), TWO).await.unwrap();
    assert_eq!(retried.station_status.kept, Kept::Stored, "a retry that meets a feed keeps it");
}

#[tokio::test]
async fn an_html_error_page_is_rejected_loudly_and_loses_nothing() {
    check_rejected("<!DOCTYPE html><html><h1>Maintenance</h1></html>", "HTML page").await;
}

#[tokio::test]
async fn a_truncated_body_is_rejected_loudly_and_loses_nothing() {
    let whole = String::from_utf8(status(3)).unwrap();
    check_rejected(&whole[..200], "cut off after byte 200").await;
}

#[tokio::test]
async fn an_empty_body_is_rejected_loudly_and_loses_nothing() {
    check_rejected("", "empty").await;
}

#[tokio::test]
async fn an_unreachable_feed_is_named_and_leaves_the_lake_untouched() {
    let kitchen = Kitchen::new();
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let source = FeedSource { system: velib(), discovery_url: format!("http://{nobody}/gbfs.json") };
    let error = kitchen.collect(&source, TWO).await.unwrap_err();
    assert!(matches!(error, CollectError::Unreachable { feed: None, .. }), "{error}");
    assert!(error.to_string().contains(&nobody.to_string()), "{error}");
    assert!(kitchen.keys().await.is_empty());
}

#[tokio::test]
async fn one_feed_down_does_not_cost_the_other() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    feed.answer("station_information", StatusCode::BAD_GATEWAY, "down");
    let error = kitchen.collect(&feed.source(), TWO).await.unwrap_err();
    let information_down = CollectError::code(&error) == "feed_unreachable";
    assert!(information_down && error.to_string().contains("502"), "{error}");
    assert_eq!(kitchen.keys().await, [STATUS_AT_TWO]);
}

#[tokio::test]
async fn when_both_feeds_fail_both_reasons_are_said() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    feed.answer("station_information", StatusCode::NOT_FOUND, "");
    feed.serve("station_status", "<html>");
    let error = kitchen.collect(&feed.source(), TWO).await.unwrap_err();
    assert!(matches!(error, CollectError::Both { .. }), "{error}");
    assert!(error.to_string().contains("404") && error.to_string().contains("HTML page"), "{error}");
    assert_eq!(kitchen.rejected().await.0, b"<html>");
}

#[tokio::test]
async fn a_feed_that_is_not_listed_is_named_with_those_that_are() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    feed.list_feeds(&["station_information", "free_bike_status"]);
    let error = kitchen.collect(&feed.source(), TWO).await.unwrap_err();
    assert!(matches!(error, CollectError::NotListed { feed: Feed::StationStatus, .. }), "{error}");
    assert!(error.to_string().contains("free_bike_status"), "{error}");
}

#[tokio::test]
async fn a_lake_that_takes_nothing_is_an_error_of_the_lake() {
    let feed = FeedServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("lake");
    let lake = Lake::folder(&root).unwrap();
    std::fs::remove_dir(&root).unwrap();
    std::fs::write(&root, "a file where the folder was").unwrap();
    let at = TWO.parse().unwrap();
    let error = collect_once(&lake, &impatient_client(), &feed.source(), at).await.unwrap_err();
    assert_eq!(error.code(), "lake");
    assert!(error.to_string().contains("feed=station_status"), "{error}");
}

#[tokio::test]
async fn the_real_documents_of_2022_are_kept_to_the_byte() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/paris_raw_gbfs/samhrrl_2022");
    let document = |name: &str| std::fs::read(format!("{folder}/{name}.json"));
    let (Ok(real_status), Ok(real_information)) =
        (document("station_status"), document("station_information"))
    else {
        println!("skipped: the documents in {folder} are not there");
        return;
    };
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    feed.serve("station_status", real_status.clone());
    feed.serve("station_information", real_information.clone());
    let outcome = kitchen.collect(&feed.source(), "2022-02-23T18:29:00Z").await.unwrap();
    assert_eq!(outcome.station_status.accepted, 1439);
    assert_eq!(outcome.station_status.age_seconds, Some(7));
    assert_eq!(kitchen.bronze(Feed::StationStatus, "2022-02-23T18:29:00Z").await, real_status);
    assert_eq!(kitchen.bronze(Feed::StationInformation, "2022-02-23T18:29:00Z").await, real_information);
}
