//! Journeys over the small city: what is out of service or hopeless stays out, and every number fits the next.

use serde_json::Value;

use crate::world::{World, notices};

const FROM_REPUBLIQUE: &str = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970";

async fn journeys(more: &str) -> Value {
    World::new().await.get(&format!("{FROM_REPUBLIQUE}{more}")).await.ok()
}

fn used<'a>(answer: &'a Value, stop: &str) -> Vec<&'a str> {
    let journeys = answer["journeys"].as_array().unwrap().iter();
    journeys.map(|journey| journey["legs"][1][stop]["station_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_last_bike_next_door_is_weighed_against_many_farther_on() {
    let answer = journeys("").await;
    let mut journeys = answer["journeys"].as_array().unwrap().iter();
    let is_fastest = |journey: &&Value| journey["labels"].as_array().unwrap().contains(&"fastest".into());
    let fastest = journeys.find(is_fastest).unwrap();
    let bike = fastest["probability"]["bike"].as_f64().unwrap();
    assert!(
        (0.9..0.995).contains(&bike),
        "a minute from République its one bike is likely there, not sure: {bike}"
    );
    let instead = fastest["fallbacks"]["pickup"].as_array().unwrap();
    assert!(
        instead.iter().any(|station| station["station_id"] == "3002"),
        "Temple has eleven bikes: {instead:?}"
    );
}

#[tokio::test]
async fn no_bike_is_left_at_a_station_that_is_full_for_sure_nor_taken_where_none_is_rented() {
    let answer = journeys("&debug=true").await;
    assert!(!used(&answer, "pickup").contains(&"11001"));
    let dropped = answer["dropped"].as_array().unwrap();
    assert!(!dropped.is_empty());
}

#[tokio::test]
async fn durations_and_probabilities_fit_together() {
    for journey in journeys("").await["journeys"].as_array().unwrap() {
        let seconds = |key: &str| journey["duration_s"][key].as_i64().unwrap();
        assert!(seconds("if_ok") <= seconds("p90") && seconds("p50") <= seconds("p90"), "{journey}");
        let legs: i64 =
            journey["legs"].as_array().unwrap().iter().map(|leg| leg["duration_s"].as_i64().unwrap()).sum();
        assert!((legs + 90 - seconds("if_ok")).abs() <= 2, "legs, unlocking and docking make the whole");
        let p = |key: &str| journey["probability"][key].as_f64().unwrap();
        assert!((p("bike") * p("dock") - p("no_failure")).abs() < 0.011);
    }
}

#[tokio::test]
async fn a_kind_of_bike_is_sought_where_it_is() {
    let answer = journeys("&bike=ebike").await;
    assert_eq!(
        (&answer["request"]["bike"], &answer["journeys"][0]["legs"][1]["kind"]),
        (&"ebike".into(), &"ebike".into())
    );
    assert!(used(&answer, "pickup").contains(&"3001"), "République has one e-bike");
    let answer = journeys("&bike=mechanical").await;
    assert_eq!(answer["journeys"][0]["legs"][1]["pickup"]["station_id"], "3002", "and no other bike");
}

#[tokio::test]
async fn five_riders_do_not_meet_at_the_last_bike() {
    let answer = journeys("&riders=5").await;
    assert!(!answer["journeys"].as_array().unwrap().is_empty());
    assert!(used(&answer, "pickup").iter().all(|station| *station == "3002"), "{answer}");
}

#[tokio::test]
async fn tonight_lies_beyond_the_forecast_and_is_said_to() {
    let answer = journeys("&depart_at=2026-11-20T23:00:00%2B01:00").await;
    assert!(notices(&answer).contains(&"beyond_forecast"));
    assert_eq!(answer["journeys"][0]["depart_at"], "2026-11-20T23:00:00+01:00");
}

#[tokio::test]
async fn round_the_corner_is_walked() {
    let answer = World::new().await.get("/v1/journeys?from=48.8674,2.3640&to=48.8666,2.3620").await.ok();
    assert_eq!(answer["journeys"].as_array().unwrap().len(), 0);
    assert!(answer["walk_only"]["duration_s"].as_i64().unwrap() > 0);
}

#[tokio::test]
async fn to_be_in_time_one_leaves_in_time() {
    let answer = journeys("&arrive_by=2026-11-20T16:30:00%2B01:00").await;
    assert_eq!(answer["request"]["arrive_by"], "2026-11-20T16:30:00+01:00");
    assert_eq!(answer["request"].get("depart_at"), None);
    for journey in answer["journeys"].as_array().unwrap() {
        assert!(journey["probability"]["on_time"].as_f64().unwrap() >= 0.9, "{journey}");
        let leave = journey["depart_at"].as_str().unwrap();
        assert!(("2026-11-20T15:50"..="2026-11-20T16:05").contains(&leave), "{leave}");
    }
    // The walk takes 55 min 34 s; one walker of ten needs 69.
    let leave = answer["walk_only"]["depart_at"].as_str().unwrap();
    assert!(("2026-11-20T15:20"..="2026-11-20T15:23").contains(&leave), "{leave}");
}

#[tokio::test]
async fn with_a_bike_in_hand_the_ride_starts_at_once() {
    let answer = journeys("&riding=true&bike=mechanical").await;
    let best = &answer["journeys"][0];
    let modes: Vec<_> =
        best["legs"].as_array().unwrap().iter().map(|leg| leg["mode"].as_str().unwrap()).collect();
    assert_eq!(modes, ["bike", "walk"]);
    assert_eq!((best["probability"].get("bike"), best["legs"][0].get("pickup")), (None, None));
    assert!(best["legs"][0]["dropoff"]["p"].as_f64().unwrap() > 0.9);
}

#[tokio::test]
async fn slow_feet_and_a_safe_mind_change_the_answer() {
    let usual = journeys("").await;
    let slow = journeys("&walk_m_per_s=0.7").await;
    let walk_s = |answer: &Value| answer["walk_only"]["duration_s"].as_i64().unwrap();
    assert!(walk_s(&slow) > walk_s(&usual) * 3 / 2);
    assert_eq!(journeys("&risk=safe").await["request"]["risk"], "safe");
}

#[tokio::test]
async fn lines_can_be_left_out_or_told_in_few_bytes() {
    let answer = journeys("&geometry=none").await;
    assert!(answer["walk_only"].get("geometry").is_none() && answer["walk_only"].get("polyline6").is_none());
    assert!(journeys("").await["walk_only"]["geometry"]["coordinates"][0][0] == 2.364);
    let answer = journeys("&geometry=polyline6").await;
    assert_eq!(answer["request"]["geometry"], "polyline6");
    let walk = &answer["journeys"][0]["legs"][0];
    assert!(walk.get("geometry").is_none());
    // From 48.8674, 2.3640 to 48.8674, 2.3636: nothing north, 400 millionths west.
    assert!(walk["polyline6"].as_str().unwrap().ends_with("?~W"), "{walk}");
}

#[tokio::test]
async fn no_more_journeys_are_told_than_are_asked_for_and_none_is_advised_that_is_not_told() {
    let (all, one) = (journeys("").await, journeys("&limit=1").await);
    assert!(all["journeys"].as_array().unwrap().len() > 1, "{all}");
    let told = one["journeys"].as_array().unwrap();
    assert_eq!((told.len(), &told[0]["legs"]), (1, &all["journeys"][0]["legs"]));
    assert_eq!((&one["request"]["limit"], &all["request"]["limit"]), (&1.into(), &5.into()));
    let advised = told[0]["switch_if"].as_array().unwrap().iter().filter_map(|switch| switch.get("to"));
    assert!(advised.into_iter().all(|to| to == "j1"), "{one}");
}

#[tokio::test]
async fn each_stop_tells_how_many_to_expect_and_each_leg_where_to_be_guided() {
    let answer = journeys("&bike=mechanical").await;
    let journey = &answer["journeys"][0];
    let ride = &journey["legs"][1];
    let [expected, docks] = ["pickup", "dropoff"].map(|stop| ride[stop]["expected"].as_f64().unwrap());
    assert!((5.0..=6.5).contains(&expected), "six mechanical bikes stand at Temple: {ride}");
    let now = ride["dropoff"]["docks_now"].as_f64().unwrap();
    assert!((docks - now).abs() < 1.5, "{ride}");
    let links = journey["links"]["google_maps"].as_array().unwrap();
    assert_eq!(links.len(), 3);
    let (from, to) = ("origin=48.8674%2C2.364", "destination=48.8663%2C2.361");
    let expect = format!("https://www.google.com/maps/dir/?api=1&{from}&{to}&travelmode=walking");
    assert_eq!(links[0], expect.as_str());
    assert!(links[1].as_str().unwrap().ends_with("travelmode=bicycling"), "{}", links[1]);
}

#[tokio::test]
async fn an_answer_is_that_of_now_for_fifteen_seconds_and_its_tag_for_as_long() {
    let world = World::new().await;
    let answer = world.get(FROM_REPUBLIQUE).await;
    assert_eq!(answer.headers["cache-control"], "private, max-age=15");
    let tag = answer.headers["etag"].to_str().unwrap().to_owned();
    world.wait(14);
    let again = world.get_with(FROM_REPUBLIQUE, "if-none-match", &tag).await;
    assert_eq!(
        (again.status.as_u16(), &again.headers["cache-control"]),
        (304, &answer.headers["cache-control"])
    );
    world.wait(1);
    let later = world.get_with(FROM_REPUBLIQUE, "if-none-match", &tag).await.ok();
    assert_eq!(later["journeys"][0]["depart_at"], "2026-11-20T15:20:15+01:00");
}
