//! `GET /healthz`: this process answers. It asks nobody else, so that a feed that is down restarts nothing.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::calendar::paris_rfc3339;

use crate::Api;

#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    status: &'static str,
    version: &'static str,
    /// When this was asked, Paris time.
    #[schema(format = DateTime)]
    as_of: String,
}

/// Whether the process answers
///
/// It asks nobody else: a feed that is down does not make it unwell.
#[utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, body = Health)))]
pub(crate) async fn answer(State(api): State<Api>) -> Json<Health> {
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION"), as_of: paris_rfc3339(api.now()) })
}
