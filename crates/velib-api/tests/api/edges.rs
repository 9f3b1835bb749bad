//! What surrounds every answer: its tag, its encoding, the id of its request, the limits of what is let in.

use std::{collections::BTreeSet, io::Read, time::Duration};

use axum::{body::Body, http::Request};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use velib_api::Limits;

use crate::world::{Answer, FeedIs, World};

/// Answers that are made of data which changes once a minute.
const TAGGED: [&str; 7] = [
    "/stations",
    "/stations?all=true",
    "/v1/stations",
    "/v1/stations/3002",
    "/v1/stations/3002/forecast",
    "/v1/forecasts",
    "/v1/kpis",
];

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn who_has_the_answer_already_is_told_so() {
    let world = World::new().await;
    for path in TAGGED {
        let first = world.get(path).await;
        first.ok();
        let tag = header(&first, "etag").to_owned();
        world.wait(3);
        let again = world.get_with(path, "if-none-match", &tag).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path}");
        assert_eq!(header(&again, "etag"), tag, "{path}");
    }
}

#[tokio::test]
async fn new_counts_make_new_tags_and_so_does_another_question() {
    let world = World::new().await;
    let tag = async |path: &str| header(&world.get(path).await, "etag").to_owned();
    let before = tag("/v1/stations").await;
    assert_ne!(before, tag("/v1/stations?format=geojson").await);
    world.feed_is(FeedIs::Changed);
    world.wait(60);
    world.until("/v1/stations", |answer| answer["age_s"] == 0).await;
    let after = world.get_with("/v1/stations", "if-none-match", &before).await;
    assert_eq!(after.ok()["count"], 7);
    assert_ne!(header(&after, "etag"), before);
}

#[tokio::test]
async fn an_answer_tells_its_age_however_often_its_list_was_sent() {
    let world = World::new().await;
    let first = world.get("/v1/stations").await.ok();
    world.wait(31);
    let later = world.get("/v1/stations").await.ok();
    assert_eq!((first["age_s"].as_i64(), later["age_s"].as_i64()), (Some(0), Some(31)));
    assert_eq!(first["stations"], later["stations"]);
}

/// What an answer says of when and whence its numbers are.
fn provenance(answer: &Value) -> [&Value; 3] {
    ["as_of", "age_s", "source"].map(|field| &answer[field])
}

#[tokio::test]
async fn as_of_is_when_the_counts_were_taken_and_of_what_rests_on_none_when_it_was_asked() {
    let world = World::new().await;
    world.get("/v1/stations").await.ok();
    world.wait(31);
    let counted = [&json!("2026-11-20T15:20:00+01:00"), &json!(31), &json!("simulated")];
    let journeys = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970";
    for path in TAGGED.into_iter().chain(["/predict/3002", "/v1/stations?format=geojson", journeys]) {
        assert_eq!(provenance(&world.get(path).await.ok()), counted, "{path}");
    }
    let watch = json!({ "stations": [{ "station": "3001", "direction": "bikes" }] });
    for (path, form) in [("/predict/batch", json!({ "station_codes": ["3002"] })), ("/v1/watch", watch)] {
        assert_eq!(provenance(&world.post(path, &form).await.ok()), counted, "{path}");
    }
    for path in ["/healthz", "/v1/status", "/v1/geocode?q=temple"] {
        assert_eq!(world.get(path).await.ok()["as_of"], "2026-11-20T15:20:31+01:00", "{path}");
    }
}

#[tokio::test]
async fn compressed_answers_say_the_same() {
    let world = World::new().await;
    for path in TAGGED.into_iter().chain(["/v1/stations?format=geojson", "/v1/status"]) {
        let plain = world.get(path).await;
        let zipped = world.get_with(path, "accept-encoding", "gzip").await;
        assert_eq!(header(&zipped, "content-encoding"), "gzip", "{path}");
        let vary: BTreeSet<_> =
            zipped.headers.get_all("vary").iter().map(|it| it.to_str().unwrap()).collect();
        let tells_sentences = zipped.headers.contains_key("content-language");
        let chosen_by = tells_sentences.then_some("accept-language").into_iter();
        let chosen_by: BTreeSet<_> = chosen_by.chain(["accept-encoding", "origin"]).collect();
        assert_eq!(vary, chosen_by, "{path}");
        let mut text = String::new();
        GzDecoder::new(&zipped.body[..]).read_to_string(&mut text).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), plain.ok(), "{path}");
        let other = world.get_with(path, "accept-encoding", "br").await;
        assert_eq!(header(&other, "content-encoding"), "br", "{path}");
    }
}

#[tokio::test]
async fn a_request_keeps_its_name_or_gets_one() {
    let world = World::new().await;
    let named = world.get_with("/healthz", "x-request-id", "tour-1").await;
    assert_eq!(header(&named, "x-request-id"), "tour-1");
    for bad in ["", "two words", "a\"quote", &"x".repeat(200)] {
        let renamed = world.get_with("/healthz", "x-request-id", bad).await;
        assert_eq!(header(&renamed, "x-request-id").len(), 36, "{bad}");
    }
    let problem = world.get("/nowhere").await;
    let id = header(&problem, "x-request-id").to_owned();
    assert_eq!(problem.problem(404, "/problems/not-found")["request_id"], id);
}

