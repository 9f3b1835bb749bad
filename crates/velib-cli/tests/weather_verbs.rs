//! The verbs as they are typed for the weather: collected from the simulated city's service, refined, imported, listed.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

fn velib(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_velib"));
    command.args(arguments);
    command
}

fn run(lake: &Path, arguments: &[&str]) -> Output {
    velib(arguments).args(["--lake", lake.to_str().unwrap()]).output().unwrap()
}

fn said(lake: &Path, arguments: &[&str]) -> String {
    let output = run(lake, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(lake: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&said(lake, &[arguments, &["--json"]].concat())).unwrap()
}

fn complaint(lake: &Path, arguments: &[&str]) -> String {
    let output = run(lake, arguments);
    assert!(!output.status.success(), "{arguments:?} succeeded");
    String::from_utf8(output.stderr).unwrap()
}

/// A simulated city, ended with the test.
struct City {
    process: Child,
    url: String,
}

impl City {
    fn start() -> Self {
        let mut process = velib(&["sim", "city", "--stations", "20", "--listen", "127.0.0.1:0"]);
        let mut process = process.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { process, url }
    }

    fn service(&self) -> String {
        format!("{}/v1/forecast", self.url)
    }

    fn service_then(&self) -> String {
        format!("{}/at/{{time}}/v1/forecast", self.url)
    }
}

impl Drop for City {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

const PLACE: [&str; 4] = ["--lat", "48.86", "--lon", "2.35"];

#[test]
fn the_weather_is_collected_with_its_past_refined_once_and_listed() {
    let (city, lake) = (City::start(), tempfile::tempdir().unwrap());
    let service = city.service_then();
    let collect = ["collect", "--source", "open-meteo", "--weather-url", &service, "--past-hours", "3"];
    let collected = json(lake.path(), &[&collect[..], &PLACE].concat());
    let runs = collected["weather"].as_array().unwrap();
    assert_eq!(runs.len(), 4, "three hours of past, and now");
    assert!(runs.iter().all(|run| run["kept"] == "stored" && run["hours"] == 96), "{collected}");

    let due = complaint(lake.path(), &["lake", "check"]);
    assert!(due.contains("hours are due"), "{due}");
    let refined = json(lake.path(), &["silver"]);
    assert_eq!((&refined["weather"]["rows"], &refined["weather"]["hours"]), (&(4 * 96).into(), &4.into()));
    let again = json(lake.path(), &["silver"]);
    assert_eq!((&again["weather"]["hours"], &again["weather"]["unchanged_hours"]), (&0.into(), &4.into()));

    let listed = json(lake.path(), &["lake", "ls"]);
    assert_eq!(listed["weather"]["gaps"], Value::Array(vec![]));
    let hour = listed["weather"]["newest"].as_str().unwrap();
    let shown = json(lake.path(), &["lake", "show", hour]);
    assert_eq!(shown["weather"]["report"]["rows"], 96);
    assert!(said(lake.path(), &["lake", "ls"]).contains("weather fetched on"));
    assert!(said(lake.path(), &["lake", "quality"]).contains("weather fetched on"));
    assert!(said(lake.path(), &["lake", "check"]).contains("4 hours and 0 days of weather"));
}

#[test]
fn after_the_feed_the_weather_needs_no_place() {
    let (city, lake) = (City::start(), tempfile::tempdir().unwrap());
    let (service, discovery) = (city.service(), format!("{}/gbfs.json", city.url));
    let collect = ["collect", "--source", "open-meteo", "--weather-url", &service];
    let nowhere = complaint(lake.path(), &collect);
    assert!(nowhere.contains("collect the feed first"), "{nowhere}");
    said(lake.path(), &["collect", "--discovery", &discovery]);
    let collected = json(lake.path(), &collect);
    assert_eq!(collected["weather"][0]["kept"], "stored");
}

#[test]
fn what_cannot_be_collected_is_told_with_the_way_out() {
    let (city, lake) = (City::start(), tempfile::tempdir().unwrap());
    let service = city.service();
    let collect = ["collect", "--source", "open-meteo", "--weather-url", &service];
    let past = complaint(lake.path(), &[&collect[..], &PLACE, &["--past-hours", "3"]].concat());
    assert!(past.contains("{time}"), "{past}");
    let off_the_globe = ["--lat", "148.86", "--lon", "2.35"];
    assert!(complaint(lake.path(), &[&collect[..], &off_the_globe].concat()).contains("no place on Earth"));
    assert!(complaint(lake.path(), &[&collect[..], &PLACE[..2]].concat()).contains("--lon"));
    let elsewhere = ["collect", "--source", "open-meteo", "--weather-url", "http://127.0.0.1:9/v1/forecast"];
    assert!(complaint(lake.path(), &[&elsewhere[..], &PLACE].concat()).contains("127.0.0.1:9"));
}

#[test]
fn a_table_of_past_weather_is_told_by_its_columns_and_kept_as_hindsight() {
    let lake = tempfile::tempdir().unwrap();
    let file = lake.path().join("weather.csv");
    fs::write(
        &file,
        "time,temperature_2m,snowfall\n2024-01-08 22:00:00+00:00,-1.8,0.21\n2024-01-09 23:00:00+00:00,x,\n",
    )
    .unwrap();
    let imported = json(lake.path(), &["import", file.to_str().unwrap()]);
    assert_eq!(
        (&imported["rows_read"], &imported["hours"], &imported["days"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert_eq!(imported["quarantined"]["impossible_temperature_c"], 1);
    let listed = json(lake.path(), &["lake", "ls"]);
    assert_eq!(listed["weather"]["reanalysis_from"], "2024-01-08");
    assert!(said(lake.path(), &["lake", "ls"]).contains("weather in hindsight: 1 days"));
}
