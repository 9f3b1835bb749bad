//! Whole runs for the weather against a scripted service: what is kept, byte for byte, and what is said when something
//! is wrong.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod feed_server;
#[path = "../../velib-aws/tests/moto/mod.rs"]
mod moto;
#[path = "../../velib-weather/tests/open_meteo/mod.rs"]
mod open_meteo;

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use feed_server::{FeedServer, information};
use futures::TryStreamExt;
use moto::Moto;
use object_store::{ObjectStore, memory::InMemory, path::Path};
use velib_aws::{AwsAccess, open_lake_with};
use velib_collector::{Kept, WeatherError, WeatherOutcome, WeatherSource, collect_weather};
use velib_domain::{LatLon, SystemId};
use velib_gbfs::client::{ClientConfig, FeedClient};
use velib_lake::{BronzeKey, Feed, Lake};

const TWO: &str = "2026-11-20T14:00:00Z";
const AT_TWO: &str = "bronze/system=velib/feed=weather/date=2026-11-20/hour=14/20261120T140000Z.json.gz";
const PARIS: LatLon = LatLon { lat: 48.8566, lon: 2.3522 };

fn velib() -> SystemId {
    "velib".parse().unwrap()
}

fn client() -> FeedClient {
    let config =
        ClientConfig { tries: 2, first_backoff: Duration::from_millis(1), ..ClientConfig::default() };
    FeedClient::new(config).unwrap()
}

/// A service that answers with the document of these tests, as the server's `/forecast.json`.
async fn service() -> (FeedServer, WeatherSource) {
    let server = FeedServer::start().await;
    server.serve("forecast", open_meteo::document().to_string());
    let service_url = server.source().discovery_url.replace("gbfs.json", "forecast.json");
    (server, WeatherSource { system: velib(), service_url, place: Some(PARIS) })
}

async fn collect(lake: &Lake, source: &WeatherSource) -> Result<WeatherOutcome, WeatherError> {
    collect_weather(lake, &client(), source, TWO.parse().unwrap()).await
}

async fn kept(lake: &Lake) -> Vec<u8> {
    lake.read_bronze(&BronzeKey::new(velib(), Feed::Weather, TWO.parse().unwrap())).await.unwrap()
}

#[tokio::test]
async fn the_document_is_kept_byte_for_byte_and_counted() {
    let (lake, (_server, source)) = (Lake::in_memory(), service().await);
    let outcome = collect(&lake, &source).await.unwrap();
    assert_eq!((outcome.kept, outcome.key.as_str()), (Kept::Stored, AT_TWO));
    assert_eq!((outcome.hours, outcome.forecast_hours), (3, 1));
    assert_eq!(kept(&lake).await, open_meteo::document().to_string().into_bytes());
    let json = serde_json::to_string(&outcome).unwrap();
    assert_eq!(serde_json::from_str::<WeatherOutcome>(&json).unwrap(), outcome);
}

#[tokio::test]
async fn a_repeated_event_stores_nothing_twice_and_succeeds() {
    let (lake, (server, source)) = (Lake::in_memory(), service().await);
    collect(&lake, &source).await.unwrap();
    let first = kept(&lake).await;
    server.serve("forecast", open_meteo::document().to_string().replace("7.1", "7.2"));
    assert_eq!(collect(&lake, &source).await.unwrap().kept, Kept::AlreadyStored);
    assert_eq!(kept(&lake).await, first);
}

#[tokio::test]
async fn of_two_deliveries_at_once_exactly_one_stores() {
    let (lake, (_server, source)) = (Lake::in_memory(), service().await);
    let (one, other) = tokio::join!(collect(&lake, &source), collect(&lake, &source));
    let kept = [one.unwrap().kept, other.unwrap().kept];
    assert!(kept.contains(&Kept::Stored) && kept.contains(&Kept::AlreadyStored), "{kept:?}");
}

