//! The product in one file: a feed's documents become bronze, silver, a forecast and a journey, over a folder and over
//! a real S3 server, with the shipped model behind the SageMaker SDK.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[path = "../../velib-aws/tests/moto/mod.rs"]
mod moto;

use std::{collections::HashMap, fs, path::PathBuf};

use serde_json::Value;
use velib_aws::{AwsAccess, open_lake_with};
use velib_domain::{Hour, StatusSnapshot, Timestamp};
use velib_e2e::{Product, RunningApi, SHIPPED_MODEL};
use velib_gbfs::parse_station_status;
use velib_lake::{BronzeKey, Feed, Lake};
use velib_sim::{City, CityConfig, documents_router, simulated_router};

/// République to Montparnasse.
const JOURNEY: &str = "/v1/journeys?from=48.8674,2.3636&to=48.8421,2.3219";

/// A Saturday morning in Paris; the stored documents are of about this moment.
const REPLAYED_AT: &str = "2025-10-18T09:10:00Z";

fn stored_documents() -> Option<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/paris_raw_gbfs/dariusbengo_2025");
    let folder = PathBuf::from(folder);
    if !folder.exists() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

#[tokio::test]
async fn real_documents_become_a_journey_over_a_folder() {
    let Some(documents) = stored_documents() else { return };
    let folder = tempfile::tempdir().unwrap();
    real_documents_become_a_journey(&documents, Lake::folder(folder.path()).unwrap()).await;
}

#[tokio::test]
async fn real_documents_become_a_journey_over_s3() {
    let Some(documents) = stored_documents() else { return };
    let Some(server) = moto::Moto::shared() else { return };
    server.create_bucket("paris-pulse");
    let access = AwsAccess::at(Some(&server.endpoint)).with_keys("test", "test");
    let lake = open_lake_with("s3://paris-pulse/lake", &access).await.unwrap();
    real_documents_become_a_journey(&documents, lake).await;
}

async fn real_documents_become_a_journey(documents: &std::path::Path, lake: Lake) {
    let at: Timestamp = REPLAYED_AT.parse().unwrap();
    let product = Product::over(documents_router(documents).unwrap(), lake).await.unwrap();
    let served = fs::read(documents.join("station_status.json")).unwrap();
    let snapshot = parse_station_status(&served, at).unwrap().value;
    assert_eq!(snapshot.stations.len(), 1_495);

    let collected = product.collect(at).await.unwrap();
    assert_eq!(collected.station_status.accepted, 1_495);
    let key = BronzeKey::new(product.source.system.clone(), Feed::StationStatus, at);
    assert_eq!(product.lake.read_bronze(&key).await.unwrap(), served, "bronze holds the exact bytes");

    let hour = Hour::containing(at);
    let refined = product.refine(hour).await.unwrap();
    assert_eq!((refined.rows, refined.duplicates), (1_495, 0));
    let rows = product.lake.read_silver_hour(&product.source.system, hour).await.unwrap().unwrap();
    assert_eq!(rows.len(), 1_495);

    let api = product.start_api(SHIPPED_MODEL.as_ref(), at).await.unwrap();
    check_forecast(&api, "16107").await;
    check_journey(&api, &snapshot).await;
}

#[tokio::test]
async fn a_simulated_day_becomes_a_forecast_from_full_history() {
    let now: Timestamp = "2026-03-10T07:40:00Z".parse().unwrap();
    let start: Timestamp = "2026-03-09T00:00:00Z".parse().unwrap();
    let city = City::new(CityConfig { stations: 300, ..CityConfig::default() }, start);
    let mut product = Product::over(simulated_router(city, move || now), Lake::in_memory()).await.unwrap();
    let first = Hour::containing(start + Hour::LENGTH * 6);
    let root = product.source.discovery_url.trim_end_matches("/gbfs.json").to_owned();
    for hour in first.until(Hour::containing(now).next()) {
        product.source.discovery_url = format!("{root}/at/{}/gbfs.json", hour.start());
        product.collect(hour.start()).await.unwrap();
        product.refine(hour).await.unwrap();
    }
    product.source.discovery_url = format!("{root}/gbfs.json");

    let api = product.start_api(SHIPPED_MODEL.as_ref(), now).await.unwrap();
    let stations = api.get("/stations?limit=5").await.unwrap();
    let code = stations["records"][0]["stationcode"].as_str().unwrap();
    let forecast = check_forecast(&api, code).await;
    let history = forecast["historical_24h"].as_array().unwrap();
    assert!(history.iter().all(|slot| slot["bikes"].is_u64()), "every hour was collected: {history:?}");
}

#[tokio::test]
async fn a_missing_model_is_named_with_the_fix() {
    let now: Timestamp = "2026-03-10T07:40:00Z".parse().unwrap();
    let city = City::new(CityConfig { stations: 50, ..CityConfig::default() }, now);
    let product = Product::over(simulated_router(city, move || now), Lake::in_memory()).await.unwrap();
    let refused = product.start_api("/nowhere/model.tar.gz".as_ref(), now).await.err().unwrap().to_string();
    assert!(refused.contains("/nowhere/model.tar.gz"), "{refused}");
}

/// Three horizons of whole bikes between nothing and the capacity.
async fn check_forecast(api: &RunningApi, code: &str) -> Value {
    let forecast = api.get(&format!("/predict/{code}")).await.unwrap();
    let capacity = forecast["current"]["capacity"].as_f64().unwrap();
    for horizon in ["T+1h", "T+2h", "T+3h"] {
        let bikes = forecast["predictions"][horizon]["bikes"].as_f64().unwrap();
        assert!((0.0..=capacity).contains(&bikes), "{horizon}: {bikes} of {capacity}");
    }
    assert!(forecast["model"]["version"].as_str().unwrap().contains("lstm"), "{}", forecast["model"]);
    forecast
}

/// Every recommended station really had a bike or a dock in the document.
async fn check_journey(api: &RunningApi, snapshot: &StatusSnapshot) {
    let answer = api.get(JOURNEY).await.unwrap();
    let stations: HashMap<_, _> = snapshot.stations.iter().map(|s| (s.station_id.as_str(), s)).collect();
    let journeys = answer["journeys"].as_array().unwrap();
    assert!(!journeys.is_empty(), "{answer}");
    for journey in journeys {
        let legs = journey["legs"].as_array().unwrap();
        let ride = legs.iter().find(|leg| leg["mode"] == "bike").unwrap();
        let pickup = stations[ride["pickup"]["station_id"].as_str().unwrap()];
        let dropoff = stations[ride["dropoff"]["station_id"].as_str().unwrap()];
        assert!(pickup.counts.bikes > 0 && pickup.is_renting == Some(true), "{pickup:?}");
        assert!(dropoff.counts.docks > Some(0) && dropoff.is_returning == Some(true), "{dropoff:?}");
        for stop in [&ride["pickup"], &ride["dropoff"]] {
            let p = stop["p"].as_f64().unwrap();
            assert!((0.5..=1.0).contains(&p), "a recommended stop with p {p}");
        }
    }
    assert!(answer["walk_only"]["duration_s"].as_u64().unwrap() > 2_000, "{}", answer["walk_only"]);
}
