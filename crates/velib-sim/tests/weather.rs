//! The simulated weather over loopback, read by the parser that reads the real one.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use tower::ServiceExt;
use velib_domain::{LatLon, SignedDuration, Timestamp};
use velib_sim::{City, CityConfig, simulated_router};
use velib_weather::{WeatherDocument, forecast_url, parse_weather};

fn now() -> Timestamp {
    "2026-03-02T08:00:00Z".parse().unwrap()
}

/// The answer to one request: status and body.
async fn answer(path: &str) -> (u16, Vec<u8>) {
    let start = now() - SignedDuration::from_hours(9);
    let town = City::new(CityConfig { stations: 20, ..CityConfig::default() }, start);
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = simulated_router(town, now).oneshot(request).await.unwrap();
    (response.status().as_u16(), to_bytes(response.into_body(), usize::MAX).await.unwrap().into())
}

async fn weather(service: &str, fetched_at: Timestamp) -> WeatherDocument {
    let (status, body) = answer(&forecast_url(service, LatLon { lat: 48.86, lon: 2.35 })).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    parse_weather(&body, fetched_at).unwrap()
}

#[tokio::test]
async fn the_collectors_request_gives_yesterday_today_and_two_days_ahead() {
    let parsed = weather("/v1/forecast", now()).await;
    assert_eq!((parsed.hours.len(), parsed.quarantined.len()), (96, 0));
    assert_eq!(parsed.hours[0].valid_at, "2026-03-01T00:00:00Z".parse().unwrap());
    assert_eq!(parsed.hours.iter().filter(|hour| hour.is_forecast()).count(), 63);
    assert_eq!(parsed.place, LatLon { lat: 48.86, lon: 2.35 });
}

#[tokio::test]
async fn what_was_forecast_then_is_not_what_is_forecast_now() {
    let then = now() - SignedDuration::from_hours(6);
    let (earlier, today) =
        (weather(&format!("/at/{then}/v1/forecast"), then).await, weather("/v1/forecast", now()).await);
    let celsius = |document: &WeatherDocument, hour: usize| document.hours[hour].weather.temperature_c;
    assert_eq!(celsius(&earlier, 3), celsius(&today, 3), "the past is the past");
    assert!((32..90).any(|hour| celsius(&earlier, hour) != celsius(&today, hour)));
    assert_eq!(weather(&format!("/at/{then}/v1/forecast"), then).await, earlier, "and stays what it was");
}

#[tokio::test]
async fn what_it_does_not_know_is_refused_as_the_real_service_does() {
    let place = "latitude=48.86&longitude=2.35&timeformat=unixtime";
    for (query, reason) in [
        ("longitude=2.35&timeformat=unixtime", "latitude"),
        ("latitude=48.86&longitude=500&timeformat=unixtime", "longitude"),
        (&format!("{place}&hourly=moonlight"), "moonlight"),
        (&format!("{place}&hourly=snowfall&past_days=93"), "past_days"),
        ("latitude=48.86&longitude=2.35&hourly=snowfall", "timeformat"),
    ] {
        let (status, body) = answer(&format!("/v1/forecast?{query}")).await;
        let error = parse_weather(&body, now()).unwrap_err().to_string();
        assert!(status == 400 && error.contains("refuses") && error.contains(reason), "{error}");
    }
    let (status, body) = answer(&format!("/at/2026-03-02T09:00:00Z/v1/forecast?{place}")).await;
    assert!(status == 404 && String::from_utf8(body).unwrap().contains("in the future"));
}
