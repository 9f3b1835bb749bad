//! Every answer as a client gets it, kept as files: a change of shape shows in the review.

use serde_json::{Value, json};

use crate::world::World;

/// The answer without what differs from run to run: measured milliseconds and ports.
fn steady(mut answer: Value) -> Value {
    for varying in ["/model/inference_time_ms", "/feed/discovery_url"] {
        if let Some(value) = answer.pointer_mut(varying) {
            *value = json!("[varies]");
        }
    }
    answer
}

async fn check(name: &str, path: &str) {
    let answer = World::new().await.get(path).await.ok();
    insta::assert_json_snapshot!(name, steady(answer));
}

#[tokio::test]
async fn health() {
    check("healthz", "/healthz").await;
}

#[tokio::test]
async fn stations_as_older_clients_know_them() {
    check("stations", "/stations?limit=2&validate=true").await;
}

#[tokio::test]
async fn a_prediction_as_older_clients_know_it() {
    check("predict", "/predict/3002").await;
}

#[tokio::test]
async fn status_of_every_input() {
    check("status", "/v1/status").await;
}

#[tokio::test]
async fn stations_for_a_map() {
    check("v1_stations", "/v1/stations").await;
}

#[tokio::test]
async fn stations_as_geojson() {
    let answer = World::new().await.get("/v1/stations?format=geojson").await;
    assert_eq!(answer.headers["content-type"], "application/geo+json");
    insta::assert_json_snapshot!("v1_stations_geojson_feature", answer.ok()["features"][0]);
}

#[tokio::test]
async fn a_stations_forecast() {
    check("v1_station_forecast", "/v1/stations/3002/forecast").await;
}

#[tokio::test]
async fn journeys() {
    check("v1_journeys", "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970").await;
}

#[tokio::test]
async fn one_station() {
    check("v1_station", "/v1/stations/12002").await;
}

#[tokio::test]
async fn forecasts_of_all_stations() {
    let mut answer = World::new().await.get("/v1/forecasts").await.ok();
    assert_eq!(answer["count"], 6, "Louvre is not counted");
    answer["stations"].as_array_mut().unwrap().truncate(2);
    insta::assert_json_snapshot!("v1_forecasts", answer);
}

#[tokio::test]
async fn the_network_in_figures() {
    let mut answer = World::new().await.get("/v1/kpis").await.ok();
    answer["past_day"]["hours"].as_array_mut().unwrap().truncate(2);
    insta::assert_json_snapshot!("v1_kpis", answer);
}

#[tokio::test]
async fn a_watch() {
    let form = json!({
        "stations": [
            { "station": "3001", "direction": "bikes", "walk_s": 300 },
            { "station": "12001", "direction": "docks", "at_least": 2 },
        ],
        "until": "2026-11-20T16:00:00+01:00",
        "every_s": 1200,
    });
    insta::assert_json_snapshot!("v1_watch", World::new().await.post("/v1/watch", &form).await.ok());
}

#[tokio::test]
async fn a_problem() {
    let answer = World::new().await.get_with("/v1/stations/99999", "x-request-id", "a-test").await;
    insta::assert_json_snapshot!("problem", answer.problem(404, "/problems/unknown-station"));
}
