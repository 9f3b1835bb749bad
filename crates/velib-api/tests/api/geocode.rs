//! Places by name: from memory, then from scripted servers on loopback in the words of the real ones.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, extract::RawQuery, http::StatusCode, routing::get};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use velib_api::Geocoders;

use crate::world::{FeedIs, World, notices};

/// A geocoder that answers by a script.
#[derive(Clone, Default)]
pub(crate) struct Scripted {
    answer: Arc<Mutex<Option<Value>>>,
    asked: Arc<AtomicUsize>,
    query: Arc<Mutex<String>>,
}

impl Scripted {
    pub(crate) fn answering(answer: Value) -> Self {
        Self { answer: Arc::new(Mutex::new(Some(answer))), ..Self::default() }
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) async fn serve(&self, path: &str) -> Option<String> {
        let script = self.clone();
        let answer = async move |RawQuery(query): RawQuery| {
            script.asked.fetch_add(1, Ordering::SeqCst);
            *script.query.lock().unwrap() = query.unwrap_or_default();
            let answer = script.answer.lock().unwrap().clone();
            answer.map(|answer| answer.to_string()).ok_or(StatusCode::BAD_GATEWAY)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route(path, get(answer));
        tokio::spawn(async { axum::serve(listener, router).await });
        Some(url)
    }
}

async fn world(is: FeedIs, geoplateforme: &Scripted, photon: &Scripted) -> World {
    let geocoders = Geocoders {
        geoplateforme: geoplateforme.serve("/search").await,
        photon: photon.serve("/api/").await,
    };
    World::with_geocoders(is, geocoders).await
}

fn feature(lat: f64, lon: f64, properties: &Value) -> Value {
    json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [lon, lat] }, "properties": properties })
}

fn collection(features: &[Value]) -> Value {
    json!({ "type": "FeatureCollection", "features": features })
}

pub(crate) fn rivoli() -> Scripted {
    let rivoli = |lat, score| {
        let label = "12 Rue de Rivoli 75004 Paris";
        let address = json!({ "label": label, "score": score, "type": "housenumber", "city": "Paris" });
        feature(lat, 2.3594, &address)
    };
    let library =
        json!({ "toponym": "Bibliothèque Rivoli", "score": 0.5, "city": ["Paris"], "_type": "poi" });
    // One in another town, one that hardly fits, one that fits, and a place without an address.
    let found =
        [rivoli(45.0, 0.9), rivoli(48.8557, 0.2), rivoli(48.8556, 0.95), feature(48.856, 2.36, &library)];
    Scripted::answering(collection(&found))
}

