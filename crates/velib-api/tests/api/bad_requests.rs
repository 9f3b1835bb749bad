//! Requests that cannot be answered: each gets a problem that names what is wrong and what to do.

use axum::{body::Body, http::Request};

use crate::world::World;

async fn check(path: &str, status: u16, kind: &str, names: &[&str]) {
    let problem = World::new().await.get(path).await.problem(status, kind);
    let detail = problem["detail"].as_str().unwrap();
    for name in names {
        assert!(detail.contains(name), "{name:?} is missing in {detail:?}");
    }
}

#[tokio::test]
async fn an_unknown_station_is_named() {
    check("/predict/99999", 404, "/problems/unknown-station", &["99999", "/stations"]).await;
    check("/v1/stations/99999/forecast", 404, "/problems/unknown-station", &["99999"]).await;
}

#[tokio::test]
async fn a_limit_is_one_to_a_thousand() {
    for limit in ["0", "1001", "-1", "ten", "1.5"] {
        check(&format!("/stations?limit={limit}"), 400, "/problems/invalid-parameter", &[limit, "1 to 1000"])
            .await;
    }
}

#[tokio::test]
async fn coordinates_outside_the_area_are_named_with_the_distance() {
    check(
        "/v1/journeys?from=48.8674,2.3640&to=45.7640,4.8357",
        422,
        "/problems/outside-service-area",
        &["to (45.76400, 4.83570)", "388.8 km away", "2.0 km"],
    )
    .await;
}

#[tokio::test]
async fn malformed_coordinates_are_quoted() {
    for wrong in ["48.8674", "48.8674;2.364", "north,south", "148,2"] {
        let path = format!("/v1/journeys?from={wrong}&to=48.8487,2.3970");
        check(&path, 400, "/problems/invalid-parameter", &["from", wrong, "48.8566,2.3522"]).await;
    }
}

#[tokio::test]
async fn everything_wrong_with_a_query_is_told_at_once() {
    let path = "/v1/journeys?to=x&bike=tandem&riders=0&max_walk_m=9999&depart_at=soon&arrive_by=later&risk=none&walk_m_per_s=9&riding=maybe&geometry=wkt";
    let problem = World::new().await.get(path).await.problem(400, "/problems/invalid-parameter");
    let errors = problem["errors"].as_array().unwrap();
    let named: Vec<&str> = errors.iter().map(|error| error["parameter"].as_str().unwrap()).collect();
    let first = ["from", "to", "depart_at", "bike", "max_walk_m", "riders", "arrive_by"];
    assert_eq!(named, [&first[..], &["risk", "walk_m_per_s", "riding", "geometry"]].concat());
}

#[tokio::test]
async fn yesterday_cannot_be_planned() {
    let path = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970&depart_at=2026-11-19T15:00:00+01:00";
    check(path, 422, "/problems/time-out-of-range", &["2026-11-19T14:00:00Z", "2026-11-21T14:20:00Z"]).await;
}

#[tokio::test]
async fn leaving_and_arriving_are_not_both_given() {
    let path = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970\
                &depart_at=2026-11-20T16:00:00%2B01:00&arrive_by=2026-11-20T17:00:00%2B01:00";
    check(path, 422, "/problems/conflicting-parameters", &["arrive_by", "depart_at"]).await;
}

#[tokio::test]
async fn what_is_over_cannot_be_reached_in_time() {
    let path = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970&arrive_by=2026-11-20T15:00:00+01:00";
    check(path, 422, "/problems/time-out-of-range", &["arrive_by 2026-11-20T14:00:00Z"]).await;
}

#[tokio::test]
async fn a_path_that_is_none_is_named() {
    check("/v2/journeys", 404, "/problems/not-found", &["/v2/journeys"]).await;
}

#[tokio::test]
async fn a_method_that_is_none_is_told_the_right_one() {
    let world = World::new().await;
    let answer = world.send(Request::delete("/stations").body(Body::empty()).unwrap()).await;
    let problem = answer.problem(405, "/problems/method-not-allowed");
    assert!(problem["detail"].as_str().unwrap().contains("/stations takes no DELETE"), "{problem}");
    assert_eq!(answer.headers["allow"], "GET,HEAD");
}

async fn post_batch(body: impl Into<Body>) -> crate::world::Answer {
    let request = Request::post("/predict/batch").header("content-type", "application/json");
    World::new().await.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn a_batch_answers_for_each_code() {
    let answer = post_batch(r#"{"station_codes": ["3002", "99999"]}"#).await.ok();
    assert_eq!(answer["results"][0]["station_code"], "3002");
    assert_eq!(answer["errors"][0]["station_code"], "99999");
    assert_eq!(answer["errors"][0]["status"], 404);
}

#[tokio::test]
async fn a_batch_without_codes_is_told_the_form() {
    for body in ["", "[]", r#"{"codes": []}"#] {
        let problem = post_batch(body).await.problem(400, "/problems/invalid-body");
        assert!(problem["detail"].as_str().unwrap().contains("station_codes"), "{problem}");
    }
}

#[tokio::test]
async fn a_batch_has_an_end() {
    let codes = vec!["3002"; 101];
    let body = serde_json::json!({ "station_codes": codes }).to_string();
    post_batch(body).await.problem(400, "/problems/invalid-body");
    post_batch(" ".repeat(70_000)).await.problem(413, "/problems/body-too-large");
}
