//! `velib silver`, alone and between runs of `velib compact`, killed at hundreds of moments: whoever reads the lake then
//! finds each row once, and it ends byte for byte as one clean run leaves it.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[path = "../../velib-weather/tests/open_meteo/mod.rs"]
mod open_meteo;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use velib_domain::{Hour, StationId, SystemId, Timestamp};
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

/// Hours of three days that are over whenever this runs.
fn hours() -> impl Iterator<Item = Hour> {
    let first: Hour = "2024-11-20T00".parse().unwrap();
    std::iter::successors(Some(first), |hour| Some(hour.next())).take(HOURS)
}

async fn collect(lake: &Lake, minute: &str) {
    for (bikes, hour) in hours().enumerate() {
        let station = |id: usize| {
            format!(
                r#"{{"station_id":{id},"stationCode":"{id}","num_bikes_available":{bikes},"num_docks_available":3,
                "num_bikes_available_types":[{{"mechanical":{bikes}}},{{"ebike":0}}],"is_installed":1,
                "is_returning":1,"is_renting":1,"last_reported":1795183200}}"#
            )
        };
        let body = format!(r#"{{"data":{{"stations":[{},{}]}}}}"#, station(1001), station(2000 + bikes));
        let key = BronzeKey::new(velib(), Feed::StationStatus, at(hour, minute));
        lake.store_bronze(&key, body.as_bytes()).await.unwrap();
    }
}

async fn collect_weather(lake: &Lake) {
    for (celsius, hour) in hours().enumerate() {
        let key = BronzeKey::new(velib(), Feed::Weather, at(hour, "05"));
        let weather = open_meteo::document().to_string().replace("7.1", &format!("{celsius}.5"));
        lake.store_bronze(&key, weather.as_bytes()).await.unwrap();
    }
}

fn at(hour: Hour, minute: &str) -> Timestamp {
    format!("{hour}:{minute}:00Z").parse().unwrap()
}

fn start(verb: &str, lake: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_velib"));
    command.args([verb, "--json", "--jobs", "2", "--lake", lake.to_str().unwrap()]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn run_to_end(verb: &str, lake: &Path) {
    assert!(start(verb, lake).wait().unwrap().success(), "{verb}");
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
fn time_of_a_clean_run(verb: &str, lake: &Path) -> Duration {
    let started = Instant::now();
    run_to_end(verb, lake);
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
    let lake = Lake::folder(folder.path()).unwrap();
    collect(&lake, "05").await;
    collect_weather(&lake).await;
    let silver = folder.path().join("silver");
    let mut whole = time_of_a_clean_run("silver", folder.path());
    let clean = objects(&silver);
    assert_eq!(clean.len(), 4 * HOURS + 1);
    let (mut kills, mut round, mut random) = (0, 0, 0x5eed_u64);
    fs::remove_dir_all(&silver).unwrap();
    while kills < KILLS {
        round += 1;
        let mut running: Vec<Child> = (0..=round % 2).map(|_| start("silver", folder.path())).collect();
        let moment = below(&mut random, u64::try_from(whole.as_micros()).unwrap());
        thread::sleep(Duration::from_micros(moment));
        kills += running.iter_mut().map(|child| u32::from(killed(child))).sum::<u32>();
        if round % ROUNDS_TO_END == 0 {
            run_to_end("silver", folder.path());
            assert!(objects(&silver) == clean, "after {kills} kills");
            fs::remove_dir_all(&silver).unwrap();
            // On a machine that has become quieter, a run would mostly be over before its moment comes.
            whole = time_of_a_clean_run("silver", folder.path());
            fs::remove_dir_all(&silver).unwrap();
        }
    }
    run_to_end("silver", folder.path());
    assert!(objects(&silver) == clean, "after {kills} kills");
    let (mut one, mut other) = (start("silver", folder.path()), start("silver", folder.path()));
    assert!(one.wait().unwrap().success() && other.wait().unwrap().success());
    assert!(objects(&silver) == clean, "two more that find nothing to do");
    println!("{kills} kills in {round} rounds, a clean run taking {whole:?}");
}

/// What is killed in a round: those at work at once.
const AT_ONCE: [&[&str]; 5] = [
    &["silver"],
    &["compact"],
    &["silver", "compact"],
    &["compact", "compact"],
    &["silver", "compact", "silver", "compact"],
];

/// Reads every row, once each; what was there when it was looked at before is there still.
async fn look(lake: &Lake, seen: &mut BTreeSet<(StationId, Timestamp)>) {
    let hours = lake.silver_hours(&velib()).await.unwrap();
    let rows: Vec<_> =
        lake.read_silver_hours(&velib(), hours).await.unwrap().into_values().flatten().collect();
    let now: BTreeSet<_> = rows.iter().map(|row| (row.status.station_id.clone(), row.snapshot_at)).collect();
    assert_eq!(now.len(), rows.len(), "a row is there twice");
    assert!(seen.is_subset(&now), "lost: {:?}", seen.difference(&now).collect::<Vec<_>>());
    *seen = now;
}

#[tokio::test]
async fn runs_of_both_verbs_killed_at_any_moment_lose_no_row_and_show_none_twice() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    let silver = folder.path().join("silver");
    collect(&lake, "05").await;
    // Most runs find part of the work done, and end sooner than a clean run.
    let most = time_of_a_clean_run("silver", folder.path()) / 2;
    fs::remove_dir_all(&silver).unwrap();
    collect(&lake, "35").await;
    for verb in ["silver", "compact"] {
        run_to_end(verb, folder.path());
    }
    let clean = objects(&silver);
    assert_eq!(clean.len(), HOURS + 3 + 1, "reports, days, and the stations table");
    let (mut kills, mut round, mut random, mut seen) = (0, 0, 0x5eed_u64, BTreeSet::new());
    fs::remove_dir_all(&silver).unwrap();
    while kills < KILLS || round % ROUNDS_TO_END != 0 {
        if round % ROUNDS_TO_END == 0 {
            for hour in hours() {
                let key = BronzeKey::new(velib(), Feed::StationStatus, at(hour, "35"));
                fs::remove_file(folder.path().join(key.to_string())).unwrap();
            }
        }
        if round % ROUNDS_TO_END == ROUNDS_TO_END / 2 {
            // Everything is compacted by now, and each hour gets a document more.
            for verb in ["silver", "compact"] {
                run_to_end(verb, folder.path());
            }
            collect(&lake, "35").await;
        }
        let verbs = AT_ONCE[usize::try_from(below(&mut random, AT_ONCE.len() as u64)).unwrap()];
        let mut running: Vec<Child> = verbs.iter().map(|verb| start(verb, folder.path())).collect();
        thread::sleep(Duration::from_micros(below(&mut random, u64::try_from(most.as_micros()).unwrap())));
        look(&lake, &mut seen).await;
        kills += running.iter_mut().map(|child| u32::from(killed(child))).sum::<u32>();
        look(&lake, &mut seen).await;
        round += 1;
        if round % ROUNDS_TO_END == 0 {
            for verb in ["silver", "compact"] {
                run_to_end(verb, folder.path());
            }
            look(&lake, &mut seen).await;
            assert!(objects(&silver) == clean, "after {kills} kills");
            fs::remove_dir_all(&silver).unwrap();
            seen.clear();
        }
    }
    println!("{kills} kills in {round} rounds, each after {most:?} at most");
}
