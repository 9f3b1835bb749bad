//! `GET /v1/stations/{station}/forecast`: what is forecast for one station, at every horizon of the model, or at those, or
//! at the moment, that the query names, up to a day ahead.
//!
//! Each number names its basis: the model, what takes its place, or, further ahead, more and more the usual week.

mod moments;

use axum::{
    Json,
    extract::{Path, State},
    response::IntoResponse,
};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{Source, Timestamp, calendar::paris_rfc3339};
use velib_forecast::{CountForecast, Horizon};
use velib_planner::BikeKind;

use crate::{
    Api,
    answer::{Provenance, probability, tenths},
    city::StationNow,
    forecasts::Forecasts,
    lang::SpokenIn,
    notice::Notice,
    outlook::{ForecastOutlook, Wanted},
    parameters::Parameters,
    problem::{PROBLEM_JSON, Problem, WrittenProblem},
    routes::map::StationRecord,
};
use moments::Moments;

/// One station's forecast.
#[derive(Serialize, ToSchema)]
struct StationForecast {
    #[serde(flatten)]
    provenance: Provenance,
    station: StationRecord,
    /// Of all horizons, the weakest basis.
    forecast_basis: &'static str,
    model_version: String,
    /// The same as a source.
    forecast_source: Source,
    /// Slots of the model's look-back in which bikes were not observed; null where nobody counts the station now.
    missing_slots: Option<usize>,
    /// Ascending; none where nobody counts the station now.
    horizons: Vec<AtMoment>,
    notices: Vec<Notice>,
}

/// What is forecast for one moment.
#[derive(Serialize, ToSchema)]
struct AtMoment {
    /// Seconds from the counts.
    horizon_s: i64,
    /// Paris time.
    #[schema(format = DateTime)]
    at: String,
    /// What has the larger share in these numbers: `model`, `persistence` or `climatology`.
    basis: &'static str,
    source: Source,
    /// The share that the station's usual week has in these numbers, beyond what the model itself makes of it.
    usual_share: f64,
    bikes: Option<Count>,
    /// Of those, e-bikes; null where the feed does not tell kinds apart.
    ebikes: Option<Part>,
    /// Of those, mechanical bikes; null where the feed does not tell kinds apart.
    mechanical: Option<Part>,
    /// Of those, bikes that can be ridden; only at the forecast's own horizons.
    usable: Option<Part>,
    docks: Option<Count>,
}

/// A forecast count: tenths, and probabilities of at least 1, 2, 3, 4 and 5.
#[derive(Serialize, ToSchema)]
pub(crate) struct Count {
    mean: f64,
    p10: f64,
    p50: f64,
    p90: f64,
    p_at_least: [f64; 5],
}

/// A part of a forecast count: its mean in tenths, and probabilities of at least 1, 2, 3, 4 and 5.
#[derive(Serialize, ToSchema)]
pub(crate) struct Part {
    mean: f64,
    p_at_least: [f64; 5],
}

