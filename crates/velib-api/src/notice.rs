//! What a reader of an answer should know about it: that something is old, missing or not real.

use serde::Serialize;
use utoipa::ToSchema;

/// One remark about an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Notice {
    /// A stable code.
    pub(crate) code: &'static str,
    /// `info` or `warning`.
    pub(crate) severity: &'static str,
    /// A sentence for people.
    pub(crate) detail: String,
}

impl Notice {
    pub(crate) fn info(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, severity: "info", detail: detail.into() }
    }

    pub(crate) fn warning(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, severity: "warning", detail: detail.into() }
    }
}
