//! Memory does not grow with the number of hours: the process's own high-water mark, over few hours and over many.
//!
//! Alone in its file, because a file of tests is a process and the mark is the process's.

#![expect(clippy::unwrap_used, reason = "a test whose ground cannot be laid has failed")]

mod velib_documents;

use velib_domain::Hour;
use velib_lake::Lake;
use velib_silver::refine_range;

use velib_documents::{counted, described, hour, information, status, velib};

const STATIONS: u64 = 300;
/// Rows of the many hours would take twice this if they were held.
const GROWTH_KB: u64 = 12 * 1024;

/// The most memory this process ever held; `None` where the system does not tell.
fn high_water_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

async fn collect(lake: &Lake, hours: &[Hour]) {
    for hour in hours {
        let time = format!("{hour}:05:00Z");
        if hour.civil().hour() == 0 {
            let described_now: Vec<String> =
                (0..STATIONS).map(|id| information(id, "A station", 30)).collect();
            described(lake, &time, &described_now).await;
        }
        let bikes = u16::from(hour.civil().hour().unsigned_abs());
        let counted_now: Vec<String> = (0..STATIONS).map(|id| status(id, bikes, 1, 30 - bikes)).collect();
        counted(lake, &time, &counted_now).await;
    }
}

#[tokio::test]
async fn forty_days_take_no_more_memory_than_four() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::folder(folder.path()).unwrap();
    let hours: Vec<Hour> = hour("2026-10-01T00").until(hour("2026-11-10T00")).collect();
    collect(&lake, &hours).await;
    let refined = async |hours: &[Hour]| {
        refine_range(&lake, &velib(), hours.iter().copied(), |_| {}).await.unwrap();
        high_water_kb()
    };
    let (Some(few), Some(many)) = (refined(&hours[..96]).await, refined(&hours).await) else {
        println!("skipped: /proc/self/status is not there");
        return;
    };
    println!("after 4 days {few} kB, after 40 days {many} kB");
    assert!(many < few + GROWTH_KB, "from {few} kB to {many} kB");
}
