//! What is told of stations that are watched fits what is told elsewhere of the same stations.

use serde_json::{Value, json};

use crate::world::World;

async fn watch(form: Value) -> Value {
    World::new().await.post("/v1/watch", &form).await.ok()
}

fn probabilities(answer: &Value) -> Vec<f64> {
    let slots = answer["stations"][0]["slots"].as_array().unwrap().iter();
    slots.map(|slot| slot["p"].as_f64().unwrap()).collect()
}

#[tokio::test]
async fn many_bikes_can_be_left_for_at_any_time() {
    let answer = watch(json!({
        "stations": [{ "station": "3002", "direction": "bikes", "walk_s": 240 }],
        "from": "2026-11-20T15:30:00+01:00", "until": "2026-11-20T16:30:00+01:00",
    }))
    .await;
    assert!(probabilities(&answer).iter().all(|p| *p > 0.9), "{answer}");
    let leave = &answer["stations"][0]["leave"];
    assert_eq!(leave["from"], "2026-11-20T15:26:00+01:00");
    assert_eq!(leave["until"], "2026-11-20T16:26:00+01:00");
    assert_eq!(answer["stations"][0]["alert_at"], Value::Null);
}

#[tokio::test]
async fn the_last_bike_is_an_alert() {
    let answer = watch(json!({ "stations": [{ "station": "3001", "direction": "bikes" }] })).await;
    let p = probabilities(&answer);
    assert!(p[0] > 0.8 && p[p.len() - 1] < 0.8, "{p:?}");
    let station = &answer["stations"][0];
    assert!(station["alert_at"].is_string() && station["now"] == 1, "{station}");
}

#[tokio::test]
async fn a_watch_without_sense_is_refused() {
    let world = World::new().await;
    let refused = async |form: Value, status: u16, kind: &str| {
        world.post("/v1/watch", &form).await.problem(status, kind);
    };
    let one = json!([{ "station": "3001", "direction": "bikes" }]);
    refused(json!({ "stations": [] }), 400, "/problems/invalid-parameter").await;
    refused(json!({ "stations": one, "every_s": 1 }), 400, "/problems/invalid-parameter").await;
    refused(json!({ "stations": one, "p": 1.5 }), 400, "/problems/invalid-parameter").await;
    refused(json!({ "stations": one, "from": "9999-12-30T21:59:59Z" }), 422, "/problems/time-out-of-range")
        .await;
    refused(json!({ "stations": one, "until": "2026-11-20T13:00:00Z" }), 422, "/problems/time-out-of-range")
        .await;
    let dense = json!({ "stations": one, "until": "2026-11-20T20:00:00Z", "every_s": 60 });
    refused(dense, 422, "/problems/conflicting-parameters").await;
    let unknown = json!([{ "station": "99999", "direction": "docks" }]);
    refused(json!({ "stations": unknown }), 404, "/problems/unknown-station").await;
}
