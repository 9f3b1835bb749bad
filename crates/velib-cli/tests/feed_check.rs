//! `velib feed check` as it is typed: over files, and over a simulated city's feed on loopback.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::{Value, json};

const INFORMATION: &str = r#"{"version":"2.3","last_updated":1730311920,"data":{"stations":[
    {"station_id":"1","name":"Nation","lat":48.848,"lon":2.396},
    {"station_id":"2","name":"Bastille","lat":0,"lon":0},
    {"station_id":"3","lat":48.85,"lon":2.36},
    {"station_id":"1","name":"Nation","lat":48.848,"lon":2.396}]}}"#;

fn check(document: &str, options: &[&str]) -> Output {
    let mut velib = Command::new(env!("CARGO_BIN_EXE_velib"));
    velib.args(["feed", "check", document]).args(options).output().unwrap()
}

/// Checks a document that stands in a file.
fn check_file(body: &str, options: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("document.json");
    fs::write(&file, body).unwrap();
    check(&file.display().to_string(), options)
}

fn findings(output: &Output) -> Vec<Value> {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A simulated city's server, ended with the test.
struct City {
    process: Child,
    url: String,
}

impl City {
    fn start() -> Self {
        let mut velib = Command::new(env!("CARGO_BIN_EXE_velib"));
        velib.args(["sim", "city", "--stations", "60", "--listen", "127.0.0.1:0"]);
        let mut process = velib.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { process, url }
    }
}

impl Drop for City {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn a_table_says_what_was_used_and_why_the_rest_was_not() {
    let output = check_file(INFORMATION, &[]);
    assert!(output.status.success());
    let table = String::from_utf8(output.stdout).unwrap();
    let words: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(words[1][..5], ["station_information", "2.3", "2024-10-30T18:12:00Z", "1", "3"], "{table}");
    for reason in ["(duplicate_id)", "(bad_position)", "(missing_name)"] {
        assert!(
            words.iter().any(|line| line.get(1) == Some(&"1") && line.last() == Some(&reason)),
            "{table}"
        );
    }
}

#[test]
fn json_says_the_same() {
    let output = check_file(INFORMATION, &["--json"]);
    assert_eq!(output.status.code(), Some(0));
    let mut finding = findings(&output).swap_remove(0);
    finding["document"].take();
    let expected = json!({
        "document": null, "kind": "station_information", "version": "2.3",
        "updated_at": "2024-10-30T18:12:00Z", "accepted": 1, "error": null,
        "rejected": {"bad_position": 1, "duplicate_id": 1, "missing_name": 1},
    });
    assert_eq!(finding, expected);
}

/// A document of no use: exit code 1, and a complaint that says why.
fn check_useless(body: &str, why: &str) {
    let output = check_file(body, &["--json"]);
    assert_eq!(output.status.code(), Some(1), "{body}");
    assert_eq!(findings(&output)[0]["accepted"], 0, "{body}");
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("document.json") && complaint.contains(why), "{complaint}");
}

#[test]
fn a_document_of_which_nothing_can_be_used_fails() {
    check_useless("<html>maintenance</html>", "HTML page");
    check_useless("", "empty");
    check_useless(r#"{"data":{"stations":[{"station_id":1,"is_renting":1}]}}"#, "nothing in it can be used");
    check_useless(r#"{"data":{"alerts":[]}}"#, "holds data.alerts");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let output = check("no/such/gbfs.json", &[]);
    assert_eq!(output.status.code(), Some(1));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(complaint.contains("reading no/such/gbfs.json"), "{complaint}");
}

#[test]
fn a_discovery_document_is_followed_to_its_feeds() {
    let city = City::start();
    let output = check(&format!("{}/gbfs.json", city.url), &["--json"]);
    let kinds: Vec<(String, u64)> = findings(&output)
        .iter()
        .map(|finding| (finding["kind"].as_str().unwrap().into(), finding["accepted"].as_u64().unwrap()))
        .collect();
    assert_eq!(kinds[1..], [("station_information".into(), 60), ("station_status".into(), 60)]);
    assert_eq!(kinds[0].0, "gbfs");
    assert!(output.status.success());
}

#[test]
fn every_stored_paris_document_can_be_used() {
    let folder =
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/paris_raw_gbfs/samhrrl_2022"));
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    for name in ["station_information", "station_status", "system_information"] {
        let output = check(&folder.join(format!("{name}.json")).display().to_string(), &["--json"]);
        assert!(output.status.success(), "{name}");
        assert_eq!(findings(&output)[0]["kind"], name);
    }
}
