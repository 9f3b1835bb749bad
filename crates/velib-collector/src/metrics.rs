//! A run in numbers, as lines that `CloudWatch` turns into metrics by itself (its embedded metric format).
//!
//! The lines are made from the outcome and nothing else, so there is no recorder, no counter that outlives a run, and
//! nothing to flush before Lambda suspends the process. Every number can be taken apart by system, rejected records
//! also by reason; why a run failed is told by the log.

use serde_json::{Map, Value, json};
use velib_domain::{SystemId, Timestamp};

use crate::{CollectError, FailedRun, FeedOutcome, Kept, Outcome};

const NAMESPACE: &str = "ParisPulse/Collector";

/// The lines of a run: one a system, and one for each reason for which its records were rejected.
pub fn metric_lines(run: &Result<Vec<Outcome>, FailedRun>, scheduled_at: Timestamp) -> Vec<String> {
    let (collected, failed) = match run {
        Ok(collected) => (collected.as_slice(), &[][..]),
        Err(run) => (run.collected.as_slice(), run.failed.as_slice()),
    };
    let failures = failed.iter().map(|(system, error)| of_failure(system, error, scheduled_at));
    collected.iter().flat_map(of_outcome).chain(failures).collect()
}

fn of_outcome(outcome: &Outcome) -> Vec<String> {
    let Outcome { station_status: status, stillness, .. } = outcome;
    let feeds = [Some(status), Some(&outcome.station_information), outcome.vehicle_types.as_ref()];
    let feeds = feeds.into_iter().flatten().chain(&outcome.system_information);
    let documents = |is: fn(&FeedOutcome) -> bool| feeds.clone().filter(|feed| is(feed)).count();
    let mut metrics = vec![
        Metric::count("DocumentsStored", documents(|feed| feed.kept == Kept::Stored)),
        Metric::count("DocumentsUnchanged", documents(|feed| feed.kept == Kept::Unchanged)),
        Metric::count("DocumentsRejected", 0),
        Metric::count("DocumentsNotModified", documents(|feed| feed.not_modified)),
        Metric::count("StationsAccepted", status.accepted),
        Metric::count("StationsRejected", status.rejected.values().sum()),
        Metric::new("FetchDuration", "Milliseconds", status.fetch_ms),
        Metric::count("Frozen", usize::from(stillness.frozen)),
        Metric::new("UnchangedFor", "Seconds", stillness.seconds),
        Metric::count("Failures", 0),
    ];
    metrics.extend(status.age_seconds.map(|seconds| Metric::new("FeedAge", "Seconds", seconds)));
    let of_system = line(outcome.scheduled_at, &[("System", outcome.system.as_str())], &metrics);
    let reasons = status.rejected.iter().map(|(reason, count)| {
        let dimensions = [("System", outcome.system.as_str()), ("Reason", reason)];
        line(outcome.scheduled_at, &dimensions, &[Metric::count("StationsRejected", *count)])
    });
    std::iter::once(of_system).chain(reasons).collect()
}

fn of_failure(system: &SystemId, error: &CollectError, at: Timestamp) -> String {
    let metrics =
        [Metric::count("Failures", 1), Metric::count("DocumentsRejected", error.rejected_documents())];
    line(at, &[("System", system.as_str())], &metrics)
}

struct Metric {
    name: &'static str,
    unit: &'static str,
    value: Value,
}

impl Metric {
    fn new(name: &'static str, unit: &'static str, value: impl Into<Value>) -> Self {
        Self { name, unit, value: value.into() }
    }

    fn count(name: &'static str, count: usize) -> Self {
        Self::new(name, "Count", count)
    }
}

fn line(at: Timestamp, dimensions: &[(&str, &str)], metrics: &[Metric]) -> String {
    let names: Vec<&str> = dimensions.iter().map(|(name, _)| *name).collect();
    let described: Vec<Value> =
        metrics.iter().map(|metric| json!({"Name": metric.name, "Unit": metric.unit})).collect();
    let directive = json!({"Namespace": NAMESPACE, "Dimensions": [names], "Metrics": described});
    let mut document = Map::new();
    document.insert(
        "_aws".to_owned(),
        json!({"Timestamp": at.as_millisecond(), "CloudWatchMetrics": [directive]}),
    );
    document.extend(dimensions.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
    document.extend(metrics.iter().map(|metric| (metric.name.to_owned(), metric.value.clone())));
    Value::Object(document).to_string()
}