/// Serves `body`: it must be kept as rejected with the reason, and the run fail with it.
async fn check_rejected(body: &str, reason: &str) {
    let store = Arc::new(InMemory::new());
    let lake = Lake::new(Arc::<InMemory>::clone(&store), Path::default());
    let (server, source) = service().await;
    server.serve("forecast", body);
    let error = collect(&lake, &source).await.unwrap_err();
    assert_eq!(error.code(), "not_weather");
    assert!(error.to_string().contains(reason), "{error}");
    let objects: Vec<_> =
        store.list(None).map_ok(|object| object.location.to_string()).try_collect().await.unwrap();
    assert_eq!(objects.len(), 2, "the body and its reason: {objects:?}");
    assert!(objects.iter().all(|key| key.starts_with("bronze/system=velib/rejected/feed=weather/")));
    server.serve("forecast", open_meteo::document().to_string());
    assert_eq!(
        collect(&lake, &source).await.unwrap().kept,
        Kept::Stored,
        "a retry that meets weather keeps it"
    );
}

#[tokio::test]
async fn a_body_that_is_no_weather_is_rejected_loudly() {
    check_rejected("<html>maintenance</html>", "not JSON").await;
    check_rejected(&open_meteo::document().to_string()[..200], "cut off after byte 200").await;
    check_rejected(r#"{"error":true,"reason":"Daily API request limit exceeded"}"#, "limit exceeded").await;
    check_rejected(&open_meteo::document().to_string().replace("km/h", "mp/h"), "not in \"km/h\"").await;
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_named_and_leaves_the_lake_untouched() {
    let (lake, (server, source)) = (Lake::in_memory(), service().await);
    server.answer("forecast", StatusCode::BAD_GATEWAY, "");
    let error = collect(&lake, &source).await.unwrap_err();
    assert_eq!(error.code(), "weather_unreachable");
    assert!(error.to_string().contains("502") && error.to_string().contains("latitude=48.86"), "{error}");
    assert_eq!(lake.newest_bronze(&velib(), Feed::Weather).await.unwrap(), None);
}

#[tokio::test]
async fn only_https_and_this_machine_are_asked() {
    let source =
        WeatherSource { service_url: "http://example.org/v1/forecast".to_owned(), ..service().await.1 };
    let error = collect(&Lake::in_memory(), &source).await.unwrap_err();
    assert!(error.to_string().contains("is not https"), "{error}");
}

#[tokio::test]
async fn without_a_place_the_middle_of_the_stations_is_taken_or_the_way_out_told() {
    let (lake, (_server, source)) = (Lake::in_memory(), service().await);
    let source = WeatherSource { place: None, ..source };
    let error = collect(&lake, &source).await.unwrap_err();
    assert_eq!(error.code(), "weather_no_place");
    assert!(error.to_string().contains("collect the feed first"), "{error}");
    let described = BronzeKey::new(velib(), Feed::StationInformation, TWO.parse().unwrap());
    lake.store_bronze(&described, &information("Bastille")).await.unwrap();
    assert_eq!(collect(&lake, &source).await.unwrap().kept, Kept::Stored);
}

#[tokio::test]
async fn the_moment_of_the_run_can_stand_in_the_address() {
    let (lake, (server, source)) = (Lake::in_memory(), service().await);
    server.serve(TWO, open_meteo::document().to_string());
    let service_url = source.service_url.replace("forecast", "{time}");
    let then = WeatherSource { service_url, ..source };
    assert_eq!(collect(&lake, &then).await.unwrap().kept, Kept::Stored);
}

#[tokio::test]
async fn a_bucket_keeps_what_a_folder_would_and_refuses_the_same_doubles() {
    let Some(moto) = Moto::shared() else { return };
    moto.create_bucket("weather");
    let access = AwsAccess::at(Some(&moto.endpoint)).with_keys("test", "test");
    let lake = open_lake_with("s3://weather/paris", &access).await.unwrap();
    let (server, source) = service().await;
    assert_eq!(collect(&lake, &source).await.unwrap().kept, Kept::Stored);
    server.serve("forecast", open_meteo::document().to_string().replace("7.1", "7.2"));
    assert_eq!(collect(&lake, &source).await.unwrap().kept, Kept::AlreadyStored);
    assert_eq!(kept(&lake).await, open_meteo::document().to_string().into_bytes());
}
