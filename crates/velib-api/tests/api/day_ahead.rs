//! Forecasts of any moment of the day to come: the model soon, the usual week late, and each says so.

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::world::{World, notices};

async fn forecast(world: &World, query: &str) -> Value {
    world.get(&format!("/v1/stations/3002/forecast?{query}")).await.ok()
}

#[tokio::test]
async fn any_moment_can_be_asked_for() {
    let world = World::new().await;
    let answer = forecast(&world, "at=2026-11-20T15:50:00%2B01:00").await;
    let at = &answer["horizons"][0];
    assert_eq!((at["horizon_s"].as_i64(), at["basis"].as_str()), (Some(1800), Some("model")));
    assert!((at["bikes"]["mean"].as_f64().unwrap() - 11.0).abs() < 1.0, "{at}");
    let now = &forecast(&world, "horizons=0").await["horizons"][0];
    assert_eq!((now["bikes"]["p10"].as_f64(), now["bikes"]["p90"].as_f64()), (Some(11.0), Some(11.0)));
}

#[tokio::test]
async fn horizons_that_are_the_models_own_are_told_as_it_told_them() {
    let world = World::new().await;
    let own = forecast(&world, "").await;
    let named = forecast(&world, "horizons=10800,3600,7200,3600").await;
    assert_eq!(own["horizons"], named["horizons"]);
}

#[tokio::test]
async fn every_hour_of_a_day_ahead_is_answered() {
    let world = World::with_model_in_process().await;
    let hours: Vec<String> = (1..=24).map(|hour| (hour * 3600).to_string()).collect();
    let answer = forecast(&world, &format!("horizons={}", hours.join(","))).await;
    let horizons = answer["horizons"].as_array().unwrap();
    assert_eq!(horizons.len(), 24);
    assert!(horizons.windows(2).all(|pair| pair[0]["at"].as_str() < pair[1]["at"].as_str()));
    assert!(horizons.iter().all(|at| at["bikes"]["mean"].is_number() && at["docks"]["mean"].is_number()));
    // The shipped model never saw a station at this place: the last forecast is carried on, its basis with it, and that is said.
    assert_eq!(notices(&answer), ["simulated_feed", "beyond_forecast"]);
    assert_eq!((&horizons[23]["basis"], &horizons[23]["usual_share"]), (&"model".into(), &0.0.into()));
    assert_eq!(horizons[23]["bikes"], horizons[3]["bikes"]);
}

#[tokio::test]
async fn without_a_usual_week_the_last_forecast_is_carried_on_and_said_to_be() {
    let world = World::new().await;
    let answer = forecast(&world, "horizons=10800,43200").await;
    assert_eq!(answer["horizons"][0]["bikes"], answer["horizons"][1]["bikes"]);
    assert_eq!(answer["horizons"][1]["basis"], "model");
    assert!(notices(&answer).contains(&"beyond_forecast"), "{}", answer["notices"]);
}

#[tokio::test]
async fn tonights_journey_rests_on_tonights_forecast_where_it_is_known_what_is_usual() {
    let path = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970&depart_at=2026-11-20T23:00:00%2B01:00";
    for (known, ends) in
        [(&["3001", "3002", "12001", "12002", "213688169001"][..], false), (&["3001", "3002"], true)]
    {
        let answer = World::with_usual_week_of(known).await.get(path).await.ok();
        assert_eq!(notices(&answer).contains(&"beyond_forecast"), ends, "{known:?}");
    }
}

/// What is usual is known where bikes are taken, and not where they are left: there the last forecast is carried on.
#[tokio::test]
async fn a_journey_is_called_what_the_weaker_of_its_stops_is_and_an_answer_what_its_weakest_number_is() {
    let world = World::with_usual_week_of(&["3001", "3002"]).await;
    for (moment, basis, source, usual) in [
        ("20T15:20", "model", "forecast", 0.0..=0.0),
        ("20T21:20", "model", "forecast", 0.3..=0.4),
        ("21T03:20", "climatology", "climatology", 0.6..=0.7),
    ] {
        let path = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970&depart_at=2026-11-";
        let answer = world.get(&format!("{path}{moment}:00%2B01:00")).await.ok();
        let data = &answer["data"];
        assert_eq!((&data["forecast_basis"], &data["forecast_source"]), (&basis.into(), &source.into()));
        let journeys = answer["journeys"].as_array().unwrap();
        assert!(!journeys.is_empty(), "{answer}");
        for journey in journeys {
            let [pickup, dropoff] = ["pickup", "dropoff"].map(|stop| &journey["legs"][1][stop]);
            assert_eq!((&pickup["basis"], &dropoff["basis"]), (&basis.into(), &"model".into()), "{journey}");
            assert!(usual.contains(&pickup["usual_share"].as_f64().unwrap()), "{pickup}");
            assert_eq!(journey["probability"]["source"], source, "{journey}");
            for (stop, basis) in [("pickup", basis), ("dropoff", "model")] {
                let mut instead = journey["fallbacks"][stop].as_array().unwrap().iter();
                assert!(instead.all(|station| station["basis"] == basis), "{journey}");
            }
        }
    }
}

