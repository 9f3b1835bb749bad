//! Both forms of request, every refusal, and what fits into one answer.

use axum::{body::Body, http::StatusCode};
use serde_json::{Value, json};
use velib_domain::StationId;
use velib_forecast::{
    ForecastError, ForecastRequest, ModelAnswer, Persistence,
    invocation::{MOST_STATIONS, encode_request},
};
use velib_inference::MOST_BYTES;

use crate::scene::{Scripted, invoke, json_of, one_station, request, send, serving};

#[tokio::test]
async fn one_station_is_answered_in_the_form_it_was_asked_in() {
    let app = serving(Persistence, 8).await;
    let (status, _, body) = invoke(&app, one_station().to_string()).await;
    let answer = json_of(&body);
    assert_eq!((status, &answer["predictions"]), (StatusCode::OK, &json!({"T+1h": 5, "T+2h": 5, "T+3h": 5})));
    assert_eq!((&answer["model_version"], &answer["missing_slots"]), (&json!("persistence"), &json!(0)));
    assert!(answer["inference_time_ms"].is_number() && answer["timestamp"].is_string());
}

#[tokio::test]
async fn all_of_paris_is_one_request_far_below_the_limit() {
    let app = serving(Persistence, 8).await;
    let request = encode_request(&request(1_500));
    let asked = request.len();
    let (status, _, body) = invoke(&app, request).await;
    let answer = ModelAnswer::decode(&body).unwrap();
    println!(
        "1,500 stations: request {asked} bytes, answer {} bytes, {} ms",
        body.len(),
        answer.inference_time_ms
    );
    assert_eq!((status, answer.stations.len(), answer.stations[0].missing_slots), (StatusCode::OK, 1_500, 1));
    assert!(asked < MOST_BYTES / 4 && body.len() < MOST_BYTES / 2);
}

#[tokio::test]
async fn the_most_stations_that_may_be_asked_about_are_answered_within_the_limit() {
    let app = serving(Persistence, 8).await;
    let (status, _, body) = invoke(&app, encode_request(&request(MOST_STATIONS))).await;
    println!("{MOST_STATIONS} stations: answer {} bytes", body.len());
    assert!(status == StatusCode::OK && body.len() < MOST_BYTES);
}

#[tokio::test]
async fn the_sdks_path_is_answered_for_any_endpoint_name() {
    let app = serving(Persistence, 8).await;
    let (status, _, body) =
        send(&app, "POST", "/endpoints/velib-model/invocations", encode_request(&request(2))).await;
    assert_eq!((status, ModelAnswer::decode(&body).unwrap().stations.len()), (StatusCode::OK, 2));
}

#[tokio::test]
async fn a_bad_request_is_refused_with_the_fields_name() {
    let app = serving(Persistence, 8).await;
    let mut body = json_of(&encode_request(&request(5)));
    body["stations"][3]["bikes"][2] = json!(-1);
    let (status, again, body) = invoke(&app, body.to_string()).await;
    assert_eq!((status, again), (StatusCode::BAD_REQUEST, false));
    let error = "stations[3].bikes[2]: -1 is no count, send 0…65535 or null";
    assert_eq!(json_of(&body), json!({"error": error, "field": "stations[3].bikes[2]"}));

    let (status, _, body) = invoke(&app, "{\"stations\": [").await;
    assert_eq!((status, &json_of(&body)["field"]), (StatusCode::BAD_REQUEST, &Value::Null));
}

#[tokio::test]
async fn a_body_above_the_limit_is_too_large_and_one_at_the_limit_is_read() {
    let app = serving(Persistence, 8).await;
    let (status, _, body) = invoke(&app, vec![b' '; MOST_BYTES + 1]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(json_of(&body)["error"].as_str().unwrap().contains("send fewer stations"));
    let mut padded = one_station().to_string().into_bytes();
    padded.resize(MOST_BYTES, b' ');
    assert_eq!(invoke(&app, padded).await.0, StatusCode::OK);
}

#[tokio::test]
async fn another_path_is_told_the_right_ones() {
    let app = serving(Persistence, 8).await;
    let (status, _, body) = send(&app, "GET", "/", Body::empty()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(json_of(&body)["error"].as_str().unwrap().contains("POST /invocations"));
}

#[tokio::test]
async fn what_the_model_refuses_is_the_callers_fault_and_what_breaks_in_it_is_not() {
    let refused = async |error: fn() -> ForecastError| {
        let (status, _, body) = invoke(
            &serving(Scripted(move |_: &ForecastRequest| Err(error())), 8).await,
            encode_request(&request(1)),
        )
        .await;
        (status.as_u16(), json_of(&body)["field"].clone())
    };
    let cadence = refused(|| ForecastError::WrongCadence { expected_s: 900, given_s: 3600 }).await;
    assert_eq!(cadence, (400, json!("cadence_seconds")));
    let history =
        refused(|| ForecastError::BadHistory { station_id: StationId::new("a"), reason: "empty".to_owned() })
            .await;
    assert_eq!(history, (400, json!("stations")));
    assert_eq!(refused(|| ForecastError::Model("a NaN".to_owned())).await, (500, Value::Null));
}