fn labels(answer: &Value) -> Vec<&str> {
    answer["places"].as_array().unwrap().iter().map(|place| place["label"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn names_of_stations_and_landmarks_come_before_addresses() {
    let (geoplateforme, photon) = (rivoli(), Scripted::default());
    let world = world(FeedIs::Up, &geoplateforme, &photon).await;
    let answer = world.get("/v1/geocode?q=place%20de%20la%20r%C3%A9publique").await.ok();
    assert_eq!(labels(&answer)[0], "Place de la République");
    assert_eq!(
        (&answer["places"][0]["kind"], &answer["places"][0]["source"]),
        (&"landmark".into(), &"landmarks".into())
    );
    let answer = world.get("/v1/geocode?q=TEMPLE&limit=1").await.ok();
    assert_eq!((labels(&answer)[0], &answer["places"][0]["station_id"]), ("Temple", &"3002".into()));
    assert_eq!(answer["attribution"], json!(["Vélib' Métropole – Licence Ouverte"]));
    assert_eq!((geoplateforme.asked(), photon.asked()), (1, 0), "what fills the answer asks nobody");
}

#[tokio::test]
async fn an_address_is_found_by_geoplateforme_and_those_of_other_towns_are_left_out() {
    let (geoplateforme, photon) = (rivoli(), Scripted::default());
    let world = world(FeedIs::Up, &geoplateforme, &photon).await;
    let answer = world.get("/v1/geocode?q=12%20rue%20de%20rivoli").await.ok();
    assert_eq!(labels(&answer), ["12 Rue de Rivoli 75004 Paris", "Bibliothèque Rivoli, Paris"]);
    let first = &answer["places"][0];
    assert_eq!(
        (&first["lat"], &first["lon"], &first["kind"]),
        (&48.8556.into(), &2.3594.into(), &"address".into())
    );
    assert!(answer["attribution"][0].as_str().unwrap().starts_with("BAN"), "{}", answer["attribution"]);
    let query = geoplateforme.query.lock().unwrap().clone();
    assert!(
        query.starts_with("q=12+rue+de+rivoli&index=address%2Cpoi&autocomplete=1&limit=10&lat=48.8"),
        "{query}"
    );
    world.get("/v1/geocode?q=12%20Rue%20de%20RIVOLI").await.ok();
    assert_eq!((geoplateforme.asked(), photon.asked()), (1, 0), "the answer is kept");
}

#[tokio::test]
async fn photon_stands_in_for_one_that_is_down() {
    let bazar = json!({ "name": "Bazar", "housenumber": "12", "street": "Rue de Rivoli", "postcode": "75004", "city": "Paris", "osm_key": "shop" });
    let (down, photon) =
        (Scripted::default(), Scripted::answering(collection(&[feature(48.8556, 2.3594, &bazar)])));
    let world = world(FeedIs::Up, &down, &photon).await;
    let answer = world.get("/v1/geocode?q=bazar%20rivoli").await.ok();
    assert_eq!(labels(&answer), ["Bazar, 12 Rue de Rivoli, 75004 Paris"]);
    assert_eq!(notices(&answer), ["geocoder_unavailable"]);
    let detail = answer["notices"][0]["detail"].as_str().unwrap();
    assert_eq!(detail, "geoplateforme was not of use: it answered with status 502");
    let french = world.get("/v1/geocode?q=bazar%20de%20rivoli&lang=fr").await.ok();
    let detail = french["notices"][0]["detail"].as_str().unwrap();
    assert!(detail.starts_with("geoplateforme n’a servi à rien\u{a0}: "), "{detail}");
    assert!(answer["attribution"][0].as_str().unwrap().contains("OpenStreetMap"));
}

#[tokio::test]
async fn with_everybody_down_names_in_memory_are_found_and_the_others_rest() {
    let (geoplateforme, photon) = (Scripted::default(), Scripted::answering(json!("busy")));
    let world = world(FeedIs::Up, &geoplateforme, &photon).await;
    for text in ["nation", "bastille", "louvre", "picpus"] {
        let answer = world.get(&format!("/v1/geocode?q={text}&limit=10")).await.ok();
        assert!(!labels(&answer).is_empty(), "{text}");
        assert_eq!(notices(&answer), ["geocoder_unavailable"; 2]);
    }
    assert_eq!((geoplateforme.asked(), photon.asked()), (3, 3), "after three failures nobody waits for them");
    world.wait(30);
    world.get("/v1/geocode?q=temple&limit=10").await.ok();
    assert_eq!((geoplateforme.asked(), photon.asked()), (4, 4));
}

#[tokio::test]
async fn without_a_feed_the_stations_of_the_lake_are_found() {
    let (nobody, nothing) = (Scripted::default(), Scripted::default());
    let world = world(FeedIs::Down, &nobody, &nothing).await;
    assert_eq!(labels(&world.get("/v1/geocode?q=picpus").await.ok()), ["Picpus"]);
}

#[tokio::test]
async fn coordinates_are_a_place_and_a_text_that_is_none_is_told() {
    let world = World::new().await;
    let answer = world.get("/v1/geocode?q=48.8566,%202.3522").await.ok();
    assert_eq!((labels(&answer)[0], &answer["places"][0]["lat"]), ("48.85660, 2.35220", &48.8566.into()));
    let problem = world.get("/v1/geocode?q=%20&limit=99").await.problem(400, "/problems/invalid-parameter");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 2, "{problem}");
    world.get("/v1/geocode").await.problem(400, "/problems/invalid-parameter");
}
