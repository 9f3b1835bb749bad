//! `GET /v1/journeys`: from here to there by bike, or on foot.

mod advice;
mod answer;
mod asked;
mod leg;

use axum::{Json, extract::State};
use velib_domain::Timestamp;
use velib_planner::{Correlation, Inputs, RequestError, When, plan};

use crate::{
    Api,
    forecasts::Forecasts,
    notice::Notice,
    outlook::ForecastOutlook,
    parameters::Parameters,
    problem::{BadParameter, Kind, Problem},
};
use answer::{PlanAnswer, Told};
use asked::Asked;

pub(crate) async fn answer(State(api): State<Api>, query: Parameters) -> Result<Json<PlanAnswer>, Problem> {
    let now = api.now();
    let Asked { request, geometry, debug } = Asked::read(query, now)?;
    let present = api.present(now).await?;
    request.check(&present.city.network, now).map_err(|error| refused(&error))?;
    let forecasts = api.forecasts(&present, now).await;
    let stuck = api.stuck_bikes(&present).await;
    let streets = api.streets().of(&present.city.network);
    let plan = plan(
        Inputs {
            network: &present.city.network,
            outlook: &ForecastOutlook::new(&present.city, &forecasts, &stuck),
            streets: streets.times(),
            correlation: &Correlation::default(),
        },
        &request,
    );
    let mut notices = present.notices(now);
    notices.extend(forecasts.notice(now));
    notices.extend(beyond_forecast(request.when, &forecasts));
    notices.extend(streets.notice(api.streets()));
    let told = Told {
        request: &request,
        city: &present.city,
        forecasts: &forecasts,
        streets: &streets,
        street_version: api.streets().version(),
        now,
        geometry,
    };
    Ok(Json(PlanAnswer::of(&told, &plan, notices, debug)))
}

fn beyond_forecast(when: When, forecasts: &Forecasts) -> Option<Notice> {
    let (When::DepartAt(moment) | When::ArriveBy { at: moment, .. }) = when;
    let last: Timestamp = forecasts.issued_at + *forecasts.horizons.last()?;
    let detail =
        "the journey lies after the last forecast horizon: its probabilities are those of that horizon";
    (moment > last).then(|| Notice::warning("beyond_forecast", detail))
}

fn refused(error: &RequestError) -> Problem {
    let parameter = match error {
        RequestError::OutsideServiceArea { .. } => {
            return Problem::new(Kind::OutsideServiceArea, error.to_string());
        }
        RequestError::TimeOutOfRange { .. } => {
            return Problem::new(Kind::TimeOutOfRange, error.to_string());
        }
        RequestError::BadRiders { .. } => "riders",
        RequestError::BadMaxWalk { .. } => "max_walk_m",
        RequestError::BadWalkingSpeed { .. } => "walk_m_per_s",
    };
    Problem::invalid_parameters(vec![BadParameter { parameter, detail: error.to_string() }])
}
