//! `GET /v1/forecasts`: what is forecast for every station, in one answer that is encoded once for each change of data: at the
//! horizons of the model, or at every horizon up to some hours ahead, a day at most.

use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{SignedDuration, Source, calendar::paris_rfc3339};
use velib_forecast::{CountForecast, Horizon, day_ahead::FURTHEST, invocation::StationAnswer};

use crate::{
    Api,
    answer::Provenance,
    city::{City, StationNow},
    forecasts::{Basis, Forecasts},
    lang::SpokenIn,
    large::accepts_gzip,
    notice::Notice,
    outlook::ForecastOutlook,
    parameters::{Parameters, whole},
    problem::Problem,
    routes::forecast::{Count, Part},
    vintage::Vintage,
};

/// Hours told to who does not read gzip: of a city like Paris a day takes 8 MB unpacked, and a Lambda function answers with
/// 6 MB at most.
const MOST_UNPACKED: u32 = 12;

/// Forecasts of every station.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the shape of an answer that is written in two parts")]
struct AllForecasts {
    #[serde(flatten)]
    head: ForecastsHead,
    #[serde(flatten)]
    list: StationForecasts,
}

#[derive(Serialize, ToSchema)]
struct ForecastsHead {
    /// Of the counts that the forecasts start from.
    #[serde(flatten)]
    provenance: Provenance,
    /// Of all stations and horizons, the weakest basis; `usual_share` tells of each.
    forecast_basis: &'static str,
    /// The same as a source.
    forecast_source: Source,
    model_version: String,
    #[schema(format = DateTime)]
    issued_at: String,
    horizons: Vec<Moment>,
    notices: Vec<Notice>,
}

/// When a forecast holds.
#[derive(Serialize, ToSchema)]
struct Moment {
    /// Seconds from the counts.
    horizon_s: i64,
    /// Paris time.
    #[schema(format = DateTime)]
    at: String,
}

#[derive(Serialize, ToSchema)]
struct StationForecasts {
    count: usize,
    stations: Vec<ForecastRecord>,
}

/// One station; its lists have an entry for each horizon.
#[derive(Serialize, ToSchema)]
struct ForecastRecord {
    station_id: String,
    code: Option<String>,
    /// Slots of the model's look-back in which bikes were not observed.
    missing_slots: usize,
    bikes: Vec<Count>,
    /// The share that the station's usual week has in these numbers, beyond what the model itself makes of it.
    usual_share: Vec<f64>,
    /// Of the bikes, those that can be ridden; null where the past day tells too little.
    usable: Option<Vec<Part>>,
    /// Null where no dock was ever observed.
    docks: Option<Vec<Count>>,
}

