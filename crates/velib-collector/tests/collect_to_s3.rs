//! The same run with the lake in a bucket of a real S3 API server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod feed_server;
#[path = "../../velib-aws/tests/moto/mod.rs"]
mod moto;

use feed_server::{FeedServer, information, status};
use moto::Moto;
use velib_aws::{AwsAccess, open_lake_with};
use velib_collector::{CollectError, Kept, collect_once};
use velib_gbfs::client::{ClientConfig, FeedClient};
use velib_lake::{BronzeKey, Feed};

#[tokio::test]
async fn a_bucket_keeps_what_a_folder_would_and_refuses_the_same_doubles() {
    let Some(moto) = Moto::shared() else { return };
    moto.create_bucket("collected");
    let access = AwsAccess::at(Some(&moto.endpoint)).with_keys("test", "test");
    let lake = open_lake_with("s3://collected/paris", &access).await.unwrap();
    let (feed, client) = (FeedServer::start().await, FeedClient::new(ClientConfig::default()).unwrap());
    let (source, at) = (feed.source(), "2026-11-20T14:00:00Z".parse().unwrap());

    let first = collect_once(&lake, &client, &source, at).await.unwrap();
    assert_eq!(first.station_status.kept, Kept::Stored);
    feed.serve("station_status", status(9));
    let doubled = collect_once(&lake, &client, &source, at).await.unwrap();
    assert_eq!(doubled.station_status.kept, Kept::AlreadyStored);
    assert_eq!(doubled.station_information.kept, Kept::Unchanged);

    for (kind, body) in
        [(Feed::StationStatus, status(3)), (Feed::StationInformation, information("Bastille"))]
    {
        let key = BronzeKey::new(source.system.clone(), kind, at);
        assert_eq!(lake.read_bronze(&key).await.unwrap(), body);
    }
}

#[tokio::test]
async fn a_bucket_that_vanished_is_an_error_of_the_lake_that_names_the_bucket() {
    let Some(moto) = Moto::shared() else { return };
    moto.create_bucket("vanishing-lake");
    let access = AwsAccess::at(Some(&moto.endpoint)).with_keys("test", "test");
    let lake = open_lake_with("s3://vanishing-lake", &access).await.unwrap();
    moto.ask("DELETE", "vanishing-lake");
    let (feed, client) = (FeedServer::start().await, FeedClient::new(ClientConfig::default()).unwrap());
    let at = "2026-11-20T14:00:00Z".parse().unwrap();
    let error = collect_once(&lake, &client, &feed.source(), at).await.unwrap_err();
    let CollectError::Both { status, information } = error else {
        panic!("both feeds meet the same lake: {error}")
    };
    assert_eq!((status.code(), information.code()), ("lake", "lake"));
    assert!(status.to_string().contains("there is no bucket vanishing-lake"), "{status}");
}
