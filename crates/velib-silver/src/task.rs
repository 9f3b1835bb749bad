//! What the function does for an event: it refines hours (see `event`) or, asked to, compacts days.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use velib_domain::{SystemId, Timestamp};
use velib_lake::Lake;

use crate::{
    CompactError, CompactOptions, CompactedRange, RefineError, RefinedRequest, UnknownEvent, compact_days,
    hours_of_event, refine_request,
};

/// `{"system": "velib", "compact_days": ["2026-11-20", …]}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayList {
    system: SystemId,
    compact_days: BTreeSet<Date>,
}

/// What became of an event.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Performed {
    /// Hours were refined.
    Refined(RefinedRequest),
    /// Days were compacted.
    Compacted(CompactedRange),
}

/// An event that could not be followed.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// It asks for nothing this function does.
    #[error(transparent)]
    Unknown(#[from] UnknownEvent),
    /// It asks for days and does not name them.
    #[error(
        "the event names no days: send {{\"system\": \"velib\", \"compact_days\": [\"2026-11-20\"]}} ({0})"
    )]
    Days(serde_json::Error),
    /// An hour could not be refined.
    #[error(transparent)]
    Refine(#[from] RefineError),
    /// A day could not be compacted.
    #[error(transparent)]
    Compact(#[from] CompactError),
}

/// Does what an event asks for; `now` tells which days are over.
pub async fn perform(lake: &Lake, event: Value, now: Timestamp) -> Result<Performed, TaskError> {
    if event.get("compact_days").is_none() {
        let request = hours_of_event(lake, event)?;
        return Ok(Performed::Refined(refine_request(lake, request).await?));
    }
    let DayList { system, compact_days: days } = serde_json::from_value(event).map_err(TaskError::Days)?;
    let compacted = compact_days(lake, &system, days, now, CompactOptions::default(), |day| {
        tracing::info!(%system, day = %day.day, hours = day.hours, rows = day.rows, "compacted");
    });
    Ok(Performed::Compacted(compacted.await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    use serde_json::json;

    async fn performed(event: Value) -> String {
        let now = "2026-11-22T00:30:00Z".parse().unwrap();
        match perform(&Lake::in_memory(), event, now).await {
            Ok(performed) => serde_json::to_string(&performed).unwrap(),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn days_are_compacted_once_they_are_over() {
        let days = ["2026-11-21", "2026-11-20", "2026-11-20"];
        let answer = performed(json!({"system": "velib", "compact_days": days})).await;
        assert!(answer.contains(r#""days":1,"open_days":1"#), "{answer}");
    }

    #[tokio::test]
    async fn hours_are_refined() {
        let answer = performed(json!({"system": "velib", "hours": ["2026-11-20T14"]})).await;
        assert!(answer.contains(r#""empty_hours":1"#), "{answer}");
    }

    #[tokio::test]
    async fn an_event_that_names_no_days_is_refused_with_the_shape_to_send() {
        for days in [json!(["noon"]), json!(3)] {
            let refused = performed(json!({"system": "velib", "compact_days": days})).await;
            assert!(refused.contains(r#""compact_days": ["2026-11-20"]"#), "{refused}");
        }
        assert!(performed(json!({})).await.contains(r#""hours": ["2026-11-20T14"]"#));
    }
}
