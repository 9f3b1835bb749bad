//! The program as it is typed: each verb run for real, over a simulated city on loopback and a lake in a folder.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

fn velib(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_velib"));
    command.args(arguments);
    command
}

/// Runs a verb over a lake to its end.
fn run(lake: &Path, arguments: &[&str]) -> Output {
    let lake = format!("file://{}", lake.display());
    velib(arguments).args(["--system", "simulated", "--lake", &lake]).output().unwrap()
}

/// As [`run`], for a verb that must succeed and print JSON.
fn json(lake: &Path, arguments: &[&str]) -> Value {
    let output = run(lake, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// As [`run`], for a verb that must fail; what it tells the person who typed it.
fn complaint(lake: &Path, arguments: &[&str]) -> String {
    let output = run(lake, arguments);
    assert!(!output.status.success(), "{arguments:?} succeeded");
    String::from_utf8(output.stderr).unwrap()
}

/// A verb that serves, ended with the test.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut process = velib(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { process, url }
    }

    fn city() -> Self {
        Self::start(&["sim", "city", "--stations", "60", "--listen", "127.0.0.1:0"])
    }

    fn get(&self, path: &str) -> String {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut connection = TcpStream::connect(address).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn a_citys_past_is_collected_and_refined_and_refining_again_changes_no_byte() {
    let (city, lake) = (Server::city(), tempfile::tempdir().unwrap());
    let (now, past) = (format!("{}/gbfs.json", city.url), format!("{}/at/{{time}}/gbfs.json", city.url));
    let collect = ["collect", "--discovery", &now, "--past-hours", "3", "--past-discovery", &past];
    let collected = json(lake.path(), &collect);
    assert_eq!(collected["snapshots"], 5, "three hours of past, the hour that runs, and now");
    assert_eq!(collected["stations"], 5 * 60);

    let refined = json(lake.path(), &["silver"]);
    assert_eq!((&refined["rows"], &refined["stations"]), (&Value::from(5 * 60), &Value::from(60)));
    let first = files(&lake.path().join("silver"));
    assert!(first.len() > 4);
    json(lake.path(), &["silver"]);
    assert!(files(&lake.path().join("silver")) == first, "refining again changed a file");
}

#[test]
fn several_systems_are_collected_and_one_that_fails_is_named_and_stops_no_other() {
    let (city, lake) = (Server::city(), tempfile::tempdir().unwrap());
    let list = tempfile::NamedTempFile::new().unwrap();
    let file = list.path().to_str().unwrap();
    fs::write(file, format!("# two names of one city\na={0}/gbfs.json\nb={0}/gbfs.json\n", city.url))
        .unwrap();
    let collected = json(lake.path(), &["collect", "--systems", file]);
    let systems: Vec<_> = collected["runs"].as_array().unwrap().iter().map(|run| &run["system"]).collect();
    assert_eq!(systems, ["a", "b"]);

    fs::write(file, format!("c=http://127.0.0.1:9/gbfs.json\nd={}/gbfs.json\n", city.url)).unwrap();
    let failed = run(lake.path(), &["collect", "--systems", file, "--json"]);
    assert!(!failed.status.success());
    assert!(String::from_utf8(failed.stderr).unwrap().contains("c: the list of feeds was not fetched"));
    let collected: Value = serde_json::from_slice(&failed.stdout).unwrap();
    assert_eq!(collected["runs"][0]["system"], "d");

    fs::write(file, "velib\n").unwrap();
    assert!(complaint(lake.path(), &["collect", "--systems", file]).contains("the line \"velib\" has no ="));
}

#[test]
fn the_api_answers_over_what_was_collected() {
    let (city, lake) = (Server::city(), tempfile::tempdir().unwrap());
    let (feed, lake) = (format!("{}/gbfs.json", city.url), format!("file://{}", lake.path().display()));
    let serve = ["serve", "--listen", "127.0.0.1:0", "--lake", &lake, "--system", "simulated"];
    let api = Server::start(&[&serve[..], &["--feed-source", "simulated", "--discovery", &feed]].concat());
    assert!(api.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(api.get("/stations?all=true").contains("\"count\":60"));
}

#[test]
fn a_history_from_elsewhere_is_imported_with_its_own_column_names() {
    let lake = tempfile::tempdir().unwrap();
    let file = lake.path().join("history.csv");
    let rows = "when,station,free_bikes\n2024-03-01T10:00:00Z,7,4\n2024-03-01T10:00:00Z,8,\n2024-03-01T11:00:00Z,7,5\n";
    fs::write(&file, rows).unwrap();
    let map = "timestamp=when,station_id=station,bikes=free_bikes";
    let imported = json(lake.path(), &["import", file.to_str().unwrap(), "--map", map]);
    assert_eq!(
        (&imported["rows_read"], &imported["rows"], &imported["hours"]),
        (&3.into(), &2.into(), &2.into())
    );
    let set_aside: u64 =
        imported["quarantined"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(set_aside, 1, "the row without a count: {imported}");
}

#[test]
fn a_simulated_past_is_stored_hour_by_hour_and_storing_it_again_changes_no_byte() {
    let lake = tempfile::tempdir().unwrap();
    let history = ["sim", "history", "--from", "2026-11-20T14", "--hours", "3", "--stations", "20"];
    let stored = || {
        let output = run(lake.path(), &history);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        files(&lake.path().join("bronze"))
    };
    let first = stored();
    let of = |feed: &str| first.iter().filter(|(path, _)| path.contains(&format!("feed={feed}/"))).count();
    assert_eq!((of("station_status"), of("station_information"), first.len()), (3, 1, 4));
    assert!(stored() == first, "storing again changed a file");
    assert_eq!(json(lake.path(), &["silver"])["rows"], 3 * 20);
}

/// As [`run`], on a terminal, as a person would see it.
fn on_a_terminal(lake: &Path, arguments: &[&str]) -> String {
    let (velib, lake) = (env!("CARGO_BIN_EXE_velib"), lake.display());
    let typed = format!("{velib} {} --system simulated --lake file://{lake}", arguments.join(" "));
    // `script` gives the program a terminal of its own: progress is drawn on one and nowhere else.
    let output =
        Command::new("script").args(["-qec", &typed, "/dev/null"]).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn long_work_shows_how_far_it_is_on_a_terminal() {
    let lake = tempfile::tempdir().unwrap();
    let history = ["sim", "history", "--from", "2026-11-20T14", "--hours", "3", "--stations", "20"];
    let living = on_a_terminal(lake.path(), &history);
    assert!(living.contains("living") && living.contains("3/3 hours"), "{living:?}");
    let refining = on_a_terminal(lake.path(), &["silver", "--jobs", "1"]);
    assert!(refining.contains("refining") && refining.contains("/3 hours"), "{refining:?}");
}

#[test]
fn street_tables_are_made_of_an_extract_and_the_lakes_stations_and_are_the_same_bytes_twice() {
    let extract = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/osm_test_extracts/paris_bss.osm.pbf");
    if !extract.exists() {
        println!("skipped: {} is not there", extract.display());
        return;
    }
    let lake = tempfile::tempdir().unwrap();
    let (tables, extract) = (lake.path().join("marais.streets"), extract.display().to_string());
    let build = ["streets", "build", &extract, "--out", tables.to_str().unwrap()];
    assert!(complaint(lake.path(), &build).contains("the lake knows no station"));
    run(lake.path(), &["sim", "history", "--from", "2026-11-20T14", "--hours", "1", "--stations", "300"]);
    json(lake.path(), &["silver"]);
    let make = || {
        let output = run(lake.path(), &build);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (String::from_utf8(output.stdout).unwrap(), fs::read(&tables).unwrap())
    };
    let (told, first) = make();
    assert!(told.contains("300 stations") && told.contains("OpenStreetMap contributors"), "{told}");
    assert!(make().1 == first, "building again changed a byte");
}

#[test]
fn a_folder_without_documents_is_refused_before_anything_listens() {
    let replay = velib(&["sim", "replay", "/nowhere", "--listen", "127.0.0.1:0"]).output().unwrap();
    assert!(!replay.status.success() && replay.stdout.is_empty());
    assert!(String::from_utf8(replay.stderr).unwrap().contains("/nowhere"));
}

#[test]
fn what_goes_wrong_is_named() {
    let lake = tempfile::tempdir().unwrap();
    let unreachable = complaint(lake.path(), &["collect", "--discovery", "http://127.0.0.1:9/gbfs.json"]);
    assert!(unreachable.contains("http://127.0.0.1:9/gbfs.json"), "{unreachable}");
    let bad_hour = complaint(lake.path(), &["silver", "--from", "yesterday"]);
    assert!(bad_hour.contains("yesterday") && bad_hour.contains("2026-11-20T14"), "{bad_hour}");
    let no_file = complaint(lake.path(), &["import", "/nowhere/history.parquet"]);
    assert!(no_file.contains("/nowhere/history.parquet"), "{no_file}");
    let no_template = ["collect", "--past-hours", "2", "--past-discovery", "http://127.0.0.1:9/gbfs.json"];
    assert!(complaint(lake.path(), &no_template).contains("{time}"));
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}
