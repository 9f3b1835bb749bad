//! `GET /v1/stations/{station}`: all that is known of one station now.

use axum::{
    Json,
    extract::{Path, State},
    response::IntoResponse,
};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::calendar::paris_rfc3339;

use crate::{
    Api,
    answer::Provenance,
    lang::SpokenIn,
    notice::Notice,
    parameters::Parameters,
    problem::{PROBLEM_JSON, Problem, WrittenProblem},
    routes::map::StationRecord,
};

/// One station now.
#[derive(Serialize, ToSchema)]
struct StationAnswer {
    #[serde(flatten)]
    provenance: Provenance,
    station: StationRecord,
    /// When the station itself last reported, Paris time; a label, not the age of its counts.
    #[schema(format = DateTime)]
    reported_at: Option<String>,
    /// Docks that are neither free nor hold a bike that can be rented.
    out_of_order: Option<u16>,
    /// Whether it has not reported for so long that its counts say nothing.
    is_silent: bool,
    /// Paris arrondissement, 1 to 20; null outside Paris or where the lake does not know the station.
    arrondissement: Option<u8>,
    commune: Option<String>,
    notices: Vec<Notice>,
}

/// One station now
#[utoipa::path(
    get,
    path = "/v1/stations/{station}",
    tag = "stations",
    params(("station" = String, Path, description = "The station's id, or its printed code", example = "16107"), SpokenIn),
    responses(
        (status = 200, body = StationAnswer),
        (status = 404, description = "No station has that code or id", body = WrittenProblem, content_type = PROBLEM_JSON),
    ),
)]
pub(crate) async fn answer(
    State(api): State<Api>,
    Path(station): Path<String>,
    mut query: Parameters,
) -> Result<impl IntoResponse, Problem> {
    let lang = query.lang();
    query.finish()?;
    let now = api.now();
    let present = api.present(now, lang).await?;
    let found = present.city.find(&station).ok_or_else(|| Problem::unknown_station(&station, lang))?;
    let stuck = api.stuck_bikes(&present).await;
    let notices = present.notices(now, lang);
    let vintage = present.vintage(None, &notices).told_in(lang);
    let answer = StationAnswer {
        provenance: present.city.provenance(now),
        station: StationRecord::of(found, &stuck),
        reported_at: found.status.as_ref().and_then(|status| status.reported_at).map(paris_rfc3339),
        out_of_order: found.out_of_order(),
        is_silent: present.city.network.get(found.id()).is_some_and(velib_planner::NetworkStation::is_silent),
        arrondissement: found.arrondissement,
        commune: found.commune.clone(),
        notices,
    };
    Ok((vintage, lang, Json(answer)))
}
