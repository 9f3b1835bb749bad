//! What is kept in the log, held against what silver counted since: a few hours at a time, the newest first, so that no
//! reading is long. Each hour is read until the truth of all its horizons is known, or will not come any more.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use velib_domain::{Hour, Issue, SignedDuration, SystemId, Timestamp};
use velib_forecast::{JudgedIssue, LiveSkill, protocol::TARGET_TOLERANCE};
use velib_lake::{Lake, LakeError};

/// How far back issues are judged.
pub(crate) const WINDOW_DAYS: i32 = 7;

/// Hours judged together, and held in memory with the hours of silver after them.
const TOGETHER: usize = 3;

/// How long an hour is left alone whose truth was not all there.
const LOOK_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(30);

/// How long after its end forecasts may still be kept in an hour, by a process that slept meanwhile.
const KEPT_UNTIL: SignedDuration = SignedDuration::from_hours(1);

/// How long after its end it is waited for what was counted after an hour: silver may be refined once a day.
const COUNTED_UNTIL: SignedDuration = SignedDuration::from_hours(30);

/// Every hour that was looked at.
#[derive(Default)]
pub(super) struct Judging(BTreeMap<Hour, Looked>);

struct Looked {
    at: Timestamp,
    found: Found,
}

enum Found {
    NoIssue,
    Issue(JudgedIssue),
    /// The lake could not be read.
    Failed,
}

/// What is known of the live skill.
#[derive(Debug, Clone, Default)]
pub(crate) struct Judged {
    /// Of each model what it was worth.
    pub(crate) skills: Vec<LiveSkill>,
    /// When the log was read last.
    pub(crate) at: Option<Timestamp>,
    /// Issues found.
    pub(crate) issues: usize,
    /// Hours that were not read yet; `None` before the first.
    pub(crate) unread: Option<usize>,
    /// Why the lake could not be read last.
    pub(crate) failure: Option<String>,
}

impl Judging {
    /// Judges a few hours more, and tells what is known then.
    pub(super) async fn go_on(&mut self, lake: &Lake, system: &SystemId, now: Timestamp) -> Judged {
        let hours: Vec<Hour> = self.due(now).take(TOGETHER).collect();
        let judged = judge(&hours, lake, system, now).await;
        let failure = judged.as_ref().err().map(ToString::to_string);
        let found = judged.unwrap_or_else(|error| {
            tracing::warn!(?error, "issued forecasts cannot be judged");
            hours.iter().map(|hour| (*hour, Found::Failed)).collect()
        });
        self.0.extend(found.into_iter().map(|(hour, found)| (hour, Looked { at: now, found })));
        self.0.retain(|hour, _| *hour >= first(now));
        let issues = self.0.values().filter_map(|looked| match &looked.found {
            Found::Issue(issue) => Some(issue),
            Found::NoIssue | Found::Failed => None,
        });
        Judged {
            skills: LiveSkill::of(issues.clone()),
            at: Some(now),
            issues: issues.count(),
            unread: Some(all(now).filter(|hour| !self.0.contains_key(hour)).count()),
            failure,
        }
    }

    /// Whether an hour waits to be read.
    pub(super) fn has_more(&self, now: Timestamp) -> bool {
        self.due(now).next().is_some()
    }

    /// Hours to be read, the newest first.
    fn due(&self, now: Timestamp) -> impl Iterator<Item = Hour> {
        let is_due = move |hour: &Hour| self.0.get(hour).is_none_or(|looked| looked.is_due(*hour, now));
        std::iter::successors(Some(newest(now)), |hour| Some(hour.previous()))
            .take_while(move |hour| *hour >= first(now))
            .filter(is_due)
    }
}

/// The first hour whose issues are judged.
fn first(now: Timestamp) -> Hour {
    Hour::containing(now - SignedDuration::from_hours(24) * WINDOW_DAYS)
}