#[tokio::test]
async fn where_there_is_only_walking_an_answer_is_called_what_was_weighed() {
    let world = World::with_usual_week_of(&["3001"]).await;
    let path = "/v1/journeys?from=48.8674,2.3640&to=48.8666,2.3620";
    assert_eq!(world.get(path).await.ok()["data"]["forecast_basis"], "model");
    let late = world.get(&format!("{path}&depart_at=2026-11-21T03:20:00%2B01:00")).await.ok();
    assert_eq!(
        (late["journeys"].as_array().unwrap().len(), &late["data"]["forecast_basis"]),
        (0, &"climatology".into())
    );
}

#[tokio::test]
async fn several_forecasts_together_are_called_what_the_weakest_is() {
    let world = World::with_usual_week_of(&["3002"]).await;
    let basis = |answer: &Value| answer["forecast_basis"].as_str().unwrap().to_owned();
    for (hours, expect) in [(3, "model"), (6, "model"), (12, "climatology")] {
        let all = world.get(&format!("/v1/forecasts?hours={hours}")).await.ok();
        let one = forecast(&world, &format!("horizons=3600,{}", hours * 3600)).await;
        assert_eq!((basis(&all).as_str(), basis(&one).as_str()), (expect, expect), "{hours} h");
        assert_eq!(all["forecast_source"], one["forecast_source"]);
        assert_eq!(
            (&one["horizons"][0]["basis"], &one["horizons"][1]["basis"]),
            (&"model".into(), &expect.into())
        );
    }
    let watched = |station: &str| {
        json!({
            "stations": [{ "station": station, "direction": "bikes" }],
            "until": "2026-11-21T03:20:00+01:00", "every_s": 3600,
        })
    };
    let known = world.post("/v1/watch", &watched("3002")).await.ok();
    assert_eq!(
        (basis(&known).as_str(), &known["stations"][0]["slots"][0]["basis"]),
        ("climatology", &"model".into())
    );
    assert_eq!(basis(&world.post("/v1/watch", &watched("3001")).await.ok()), "model");
}

#[tokio::test]
async fn moments_that_nobody_forecasts_are_refused() {
    let world = World::new().await;
    for (query, status, kind) in [
        ("at=2026-11-19T15:00:00Z", 422, "/problems/time-out-of-range"),
        ("at=2026-11-22T15:00:00Z", 422, "/problems/time-out-of-range"),
        ("at=noon", 400, "/problems/invalid-parameter"),
        ("horizons=86401", 400, "/problems/invalid-parameter"),
        ("horizons=", 400, "/problems/invalid-parameter"),
        ("horizons=3600&at=2026-11-20T15:50:00Z", 422, "/problems/conflicting-parameters"),
    ] {
        world.get(&format!("/v1/stations/3002/forecast?{query}")).await.problem(status, kind);
    }
}

#[tokio::test]
async fn all_stations_are_forecast_for_as_many_hours_as_are_asked_for() {
    let world = World::with_model_in_process().await;
    for hours in [24, 2, 5] {
        let packed = world.get_with(&format!("/v1/forecasts?hours={hours}"), "accept-encoding", "gzip").await;
        let answer: Value = serde_json::from_reader(GzDecoder::new(&packed.body[..])).unwrap();
        let length = |list: &Value| list.as_array().unwrap().len();
        assert_eq!(length(&answer["horizons"]), hours);
        assert_eq!(answer["horizons"][hours - 1]["horizon_s"], hours * 3600);
        for station in answer["stations"].as_array().unwrap() {
            let lists = ["bikes", "docks", "usual_share"].map(|list| length(&station[list]));
            assert_eq!(lists, [hours; 3], "{station}");
        }
        // The shipped model knows no usual week of these stations: after three hours its last forecast is carried on.
        assert_eq!(notices(&answer).contains(&"beyond_forecast"), hours > 3, "{hours} h");
    }
    world.get("/v1/forecasts?hours=25").await.problem(400, "/problems/invalid-parameter");
}

#[tokio::test]
async fn a_long_day_of_all_stations_is_told_to_who_can_unpack_it() {
    let world = World::with_model_in_process().await;
    world.get("/v1/forecasts?hours=12").await.ok();
    let refused = world.get("/v1/forecasts?hours=13").await;
    let errors = &refused.problem(400, "/problems/invalid-parameter")["errors"][0];
    assert_eq!(errors["parameter"], "hours");
    assert!(errors["detail"].as_str().unwrap().contains("accept-encoding: gzip"), "{errors}");
}

#[tokio::test]
async fn where_nobody_knows_what_is_usual_all_stations_forecasts_end_with_the_models() {
    let world = World::new().await;
    let (own, day) = (world.get("/v1/forecasts").await.ok(), world.get("/v1/forecasts?hours=12").await.ok());
    assert_eq!((&day["horizons"], &day["stations"]), (&own["horizons"], &own["stations"]));
    assert_eq!(notices(&day), ["simulated_feed", "beyond_forecast"]);
}
