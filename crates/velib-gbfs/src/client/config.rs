//! The client's limits.

use std::time::Duration;

/// How long the client waits, how often it tries, how much it takes.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// Longest wait for one connection.
    pub connect_timeout: Duration,
    /// Longest time for one document: all tries, the waits between them and the body.
    pub total_timeout: Duration,
    /// Tries a document, the first included; at least one is made.
    pub tries: u32,
    /// Wait after the first failed try, at most; doubled after each further one. A random share of up to a half is
    /// taken off each wait.
    pub first_backoff: Duration,
    /// Largest body taken, in bytes after content-encoding is undone.
    pub max_body_bytes: usize,
    /// What the server is told of us.
    pub user_agent: String,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(3),
            total_timeout: Duration::from_secs(20),
            tries: 3,
            first_backoff: Duration::from_millis(400),
            max_body_bytes: 32 * 1024 * 1024,
            user_agent: concat!("paris-pulse/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}
