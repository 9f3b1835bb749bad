//! `GET /v1/stations/{station}/forecast`: what is forecast for one station at every horizon there is.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use velib_domain::Source;
use velib_forecast::{CountForecast, invocation::StationAnswer};

use crate::{
    Api,
    answer::{Provenance, probability, tenths},
    city::StationNow,
    forecasts::Forecasts,
    notice::Notice,
    outlook::ForecastOutlook,
    problem::Problem,
    routes::map::StationRecord,
};

#[derive(Serialize)]
pub(crate) struct StationForecast {
    #[serde(flatten)]
    provenance: Provenance,
    station: StationRecord,
    forecast_basis: &'static str,
    model_version: String,
    forecast_source: Source,
    missing_slots: Option<usize>,
    horizons: Vec<AtHorizon>,
    notices: Vec<Notice>,
}

#[derive(Serialize)]
struct AtHorizon {
    horizon_s: i64,
    at: String,
    bikes: Option<Count>,
    /// Of those, bikes that can be ridden.
    usable: Option<Part>,
    docks: Option<Count>,
}

/// A forecast count: tenths, and probabilities of at least 1, 2, 3, 4 and 5.
#[derive(Serialize)]
struct Count {
    mean: f64,
    p10: f64,
    p50: f64,
    p90: f64,
    p_at_least: [f64; 5],
}

/// A part of a forecast count: its mean in tenths, and probabilities of at least 1, 2, 3, 4 and 5.
#[derive(Serialize)]
struct Part {
    mean: f64,
    p_at_least: [f64; 5],
}

pub(crate) async fn answer(
    State(api): State<Api>,
    Path(station): Path<String>,
) -> Result<Json<StationForecast>, Problem> {
    let now = api.now();
    let present = api.present(now).await?;
    let found = present.city.find(&station).ok_or_else(|| Problem::unknown_station(&station))?;
    let forecasts = api.forecasts(&present, now).await;
    let stuck = api.stuck_bikes(&present).await;
    let mut notices = present.notices(now);
    notices.extend(forecasts.notice(now));
    let forecast = forecasts.station(found.id());
    let outlook = ForecastOutlook::new(&present.city, &forecasts, &stuck);
    Ok(Json(StationForecast {
        provenance: present.city.provenance(now),
        station: StationRecord::of(found, &stuck, now),
        forecast_basis: forecasts.basis(),
        model_version: forecasts.version.clone(),
        forecast_source: forecasts.source,
        missing_slots: forecast.map(|forecast| forecast.missing_slots),
        horizons: horizons(&forecasts, forecast, &outlook, found),
        notices,
    }))
}

fn horizons(
    forecasts: &Forecasts,
    forecast: Option<&StationAnswer>,
    outlook: &ForecastOutlook<'_>,
    station: &StationNow,
) -> Vec<AtHorizon> {
    let at_horizon = |(index, horizon): (usize, &velib_forecast::Horizon)| {
        let forecast = forecast?;
        Some(AtHorizon {
            horizon_s: horizon.as_secs(),
            at: forecasts.time_of(*horizon),
            bikes: forecast.bikes.get(index).map(Count::of),
            usable: outlook.usable_ahead(station, index).map(|part| Part::of(&part)),
            docks: forecast.docks.as_ref().and_then(|docks| docks.get(index)).map(Count::of),
        })
    };
    forecasts.horizons.iter().enumerate().filter_map(at_horizon).collect()
}

impl Part {
    /// `p_at_least` 1, 2, … sum up to the mean.
    fn of(p_at_least: &[f64]) -> Self {
        let mean = p_at_least.iter().sum();
        let told = [0, 1, 2, 3, 4].map(|index| probability(p_at_least.get(index).copied().unwrap_or(0.0)));
        Self { mean: tenths(mean), p_at_least: told }
    }
}

impl Count {
    fn of(count: &CountForecast) -> Self {
        Self {
            mean: tenths(count.mean),
            p10: tenths(count.p10),
            p50: tenths(count.p50),
            p90: tenths(count.p90),
            p_at_least: count.p_at_least.map(probability),
        }
    }
}
