//! What is stored only when it changed, and what a process that stays up need not ask for twice.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod feed_server;
mod kitchen;

use axum::http::StatusCode;
use feed_server::{FeedServer, information, status};
use kitchen::{Kitchen, THREE, TWO, velib};
use velib_collector::Kept;
use velib_lake::{BronzeKey, Feed};

const TYPES: &str = r#"{"last_updated":1,"ttl":60,"data":{"vehicle_types":[
    {"vehicle_type_id":"a","form_factor":"bicycle","propulsion_type":"human"}]}}"#;
const SYSTEM: &str = r#"{"ttl":60,"data":{"system_id":"Paris","name":"Paris","timezone":"Europe/Paris"}}"#;

/// An information document stored at two, and another served at three: is that one stored?
async fn check_information(at_two: &str, at_three: &str, expect: Kept) {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    feed.serve("station_information", at_two);
    let collector = kitchen.collector();
    collector.collect(&feed.source(), TWO.parse().unwrap()).await.unwrap();
    feed.serve("station_information", at_three);
    let warm = collector.collect(&feed.source(), THREE.parse().unwrap()).await.unwrap();
    assert_eq!(warm.station_information.kept, expect, "by a process that stayed up");

    let kitchen = Kitchen::new();
    feed.serve("station_information", at_two);
    kitchen.collect(&feed.source(), TWO).await.unwrap();
    feed.serve("station_information", at_three);
    let cold = kitchen.collect(&feed.source(), THREE).await.unwrap();
    assert_eq!(cold.station_information.kept, expect, "by one that has just started");
    if expect == Kept::Stored {
        assert_eq!(kitchen.bronze(Feed::StationInformation, THREE).await, at_three.as_bytes());
    }
}

#[tokio::test]
async fn a_new_time_in_the_envelope_is_no_change() {
    let body = String::from_utf8(information("Bastille")).unwrap();
    check_information(&body, &body.replace("1795183170", "1795186770"), Kept::Unchanged).await;
    check_information(&body, &body.replace("3600", "60"), Kept::Unchanged).await;
    check_information(&body, &body.replace("            ", "\t"), Kept::Unchanged).await;
}

#[tokio::test]
async fn any_field_of_a_station_is_a_change_even_one_that_nobody_reads() {
    let body = String::from_utf8(information("Bastille")).unwrap();
    check_information(&body, &body.replace("\"capacity\":35", "\"capacity\":36"), Kept::Stored).await;
    let unknown = body.replace("\"capacity\":35", "\"capacity\":35,\"station_opening_hours\":null");
    check_information(&body, &unknown, Kept::Stored).await;
}

#[tokio::test]
async fn a_document_that_comes_back_is_stored_again() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    let collector = kitchen.collector();
    let mut kept = Vec::new();
    for (hour, name) in [(14, "Bastille"), (15, "Nation"), (16, "Bastille"), (17, "Bastille")] {
        feed.serve("station_information", information(name));
        let at = format!("2026-11-20T{hour}:00:00Z").parse().unwrap();
        kept.push(collector.collect(&feed.source(), at).await.unwrap().station_information.kept);
    }
    assert_eq!(kept, [Kept::Stored, Kept::Stored, Kept::Stored, Kept::Unchanged]);
}

#[tokio::test]
async fn an_hour_before_the_newest_document_is_compared_with_what_held_then() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    let collector = kitchen.collector();
    collector.collect(&feed.source(), THREE.parse().unwrap()).await.unwrap();
    let earlier = collector.collect(&feed.source(), TWO.parse().unwrap()).await.unwrap();
    assert_eq!(earlier.station_information.kept, Kept::Stored, "at two nothing was known yet");
}

#[tokio::test]
async fn vehicle_types_and_the_systems_own_description_are_kept_where_they_are_listed() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    feed.list_feeds(&["station_information", "station_status", "vehicle_types", "system_information"]);
    feed.serve("vehicle_types", TYPES);
    feed.serve("system_information", SYSTEM);
    let first = kitchen.collect(&feed.source(), TWO).await.unwrap();
    assert_eq!(first.vehicle_types.map(|types| (types.kept, types.accepted)), Some((Kept::Stored, 1)));
    assert_eq!(kitchen.bronze(Feed::VehicleTypes, TWO).await, TYPES.as_bytes());
    assert_eq!(kitchen.bronze(Feed::SystemInformation, TWO).await, SYSTEM.as_bytes());

    feed.serve("vehicle_types", TYPES.replace("\"last_updated\":1", "\"last_updated\":2"));
    let second = kitchen.collect(&feed.source(), THREE).await.unwrap();
    assert_eq!(second.vehicle_types.map(|types| types.kept), Some(Kept::Unchanged));
    assert_eq!(second.system_information.map(|system| system.kept), Some(Kept::Unchanged));
}

#[tokio::test]
async fn a_minor_feed_that_fails_costs_nothing_else_and_its_body_is_kept_apart() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    feed.list_feeds(&["station_information", "station_status", "vehicle_types", "system_information"]);
    feed.serve("vehicle_types", "<html>");
    feed.answer("system_information", StatusCode::NOT_FOUND, "");
    let outcome = kitchen.collect(&feed.source(), TWO).await.unwrap();
    assert_eq!((outcome.vehicle_types, outcome.system_information), (None, None));
    assert_eq!(outcome.station_status.kept, Kept::Stored);
    assert_eq!(kitchen.rejected().await.0, b"<html>");
}

#[tokio::test]
async fn a_document_the_server_calls_unchanged_is_stored_as_it_was_served_and_told_as_unchanged() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    feed.serve_version("station_status", "1", status(3));
    feed.serve_version("station_information", "1", information("Bastille"));
    let collector = kitchen.collector();
    let first = collector.collect(&feed.source(), TWO.parse().unwrap()).await.unwrap();
    assert!(!first.station_status.not_modified && feed.not_modified() == 0);

    let second = collector.collect(&feed.source(), THREE.parse().unwrap()).await.unwrap();
    assert!(second.station_status.not_modified && second.station_information.not_modified);
    assert_eq!(
        (second.station_status.kept, second.station_information.kept),
        (Kept::Stored, Kept::Unchanged)
    );
    assert_eq!(kitchen.bronze(Feed::StationStatus, THREE).await, status(3));
    assert_eq!((second.stillness.seconds, feed.not_modified()), (3600, 2));

    feed.serve_version("station_status", "2", status(4));
    let third = collector.collect(&feed.source(), "2026-11-20T16:00:00Z".parse().unwrap()).await.unwrap();
    assert!(!third.station_status.not_modified);
    assert_eq!(kitchen.bronze(Feed::StationStatus, "2026-11-20T16:00:00Z").await, status(4));
}

#[tokio::test]
async fn every_minute_of_an_hour_has_its_own_key_whatever_the_cadence() {
    let (feed, kitchen) = (FeedServer::start().await, Kitchen::new());
    let collector = kitchen.collector();
    for minute in 0..60 {
        for _retried in 0..2 {
            let at = format!("2026-11-20T14:{minute:02}:00Z").parse().unwrap();
            collector.collect(&feed.source(), at).await.unwrap();
        }
    }
    let hour = "2026-11-20T14".parse().unwrap();
    let stored: Vec<BronzeKey> =
        kitchen.lake.bronze_in_hour(&velib(), Feed::StationStatus, hour).await.unwrap();
    assert_eq!(stored.len(), 60);
    assert_eq!(kitchen.keys().await.len(), 61, "and the station information once");
}
