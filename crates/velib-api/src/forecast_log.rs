//! The log of forecasts that were issued: the first of each hour goes into the lake, a model's before persistence, and what
//! is there is held against what was counted since, all behind the answers.
//!
//! An answer never waits for it and never fails by it. It is worked on from a thread of its own kind once an answer is made,
//! and not behind a process's first one, which somebody waits for while everything starts. On a machine that sleeps between
//! two requests, as Lambda's do, what was begun goes on with the next.

mod issue;
mod judging;

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::runtime::Handle;
use velib_domain::{Hour, Issue, SignedDuration, Source, SystemId, Timestamp};
use velib_lake::{Lake, PutOutcome};

use crate::{city::SharedCity, forecasts::Forecasts, metrics::Metrics};
use issue::issue_of;
use judging::Judging;
pub(crate) use judging::{Judged, WINDOW_DAYS};

/// How long a lake that failed is left alone.
const REST_AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(5);

/// How much of an hour is left when persistence is kept of it: until then its place is the model's, which may answer later, or
/// another process, as what is kept first stays.
const PERSISTENCE_WITHIN: SignedDuration = SignedDuration::from_mins(15);

/// How often it is looked for hours that have become due.
const JUDGED_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// The log of one system; cloning shares it.
#[derive(Clone)]
pub(crate) struct ForecastLog(Arc<Shared>);

struct Shared {
    lake: Lake,
    system: SystemId,
    metrics: Arc<Metrics>,
    state: Mutex<State>,
    /// Held by whoever works on the log.
    judging: Arc<tokio::sync::Mutex<Judging>>,
}

/// What is known, and when there is something to do.
#[derive(Default)]
struct State {
    has_answered: bool,
    /// The newest hour whose forecasts are in the lake.
    kept: Option<Hour>,
    /// Why none could be kept when it was tried last, and when that was.
    failure: Option<(Timestamp, String)>,
    judged: Arc<Judged>,
    /// When the log is to be read on; at once where nothing is known yet.
    judge_from: Option<Timestamp>,
}

/// What is due.
#[derive(Default)]
struct Due {
    keeping: bool,
    judging: bool,
}

impl ForecastLog {
    pub(crate) fn new(lake: Lake, system: SystemId, metrics: Arc<Metrics>) -> Self {
        let (state, judging) = (Mutex::default(), Arc::default());
        Self(Arc::new(Shared { lake, system, metrics, state, judging }))
    }

    /// What is known of how the forecasts turned out, and why none are kept, where the lake takes none.
    pub(crate) fn judged(&self) -> (Arc<Judged>, Option<String>) {
        self.0.with(|state| {
            (Arc::clone(&state.judged), state.failure.as_ref().map(|(_, reason)| reason.clone()))
        })
    }

    /// Begins what is due, once an answer is made: `newest` tells the newest forecasts and the counts they start from.
    pub(crate) fn answered(
        &self,
        newest: impl FnOnce() -> Option<(SharedCity, Arc<Forecasts>)>,
        now: Timestamp,
    ) {
        let due = self.0.with(|state| state.answered(now));
        let newest = due.keeping.then(newest).flatten().filter(|(_, forecasts)| self.0.wants(forecasts, now));
        if newest.is_none() && !due.judging {
            return;
        }
        let Ok(mut judging) = Arc::clone(&self.0.judging).try_lock_owned() else { return };
        let (shared, runtime) = (Arc::clone(&self.0), Handle::current());
        let work = move || {
            if let Some((city, forecasts)) = newest {
                runtime.block_on(shared.keep(&issue_of(&city, &forecasts), now));
            }
            if due.judging {
                runtime.block_on(shared.judge(&mut judging, now));
            }
        };
        tokio::task::spawn_blocking(work);
    }
}

impl State {
    /// What is due, now that there was one more answer.
    fn answered(&mut self, now: Timestamp) -> Due {
        if !mem::replace(&mut self.has_answered, true) {
            return Due::default();
        }
        let rests = self.failure.as_ref().is_some_and(|(at, _)| now.duration_since(*at) < REST_AFTER_FAILURE);
        Due {
            keeping: !rests && self.kept < Some(Hour::containing(now)),
            judging: self.judge_from.is_none_or(|from| from <= now),
        }
    }
}

impl Shared {
    fn with<T>(&self, ask: impl FnOnce(&mut State) -> T) -> T {
        ask(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether these are the first of an hour, and stay what they are.
    fn wants(&self, forecasts: &Forecasts, now: Timestamp) -> bool {
        let hour = Hour::containing(forecasts.issued_at);
        let others_may_come =
            forecasts.source == Source::Persistence && now < hour.end() - PERSISTENCE_WITHIN;
        !others_may_come && forecasts.are_settled() && self.with(|state| state.kept < Some(hour))
    }

    async fn keep(&self, issue: &Issue, now: Timestamp) {
        let hour = issue.hour();
        let kept = self.lake.keep_issue(&self.system, issue).await;
        self.metrics.issue_was(match kept {
            Ok(PutOutcome::Stored) => "kept",
            Ok(PutOutcome::AlreadyStored) => "already_kept",
            Err(_) => "failed",
        });
        let failed_before = self.with(|state| {
            let failure = kept.as_ref().err().map(|error| (now, error.to_string()));
            state.kept = if failure.is_none() { Some(hour) } else { state.kept };
            mem::replace(&mut state.failure, failure).is_some()
        });
        // A lake that cannot be written would be told of for ever.
        match kept {
            Err(error) if !failed_before => {
                tracing::warn!(
                    ?error,
                    "issued forecasts are not kept, so their live skill will not be known"
                );
            }
            Ok(_) if failed_before => tracing::info!(%hour, "issued forecasts are kept again"),
            _ => {}
        }
    }

    async fn judge(&self, judging: &mut Judging, now: Timestamp) {
        let judged = judging.go_on(&self.lake, &self.system, now).await;
        let rest = match judged.failure {
            Some(_) => REST_AFTER_FAILURE,
            None if judging.has_more(now) => SignedDuration::ZERO,
            None => JUDGED_AGAIN_AFTER,
        };
        self.with(|state| {
            state.judged = Arc::new(judged);
            state.judge_from = Some(now + rest);
        });
    }
}
