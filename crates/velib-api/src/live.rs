//! What is served as now, and when the feed is asked anew.
//!
//! Counts younger than a minute are served as they are. Older ones, up to a stated age, are served too, while one
//! fetch goes on behind the answers; forecasts and estimates are made from what it brings before anybody sees it, so
//! that no request waits for them. Beyond that age a request waits for the fetch, but not for long. Where the feed is
//! down or late it gets the last counts, called remembered, until the furthest forecast made from them has run out; a
//! process that has read none gets those of the lake. A fetch that is late goes on meanwhile.
//!
//! Nothing here depends on a task that goes on between two requests: on a machine that sleeps meanwhile, as Lambda's
//! do, counts grow older than the stated age, and the next request waits.

use std::{
    pin::pin,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::timeout,
};
use velib_domain::{SignedDuration, Timestamp};

use crate::{
    city::{City, Origin, SharedCity},
    feed::{Feed, LiveStatus},
    forecasts::{Forecasting, Forecasts},
    history::{History, PastDay},
    present::{Failure, Present},
    usable::{Estimating, StuckBikes},
};

/// How long counts are served without asking the feed again.
const FRESH_FOR: SignedDuration = SignedDuration::from_secs(60);

/// How long a feed that failed is left alone.
const REST_AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(10);

/// How long a failure tells that the feed is down; later than that, somebody waits for it again.
const FAILURE_TELLS_FOR: SignedDuration = SignedDuration::from_secs(60);

/// When counts are of no use any more: the last horizon of the forecasts made from them has passed.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(3);

/// The newest of everything, shared by all requests.
#[derive(Clone)]
pub(crate) struct Live(Arc<Shared>);

struct Shared {
    feed: Feed,
    /// How long a request waits for it where there are counts of before.
    patience: Duration,
    origin: Origin,
    history: History,
    forecasting: Forecasting,
    estimating: Estimating,
    newest: RwLock<Newest>,
    /// Held by whoever asks the feed.
    fetching: Arc<Mutex<()>>,
    /// Held by whoever looks for counts of before, because the feed is late.
    falling_back: Mutex<()>,
}

/// The newest counts, and how the last fetch failed, if it did.
#[derive(Clone, Default)]
struct Newest {
    present: Option<Present>,
    failure: Option<Failure>,
}

/// Whether the feed is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// Not now.
    No,
    /// Yes, behind an answer that is good enough.
    Behind,
    /// Yes, before there can be an answer.
    First,
}

impl Live {
    /// Of a feed, for which a request waits so long where there are counts of before.
    pub(crate) fn new(
        (feed, patience): (Feed, Duration),
        origin: Origin,
        history: History,
        forecasting: Forecasting,
    ) -> Self {
        Self(Arc::new(Shared {
            feed,
            patience,
            origin,
            history,
            forecasting,
            estimating: Estimating::default(),
            newest: RwLock::default(),
            fetching: Arc::default(),
            falling_back: Mutex::default(),
        }))
    }

    pub(crate) fn feed(&self) -> &Feed {
        &self.0.feed
    }

    /// Whether forecasts look at the weather; `None` where that is unknown.
    pub(crate) fn forecasts_see_weather(&self) -> Option<bool> {
        self.0.forecasting.see_weather()
    }

    pub(crate) fn origin(&self) -> Origin {
        self.0.origin
    }

    /// The newest counts that can be served; why there are none, where the feed told none for too long.
    pub(crate) async fn present(&self, now: Timestamp) -> Result<Present, String> {
        let shared = &self.0;
        match shared.newest().due(now, shared.origin) {
            Due::No => {}
            Due::Behind => self.fetch_behind(now),
            Due::First => {
                let mut fetched = pin!(shared.fetched(now));
                let is_late = timeout(shared.patience, &mut fetched).await.is_err();
                if is_late && !shared.fall_back(now).await {
                    fetched.await;
                }
            }
        }
        shared.newest().served(now)
    }

    /// Fetches once everybody has their answer, unless somebody fetches already.
    fn fetch_behind(&self, now: Timestamp) {
        let Ok(fetching) = Arc::clone(&self.0.fetching).try_lock_owned() else { return };
        tokio::spawn(Arc::clone(&self.0).renew(now, fetching));
    }

