//! The event that starts a run: all that matters of it is the moment it was scheduled for.

use serde::{Deserialize, Serialize};
use velib_domain::Timestamp;

/// A scheduled event. A rule of EventBridge sends its full envelope, its scheduler whatever it was told to
/// (`{"time": "<aws.scheduler.scheduled-time>"}`); both carry `time`, and a repeated delivery carries the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledEvent {
    /// The moment the run was scheduled for.
    pub time: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(event: &str) {
        let event: ScheduledEvent = serde_json::from_str(event).unwrap();
        assert_eq!(event.time, "2026-11-20T14:00:00Z".parse().unwrap());
    }

    #[test]
    fn the_envelope_of_a_rule_is_read() {
        check(
            r#"{"version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event",
                "source": "aws.events", "account": "123456789012", "time": "2026-11-20T14:00:00Z",
                "region": "eu-west-3", "resources": ["arn:aws:events:eu-west-3:123456789012:rule/collect"],
                "detail": {}}"#,
        );
    }

    #[test]
    fn the_payload_of_the_scheduler_is_read() {
        check(r#"{"time": "2026-11-20T14:00:00Z"}"#);
    }

    #[test]
    fn an_event_without_a_time_is_refused_by_the_name_of_the_field() {
        let error = serde_json::from_str::<ScheduledEvent>("{}").unwrap_err();
        assert!(error.to_string().contains("`time`"), "{error}");
    }
}
