//! `GET /v1/journeys`, and `POST` of the same parameters as JSON: from here to there by bike, or on foot.

mod advice;
mod answer;
mod asked;
mod form;
mod leg;
mod line;
mod links;
mod words;

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse,
};
use velib_domain::SignedDuration;
use velib_planner::{Correlation, Inputs, RequestError, When, plan};

use crate::{
    Api,
    answer::Written,
    body::Body,
    lang::Lang,
    outlook::ForecastOutlook,
    parameters::Parameters,
    problem::{BadParameter, Kind, PROBLEM_JSON, Problem, WrittenProblem},
    vintage::Vintage,
};
use answer::{PlanAnswer, Told, stops};
use asked::Asked;
use form::JourneyForm;

/// How long a client may take an answer for that of now.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(15);

/// The same in a header; a query says where someone goes, which is for no cache of many.
const KEPT: &str = "private, max-age=15";

/// How long after its start most of a journey lies.
const A_RIDE: SignedDuration = SignedDuration::from_mins(45);

/// From here to there by bike, or on foot
#[utoipa::path(
    get,
    path = "/v1/journeys",
    tag = "journeys",
    params(JourneyForm),
    responses(
        (status = 200, body = PlanAnswer),
        (
            status = 422, description = "A time or a place for which nothing is known",
            body = WrittenProblem, content_type = PROBLEM_JSON
        ),
    ),
)]
pub(crate) async fn answer(State(api): State<Api>, query: Parameters) -> Result<impl IntoResponse, Problem> {
    let (vintage, lang, answer) = planned(&api, query).await?;
    Ok((vintage, [(header::CACHE_CONTROL, KEPT)], lang, answer))
}

/// The same, of a form sent as JSON
#[utoipa::path(
    post,
    path = "/v1/journeys",
    tag = "journeys",
    request_body = JourneyForm,
    responses(
        (status = 200, body = PlanAnswer),
        (
            status = 422, description = "A time or a place for which nothing is known",
            body = WrittenProblem, content_type = PROBLEM_JSON
        ),
    ),
)]
pub(crate) async fn answer_to_form(
    State(api): State<Api>,
    headers: HeaderMap,
    query: Parameters,
    Body(form): Body<JourneyForm>,
) -> Result<impl IntoResponse, Problem> {
    query.finish()?;
    let parameters = form.into_parameters().preferring(Lang::preferred(&headers));
    let (_, lang, answer) = planned(&api, parameters).await?;
    Ok((lang, answer))
}

/// The answer, its language, and what tells it from an earlier one to the same query.
async fn planned(api: &Api, query: Parameters) -> Result<(Vintage, Lang, Written), Problem> {
    let now = api.now();
    let Asked { request, geometry, limit, lang, debug } = Asked::read(query, now)?;
    let present = api.present(now, lang).await?;
    request.check(&present.city.network, now).map_err(|error| refused(&error, lang))?;
    let (When::DepartAt(moment) | When::ArriveBy { at: moment, .. }) = request.when;
    let forecasts = api.forecasts_until(moment + A_RIDE, &present, now).await;
    let stuck = api.stuck_bikes(&present).await;
    let streets = api.streets().of(&present.city.network, &present.made.station_rows);
    let outlook = ForecastOutlook::new(&present.city, &forecasts, &stuck);
    let plan = plan(
        Inputs {
            network: &present.city.network,
            outlook: &outlook,
            streets: streets.times(),
            correlation: &Correlation::default(),
        },
        &request,
    );
    let mut notices = present.notices(now, lang);
    notices.extend(forecasts.notice(now, lang));
    notices.extend(forecasts.ends_before(plan.journeys.iter().flat_map(stops), lang));
    notices.extend(streets.notice(api.streets(), lang));
    let told = Told {
        request: &request,
        city: &present.city,
        forecasts: &forecasts,
        streets: &streets,
        street_version: api.streets().version(),
        now,
        outlook: &outlook,
        geometry,
        limit,
        lang,
    };
    let vintage = present.vintage(Some(&forecasts), &notices).at(now, KEPT_FOR).told_in(lang);
    Ok((vintage, lang, Written::new(&PlanAnswer::of(&told, &plan, notices, debug))))
}

/// The problem that a request is refused with.
pub(crate) fn refused(error: &RequestError, lang: Lang) -> Problem {
    let detail = words::refused(error, lang);
    let parameter = match error {
        RequestError::OutsideServiceArea { .. } => {
            return Problem::new(Kind::OutsideServiceArea, detail).told_in(lang);
        }
        RequestError::TimeOutOfRange { .. } => {
            return Problem::new(Kind::TimeOutOfRange, detail).told_in(lang);
        }
        RequestError::BadRiders { .. } => "riders",
        RequestError::BadMaxWalk { .. } => "max_walk_m",
        RequestError::BadWalkingSpeed { .. } => "walk_m_per_s",
    };
    Problem::invalid_parameters(vec![BadParameter { parameter: parameter.to_owned(), detail }])
}