/// What is forecast for every station, up to a day ahead
///
/// At every horizon of the model if `hours` is left out.
#[utoipa::path(
    get,
    path = "/v1/forecasts",
    tag = "forecasts",
    params(
        (
            "hours" = Option<u32>, Query, minimum = 1, maximum = 24,
            description = "Tell every horizon, one each hour, up to so many hours from the counts; more than 12 only to who accepts gzip"
        ),
        SpokenIn,
    ),
    responses((status = 200, body = AllForecasts)),
)]
pub(crate) async fn answer(
    State(api): State<Api>,
    headers: HeaderMap,
    mut query: Parameters,
) -> Result<impl IntoResponse, Problem> {
    let hours = query.optional("hours", |text| hours_told(text, accepts_gzip(&headers)));
    let lang = query.lang();
    query.finish()?;
    let now = api.now();
    let present = api.present(now, lang).await?;
    let until = hours.map(|hours| present.city.snapshot_at + SignedDuration::from_hours(hours.into()));
    let forecasts = match until {
        Some(until) => api.forecasts_until(until, &present, now).await,
        None => api.forecasts(&present, now).await,
    };
    let is_told = |horizon: &&Horizon| until.is_none_or(|until| forecasts.issued_at + **horizon <= until);
    let horizons: Vec<Horizon> = forecasts.horizons.iter().take_while(is_told).copied().collect();
    let stuck = api.stuck_bikes(&present).await;
    let mut notices = present.notices(now, lang);
    notices.extend(forecasts.notice(now, lang));
    let at = |until| present.city.stations.iter().map(move |station| (station.id(), until));
    notices.extend(until.and_then(|until| forecasts.ends_before(at(until), lang)));
    let vintage = present.vintage(Some(&forecasts), &notices).told_in(lang);
    let lists = &present.made.lists;
    let kept = if until.is_none() { &lists.forecasts } else { &lists.forecasts_by_hour };
    let list = kept.of(Vintage::of((present.vintage(Some(&forecasts), &[]), horizons.len())), || {
        let outlook = ForecastOutlook::new(&present.city, &forecasts, &stuck);
        let of = ForecastRecords { forecasts: &forecasts, outlook: &outlook, horizons: &horizons };
        let stations = present.city.stations.iter().filter_map(|station| {
            forecasts.station(station.id()).map(|forecast| of.record(station, forecast))
        });
        let stations: Vec<_> = stations.collect();
        StationForecasts { count: stations.len(), stations }
    });
    let basis = match until {
        Some(_) => weakest_basis(&present.city, &forecasts, &horizons),
        None => forecasts.near_basis(),
    };
    let head = ForecastsHead {
        provenance: present.city.provenance(now),
        forecast_basis: basis.word,
        forecast_source: basis.source,
        model_version: forecasts.version.clone(),
        issued_at: paris_rfc3339(forecasts.issued_at),
        horizons: horizons.iter().map(|horizon| Moment::of(*horizon, &forecasts)).collect(),
        notices,
    };
    Ok((vintage, lang, list.answer(&head, &headers, "application/json")))
}

/// The farther ahead, the weaker: whatever is told for the last horizon is the weakest.
fn weakest_basis(city: &City, forecasts: &Forecasts, horizons: &[Horizon]) -> Basis {
    let last = forecasts.issued_at + horizons.last().copied().unwrap_or_default();
    forecasts.weakest_basis(city.stations.iter().map(|station| (station.id(), last)))
}

fn hours_told(text: &str, packed: bool) -> Result<u32, String> {
    let hours = whole(1..=FURTHEST.as_hours() as u32)(text)?;
    if hours > MOST_UNPACKED && !packed {
        return Err(format!(
            "is {hours}: more than {MOST_UNPACKED} are told packed only, so send accept-encoding: gzip"
        ));
    }
    Ok(hours)
}

impl Moment {
    fn of(horizon: Horizon, forecasts: &Forecasts) -> Self {
        Self { horizon_s: horizon.as_secs(), at: forecasts.time_of(horizon) }
    }
}

/// What records are made from.
struct ForecastRecords<'a> {
    forecasts: &'a Forecasts,
    outlook: &'a ForecastOutlook<'a>,
    /// Those that are told: the first ones of the forecasts.
    horizons: &'a [Horizon],
}

impl ForecastRecords<'_> {
    fn record(&self, station: &StationNow, forecast: &StationAnswer) -> ForecastRecord {
        let told = self.horizons.len();
        let usable = (0..told).map(|horizon| self.outlook.usable_ahead(station, horizon));
        let usual_share = |horizon: &Horizon| {
            self.forecasts.basis_of(station.id(), self.forecasts.issued_at + *horizon).usual_share()
        };
        let counts = |counts: &[CountForecast]| counts.iter().take(told).map(Count::of).collect();
        ForecastRecord {
            station_id: station.id().to_string(),
            code: station.code.as_ref().map(ToString::to_string),
            missing_slots: forecast.missing_slots,
            bikes: counts(&forecast.bikes),
            usual_share: self.horizons.iter().map(usual_share).collect(),
            usable: usable.map(|part| part.as_deref().map(Part::of)).collect(),
            docks: forecast.docks.as_deref().map(counts),
        }
    }
}
