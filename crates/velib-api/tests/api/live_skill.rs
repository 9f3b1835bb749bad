//! How issued forecasts turned out appears in the status once their moments were counted, and with the numbers that follow
//! from what is kept.

use serde_json::Value;
use velib_domain::{CapacitySource, Hour, Issue, IssuedCount, Observation, SignedDuration, Timestamp};
use velib_forecast::persistence::persisted;

use crate::{
    city::{self, NOW},
    world::{World, until},
};

/// The whole city as the refiner writes it so many hours after the world began: at each station as many bikes fewer, as far as
/// there are any, and as many docks more.
async fn counted(world: &World, hours: u16) -> Vec<Observation> {
    let at = NOW.parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours.into());
    let (mut rows, _) = city::refined(at);
    for row in &mut rows {
        let counts = &mut row.status.counts;
        let taken = hours.min(counts.bikes);
        counts.bikes -= taken;
        counts.docks = counts.docks.map(|docks| docks + taken);
        (row.capacity, row.capacity_source) = (Some(40), Some(CapacitySource::Feed));
    }
    world.lake.write_silver_hour(&"velib".parse().unwrap(), Hour::containing(at), &rows).await.unwrap();
    rows
}

async fn kept(world: &World, hour: &str) -> Issue {
    let (system, hour) = ("velib".parse().unwrap(), hour.parse().unwrap());
    until(async || world.lake.read_issue(&system, hour).await.unwrap()).await
}

/// Of bikes at a horizon: each forecast beside what came.
fn pairs<'a>(
    issue: &'a Issue,
    hours: i64,
    truth: &'a [Observation],
) -> impl Iterator<Item = (IssuedCount, f64)> + 'a {
    let forecasts =
        issue.forecasts.iter().filter(move |row| row.horizon == SignedDuration::from_hours(hours));
    forecasts.map(move |forecast| {
        let came = truth.iter().find(|row| row.status.station_id == forecast.station_id).unwrap();
        (forecast.bikes, f64::from(came.status.counts.bikes))
    })
}

fn mean(errors: impl Iterator<Item = f64>) -> f64 {
    let errors: Vec<f64> = errors.collect();
    errors.iter().sum::<f64>() / errors.len() as f64
}

#[track_caller]
fn close(told: &Value, expected: f64) {
    assert!((told.as_f64().unwrap() - expected).abs() <= 1e-4, "{told} in place of {expected}");
}

#[tokio::test]
async fn after_two_hours_the_status_tells_how_the_forecasts_turned_out() {
    let world = World::with_model_in_process_alone().await;
    let status = world.get("/v1/status").await.ok();
    assert_eq!(status["live_skill"], Value::Null);
    assert!(status["live_skill_reason"].as_str().unwrap().contains("read behind answers"), "{status}");
    world.get("/v1/forecasts").await.ok();
    let first = kept(&world, "2026-11-20T14").await;

    world.wait(3600);
    let after_one = counted(&world, 1).await;
    world.get("/v1/forecasts").await.ok();
    let status = world.until("/v1/status", |status| status["live_skill"].is_object()).await;
    let model = &status["live_skill"]["models"][0];
    assert_eq!((&model["basis"], &model["issues"]), (&"model".into(), &1.into()));
    assert_eq!(status["live_skill_reason"], Value::Null);
    let second = kept(&world, "2026-11-20T15").await;

    world.wait(3600);
    let after_two = counted(&world, 2).await;
    world.get("/v1/forecasts").await.ok();
    let in_two_hours = "/live_skill/models/0/horizons/1/bikes/judged";
    let status = world.until("/v1/status", |status| status.pointer(in_two_hours).is_some()).await;
    let skill = &status["live_skill"];
    assert_eq!((&skill["age_s"], &skill["window_days"]), (&0.into(), &7.into()));
    let model = &skill["models"][0];
    assert_eq!(model["model_version"], first.model_version);
    assert_eq!(
        (&model["issues"], &model["first_issued_at"], &model["last_issued_at"]),
        (&2.into(), &"2026-11-20T15:20:00+01:00".into(), &"2026-11-20T16:20:00+01:00".into())
    );
    let told: Vec<_> = model["horizons"].as_array().unwrap().iter().map(|at| &at["issues"]).collect();
    assert_eq!(told, [2, 1, 0], "of the third hour nothing is known yet");

    let in_an_hour: Vec<_> = pairs(&first, 1, &after_one).chain(pairs(&second, 1, &after_two)).collect();
    let bikes = &model["horizons"][0]["bikes"];
    assert_eq!(bikes["judged"], 12);
    let mae = mean(in_an_hour.iter().map(|(said, came)| (said.p50 - came).abs()));
    let persistence = mean(in_an_hour.iter().map(|(said, came)| (f64::from(said.counted) - came).abs()));
    close(&bikes["mae"], mae);
    close(&bikes["persistence_mae"], persistence);
    close(&bikes["skill"], 1.0 - mae / persistence);
    let brier = mean(in_an_hour.iter().map(|(said, came)| (said.p_at_least_1 - came.min(1.0)).powi(2)));
    close(&bikes["brier"], brier);
    let persisted = |counted| persisted(counted, 60, SignedDuration::from_hours(1)).at_least(1);
    let of_persistence =
        mean(in_an_hour.iter().map(|(said, came)| (persisted(said.counted) - came.min(1.0)).powi(2)));
    close(&bikes["brier_skill"], 1.0 - brier / of_persistence);
    let in_two: Vec<_> = pairs(&first, 2, &after_two).collect();
    close(
        &model["horizons"][1]["bikes"]["mae"],
        mean(in_two.iter().map(|(said, came)| (said.p50 - came).abs())),
    );
    assert_eq!(model["horizons"][1]["docks"]["judged"], 6);
    assert_eq!(model["horizons"][2]["bikes"], Value::Null);
}

#[tokio::test]
async fn what_is_kept_and_not_counted_yet_is_said_to_be() {
    let world = World::with_model_in_process_alone().await;
    world.get("/v1/forecasts").await.ok();
    world.get("/v1/forecasts").await.ok();
    kept(&world, "2026-11-20T14").await;
    world.wait(3600);
    let why = |status: &Value| status["live_skill_reason"].as_str().unwrap_or_default().to_owned();
    let status = world.until("/v1/status", |status| why(status).starts_with("issues kept: 1")).await;
    assert_eq!(status["live_skill"], Value::Null);
}
