//! When to try again: after a growing wait that is never the same twice, or when the server says.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use reqwest::{Response, StatusCode, header::RETRY_AFTER};

use super::FetchError;

/// What went wrong with one try, and whether another may go better.
pub(super) enum TryError {
    /// The server or the way to it may recover, at the earliest after the wait that the server asked for.
    Passing(FetchError, Option<Duration>),
    /// Asking again gives the same answer.
    Lasting(FetchError),
}

impl TryError {
    /// An answer that brings no document.
    pub(super) fn of_status(url: String, response: &Response) -> Self {
        let status = response.status();
        let error = FetchError::Status { url, status: status.as_u16() };
        match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Self::Passing(error, retry_after(response))
            }
            status if status.is_server_error() => Self::Passing(error, None),
            _ => Self::Lasting(error),
        }
    }
}

/// The wait a server asks for. Only seconds are understood: a date would need a clock, and the usual wait will do.
fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Between a half and the whole of a wait, so that clients that failed together do not come back together.
pub(super) fn jittered(wait: Duration) -> Duration {
    let random = RandomState::new().hash_one(());
    let share = f64::from((random >> 32) as u32) / f64::from(u32::MAX);
    wait.mul_f64(0.5 + share / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_between_a_half_and_the_whole_and_varies() {
        let whole = Duration::from_secs(1);
        let waits: Vec<Duration> = (0..32).map(|_| jittered(whole)).collect();
        assert!(waits.iter().all(|wait| (whole / 2..=whole).contains(wait)), "{waits:?}");
        assert!(waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
    }
}
