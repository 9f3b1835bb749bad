//! The API: from the start of its process to its first answers, over a lake with a past day in S3 and a feed.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::ensure;
use serde::Serialize;

use super::{BUCKET, STARTS, Started, median, s3::S3, zipped};
use crate::{bench::load_average, city::City, progress::run_to_end, python};

const JOURNEY: (&str, &str) = ("/v1/journeys", "from=48.8674,2.3636&to=48.8421,2.3219");

/// Medians of [`STARTS`] starts.
#[derive(Serialize)]
struct ColdStart {
    /// Processes that ran or wanted to, before the measuring began.
    busy: f64,
    /// Of the program alone, deflated as Lambda's archives are, for this machine's processor.
    zip_bytes: usize,
    /// The same with the model beside the program.
    zip_with_model_bytes: usize,
    /// From process start to the answer of `/healthz`.
    health_ms: f64,
    /// Resident memory then.
    idle_mb: f64,
    /// From the start of another process to its first answer, which is a journey by the model in the process.
    journey_ms: f64,
    /// The same without a model.
    journey_without_model_ms: f64,
    /// A second journey in the same process.
    warm_ms: f64,
    /// Resident memory after both.
    resident_mb: f64,
}

struct Start {
    health: Duration,
    idle_mb: f64,
    journey: Duration,
    journey_without_model: Duration,
    warm: Duration,
    resident_mb: f64,
}

/// Builds the programs and measures.
pub(super) fn run(root: &Path, json: bool) -> anyhow::Result<()> {
    let venv = python::ensure_venv(root, python::Requirements::Tests)?;
    let build = ["build", "--release", "-p", "velib-api"];
    run_to_end("cargo build", Command::new("cargo").args(build).current_dir(root))?;
    let s3 = S3::start(&venv, BUCKET)?;
    let city = City::with_s3(root, s3.endpoint(), BUCKET)?;
    let program = root.join("target/release/velib-api");
    let busy = load_average()?;
    let starts: Vec<Start> = (0..STARTS).map(|_| start(&program, &city)).collect::<anyhow::Result<_>>()?;
    let ms = |of: fn(&Start) -> Duration| median(&starts, |start| of(start).as_secs_f64() * 1e3);
    let measured = ColdStart {
        busy,
        zip_bytes: zipped(&program, &[])?,
        zip_with_model_bytes: zipped(&program, &[&root.join("model/model.tar.gz")])?,
        health_ms: ms(|start| start.health),
        idle_mb: median(&starts, |start| start.idle_mb),
        journey_ms: ms(|start| start.journey),
        journey_without_model_ms: ms(|start| start.journey_without_model),
        warm_ms: ms(|start| start.warm),
        resident_mb: median(&starts, |start| start.resident_mb),
    };
    measured.print(json)
}

#[expect(clippy::disallowed_methods, reason = "measuring time is what this verb is for")]
fn start(program: &Path, city: &City) -> anyhow::Result<Start> {
    let started = |with_model: bool| {
        Started::new(program, "api", 512, |command| {
            city.tell(command);
            if !with_model {
                command.env_remove("MODEL_FILE");
            }
        })
    };
    let mut api = started(true)?;
    answer(&mut api, ("/healthz", ""))?;
    let health = api.since.elapsed();
    let idle_mb = api.memory_mb("VmRSS")?;
    drop(api);

    let mut api = started(false)?;
    answer(&mut api, JOURNEY)?;
    let journey_without_model = api.since.elapsed();
    drop(api);

    let mut api = started(true)?;
    answer(&mut api, JOURNEY)?;
    let journey = api.since.elapsed();
    let again = Instant::now();
    answer(&mut api, JOURNEY)?;
    let warm = again.elapsed();
    let resident_mb = api.memory_mb("VmRSS")?;
    Ok(Start { health, idle_mb, journey, journey_without_model, warm, resident_mb })
}

/// Hands the function a request as its URL does.
fn answer(api: &mut Started, (path, query): (&str, &str)) -> anyhow::Result<()> {
    let event = serde_json::json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
        "headers": { "host": "api.example.org" }, "isBase64Encoded": false,
        "requestContext": {
            "accountId": "anonymous", "apiId": "api", "domainName": "api.example.org", "domainPrefix": "api",
            "requestId": "1", "routeKey": "$default", "stage": "$default",
            "time": "29/Nov/2026:12:00:00 +0000", "timeEpoch": 1_795_953_600_000_u64,
            "http": {
                "method": "GET", "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "xtask",
            },
        },
    });
    let answer = api.runtime.answer_to(&event.to_string())?;
    ensure!(answer.contains(r#""statusCode":200"#), "{path} answered {answer}");
    Ok(())
}

impl ColdStart {
    fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string_pretty(self)?);
            return Ok(());
        }
        println!("Load average before: {:.2}.\n", self.busy);
        println!("| velib-api as a Lambda function | median of {STARTS} | goal |\n|---|---|---|");
        let mb = |bytes: usize| bytes as f64 / 1e6;
        println!("| archive, deflated, this processor | {:.1} MB | 12 MB |", mb(self.zip_bytes));
        println!("| the same with the model | {:.1} MB | 12 MB |", mb(self.zip_with_model_bytes));
        println!("| process start to the first `/healthz` | {:.0} ms | 60 ms |", self.health_ms);
        println!("| resident memory then | {:.0} MB | 60 MB |", self.idle_mb);
        println!(
            "| process start to the first `/v1/journeys`, model in the process | {:.0} ms | 400 ms |",
            self.journey_ms
        );
        println!("| the same without a model | {:.0} ms | 400 ms |", self.journey_without_model_ms);
        println!("| a second journey in the same process | {:.1} ms | |", self.warm_ms);
        println!("| resident memory after both | {:.0} MB | |", self.resident_mb);
        Ok(())
    }
}
