//! How log lines are written.

use std::str::FromStr;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// Words, for people.
    Text,
}

impl LogFormat {
    /// The one in use where nothing else is said: on Lambda machines read the log.
    pub(super) fn usual(on_lambda: bool) -> Self {
        if on_lambda { Self::Json } else { Self::Text }
    }
}

impl FromStr for LogFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            other => Err(format!("it is {other:?}: it must be json or text")),
        }
    }
}
