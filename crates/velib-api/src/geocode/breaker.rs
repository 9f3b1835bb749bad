//! Leaves a service alone that has failed: otherwise everybody who types would wait for it again.

use std::sync::{Mutex, PoisonError};

use velib_domain::{SignedDuration, Timestamp};

use super::GeocodeError;

/// Failures in a row after which a service is left alone.
const FAILURES: u32 = 3;

/// For how long; after that one request tries it, and the others wait for what becomes of that.
const REST: SignedDuration = SignedDuration::from_secs(30);

/// A service that says it is asked too often is left alone at once, and longer.
const REST_WHEN_BUSY: SignedDuration = SignedDuration::from_secs(60);

/// The state of one service.
#[derive(Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    rests_until: Option<Timestamp>,
}

impl Breaker {
    /// Whether to ask the service now.
    pub(super) fn lets_through(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.rests_until {
            Some(until) if now < until => false,
            Some(_) => {
                state.rests_until = Some(now + REST);
                true
            }
            None => true,
        }
    }

    /// What became of a request.
    pub(super) fn learned(&self, error: Option<&GeocodeError>, now: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(error) = error else {
            *state = State::default();
            return;
        };
        state.failures += 1;
        if error.is_busy() {
            state.rests_until = Some(now + REST_WHEN_BUSY);
        } else if state.failures >= FAILURES {
            state.rests_until = Some(now + REST);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    #[test]
    fn after_three_failures_it_rests_and_then_one_request_tries() {
        let breaker = Breaker::default();
        for second in [0, 1, 2] {
            assert!(breaker.lets_through(at(second)));
            breaker.learned(Some(&GeocodeError::TimedOut), at(second));
        }
        assert!(!breaker.lets_through(at(31)));
        assert_eq!([32, 32].map(|second| breaker.lets_through(at(second))), [true, false]);
        breaker.learned(None, at(33));
        assert!(breaker.lets_through(at(33)));
    }

    #[test]
    fn a_service_that_is_busy_rests_at_once() {
        let breaker = Breaker::default();
        breaker.learned(Some(&GeocodeError::Status(429)), at(0));
        assert_eq!([59, 60].map(|second| breaker.lets_through(at(second))), [false, true]);
    }
}