/// The newest hour of whose forecasts the moment may have come: the shortest horizon is an hour.
fn newest(now: Timestamp) -> Hour {
    Hour::containing(now).previous()
}

fn all(now: Timestamp) -> impl Iterator<Item = Hour> {
    first(now).until(newest(now).next())
}

impl Looked {
    fn is_due(&self, hour: Hour, now: Timestamp) -> bool {
        let read_until = |wait: SignedDuration| self.at >= hour.end() + wait;
        let is_final = match &self.found {
            Found::Issue(issue) => issue.is_complete() || read_until(COUNTED_UNTIL),
            Found::NoIssue => read_until(KEPT_UNTIL),
            Found::Failed => false,
        };
        !is_final && now.duration_since(self.at) >= LOOK_AGAIN_AFTER
    }
}

async fn judge(
    hours: &[Hour],
    lake: &Lake,
    system: &SystemId,
    now: Timestamp,
) -> Result<Vec<(Hour, Found)>, LakeError> {
    let read = join_all(hours.iter().map(|hour| issue_in(lake, system, *hour))).await;
    let issues: Vec<Option<Issue>> = read.into_iter().collect::<Result<_, _>>()?;
    let wanted: BTreeSet<Hour> = issues.iter().flatten().flat_map(truth_hours).collect();
    let counted =
        lake.read_silver_hours(system, wanted.into_iter().filter(|hour| hour.start() <= now)).await?;
    let found = |issue: Option<Issue>| {
        issue.map_or(Found::NoIssue, |issue| {
            Found::Issue(JudgedIssue::new(&issue, counted.values().flatten()))
        })
    };
    Ok(hours.iter().copied().zip(issues.into_iter().map(found)).collect())
}

/// What was kept in an hour; one that is damaged cannot be made again and counts for none.
async fn issue_in(lake: &Lake, system: &SystemId, hour: Hour) -> Result<Option<Issue>, LakeError> {
    match lake.read_issue(system, hour).await {
        Err(error @ (LakeError::Corrupt { .. } | LakeError::Schema { .. })) => {
            tracing::warn!(%error, "issued forecasts are damaged and stay unjudged");
            Ok(None)
        }
        read => read,
    }
}

/// The hours in which the truth of an issue may have been counted.
fn truth_hours(issue: &Issue) -> impl Iterator<Item = Hour> {
    let horizons: BTreeSet<SignedDuration> =
        issue.forecasts.iter().map(|forecast| forecast.horizon).collect();
    let moments = horizons.into_iter().map(|horizon| issue.issued_at + horizon);
    moments.flat_map(|moment| [moment - TARGET_TOLERANCE, moment + TARGET_TOLERANCE].map(Hour::containing))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn looked(at: Timestamp, found: Found) -> Looked {
        Looked { at, found }
    }

    #[test]
    fn the_newest_hours_come_first_and_none_whose_moment_cannot_have_come() {
        let now = at("2026-11-20T14:20:00Z");
        let due: Vec<String> = Judging::default().due(now).map(|hour| hour.to_string()).collect();
        assert_eq!((due[0].as_str(), due[due.len() - 1].as_str()), ("2026-11-20T13", "2026-11-13T14"));
        assert_eq!(due.len(), 7 * 24);
    }

    #[test]
    fn an_hour_without_an_issue_is_looked_at_until_none_can_come() {
        let hour: Hour = "2026-11-20T13".parse().unwrap();
        let (early, late) = (at("2026-11-20T14:59:59Z"), at("2026-11-20T15:00:00Z"));
        let a_day_on = at("2026-11-21T15:00:00Z");
        assert!(looked(early, Found::NoIssue).is_due(hour, a_day_on));
        assert!(!looked(late, Found::NoIssue).is_due(hour, a_day_on));
        assert!(looked(late, Found::Failed).is_due(hour, a_day_on), "a failure is no answer");
        assert!(!looked(late, Found::Failed).is_due(hour, at("2026-11-20T15:29:59Z")));
    }
}