/// What is forecast for one station, up to a day ahead
///
/// At every horizon of the model if neither `at` nor `horizons` is given.
#[utoipa::path(
    get,
    path = "/v1/stations/{station}/forecast",
    tag = "forecasts",
    params(
        ("station" = String, Path, description = "The station's id, or its printed code", example = "16107"),
        ("at" = Option<String>, Query, format = DateTime, description = "One moment, RFC 3339, at most 24 hours ahead"),
        (
            "horizons" = Option<String>, Query, pattern = "^[1-7]?[0-9]{1,4}(,[1-7]?[0-9]{1,4}){0,9}$",
            description = "Seconds from the counts, at most 86400 each and 48 in number, separated by commas, in place of at",
            example = "1800,3600,43200"
        ),
        SpokenIn,
    ),
    responses(
        (status = 200, body = StationForecast),
        (status = 404, description = "No station has that code or id", body = WrittenProblem, content_type = PROBLEM_JSON),
        (
            status = 422, description = "A time or a place for which nothing is known",
            body = WrittenProblem, content_type = PROBLEM_JSON
        ),
    ),
)]
pub(crate) async fn answer(
    State(api): State<Api>,
    Path(station): Path<String>,
    mut query: Parameters,
) -> Result<impl IntoResponse, Problem> {
    let lang = query.lang();
    let asked = Moments::read(query)?;
    let now = api.now();
    let present = api.present(now, lang).await?;
    let found = present.city.find(&station).ok_or_else(|| Problem::unknown_station(&station, lang))?;
    let last = asked.last(present.city.snapshot_at, now, lang)?;
    let forecasts = match last {
        Some(last) => api.forecasts_until(last, &present, now).await,
        None => api.forecasts(&present, now).await,
    };
    let stuck = api.stuck_bikes(&present).await;
    let mut notices = present.notices(now, lang);
    notices.extend(forecasts.notice(now, lang));
    notices.extend(forecasts.ends_before(last.map(|last| (found.id(), last)), lang));
    let outlook = ForecastOutlook::new(&present.city, &forecasts, &stuck);
    let forecast = forecasts.station(found.id());
    let horizons = forecast.map_or_else(Vec::new, |_| asked.of(&forecasts));
    let told = horizons.iter().map(|horizon| (found.id(), forecasts.issued_at + *horizon));
    let basis = forecasts.weakest_basis(told);
    let at = |moment| AtMoment::of(moment, found, &forecasts, &outlook);
    let answer = StationForecast {
        provenance: present.city.provenance(now),
        station: StationRecord::of(found, &stuck),
        forecast_basis: basis.word,
        model_version: forecasts.version.clone(),
        forecast_source: basis.source,
        missing_slots: forecast.map(|forecast| forecast.missing_slots),
        horizons: horizons.into_iter().map(at).collect(),
        notices,
    };
    let vintage = present.vintage(Some(&forecasts), &answer.notices).told_in(lang);
    Ok((vintage, lang, Json(answer)))
}

impl AtMoment {
    fn of(
        after: Horizon,
        station: &StationNow,
        forecasts: &Forecasts,
        outlook: &ForecastOutlook<'_>,
    ) -> Self {
        let at: Timestamp = forecasts.issued_at + after;
        let next = forecasts.horizons.partition_point(|horizon| *horizon < after);
        let last = forecasts.horizons.len().saturating_sub(1);
        // Beyond the last horizon its numbers stay.
        let told = (forecasts.horizons.get(next) == Some(&after) || next > last).then(|| next.min(last));
        let basis = forecasts.basis_of(station.id(), at);
        let forecast = forecasts.station(station.id());
        let counted = |wanted| {
            outlook.counted_at(station, wanted, at).map(|count| Count::of(&CountForecast::from(&count)))
        };
        let (bikes, docks) = match forecast.zip(told) {
            Some((forecast, index)) => (
                forecast.bikes.get(index).map(Count::of),
                forecast.docks.as_ref().and_then(|docks| docks.get(index)).map(Count::of),
            ),
            None => (counted(Wanted::Bikes(BikeKind::Any)), counted(Wanted::Docks)),
        };
        let of_kind = |kind| {
            let bikes = outlook.counted_at(station, Wanted::Bikes(kind), at)?;
            Some(Part::of(&bikes.at_least_each()[1..]))
        };
        Self {
            horizon_s: after.as_secs(),
            at: paris_rfc3339(at),
            basis: basis.word,
            source: basis.source,
            usual_share: basis.usual_share(),
            bikes,
            ebikes: of_kind(BikeKind::Ebike),
            mechanical: of_kind(BikeKind::Mechanical),
            usable: told.and_then(|index| outlook.usable_ahead(station, index)).map(|part| Part::of(&part)),
            docks,
        }
    }
}

impl Part {
    /// `p_at_least` 1, 2, … sum up to the mean.
    pub(crate) fn of(p_at_least: &[f64]) -> Self {
        let mean = p_at_least.iter().sum();
        let told = [0, 1, 2, 3, 4].map(|index| probability(p_at_least.get(index).copied().unwrap_or(0.0)));
        Self { mean: tenths(mean), p_at_least: told }
    }
}

impl Count {
    pub(crate) fn of(count: &CountForecast) -> Self {
        Self {
            mean: tenths(count.mean),
            p10: tenths(count.p10),
            p50: tenths(count.p50),
            p90: tenths(count.p90),
            p_at_least: count.p_at_least.map(probability),
        }
    }
}