    /// What was forecast from the newest counts, and these; `None` where nobody has asked for it.
    pub(crate) fn issued(&self) -> Option<(SharedCity, Arc<Forecasts>)> {
        let present = self.0.newest().present?;
        Some((present.city, present.made.forecasts.newest()?))
    }

    pub(crate) async fn past_day(&self, now: Timestamp) -> Arc<PastDay> {
        self.0.past_day(now).await
    }

    /// Forecasts from the counts of a present.
    pub(crate) async fn forecasts(&self, present: &Present, now: Timestamp) -> Arc<Forecasts> {
        self.0.forecasts(present, now).await
    }

    /// These forecasts, and those that follow them to a day ahead.
    pub(crate) async fn day_ahead(
        &self,
        near: Arc<Forecasts>,
        present: &Present,
        now: Timestamp,
    ) -> Arc<Forecasts> {
        let kept = &present.made.forecasts;
        self.0.forecasting.day_ahead(kept, near, &present.city, &present.past_day, now).await
    }

    /// How many of the bikes of a present cannot be ridden.
    pub(crate) async fn stuck_bikes(&self, present: &Present) -> Arc<StuckBikes> {
        self.0.stuck_bikes(present).await
    }
}

impl Shared {
    fn newest(&self) -> Newest {
        self.newest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts that a fetch did not bring are those of before.
    fn publish(&self, read: Newest) {
        let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
        *newest = Newest { present: read.present.or(newest.present.take()), failure: read.failure };
    }

    /// Until the feed was asked, by this request or by another one. Whoever waits no longer does not end the asking.
    async fn fetched(self: &Arc<Self>, now: Timestamp) {
        let fetching = Arc::clone(&self.fetching).lock_owned().await;
        // Whoever had the lock before may have brought what is wanted.
        if self.newest().due(now, self.origin) == Due::First {
            let shared = Arc::clone(self);
            let asking = tokio::spawn(async move {
                let read = shared.read(now).await;
                shared.publish(read);
                drop(fetching);
            });
            // One that fell over leaves what there was.
            let _ = asking.await;
        }
    }

    /// Lets counts of before be served, because the feed is late; whether there are any.
    async fn fall_back(&self, now: Timestamp) -> bool {
        let looking = self.falling_back.lock().await;
        if self.newest().due(now, self.origin) != Due::First {
            return true;
        }
        let remembered = self.remembered(self.past_day(now).await, now).await;
        let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
        // The feed may have answered meanwhile.
        if newest.due(now, self.origin) != Due::First {
            return true;
        }
        let reason = format!("it has not answered for {} ms", self.patience.as_millis());
        let late = Some(Failure { at: now, reason });
        let fallen_back = Newest { present: remembered.or(newest.present.clone()), failure: late };
        let is_of_use = fallen_back.clone().served(now).is_ok();
        if is_of_use {
            *newest = fallen_back;
        }
        drop(looking);
        is_of_use
    }

    async fn renew(self: Arc<Self>, now: Timestamp, fetching: OwnedMutexGuard<()>) {
        let read = self.read(now).await;
        if let Some(present) = &read.present {
            tokio::join!(self.forecasts(present, now), self.stuck_bikes(present));
        }
        self.publish(read);
        drop(fetching);
    }

    /// What the feed tells now; where it tells nothing, why, and what the lake knows better than this process.
    async fn read(&self, now: Timestamp) -> Newest {
        let (fetched, past_day, _) =
            tokio::join!(self.feed.fetch(now), self.past_day(now), self.forecasting.weather(now));
        match fetched {
            Ok(status) => {
                let city = City::join(&status, self.origin, &past_day);
                Newest { present: Some(Present::new(city, past_day)), failure: None }
            }
            Err(error) => {
                tracing::warn!(%error, feed = self.feed.discovery_url(), "the feed gave no status");
                let failure = Failure { at: now, reason: error.to_string() };
                Newest { present: self.remembered(past_day, now).await, failure: Some(failure) }
            }
        }
    }

    /// The lake's newest counts, where those in memory do not hold any more and are older.
    async fn remembered(&self, past_day: Arc<PastDay>, now: Timestamp) -> Option<Present> {
        let known = self.newest().present;
        let is_no_use = |known: &Present| {
            let holds = now.duration_since(known.city.snapshot_at) <= self.origin.holds_for;
            holds || Arc::ptr_eq(&known.past_day, &past_day)
        };
        if known.as_ref().is_some_and(is_no_use) {
            return None;
        }
        let snapshot = self.history.newest_snapshot(&past_day).await?;
        if known.is_some_and(|known| known.city.snapshot_at >= snapshot.snapshot_at) {
            return None;
        }
        let status = LiveStatus::remembered(snapshot, &past_day.stations);
        let city = City::join(&status, self.origin.remembered(), &past_day);
        (!city.stations.is_empty()).then(|| Present::new(city, past_day))
    }

    async fn past_day(&self, now: Timestamp) -> Arc<PastDay> {
        self.history.past_day(self.forecasting.look_back(), now).await
    }

    async fn forecasts(&self, present: &Present, now: Timestamp) -> Arc<Forecasts> {
        self.forecasting.of(&present.made.forecasts, &present.city, &present.past_day, now).await
    }

    async fn stuck_bikes(&self, present: &Present) -> Arc<StuckBikes> {
        let estimate = || self.estimating.of(&present.city, &present.past_day);
        Arc::clone(present.made.stuck.get_or_init(estimate).await)
    }
}

impl Newest {
    fn due(&self, now: Timestamp, origin: Origin) -> Due {
        let failed_within = |span: SignedDuration| {
            self.failure.as_ref().is_some_and(|failure| now.duration_since(failure.at) < span)
        };
        let age = self.present.as_ref().map(|present| now.duration_since(present.city.snapshot_at));
        if failed_within(REST_AFTER_FAILURE) || age.is_some_and(|age| age < FRESH_FOR) {
            return Due::No;
        }
        let waiting_is_vain = failed_within(FAILURE_TELLS_FOR);
        match age {
            Some(age) if age <= origin.holds_for || waiting_is_vain => Due::Behind,
            _ => Due::First,
        }
    }

