//! The city as a feed over loopback, read by the client that reads the real one.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use tower::ServiceExt;
use velib_domain::{SignedDuration, Timestamp};
use velib_gbfs::{
    client::{ClientConfig, FeedClient},
    parse_station_information, parse_station_status,
};
use velib_sim::{City, CityConfig, serve_simulated, simulated_router};

fn start() -> Timestamp {
    "2026-03-01T23:00:00Z".parse().unwrap()
}

fn now() -> Timestamp {
    start() + SignedDuration::from_hours(9)
}

fn town() -> City {
    City::new(CityConfig { stations: 60, ..CityConfig::default() }, start())
}

/// The answer to one request at `now()`: status and body.
async fn answer(path: &str) -> (StatusCode, Vec<u8>) {
    let request = Request::get(path).header("host", "sim.test:80").body(Body::empty()).unwrap();
    let response = simulated_router(town(), now).oneshot(request).await.unwrap();
    (response.status(), to_bytes(response.into_body(), usize::MAX).await.unwrap().into())
}

async fn refusal(path: &str) -> String {
    let (status, body) = answer(path).await;
    format!("{} {}", status.as_u16(), String::from_utf8(body).unwrap())
}

#[tokio::test]
async fn the_client_walks_from_discovery_to_all_stations() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve_simulated(listener, town(), now));

    let client = FeedClient::new(ClientConfig::default()).unwrap();
    let discovery = client.discover(&format!("{root}/gbfs.json")).await.unwrap();
    let status = client.fetch(discovery.feed_url("station_status").unwrap()).await.unwrap();
    let places = client.fetch(discovery.feed_url("station_information").unwrap()).await.unwrap();
    assert_eq!(parse_station_status(&status, now()).unwrap().value.stations.len(), 60);
    assert_eq!(parse_station_information(&places).unwrap().value.len(), 60);
}

#[tokio::test]
async fn the_root_shows_the_city_as_the_clock_says() {
    let mut city = town();
    city.advance_to(now());
    assert_eq!(answer("/station_status.json").await, (StatusCode::OK, city.station_status_json()));
    assert_eq!(answer("/station_information.json").await, (StatusCode::OK, city.station_information_json()));
}

#[tokio::test]
async fn the_past_is_there_in_both_ways_to_write_a_time() {
    let then = start() + SignedDuration::from_mins(400);
    let mut city = town();
    city.advance_to(then);
    let expect = (StatusCode::OK, city.station_status_json());
    assert_eq!(answer(&format!("/at/{then}/station_status.json")).await, expect);
    assert_eq!(answer(&format!("/at/{}/station_status.json", then.as_second() + 59)).await, expect);
}

#[tokio::test]
async fn discovery_in_the_past_leads_to_documents_of_the_past() {
    let (_, body) = answer("/at/1772413200/gbfs.json").await;
    let discovery = velib_gbfs::parse_discovery(&body).unwrap();
    let expect = "http://sim.test:80/at/1772413200/station_status.json";
    assert_eq!(discovery.feed_url("station_status"), Ok(expect));
}

#[tokio::test]
async fn what_cannot_be_shown_is_refused_with_the_way_out() {
    let future = refusal("/at/2026-03-02T09:00:00Z/station_status.json").await;
    assert!(future.starts_with("404 2026-03-02T09:00:00Z is in the future"), "{future}");
    let before = refusal("/at/2026-03-01T22:00:00Z/station_status.json").await;
    assert!(before.contains("it starts at 2026-03-01T23:00:00Z"), "{before}");
    let no_time = refusal("/at/noon/station_status.json").await;
    assert!(no_time.starts_with("400 \"noon\" is not a time"), "{no_time}");
    let unknown = refusal("/vehicle_types.json").await;
    assert!(unknown.starts_with("404 no document vehicle_types.json"), "{unknown}");
}
