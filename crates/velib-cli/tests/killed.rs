//! `velib silver` killed at hundreds of moments, alone and two at once: the lake ends byte for byte as one clean run
//! leaves it.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[path = "../../velib-weather/tests/open_meteo/mod.rs"]
mod open_meteo;

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use velib_domain::{Hour, SystemId, Timestamp};
use velib_lake::{BronzeKey, Feed, Lake};

/// Processes killed while they were at work.
const KILLS: u32 = 200;
/// More than are finished together, so that kills fall before, between and after batches.
const HOURS: usize = 70;
/// One round in so many is left to end by itself and compared.
const ROUNDS_TO_END: u32 = 20;

fn velib() -> SystemId {
    "velib".parse().unwrap()
}

async fn collect(lake: &Lake) {
    let first: Hour = "2026-11-20T00".parse().unwrap();
    let hours = std::iter::successors(Some(first), |hour| Some(hour.next())).take(HOURS);
    for (bikes, hour) in hours.enumerate() {
        let station = |id: usize| {
            format!(
                r#"{{"station_id":{id},"stationCode":"{id}","num_bikes_available":{bikes},"num_docks_available":3,
                "num_bikes_available_types":[{{"mechanical":{bikes}}},{{"ebike":0}}],"is_installed":1,
                "is_returning":1,"is_renting":1,"last_reported":1795183200}}"#
            )
        };
        let body = format!(r#"{{"data":{{"stations":[{},{}]}}}}"#, station(1001), station(2000 + bikes));
        let at: Timestamp = format!("{hour}:05:00Z").parse().unwrap();
        let key = BronzeKey::new(velib(), Feed::StationStatus, at);
        lake.store_bronze(&key, body.as_bytes()).await.unwrap();
        let key = BronzeKey::new(velib(), Feed::Weather, at);
        let weather = open_meteo::document().to_string().replace("7.1", &format!("{bikes}.5"));
        lake.store_bronze(&key, weather.as_bytes()).await.unwrap();
    }
}

fn start(lake: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_velib"));
    command.args(["silver", "--json", "--jobs", "2", "--lake", lake.to_str().unwrap()]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn run_to_end(lake: &Path) {
    assert!(start(lake).wait().unwrap().success());
}

/// Every file below a folder with its bytes. What a killed writer left beside a file, `name#1`, is no object: the
/// lake's listings pass over it.
fn objects(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if !name.contains('#') {
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found
}

/// A number below `end` of a repeatable sequence (xorshift).
fn below(state: &mut u64, end: u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state % end
}

#[expect(
    clippy::disallowed_methods,
    reason = "moments to kill at are chosen within the time that a run takes"
)]
fn time_of_a_clean_run(lake: &Path) -> Duration {
    let started = Instant::now();
    run_to_end(lake);
    started.elapsed()
}

/// Kills a process after a while; whether it was still at work.
fn killed(child: &mut Child) -> bool {
    let at_work = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    at_work
}

#[tokio::test]
async fn a_run_killed_at_any_moment_leaves_nothing_that_the_next_run_does_not_mend() {
    let folder = tempfile::tempdir().unwrap();
    collect(&Lake::folder(folder.path()).unwrap()).await;
    let silver = folder.path().join("silver");
    let whole = time_of_a_clean_run(folder.path());
    let clean = objects(&silver);
    assert_eq!(clean.len(), 4 * HOURS + 1);
    let (mut kills, mut round, mut random) = (0, 0, 0x5eed_u64);
    fs::remove_dir_all(&silver).unwrap();
    while kills < KILLS {
        round += 1;
        let mut running: Vec<Child> = (0..=round % 2).map(|_| start(folder.path())).collect();
        let moment = below(&mut random, u64::try_from(whole.as_micros()).unwrap());
        thread::sleep(Duration::from_micros(moment));
        kills += running.iter_mut().map(|child| u32::from(killed(child))).sum::<u32>();
        if round % ROUNDS_TO_END == 0 {
            run_to_end(folder.path());
            assert!(objects(&silver) == clean, "after {kills} kills");
            fs::remove_dir_all(&silver).unwrap();
        }
    }
    run_to_end(folder.path());
    assert!(objects(&silver) == clean, "after {kills} kills");
    let (mut one, mut other) = (start(folder.path()), start(folder.path()));
    assert!(one.wait().unwrap().success() && other.wait().unwrap().success());
    assert!(objects(&silver) == clean, "two more that find nothing to do");
    println!("{kills} kills in {round} rounds, a clean run taking {whole:?}");
}
