//! `GET /v1/forecasts`: what is forecast for every station, in one answer that is encoded once for each change of data.

use axum::{extract::State, http::HeaderMap, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{Source, calendar::paris_rfc3339};
use velib_forecast::invocation::StationAnswer;

use crate::{
    Api,
    answer::Provenance,
    city::StationNow,
    forecasts::Forecasts,
    lang::Lang,
    notice::Notice,
    outlook::ForecastOutlook,
    parameters::Parameters,
    problem::Problem,
    routes::forecast::{Count, Part},
};

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
    forecast_basis: &'static str,
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
    /// Of those, bikes that can be ridden; null where the past day tells too little.
    usable: Option<Vec<Part>>,
    /// Null where no dock was ever observed.
    docks: Option<Vec<Count>>,
}

/// What is forecast for every station
#[utoipa::path(get, path = "/v1/forecasts", tag = "forecasts", responses((status = 200, body = AllForecasts)))]
pub(crate) async fn answer(
    State(api): State<Api>,
    headers: HeaderMap,
    query: Parameters,
) -> Result<impl IntoResponse, Problem> {
    query.finish()?;
    let now = api.now();
    let present = api.present(now).await?;
    let forecasts = api.forecasts(&present, now).await;
    let stuck = api.stuck_bikes(&present).await;
    let mut notices = present.notices(now, Lang::En);
    notices.extend(forecasts.notice(now, Lang::En));
    let vintage = present.vintage(Some(&forecasts), &notices);
    let list = present.made.lists.forecasts.of(present.vintage(Some(&forecasts), &[]), || {
        let outlook = ForecastOutlook::new(&present.city, &forecasts, &stuck);
        let stations = present.city.stations.iter().filter_map(|station| {
            forecasts.station(station.id()).map(|forecast| ForecastRecord::of(station, forecast, &outlook))
        });
        let stations: Vec<_> = stations.collect();
        StationForecasts { count: stations.len(), stations }
    });
    let head = ForecastsHead {
        provenance: present.city.provenance(now),
        forecast_basis: forecasts.basis(),
        forecast_source: forecasts.source,
        model_version: forecasts.version.clone(),
        issued_at: paris_rfc3339(forecasts.issued_at),
        horizons: Moment::all_of(&forecasts),
        notices,
    };
    Ok((vintage, list.answer(&head, &headers, "application/json")))
}

impl Moment {
    fn all_of(forecasts: &Forecasts) -> Vec<Self> {
        let horizons = forecasts.horizons.iter();
        horizons.map(|h| Self { horizon_s: h.as_secs(), at: forecasts.time_of(*h) }).collect()
    }
}

impl ForecastRecord {
    fn of(station: &StationNow, forecast: &StationAnswer, outlook: &ForecastOutlook<'_>) -> Self {
        let usable = (0..forecast.bikes.len()).map(|horizon| outlook.usable_ahead(station, horizon));
        Self {
            station_id: station.id().to_string(),
            code: station.code.as_ref().map(ToString::to_string),
            missing_slots: forecast.missing_slots,
            bikes: forecast.bikes.iter().map(Count::of).collect(),
            usable: usable.map(|part| part.as_deref().map(Part::of)).collect(),
            docks: forecast.docks.as_ref().map(|docks| docks.iter().map(Count::of).collect()),
        }
    }
}
