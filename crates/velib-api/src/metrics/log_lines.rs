//! Where log lines that are not for people are written.

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

/// A writer of whole lines, shared by all requests.
#[derive(Clone)]
pub struct LogLines(Arc<Mutex<dyn Write + Send>>);

impl LogLines {
    /// Where Lambda takes a program's log from.
    pub fn to_stdout() -> Self {
        Self::to(io::stdout())
    }

    /// Anywhere else.
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(writer)))
    }

    /// Writes a line. One that cannot be written costs no answer.
    pub(super) fn write(&self, line: &impl fmt::Display) {
        let line = format!("{line}\n");
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = writer.write_all(line.as_bytes()).and_then(|()| writer.flush()) {
            tracing::warn!(%error, "the numbers of a request cannot be written");
        }
    }
}

impl fmt::Debug for LogLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogLines")
    }
}
