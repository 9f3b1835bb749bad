//! The same answer in French: other sentences, and nothing else.

use serde_json::Value;

use crate::world::World;

const JOURNEY: &str = "/v1/journeys?from=48.8674,2.3640&to=48.8487,2.3970";

/// The fields that hold sentences, and the one that names their language.
const WRITTEN: [&str; 6] = ["text", "detail", "summary", "note", "live_skill_reason", "lang"];

/// Takes every sentence out of an answer, in its order.
fn take_sentences(answer: &mut Value, taken: &mut Vec<String>) {
    match answer {
        Value::Object(fields) => {
            for written in WRITTEN {
                let sentence = fields.remove(written);
                taken.extend(sentence.and_then(|sentence| sentence.as_str().map(str::to_owned)));
            }
            fields.values_mut().for_each(|field| take_sentences(field, taken));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| take_sentences(element, taken)),
        _ => {}
    }
}

fn sentences(answer: &mut Value) -> Vec<String> {
    let mut taken = Vec::new();
    take_sentences(answer, &mut taken);
    taken
}

/// There are some, and each is written in both languages.
fn assert_only_sentences_differ(mut en: Value, mut fr: Value, asked: &str) {
    let (english, french) = (sentences(&mut en), sentences(&mut fr));
    assert_eq!(en, fr, "{asked}");
    assert!(!english.is_empty(), "{asked} tells no sentence");
    assert_eq!(english.len(), french.len(), "{asked}");
    for (english, french) in english.iter().zip(&french) {
        assert_ne!(english, french, "{asked}: nobody wrote it in French");
    }
}

#[tokio::test]
async fn nothing_but_the_sentences_depends_on_the_language() {
    let world = World::new().await;
    for more in [
        "",
        "&debug=true",
        "&bike=ebike&limit=2",
        "&riders=5&risk=safe",
        "&riding=true&bike=mechanical",
        "&arrive_by=2026-11-20T16:30:00%2B01:00",
        "&depart_at=2026-11-20T23:00:00%2B01:00",
    ] {
        let en = world.get(&format!("{JOURNEY}{more}&lang=en")).await.ok();
        let fr = world.get(&format!("{JOURNEY}{more}&lang=fr")).await.ok();
        assert_only_sentences_differ(en, fr, more);
    }
}

#[tokio::test]
async fn every_path_tells_its_sentences_in_french() {
    let world = World::new().await;
    for path in [
        "/v1/status",
        "/v1/kpis",
        "/v1/stations",
        "/v1/stations?format=geojson",
        "/v1/stations/11001",
        "/v1/stations/11001/forecast",
        "/v1/forecasts?hours=5",
    ] {
        let [english, french] = [
            world.get_with(path, "accept-language", "en").await,
            world.get_with(path, "accept-language", "fr").await,
        ];
        assert_eq!(english.headers["content-language"], "en");
        assert_eq!(french.headers["content-language"], "fr");
        assert_only_sentences_differ(english.ok(), french.ok(), path);
        if let Some(tag) = english.headers.get("etag") {
            assert_ne!(Some(tag), french.headers.get("etag"), "{path}");
        }
        let joined = if path.contains('?') { '&' } else { '?' };
        let named = world.get_with(&format!("{path}{joined}lang=fr"), "accept-language", "en").await;
        assert_eq!(named.ok(), french.ok(), "{path}");
    }
}

#[tokio::test]
async fn who_watches_stations_is_answered_in_french() {
    let world = World::new().await;
    let form = |lang: &str| serde_json::json!({ "stations": [{ "station": "11001", "direction": "bikes" }], "lang": lang });
    let [english, french] =
        [world.post("/v1/watch", &form("en")).await, world.post("/v1/watch", &form("fr")).await];
    assert_only_sentences_differ(english.ok(), french.ok(), "/v1/watch");
    assert_eq!(french.headers["content-language"], "fr");
}

#[tokio::test]
async fn what_is_not_there_is_refused_in_french() {
    let world = World::new().await;
    let problem = world.get("/v1/stations/0?lang=fr").await.problem(404, "/problems/unknown-station");
    assert_eq!(problem["title"], "station inconnue");
    assert_eq!(
        problem["detail"],
        "aucune station n’a le code ou l’identifiant «\u{a0}0\u{a0}»\u{a0}: /stations les énumère toutes"
    );
    let late = "/v1/stations/11001/forecast?at=2026-12-20T10:00:00Z&lang=fr";
    let problem = world.get(late).await.problem(422, "/problems/time-out-of-range");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("at, le 20/12/2026 à 11\u{a0}h\u{a0}00, est hors limites"), "{detail}");
    let form = serde_json::json!({
        "stations": [{ "station": "11001", "direction": "docks" }], "until": "2026-12-20T10:00:00Z", "lang": "fr"
    });
    let problem = world.post("/v1/watch", &form).await.problem(422, "/problems/time-out-of-range");
    assert!(problem["detail"].as_str().unwrap().contains("est hors limites"), "{problem}");
}

#[tokio::test]
async fn every_sentence_in_french() {
    let world = World::new().await;
    let path = format!("{JOURNEY}&lang=fr&debug=true&depart_at=2026-11-20T23:00:00%2B01:00");
    insta::assert_json_snapshot!("v1_journeys_sentences_fr", sentences(&mut world.get(&path).await.ok()));
}

#[tokio::test]
async fn a_browsers_language_is_taken_where_none_is_named() {
    let world = World::new().await;
    let french = world.get_with(JOURNEY, "accept-language", "fr-FR,fr;q=0.9,en;q=0.8").await;
    let english = world.get(JOURNEY).await;
    let named = world.get_with(&format!("{JOURNEY}&lang=en"), "accept-language", "fr").await;
    for (answer, lang) in [(&french, "fr"), (&english, "en"), (&named, "en")] {
        assert_eq!(answer.headers["content-language"], lang);
        assert_eq!(answer.ok()["request"]["lang"], lang);
        let vary: Vec<_> = answer.headers.get_all("vary").iter().map(|it| it.to_str().unwrap()).collect();
        assert!(vary.contains(&"accept-language"), "{vary:?}");
    }
    assert_ne!(french.headers["etag"], english.headers["etag"]);
    let form = serde_json::json!({ "from": "48.8674,2.3640", "to": "48.8487,2.3970", "lang": "fr" });
    assert_eq!(world.post("/v1/journeys", &form).await.ok()["journeys"], french.ok()["journeys"]);
}

#[tokio::test]
async fn a_language_that_nobody_wrote_is_refused_and_the_others_are_named() {
    let answer = World::new().await.get(&format!("{JOURNEY}&lang=de")).await;
    let problem = answer.problem(400, "/problems/invalid-parameter");
    assert_eq!(problem["detail"], "lang is \"de\": it must be en or fr");
}

#[tokio::test]
async fn a_traveller_who_asks_too_much_is_refused_in_french() {
    let world = World::new().await;
    let path = "/v1/journeys?from=48.8674,2.3640&to=45.0,5.0&lang=fr";
    let problem = world.get(path).await.problem(422, "/problems/outside-service-area");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("l’arrivée (45.00000, 5.00000) est hors de la zone desservie\u{a0}: "),
        "{detail}"
    );
    assert_eq!(problem["title"], "hors de la zone desservie");
    let late = world.get(&format!("{JOURNEY}&depart_at=2026-11-23T10:00:00Z&lang=fr")).await;
    let problem = late.problem(422, "/problems/time-out-of-range");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("depart_at, le 23/11/2026 à 11\u{a0}h\u{a0}00, est hors limites"), "{detail}");
}
