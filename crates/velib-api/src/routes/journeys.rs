//! `GET /v1/journeys`: from here to there by bike, or on foot.

mod answer;
mod leg;

use axum::{Json, extract::State};
use velib_planner::{BikeKind, DetourStreets, JourneyRequest, RequestError, plan};

use crate::{
    Api,
    notice::Notice,
    outlook::ForecastOutlook,
    parameters::{Parameters, coordinates, flag, instant, whole},
    problem::{BadParameter, Kind, Problem},
};
use answer::PlanAnswer;

pub(crate) async fn answer(
    State(api): State<Api>,
    mut query: Parameters,
) -> Result<Json<PlanAnswer>, Problem> {
    let now = api.now();
    let from = query.required("from", coordinates);
    let to = query.required("to", coordinates);
    let depart_at = query.optional("depart_at", instant).unwrap_or(now);
    let bike = query.optional("bike", bike_kind).unwrap_or_default();
    let max_walk_m = query.optional("max_walk_m", whole(1..=5000)).map(f64::from);
    let riders = query.optional("riders", whole(1..=5)).unwrap_or(1) as u16;
    let debug = query.optional("debug", flag).unwrap_or(false);
    query.optional("arrive_by", |_| Err::<(), _>("is not answered: send depart_at".to_owned()));
    query.finish()?;
    let (from, to) = from.zip(to).expect("an end that is missing is an error of the query");
    let max_walk_m = max_walk_m.unwrap_or(JourneyRequest::DEFAULT_MAX_WALK_M);
    let request = JourneyRequest { from, to, depart_at, bike, max_walk_m, riders };

    let present = api.present(now).await?;
    request.check(&present.city.network, now).map_err(|error| refused(&error))?;
    let forecasts = api.forecasts(&present, now).await;
    let outlook = ForecastOutlook::new(&present.city, &forecasts);
    let plan = plan(&present.city.network, &outlook, &DetourStreets::default(), &request);
    let mut notices = present.notices(now);
    notices.extend(forecasts.notice(now));
    if forecasts.horizons.last().is_some_and(|last| depart_at > forecasts.issued_at + *last) {
        let detail =
            "the journey starts after the last forecast horizon: its probabilities are those of that horizon";
        notices.push(Notice::warning("beyond_forecast", detail));
    }
    Ok(Json(PlanAnswer::of(&request, &plan, &present.city, &forecasts, now, notices, debug)))
}

fn bike_kind(text: &str) -> Result<BikeKind, String> {
    let kinds = [BikeKind::Any, BikeKind::Mechanical, BikeKind::Ebike];
    let found = kinds.into_iter().find(|kind| kind.as_str() == text);
    found.ok_or_else(|| format!("is {text:?}: it must be any, mechanical or ebike"))
}

fn refused(error: &RequestError) -> Problem {
    let parameter = match error {
        RequestError::OutsideServiceArea { .. } => {
            return Problem::new(Kind::OutsideServiceArea, error.to_string());
        }
        RequestError::DepartureOutOfRange { .. } => {
            return Problem::new(Kind::TimeOutOfRange, error.to_string());
        }
        RequestError::BadRiders { .. } => "riders",
        RequestError::BadMaxWalk { .. } => "max_walk_m",
    };
    Problem::invalid_parameters(vec![BadParameter { parameter, detail: error.to_string() }])
}
