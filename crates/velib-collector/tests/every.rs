//! The laptop's schedule on a clock that only moves when everybody waits for it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

use std::{cell::RefCell, time::Duration};

use tokio::time::{Instant, sleep};
use velib_collector::{Cadence, CollectError, FailedRun, Outcome, collect_every};
use velib_domain::Timestamp;
use velib_gbfs::DocumentError;
use velib_lake::Feed;

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

/// A wall clock that starts at 14:05 and follows the paused runtime.
fn clock() -> impl Fn() -> Timestamp {
    let (start, begun) = ("2026-11-20T14:05:00Z".parse::<Timestamp>().unwrap(), Instant::now());
    move || start + begun.elapsed()
}

fn failure() -> Result<Vec<Outcome>, FailedRun> {
    let error = CollectError::NotListed { feed: Feed::StationStatus, cause: DocumentError::NoFeeds };
    Err(FailedRun { failed: vec![("velib".parse().unwrap(), error)], collected: Vec::new() })
}

/// Runs hourly on `clock` until `stop_after`, each run failing after `run_takes`; returns the hours that were run.
async fn hours_run(now: impl Fn() -> Timestamp, run_takes: Duration, stop_after: Duration) -> Vec<String> {
    runs_every("60m", now, run_takes, stop_after).await
}

async fn runs_every(
    cadence: &str,
    now: impl Fn() -> Timestamp,
    run_takes: Duration,
    stop_after: Duration,
) -> Vec<String> {
    let runs = RefCell::new(Vec::new());
    let collect = async |scheduled_at: Timestamp| {
        sleep(run_takes).await;
        runs.borrow_mut().push(scheduled_at.strftime("%H:%M:%S").to_string());
        failure()
    };
    collect_every(cadence.parse::<Cadence>().unwrap(), now, collect, sleep(stop_after)).await;
    runs.into_inner()
}

#[tokio::test(start_paused = true)]
async fn runs_come_on_the_hour_and_a_failed_one_does_not_end_them() {
    let runs = hours_run(clock(), Duration::from_secs(3), 3 * HOUR).await;
    assert_eq!(runs, ["15:00:00", "16:00:00", "17:00:00"]);
}

#[tokio::test(start_paused = true)]
async fn hours_that_pass_during_a_long_run_are_skipped() {
    let runs = hours_run(clock(), 150 * MINUTE, 6 * HOUR).await;
    assert_eq!(runs, ["15:00:00", "18:00:00"]);
}

#[tokio::test(start_paused = true)]
async fn a_run_under_way_is_finished_before_stopping() {
    let runs = hours_run(clock(), 30 * MINUTE, 60 * MINUTE).await;
    assert_eq!(runs, ["15:00:00"]);
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_slept_skips_what_it_missed_and_wakes_for_the_next_hour() {
    let (awake, begun) = (clock(), Instant::now());
    let slept_five_hours = move || {
        let asleep = if begun.elapsed() < 20 * MINUTE { Duration::ZERO } else { 5 * HOUR };
        awake() + asleep
    };
    let runs = hours_run(slept_five_hours, Duration::ZERO, 60 * MINUTE).await;
    assert_eq!(runs, ["20:00:00"]);
}

#[tokio::test(start_paused = true)]
async fn a_quarter_of_an_hour_five_minutes_and_one_are_kept_to() {
    let quick = Duration::from_secs(3);
    assert_eq!(runs_every("15m", clock(), quick, 41 * MINUTE).await, ["14:15:00", "14:30:00", "14:45:00"]);
    assert_eq!(runs_every("5m", clock(), quick, 12 * MINUTE).await, ["14:10:00", "14:15:00"]);
    assert_eq!(runs_every("1m", clock(), quick, 4 * MINUTE).await, ["14:06:00", "14:07:00", "14:08:00"]);
}

#[tokio::test(start_paused = true)]
async fn at_one_minute_a_run_that_takes_longer_costs_the_next_and_no_more() {
    let runs = runs_every("1m", clock(), Duration::from_secs(70), 6 * MINUTE).await;
    assert_eq!(runs, ["14:06:00", "14:08:00", "14:10:00"]);
}
