//! What is in the log, and what is not.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tracing::{Dispatch, subscriber::DefaultGuard};
use velib_api::{Geocoders, LogLines};

use crate::{
    geocode::Scripted,
    world::{FeedIs, World, notices},
};

/// A log that can be read again.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Takes all that is logged on this thread, where a test does everything, down to the least of it.
    ///
    /// Where only one subscriber is alive, whether a line is of interest to anybody is decided by the thread that first comes by, which
    /// may be another test's and have none. With a second one every subscriber is asked.
    fn taking_everything(&self) -> (DefaultGuard, Dispatch) {
        let log = self.clone();
        let everything = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || log.clone());
        (tracing::subscriber::set_default(everything.finish()), Dispatch::new(tracing_subscriber::registry()))
    }
}

/// Whether the geocoders answer, refuse, talk nonsense or are not there, what was typed is in no line.
#[tokio::test]
async fn what_somebody_types_is_in_no_log() {
    let log = Log::default();
    let _taken = log.taking_everything();
    let (refusing, nonsense) = (Scripted::default(), Scripted::answering(json!("busy")));
    let geoplateforme = [refusing.serve("/search").await, Some("http://127.0.0.1:9".to_owned())];
    for geoplateforme in geoplateforme {
        let geocoders = Geocoders { geoplateforme, photon: nonsense.serve("/api/").await };
        let world = World::with_geocoders(FeedIs::Up, geocoders).await;
        for text in ["12%20rue%20de%20Cuvilliers", "CUVILLIERS", "48.8612345,2.3512345"] {
            world.get(&format!("/v1/geocode?q={text}&limit=10")).await.ok();
        }
        let answer = world.get("/v1/geocode?q=cuvilliers").await.ok();
        assert_eq!(notices(&answer), ["geocoder_unavailable"; 2]);
        world.get("/v1/geocode?q=cuvilliers&limit=99").await.problem(400, "/problems/invalid-parameter");
        world.get("/v1/journeys?from=48.8612345,2.3512345&to=48.8487,2.3970").await.ok();
    }
    let answering = crate::geocode::rivoli();
    let geocoders = Geocoders { geoplateforme: answering.serve("/search").await, photon: None };
    let world = World::with_geocoders(FeedIs::Up, geocoders).await;
    world.get("/v1/geocode?q=12%20rue%20cuvilliers").await.ok();
    assert_eq!((refusing.asked() > 0, nonsense.asked() > 0, answering.asked()), (true, true, 1));
    let text = log.text();
    for told in
        ["a geocoder gave no answer", "geocoder=\"photon\"", "path=\"/v1/geocode\"", "finished processing"]
    {
        assert!(text.contains(told), "{told} is not in the log");
    }
    for line in text.lines() {
        let line = line.to_lowercase();
        assert!(!line.contains("cuvilliers") && !line.contains("8612345"), "{line}");
    }
}

#[tokio::test]
async fn on_lambda_the_numbers_of_each_request_are_a_line_of_the_log_and_cannot_be_asked_for() {
    let log = Log::default();
    let world = World::on_lambda(LogLines::to(log.clone())).await;
    world.get("/v1/stations/3002/forecast").await.ok();
    world.wait(30);
    world.get("/v1/stations/99999").await.problem(404, "/problems/unknown-station");
    world.get("/metrics").await.problem(404, "/problems/not-found");
    let lines: Vec<Value> = log.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = |line: &Value| [&line["Route"], &line["Status"], &line["Requests"]].map(Value::clone);
    let expect = [
        [json!("/v1/stations/{station}/forecast"), json!("200"), json!(1)],
        [json!("/v1/stations/{station}"), json!("404"), json!(1)],
        [json!("none"), json!("404"), json!(1)],
    ];
    assert_eq!(lines.iter().map(told).collect::<Vec<_>>(), expect);
    for (line, age_s) in lines.iter().zip([0, 30, 30]) {
        assert!(line["_aws"]["CloudWatchMetrics"].is_array(), "{line}");
        assert!(line["_aws"]["Timestamp"].is_number() && line["Latency"].is_number(), "{line}");
        assert_eq!(line["FeedAge"], age_s, "{line}");
    }
}
