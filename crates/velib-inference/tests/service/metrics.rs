//! `/metrics` after a few requests: what was asked is what was counted.

use axum::{Router, body::Body, http::StatusCode};
use velib_forecast::{Persistence, invocation::encode_request};

use crate::scene::{invoke, request, send, serving};

async fn scraped(app: &Router) -> String {
    let (status, _, body) = send(app, "GET", "/metrics", Body::empty()).await;
    assert_eq!(status, StatusCode::OK);
    String::from_utf8(body).unwrap()
}

#[tokio::test]
async fn every_answer_and_station_is_counted() {
    let app = serving(Persistence, 8).await;
    invoke(&app, encode_request(&request(7))).await;
    invoke(&app, encode_request(&request(5))).await;
    invoke(&app, "{}").await;
    let page = scraped(&app).await;
    for line in [
        "invocations_total{status=\"200\"} 2",
        "invocations_total{status=\"400\"} 1",
        "invocations_total{status=\"429\"} 0",
        "stations_total 12",
        "model_seconds_count 2",
        "queue_waiting 0",
        "queue_limit 8",
        "model_ready 1",
        "model_info{version=\"persistence\"} 1",
    ] {
        assert!(page.contains(&format!("\nvelib_inference_{line}\n")), "{line} is not in\n{page}");
    }
}