    fn served(self, now: Timestamp) -> Result<Present, String> {
        let reason = self.failure.as_ref().map_or("it was not asked yet", |failure| &failure.reason);
        let Some(present) = self.present else { return Err(reason.to_owned()) };
        let age = now.duration_since(present.city.snapshot_at);
        if age > FORGOTTEN_AFTER {
            return Err(format!("its last counts are {} s old, and since then {reason}", age.as_secs()));
        }
        Ok(Present { failure: self.failure, ..present })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use velib_domain::Source;

    use crate::feed::tests::status_at;

    const ORIGIN: Origin = Origin { source: Source::Live, holds_for: SignedDuration::from_secs(300) };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    /// Counts that were fetched at 0 s, and a fetch that failed at another second.
    fn newest(failed_at: Option<i64>) -> Newest {
        let city = City::join(&status_at(at(0)), ORIGIN, &PastDay::default());
        let present = Present::new(city, Arc::default());
        let failure = failed_at.map(|second| Failure { at: at(second), reason: "it is down".to_owned() });
        Newest { present: Some(present), failure }
    }

    fn check(failed_at: Option<i64>, expect: &[(i64, Due)]) {
        for (second, due) in expect {
            assert_eq!(newest(failed_at).due(at(*second), ORIGIN), *due, "at {second} s");
        }
    }

    #[test]
    fn counts_are_renewed_behind_answers_until_they_are_too_old_for_any() {
        use Due::{Behind, First, No};
        check(None, &[(-1, No), (59, No), (60, Behind), (300, Behind), (301, First)]);
    }

    #[test]
    fn a_feed_that_failed_rests_and_nobody_waits_for_it_while_it_is_known_to_be_down() {
        use Due::{Behind, First, No};
        check(Some(400), &[(400, No), (409, No), (410, Behind), (459, Behind), (460, First)]);
        let never = Newest { present: None, ..newest(Some(400)) };
        assert_eq!([409, 410].map(|second| never.due(at(second), ORIGIN)), [No, First]);
    }

    #[test]
    fn counts_are_forgotten_when_their_forecasts_have_run_out() {
        assert!(newest(Some(10_790)).served(at(10_800)).is_ok());
        let reason = newest(Some(10_790)).served(at(10_801)).err().unwrap();
        assert_eq!(reason, "its last counts are 10801 s old, and since then it is down");
    }
}
