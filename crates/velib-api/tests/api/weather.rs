//! The weather beside the forecasts: told where there is any, and missed by nobody where there is none.

use serde_json::Value;
use velib_domain::{Hour, SignedDuration, Timestamp, Weather, WeatherHour, WeatherOrigin};

use crate::{city::NOW, world::World};

/// Refines a document that was fetched this many minutes ago and tells of three hours ahead and the one before.
async fn told(world: &World, minutes_ago: i64) {
    let now: Timestamp = NOW.parse().unwrap();
    let fetched_at = now - SignedDuration::from_mins(minutes_ago);
    let hours = (0..4).map(|hour| WeatherHour {
        valid_at: Hour::containing(now).start() + SignedDuration::from_hours(hour),
        origin: WeatherOrigin::Collected { fetched_at },
        weather: Weather { temperature_c: Some(6.0), ..Weather::default() },
    });
    let hours: Vec<_> = hours.collect();
    let system = "velib".parse().unwrap();
    world.lake.write_weather_hour(&system, Hour::containing(fetched_at), &hours, "digest").await.unwrap();
}

#[tokio::test]
async fn the_status_tells_how_old_the_weather_is_and_how_far_ahead_it_tells() {
    let world = World::new().await;
    told(&world, 70).await;
    told(&world, 15).await;
    let weather = world.get("/v1/status").await.ok()["weather"].clone();
    assert_eq!((&weather["available"], &weather["source"]), (&true.into(), &"simulated".into()));
    assert_eq!((&weather["age_s"], &weather["hours_ahead"]), (&900.into(), &3.into()));
    assert_eq!(weather["used_by_forecasts"], false);
    assert!(weather["note"].as_str().unwrap().starts_with("the model service is told"), "{weather}");
    world.wait(3 * 3600);
    let weather = world.get("/v1/status").await.ok()["weather"].clone();
    assert_eq!((&weather["age_s"], &weather["hours_ahead"]), (&(900 + 3 * 3600).into(), &0.into()));
}

/// An answer without the one number that is measured anew each time.
async fn steady(world: &World, path: &str) -> Value {
    let mut answer = world.get(path).await.ok();
    if let Some(measured) = answer.pointer_mut("/model/inference_time_ms") {
        *measured = Value::Null;
    }
    answer
}

#[tokio::test]
async fn forecasts_are_the_same_with_and_without_weather_and_the_status_says_so() {
    let (without, with) = (World::new().await, World::new().await);
    told(&with, 15).await;
    let status = without.get("/v1/status").await.ok();
    assert_eq!((&status["weather"]["available"], &status["weather"]["error"]), (&false.into(), &Value::Null));
    assert!(status["weather"]["note"].as_str().unwrap().contains("do not use the weather"));
    for path in ["/v1/stations/3002/forecast", "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970"] {
        assert_eq!(steady(&without, path).await, steady(&with, path).await, "{path}");
    }
}
