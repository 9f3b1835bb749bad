//! What one request may take, and how many may be answered at once.

use std::{str::FromStr, time::Duration};

/// Bounds beyond which a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest body taken, in bytes.
    pub body_bytes: usize,
    /// The longest query taken, in bytes.
    pub query_bytes: usize,
    /// Requests answered at once; those beyond are refused, not queued.
    pub concurrent_requests: usize,
    /// The longest that a request may take.
    pub timeout: Duration,
}

/// The feed's and the model's own limits together fit into the time, and a little more.
impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 64 * 1024,
            query_bytes: 4 * 1024,
            concurrent_requests: 512,
            timeout: Duration::from_secs(20),
        }
    }
}

impl Limits {
    /// Reads those that are set; the others are as usual.
    pub(super) fn from_variables(
        variable: impl Fn(&str) -> Option<String>,
        errors: &mut Vec<String>,
    ) -> Self {
        let mut limit = |name: &str, usual: usize| {
            let Some(text) = variable(name) else { return usual };
            usize::from_str(&text).ok().filter(|limit| *limit > 0).unwrap_or_else(|| {
                errors.push(format!("{name} is {text:?}: it must be a whole number above zero"));
                usual
            })
        };
        let usual = Self::default();
        Self {
            body_bytes: limit("MAX_BODY_BYTES", usual.body_bytes),
            query_bytes: limit("MAX_QUERY_BYTES", usual.query_bytes),
            concurrent_requests: limit("MAX_CONCURRENT_REQUESTS", usual.concurrent_requests),
            timeout: Duration::from_secs(limit("REQUEST_TIMEOUT_S", usual.timeout.as_secs() as usize) as u64),
        }
    }
}
