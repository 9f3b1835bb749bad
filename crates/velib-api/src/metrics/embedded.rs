//! One request as a log line in CloudWatch's embedded metric format.

use serde_json::{Value, json};
use velib_domain::Timestamp;

use super::Answered;

/// The namespace of the metrics.
const NAMESPACE: &str = "ParisPulse/Api";

/// What one line tells.
pub(super) struct Line<'a> {
    pub(super) now: Timestamp,
    pub(super) answered: &'a Answered,
    pub(super) seconds: f64,
    pub(super) feed_age_s: Option<i64>,
    /// The basis of forecasts, and how many answers used them since the last line.
    pub(super) forecasts: Option<(&'static str, u64)>,
}

impl Line<'_> {
    pub(super) fn json(&self) -> Value {
        let mut metrics = vec![json!({
            "Namespace": NAMESPACE,
            "Dimensions": [["Route", "Status"]],
            "Metrics": [{ "Name": "Requests", "Unit": "Count" }, { "Name": "Latency", "Unit": "Milliseconds" }],
        })];
        let mut line = json!({
            "Route": self.answered.route,
            "Status": self.answered.status.to_string(),
            "Method": self.answered.method,
            "Requests": 1,
            "Latency": self.seconds * 1e3,
        });
        if let Some(age_s) = self.feed_age_s {
            let age = [json!({ "Name": "FeedAge", "Unit": "Seconds" })];
            metrics.push(json!({ "Namespace": NAMESPACE, "Dimensions": [[]], "Metrics": age }));
            line["FeedAge"] = age_s.into();
        }
        if let Some((basis, answers)) = self.forecasts {
            let used = [json!({ "Name": "Forecasts", "Unit": "Count" })];
            metrics.push(json!({ "Namespace": NAMESPACE, "Dimensions": [["Basis"]], "Metrics": used }));
            line["Basis"] = basis.into();
            line["Forecasts"] = answers.into();
        }
        line["_aws"] = json!({ "Timestamp": self.now.as_millisecond(), "CloudWatchMetrics": metrics });
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_that_is_declared_has_a_number_and_every_dimension_a_word() {
        let answered = Answered { method: "GET".to_owned(), route: "/v1/journeys".to_owned(), status: 200 };
        let now = "2026-11-20T14:20:00Z".parse().unwrap();
        let forecasts = Some(("model", 2));
        let line = Line { now, answered: &answered, seconds: 0.0123, feed_age_s: Some(41), forecasts }.json();
        assert_eq!(line["_aws"]["Timestamp"], 1_795_184_400_000_i64);
        for metrics in line["_aws"]["CloudWatchMetrics"].as_array().unwrap() {
            for metric in metrics["Metrics"].as_array().unwrap() {
                assert!(line[metric["Name"].as_str().unwrap()].is_number(), "{line}");
            }
            for dimension in metrics["Dimensions"][0].as_array().unwrap() {
                assert!(line[dimension.as_str().unwrap()].is_string(), "{line}");
            }
        }
        assert_eq!((&line["FeedAge"], &line["Forecasts"]), (&json!(41), &json!(2)));
    }
}
