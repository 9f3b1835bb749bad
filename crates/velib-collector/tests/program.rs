//! The binary itself: once on a laptop, and as a Lambda behind a runtime API that the test plays.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod feed_server;
#[path = "../../velib-weather/tests/open_meteo/mod.rs"]
mod open_meteo;

use std::{collections::VecDeque, path::Path, process::Stdio, sync::Arc};

use axum::{
    Router,
    extract::{Path as Captured, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use feed_server::{FeedServer, status};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    sync::{Mutex, mpsc},
};
use velib_collector::{Kept, Outcome};

const EVENT: &str = r#"{"version":"0","detail-type":"Scheduled Event","source":"aws.events",
    "time":"2026-11-20T14:00:00Z","region":"eu-west-3","resources":[],"detail":{}}"#;

fn collector(feed: &FeedServer, lake: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_velib-collector"));
    program.env_clear().env("DISCOVERY_URL", feed.source().discovery_url);
    program.env("LAKE_URL", format!("file://{}", lake.display()));
    program.kill_on_drop(true);
    program
}

#[tokio::test]
async fn on_a_laptop_it_collects_once_and_prints_what_it_did() {
    let (feed, lake) = (FeedServer::start().await, tempfile::tempdir().unwrap());
    let output = collector(&feed, lake.path()).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let outcomes: Vec<Outcome> = serde_json::from_slice(&output.stdout).unwrap();
    let [outcome] = &outcomes[..] else { panic!("one system: {outcomes:?}") };
    assert_eq!(outcome.station_status.kept, Kept::Stored);
    assert!(lake.path().join(&outcome.station_status.key).is_file());
}

#[tokio::test]
async fn a_wrong_environment_fails_with_all_that_is_wrong() {
    let (feed, lake) = (FeedServer::start().await, tempfile::tempdir().unwrap());
    let mut program = collector(&feed, lake.path());
    let output = program.env("SYSTEM_ID", "Vélib").env("DISCOVERY_URL", "gbfs").output().await.unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("SYSTEM_ID") && said.contains("DISCOVERY_URL"), "{said}");
}

