//! All of Paris: stored real documents served over loopback, without a model and without a past.

use std::path::PathBuf;

use axum::{Router, body::Body, http::Request};
use serde_json::Value;
use tokio::net::TcpListener;
use velib_api::{Api, router, system_clock};
use velib_domain::Source;

use crate::world::{config, notices, send};

const DOCUMENTS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/paris_raw_gbfs/dariusbengo_2025");

/// République, Montparnasse, Bastille, La Défense, Porte de la Chapelle, Place d'Italie.
const PLACES: [&str; 6] = [
    "48.8674,2.3636",
    "48.8421,2.3219",
    "48.8531,2.3691",
    "48.8919,2.2380",
    "48.8985,2.3590",
    "48.8311,2.3556",
];

async fn paris() -> Option<Router> {
    let folder = PathBuf::from(DOCUMENTS);
    if !folder.is_dir() {
        println!("skipped: {DOCUMENTS} is not there");
        return None;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let feed_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(velib_sim::serve_documents(listener, folder));
    let api = Api::open(config(&feed_url, Source::Replayed, None), system_clock()).await.unwrap();
    Some(router(api))
}

async fn get(paris: &Router, path: &str) -> Value {
    send(paris, Request::get(path).body(Body::empty()).unwrap()).await.ok()
}

#[tokio::test]
async fn every_station_of_the_documents_is_served() {
    let Some(paris) = paris().await else { return };
    let all = get(&paris, "/stations?all=true&validate=true").await;
    assert_eq!(all["count"], 1495);
    assert_eq!(notices(&all), ["replayed_feed"]);
    let map = get(&paris, "/v1/stations").await;
    assert_eq!((map["count"].as_u64(), map["source"].as_str()), (Some(1495), Some("replayed")));
}

#[tokio::test]
async fn journeys_across_paris_use_stations_that_have_bikes_and_docks() {
    let Some(paris) = paris().await else { return };
    for from in PLACES {
        for to in PLACES.into_iter().filter(|to| *to != from) {
            let answer = get(&paris, &format!("/v1/journeys?from={from}&to={to}")).await;
            assert_eq!(answer["data"]["forecast_basis"], "persistence");
            let best = &answer["journeys"][0];
            let ride = &best["legs"][1];
            assert!(ride["pickup"]["bikes_now"]["total"].as_u64() >= Some(1), "{from} to {to}: {best}");
            assert!(ride["dropoff"]["docks_now"].as_u64() >= Some(1), "{from} to {to}: {best}");
            let expected = best["duration_s"]["expected"].as_i64();
            assert!(expected < answer["walk_only"]["duration_s"].as_i64(), "{from} to {to}: {best}");
        }
    }
}

#[tokio::test]
async fn figures_of_the_network_fit_its_stations() {
    let Some(paris) = paris().await else { return };
    let (kpis, map) = (get(&paris, "/v1/kpis").await, get(&paris, "/v1/stations").await);
    let figure = |name: &str| kpis["now"][name]["value"].as_f64().unwrap() as u64;
    let stations = map["stations"].as_array().unwrap();
    let bikes: u64 = stations.iter().filter_map(|station| station["bikes"].as_u64()).sum();
    assert_eq!(figure("stations"), 1495);
    assert!(
        figure("bikes") <= bikes && figure("bikes") > bikes * 9 / 10,
        "stations that are silent hold few"
    );
    assert_eq!(figure("mechanical") + figure("ebikes"), figure("bikes"));
    let empty = stations.iter().filter(|station| station["bikes"] == 0).count();
    assert!(figure("empty_stations") > 0 && figure("empty_stations") <= empty as u64);
    assert_eq!(kpis["past_day"]["newest"], Value::Null, "a lake without a past has no figures of it");
}

#[tokio::test]
async fn every_station_that_is_counted_is_forecast() {
    let Some(paris) = paris().await else { return };
    let forecasts = get(&paris, "/v1/forecasts").await;
    assert!(forecasts["count"].as_u64() > Some(1400));
    assert_eq!(
        (&forecasts["forecast_basis"], forecasts["horizons"].as_array().unwrap().len()),
        (&"persistence".into(), 3)
    );
}
