//! What the service counts of itself, in the text form that Prometheus scrapes.
//!
//! Written by hand: a fixed set of eight series needs no registry, and the binary no further crate.

use std::{
    fmt::Write,
    num::NonZeroUsize,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use crate::Health;

/// The media type of the text form.
pub(crate) const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Upper ends of the buckets of the model's time, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0];

/// Every status that an invocation can end with.
const STATUSES: [u16; 8] = [200, 400, 408, 413, 415, 429, 500, 503];

/// Counts since the start of the process.
#[derive(Debug)]
pub(crate) struct Metrics {
    answers: [AtomicU64; STATUSES.len()],
    stations: AtomicU64,
    /// One a bucket, and one above the last.
    model_times: [AtomicU64; BUCKETS.len() + 1],
    model_micros: AtomicU64,
    waiting: AtomicU64,
    may_wait: NonZeroUsize,
    reloads: AtomicU64,
    refused_reloads: AtomicU64,
}

impl Metrics {
    pub(crate) fn new(may_wait: NonZeroUsize) -> Self {
        Self {
            answers: Default::default(),
            stations: AtomicU64::new(0),
            model_times: Default::default(),
            model_micros: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
            may_wait,
            reloads: AtomicU64::new(0),
            refused_reloads: AtomicU64::new(0),
        }
    }

    /// An invocation was answered.
    pub(crate) fn answered(&self, status: u16) {
        if let Some(at) = STATUSES.iter().position(|known| *known == status) {
            self.answers[at].fetch_add(1, Relaxed);
        }
    }

    /// The model answered for so many stations in so much time.
    pub(crate) fn forecast(&self, stations: usize, took: Duration) {
        let bucket = BUCKETS.iter().position(|upper| took.as_secs_f64() <= *upper);
        self.model_times[bucket.unwrap_or(BUCKETS.len())].fetch_add(1, Relaxed);
        self.model_micros.fetch_add(took.as_micros() as u64, Relaxed);
        self.stations.fetch_add(stations as u64, Relaxed);
    }

    pub(crate) fn joined_the_queue(&self) {
        self.waiting.fetch_add(1, Relaxed);
    }

    pub(crate) fn left_the_queue(&self) {
        self.waiting.fetch_sub(1, Relaxed);
    }

    /// Another artefact was taken, or refused.
    pub(crate) fn reloaded(&self, taken: bool) {
        let counter = if taken { &self.reloads } else { &self.refused_reloads };
        counter.fetch_add(1, Relaxed);
    }

    /// The text that a scraper reads.
    pub(crate) fn text(&self, health: &Health) -> String {
        let mut page = Page::default();
        page.head("invocations_total", "counter", "Answers to POST /invocations by HTTP status.");
        for (status, count) in STATUSES.iter().zip(&self.answers) {
            page.line("invocations_total", &format!("{{status=\"{status}\"}}"), count.load(Relaxed));
        }
        page.only("stations_total", "counter", "Stations forecast.", self.stations.load(Relaxed));
        self.write_model_times(&mut page);
        page.only("queue_waiting", "gauge", "Requests waiting for the model.", self.waiting.load(Relaxed));
        page.only("queue_limit", "gauge", "Requests that may wait.", self.may_wait.get() as u64);
        page.head("reloads_total", "counter", "Later artefacts by what became of them.");
        page.line("reloads_total", "{outcome=\"taken\"}", self.reloads.load(Relaxed));
        page.line("reloads_total", "{outcome=\"refused\"}", self.refused_reloads.load(Relaxed));
        page.only("model_ready", "gauge", "1 while the model answers.", u64::from(health.is_ready()));
        if let Health::Ready { version, .. } = health {
            page.head("model_info", "gauge", "The version of the model that answers.");
            page.line("model_info", &format!("{{version=\"{}\"}}", escaped(version)), 1);
        }
        page.0
    }

    fn write_model_times(&self, page: &mut Page) {
        page.head("model_seconds", "histogram", "What the model took for a request, without the queue.");
        let mut up_to = 0;
        for (at, count) in self.model_times.iter().enumerate() {
            up_to += count.load(Relaxed);
            let upper = BUCKETS.get(at).map_or("+Inf".to_owned(), ToString::to_string);
            page.line("model_seconds_bucket", &format!("{{le=\"{upper}\"}}"), up_to);
        }
        page.line("model_seconds_sum", "", self.model_micros.load(Relaxed) as f64 / 1e6);
        page.line("model_seconds_count", "", up_to);
    }
}

/// The text as it grows.
#[derive(Default)]
struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        self.write(format_args!(
            "# HELP velib_inference_{name} {help}\n# TYPE velib_inference_{name} {kind}"
        ));
    }

    fn line(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        self.write(format_args!("velib_inference_{name}{labels} {value}"));
    }

    fn only(&mut self, name: &str, kind: &str, help: &str, value: u64) {
        self.head(name, kind, help);
        self.line(name, "", value);
    }

    fn write(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.0, "{line}").expect("writing to a string cannot fail");
    }
}

/// A label's value: a version is any text that a manifest holds.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(of: &Metrics) -> String {
        of.text(&Health::Loading)
    }

    #[test]
    fn a_time_falls_into_every_bucket_that_it_does_not_exceed() {
        let metrics = Metrics::new(NonZeroUsize::MIN);
        metrics.forecast(1_416, Duration::from_millis(80));
        metrics.forecast(4, Duration::from_secs(9));
        let page = page(&metrics);
        for line in [
            "model_seconds_bucket{le=\"0.05\"} 0",
            "model_seconds_bucket{le=\"0.1\"} 1",
            "model_seconds_bucket{le=\"3\"} 1",
            "model_seconds_bucket{le=\"+Inf\"} 2",
            "model_seconds_sum 9.08",
            "model_seconds_count 2",
            "stations_total 1420",
        ] {
            assert!(page.contains(&format!("\nvelib_inference_{line}\n")), "{line} is not in\n{page}");
        }
    }

    #[test]
    fn every_series_is_announced_once_before_its_lines() {
        let page = page(&Metrics::new(NonZeroUsize::MIN));
        let mut announced = "";
        for line in page.lines() {
            if let Some(name) = line.strip_prefix("# TYPE ") {
                announced = name.split(' ').next().unwrap();
            } else if !line.starts_with('#') {
                assert!(line.starts_with(announced), "{line} stands under {announced}");
            }
        }
        assert_eq!(page.matches("# TYPE").count(), page.matches("# HELP").count());
    }

    #[test]
    fn a_version_cannot_break_out_of_its_label() {
        assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