#[tokio::test]
async fn only_pages_of_allowed_origins_read_answers() {
    let world = World::new().await;
    let allowed = async |origin: &str| {
        let answer = world.get_with("/healthz", "origin", origin).await;
        header(&answer, "access-control-allow-origin").to_owned()
    };
    assert_eq!(allowed("https://pulse.example.org").await, "https://pulse.example.org");
    for other in ["https://pulse.example.org.evil.example", "http://pulse.example.org", "null"] {
        assert_eq!(allowed(other).await, "", "{other}");
    }
}

#[tokio::test]
async fn what_is_too_long_is_refused() {
    let world = World::with_limits(Limits { body_bytes: 200, query_bytes: 40, ..Limits::default() }).await;
    let query = format!("/stations?limit={}", "1".repeat(40));
    world.get(&query).await.problem(414, "/problems/query-too-long");
    let codes = json!({ "station_codes": vec!["3002"; 50] });
    world.post("/predict/batch", &codes).await.problem(413, "/problems/body-too-large");
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let world = World::with_limits(Limits { timeout: Duration::from_millis(20), ..Limits::default() }).await;
    let _starting = world.model_starts().await;
    let answer = world.get("/v1/forecasts").await;
    answer.problem(503, "/problems/timed-out");
    assert_eq!(header(&answer, "retry-after"), "10");
}

#[tokio::test]
async fn beyond_what_can_be_answered_at_once_is_refused_at_once() {
    let world = World::with_limits(Limits { concurrent_requests: 1, ..Limits::default() }).await;
    let starting = world.model_starts().await;
    let (first, second) = tokio::join!(world.get("/v1/forecasts"), async {
        let second = world.get("/v1/stations").await;
        let alive = world.get("/healthz").await;
        alive.ok();
        drop(starting);
        second
    });
    first.ok();
    second.problem(503, "/problems/overloaded");
}

#[tokio::test]
async fn requests_forecasts_and_the_age_of_counts_are_counted() {
    let world = World::new().await;
    world.get("/v1/stations/3002/forecast").await.ok();
    world.get("/v1/stations/3001/forecast").await.ok();
    world.get("/nowhere/at/all").await;
    world.wait(30);
    let answer = world.get("/metrics").await;
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    for line in [
        r#"velib_api_requests_total{method="GET",route="/v1/stations/{station}/forecast",status="200"} 2"#,
        r#"velib_api_requests_total{method="GET",route="none",status="404"} 1"#,
        r#"velib_api_request_seconds_count{route="/v1/stations/{station}/forecast"} 2"#,
        r#"velib_api_forecasts_total{basis="model"} 2"#,
        "velib_api_feed_age_seconds 30",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
}

#[tokio::test]
async fn what_nobody_reads_is_not_passed_over() {
    let world = World::new().await;
    for (path, name) in [
        ("/v1/stations?fromat=geojson", "fromat"),
        ("/v1/kpis?hours=3", "hours"),
        ("/stations?limit=1&limit=2", "limit"),
    ] {
        let problem = world.get(path).await.problem(400, "/problems/invalid-parameter");
        assert_eq!(problem["errors"][0]["parameter"], name, "{path}");
    }
}

#[tokio::test]
async fn a_form_is_json_and_says_so() {
    let world = World::new().await;
    let request = Request::post("/v1/watch").header("content-type", "text/plain");
    let answer = world.send(request.body(Body::from("{}")).unwrap()).await;
    answer.problem(415, "/problems/not-json");
    for form in [json!({}), json!({ "stations": [], "colour": "green" }), json!([])] {
        world.post("/v1/watch", &form).await.problem(400, "/problems/invalid-body");
    }
}

#[tokio::test]
async fn a_path_that_is_no_text_is_a_problem_too() {
    World::new().await.get("/v1/stations/%FF").await.problem(400, "/problems/invalid-request");
}

#[tokio::test]
async fn a_journey_is_planned_alike_from_a_query_and_from_a_form() {
    let world = World::new().await;
    let path = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970&bike=mechanical&riders=2&debug=true";
    let form = json!({
        "from": "48.8674,2.3640", "to": "48.8487,2.3970", "bike": "mechanical", "riders": 2, "debug": true,
    });
    assert_eq!(world.get(path).await.ok(), world.post("/v1/journeys", &form).await.ok());
    let wrong = json!({ "from": "here", "to": "48.8487,2.3970", "bike": "tandem" });
    let problem = world.post("/v1/journeys", &wrong).await.problem(400, "/problems/invalid-parameter");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn of_a_station_that_nobody_counts_nothing_is_predicted_at_the_usual_horizons() {
    let world = World::new().await;
    let alone = world.get("/predict/1001").await.ok();
    let batch = world.post("/predict/batch", &json!({ "station_codes": ["1001"] })).await.ok();
    for answer in [&alone, &batch["results"][0]] {
        let horizons = answer["predictions"].as_object().unwrap();
        assert_eq!(horizons.keys().collect::<Vec<_>>(), ["T+1h", "T+2h", "T+3h"]);
        let null = |field| horizons.values().all(|at| at.get(field) == Some(&Value::Null));
        assert!(
            ["bikes", "change", "p10", "p90", "p_at_least_1", "source"].into_iter().all(null),
            "{answer}"
        );
        assert_eq!(horizons["T+1h"]["time"], "2026-11-20T16:20:00+01:00");
        assert_eq!(answer["current"]["bikes_available"], Value::Null);
    }
}
