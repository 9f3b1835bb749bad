//! The laptop's schedule: a run at every whole multiple of a period, in UTC, as the cloud's scheduler would.
//!
//! A failed run is logged and the next one comes all the same. Multiples that pass during a long run or while the
//! machine sleeps are skipped, never caught up: what the feed said then is gone, and what it says later must not be
//! kept under that name.

use std::{fmt, str::FromStr, time::Duration};

use velib_domain::{SignedDuration, Timestamp};

use crate::{FailedRun, Outcome};

/// Longest sleep at once. A laptop that was shut notices within this time that it is late.
const LONGEST_NAP: Duration = Duration::from_secs(30);

/// A run that could start only later than this after its moment is skipped.
const LATEST_START: SignedDuration = SignedDuration::from_secs(60);

/// How often to collect: a whole number of seconds, at least one. Read from text such as `60m`, `90s` or `1h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cadence {
    seconds: i64,
}

/// Text that names no cadence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no period: write it as 60m, 90s or 1h, at least one second and at most a year")]
pub struct InvalidCadence(pub String);

impl Cadence {
    const LONGEST_SECONDS: i64 = 366 * 24 * 3600;

    /// The period in seconds.
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// The first whole multiple after an instant, counted from midnight of 1970-01-01 UTC.
    pub fn next_due(self, now: Timestamp) -> Timestamp {
        let multiples = now.as_second().div_euclid(self.seconds) + 1;
        Timestamp::from_second(multiples * self.seconds).unwrap_or(Timestamp::MAX)
    }
}

impl FromStr for Cadence {
    type Err = InvalidCadence;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidCadence(text.to_owned());
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match &text[digits.len()..] {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => return Err(invalid()),
        };
        let count: i64 = digits.parse().map_err(|_| invalid())?;
        let seconds = count.checked_mul(unit).filter(|seconds| (1..=Self::LONGEST_SECONDS).contains(seconds));
        seconds.map(|seconds| Self { seconds }).ok_or_else(invalid)
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self.seconds {
            whole if whole % 3600 == 0 => (whole / 3600, "h"),
            whole if whole % 60 == 0 => (whole / 60, "m"),
            seconds => (seconds, "s"),
        };
        write!(f, "{count}{unit}")
    }
}

/// What a scheduled run leaves in the log, since nobody waits for its answer.
pub trait Logged {
    /// Writes the log line of a run.
    fn log(&self, scheduled_at: Timestamp);
}

/// Calls `collect` with the scheduled moment at every multiple of the cadence, until `stop` resolves. A run under way
/// is finished first.
pub async fn collect_every<Run>(
    cadence: Cadence,
    now: impl Fn() -> Timestamp,
    mut collect: impl FnMut(Timestamp) -> Run,
    stop: impl Future<Output = ()>,
) where
    Run: Future<Output: Logged>,
{
    tokio::pin!(stop);
    let mut due = cadence.next_due(now());
    loop {
        tokio::select! {
            biased;
            () = &mut stop => return,
            () = sleep_until(due, &now) => {}
        }
        if now().duration_since(due) <= LATEST_START {
            collect(due).await.log(due);
        } else {
            tracing::warn!(scheduled_at = %due, "skipped a run: this machine was asleep");
        }
        due = cadence.next_due(now().max(due));
    }
}

async fn sleep_until(due: Timestamp, now: &impl Fn() -> Timestamp) {
    while let Ok(left) = Duration::try_from(due.duration_since(now()))
        && !left.is_zero()
    {
        tokio::time::sleep(left.min(LONGEST_NAP)).await;
    }
}

impl Logged for Result<Vec<Outcome>, FailedRun> {
    fn log(&self, scheduled_at: Timestamp) {
        let collected = match self {
            Ok(collected) => collected,
            Err(error) => {
                tracing::error!(%scheduled_at, code = error.code(), %error, "the run failed; going on");
                &error.collected
            }
        };
        for Outcome { system, station_status: status, .. } in collected {
            tracing::info!(%scheduled_at, %system, stations = status.accepted, key = status.key, "collected");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check_next(cadence: &str, now: &str, next: &str) {
        let cadence: Cadence = cadence.parse().unwrap();
        assert_eq!(cadence.next_due(at(now)), at(next));
    }

    #[test]
    fn an_hourly_run_is_due_on_the_hour() {
        check_next("60m", "2026-11-20T14:05:03.5Z", "2026-11-20T15:00:00Z");
    }

    #[test]
    fn at_a_multiple_the_one_after_it_is_next() {
        check_next("15m", "2026-11-20T14:15:00Z", "2026-11-20T14:30:00Z");
        check_next("15m", "2026-11-20T14:14:59.999Z", "2026-11-20T14:15:00Z");
    }

    #[test]
    fn a_daily_run_is_due_at_midnight_utc() {
        check_next("24h", "2026-11-20T23:59:59Z", "2026-11-21T00:00:00Z");
    }

    #[test]
    fn what_is_no_period_is_refused_by_name() {
        for text in ["", "m", "0s", "-5m", "60", "1d", "1.5h", "99999999999999999999h", "9000h", "5 m", "é"]
        {
            assert_eq!(text.parse::<Cadence>(), Err(InvalidCadence(text.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn a_cadence_reads_as_it_prints(seconds in 1..Cadence::LONGEST_SECONDS) {
            let cadence = Cadence { seconds };
            prop_assert_eq!(cadence.to_string().parse(), Ok(cadence));
        }

        #[test]
        fn the_next_multiple_is_at_most_one_period_away(
            second in 0..4_000_000_000_i64,
            seconds in 1..100_000_i64,
        ) {
            let now = Timestamp::from_second(second).unwrap();
            let next = Cadence { seconds }.next_due(now);
            prop_assert!(now < next && next.as_second() <= second + seconds);
            prop_assert_eq!(next.as_second() % seconds, 0);
        }
    }
}
