//! `velib replay` and `velib sim likeness`: from a simulated city to a table, a JSON file and a page.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

use std::process::{Command, Output};

use serde_json::Value;

fn velib(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_velib")).args(arguments).output().unwrap()
}

#[test]
fn a_replay_of_a_small_city_is_printed_written_and_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (json, page) = (file("replay.json"), file("replay.html"));
    let days = ["--from", "2026-03-30", "--to", "2026-03-31", "--learn", "3"];
    let city =
        ["replay", "--city", "1", "--stations", "60", "--trips", "20", "--json", &json, "--plot", &page];
    let output = velib(&[&city[..], &days[..]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("demand trips") && told.contains("oracle") && told.contains("what was aimed at"));
    let report: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    assert_eq!((&report["days"], &report["trips"]), (&2.into(), &20.into()));
    assert!(std::fs::read_to_string(page).unwrap().contains("<svg"));
}

#[test]
fn days_in_the_wrong_order_are_refused_by_name() {
    let output = velib(&["replay", "--city", "1", "--from", "2026-04-02", "--to", "2026-04-01"]);
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--from 2026-04-02 is after --to 2026-04-01"), "{said}");
}

#[test]
fn a_city_is_measured_beside_paris() {
    let days = ["--from", "2022-05-16", "--to", "2022-05-16", "--lived", "1", "--stations", "60"];
    let output = velib(&[&["sim", "likeness", "--json", "--within", "1000"][..], &days[..]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let empty = figures.iter().find(|figure| figure["name"] == "share empty").unwrap();
    assert!(empty["paris"].as_f64().is_some() && empty["value"].as_f64().is_some(), "{empty}");
}

/// The whole city on the days of the published replay.
#[test]
fn the_city_that_journeys_are_replayed_in_is_within_a_tenth_of_paris() {
    let output = velib(&["sim", "likeness", "--within", "10"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(told.lines().filter(|line| line.ends_with('%')).count(), 36, "{told}");
}

#[test]
fn a_city_unlike_paris_fails_and_what_is_off_is_named() {
    let days = ["--from", "2022-05-16", "--to", "2022-05-16", "--lived", "1", "--stations", "60"];
    let output = velib(&[&["sim", "likeness", "--within", "1"][..], &days[..]].concat());
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("figures are more than 1 % off: "), "{said}");
}