#[tokio::test]
async fn under_lambda_it_answers_events_and_reports_failures_by_their_code() {
    let (feed, lake) = (FeedServer::start().await, tempfile::tempdir().unwrap());
    let mut platform = Platform::start([EVENT, EVENT, r#"{"time":"2026-11-20T15:00:00Z"}"#]).await;
    let mut program = collector(&feed, lake.path());
    program.env("AWS_LAMBDA_RUNTIME_API", &platform.address).env("AWS_LAMBDA_FUNCTION_NAME", "collector");
    program.env("AWS_LAMBDA_FUNCTION_VERSION", "1").env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
    let running = program.stdout(Stdio::null()).spawn().unwrap();

    let first = platform.next_answer().await;
    assert_eq!(first[0]["station_status"]["kept"], "stored");
    assert_eq!(first[0]["scheduled_at"], "2026-11-20T14:00:00Z");
    feed.serve("station_status", "<html>");
    let outcomes = [platform.next_answer().await, platform.next_answer().await];
    assert_eq!(outcomes.each_ref().map(|answer| &answer["errorType"]), ["not_a_feed"; 2]);
    drop(running);
}

#[tokio::test]
async fn under_lambda_each_event_of_a_minute_has_its_own_key_and_a_doubled_one_has_none() {
    let (feed, lake) = (FeedServer::start().await, tempfile::tempdir().unwrap());
    feed.serve_version("station_status", "1", status(3));
    let minutes =
        ["14:00", "14:01", "14:01", "14:02"].map(|time| format!(r#"{{"time":"2026-11-20T{time}:00Z"}}"#));
    let mut platform = Platform::start(minutes.each_ref().map(String::as_str)).await;
    let mut program = collector(&feed, lake.path());
    program.env("AWS_LAMBDA_RUNTIME_API", &platform.address).env("AWS_LAMBDA_FUNCTION_NAME", "collector");
    program.env("AWS_LAMBDA_FUNCTION_VERSION", "1").env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
    let mut running = program.stdout(Stdio::piped()).spawn().unwrap();
    let mut kept = Vec::new();
    for _ in 0..minutes.len() {
        let answer = platform.next_answer().await;
        let status = &answer[0]["station_status"];
        kept.push(format!("{} {}", status["kept"], status["not_modified"]));
    }
    assert_eq!(kept, ["\"stored\" false", "\"stored\" true", "\"already_stored\" true", "\"stored\" true"]);
    assert_eq!(feed.not_modified(), 3, "one client and one memory for all events");

    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
    let mut metrics: Vec<Value> = Vec::new();
    while metrics.len() < minutes.len()
        && let Some(line) = lines.next_line().await.unwrap()
    {
        metrics.extend(serde_json::from_str(&line).ok().filter(|line: &Value| line["StationsAccepted"] == 1));
    }
    let stored: Vec<_> = metrics.iter().map(|line| line["DocumentsStored"].as_u64().unwrap()).collect();
    assert_eq!(stored, [2, 1, 0, 1], "the station information is stored once");
    drop(running);
}

#[tokio::test]
async fn weather_that_does_not_come_fails_the_run_by_its_own_code_and_costs_no_count() {
    let (feed, lake) = (FeedServer::start().await, tempfile::tempdir().unwrap());
    let mut platform = Platform::start([EVENT, r#"{"time":"2026-11-20T15:00:00Z"}"#]).await;
    let mut program = collector(&feed, lake.path());
    program.env("AWS_LAMBDA_RUNTIME_API", &platform.address).env("AWS_LAMBDA_FUNCTION_NAME", "collector");
    program.env("AWS_LAMBDA_FUNCTION_VERSION", "1").env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
    program.env("WEATHER", "open-meteo");
    program.env("WEATHER_URL", feed.source().discovery_url.replace("gbfs", "forecast"));
    feed.serve("forecast", "<html>");
    let running = program.stdout(Stdio::null()).spawn().unwrap();

    assert_eq!(platform.next_answer().await["errorType"], "not_weather");
    let bronze = lake.path().join("bronze/system=velib");
    assert!(bronze.join("feed=station_status/date=2026-11-20/hour=14/20261120T140000Z.json.gz").is_file());
    feed.serve("forecast", open_meteo::document().to_string());
    let second = platform.next_answer().await;
    assert_eq!(second[0]["station_status"]["kept"], "stored", "{second}");
    assert!(bronze.join("feed=weather/date=2026-11-20/hour=15/20261120T150000Z.json.gz").is_file());
    drop(running);
}

/// Lambda's side of the runtime API: hands out events one by one and keeps the answers.
struct Platform {
    address: String,
    answers: mpsc::UnboundedReceiver<Value>,
}

#[derive(Clone)]
struct Desk {
    events: Arc<Mutex<VecDeque<String>>>,
    answers: mpsc::UnboundedSender<Value>,
}

impl Platform {
    async fn start<const N: usize>(events: [&str; N]) -> Self {
        let events = Arc::new(Mutex::new(events.map(str::to_owned).into()));
        let (sender, answers) = mpsc::unbounded_channel();
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next_event))
            .route("/2018-06-01/runtime/invocation/{id}/{verdict}", post(take_answer))
            .with_state(Desk { events, answers: sender });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(axum::serve(listener, router).into_future());
        Self { address, answers }
    }

    async fn next_answer(&mut self) -> Value {
        self.answers.recv().await.expect("the function answers every event")
    }
}

async fn next_event(State(desk): State<Desk>) -> (HeaderMap, String) {
    let Some(event) = desk.events.lock().await.pop_front() else { return std::future::pending().await };
    let mut headers = HeaderMap::new();
    headers.insert("lambda-runtime-aws-request-id", "1".parse().unwrap());
    headers.insert("lambda-runtime-deadline-ms", "4102444800000".parse().unwrap());
    headers.insert("lambda-runtime-invoked-function-arn", "arn:aws:lambda:collector".parse().unwrap());
    (headers, event)
}

async fn take_answer(
    State(desk): State<Desk>,
    Captured((_, verdict)): Captured<(String, String)>,
    body: String,
) -> StatusCode {
    let answer = serde_json::from_str(&body).unwrap_or_else(|_| json!({ "verdict": verdict, "body": body }));
    desk.answers.send(answer).expect("the test listens");
    StatusCode::ACCEPTED
}
