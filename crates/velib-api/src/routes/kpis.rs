//! `GET /v1/kpis`: the network in a few figures, now and hour by hour over the past day, each with its source and age.

mod past;

use axum::{Json, extract::State, response::IntoResponse};
use serde::Serialize;
use utoipa::ToSchema;
use velib_domain::{Counts, Source};
use velib_planner::NetworkStation;

use crate::{
    Api,
    answer::{Provenance, tenths},
    city::{City, StationNow},
    lang::SpokenIn,
    notice::Notice,
    parameters::Parameters,
    problem::Problem,
    usable::StuckBikes,
};
use past::PastFigures;

/// The network in figures.
#[derive(Serialize, ToSchema)]
struct Kpis {
    #[serde(flatten)]
    provenance: Provenance,
    now: FiguresNow,
    past_day: PastFigures,
    notices: Vec<Notice>,
}

/// Figures of this moment. Stations that are silent for so long that their counts say nothing are `stale_stations` and in no
/// other figure but `stations`.
#[derive(Serialize, ToSchema)]
struct FiguresNow {
    /// Stations that have a place.
    stations: Figure,
    /// Installed, renting and returning.
    stations_in_service: Figure,
    /// Renting, without any bike.
    empty_stations: Figure,
    /// Returning, without any free dock.
    full_stations: Figure,
    stale_stations: Figure,
    /// Stations whose counts the feed leaves out.
    uncounted_stations: Figure,
    bikes: Figure,
    /// Over the stations whose feed tells kinds apart; null where none does.
    mechanical: Figure,
    ebikes: Figure,
    /// Expected bikes that can be ridden, over the stations of which that can be judged.
    usable_bikes: Figure,
    /// Free docks.
    docks: Figure,
    /// Docks built, where anybody knows.
    capacity: Figure,
}

/// One figure.
#[derive(Serialize, ToSchema)]
struct Figure {
    /// Null where nobody knows.
    value: Option<f64>,
    /// Over how many stations.
    over_stations: usize,
    #[serde(flatten)]
    provenance: Provenance,
}

/// The network in a few figures, now and over the past day
#[utoipa::path(get, path = "/v1/kpis", tag = "stations", params(SpokenIn), responses((status = 200, body = Kpis)))]
pub(crate) async fn answer(
    State(api): State<Api>,
    mut query: Parameters,
) -> Result<impl IntoResponse, Problem> {
    let lang = query.lang();
    query.finish()?;
    let now = api.now();
    let present = api.present(now, lang).await?;
    let stuck = api.stuck_bikes(&present).await;
    let notices = present.notices(now, lang);
    let vintage = present.vintage(None, &notices).told_in(lang);
    let provenance = present.city.provenance(now);
    let kpis = Kpis {
        now: FiguresNow::of(&present.city, &stuck, &provenance),
        past_day: PastFigures::of(&present.past_day, now),
        provenance,
        notices,
    };
    Ok((vintage, lang, Json(kpis)))
}

impl FiguresNow {
    fn of(city: &City, stuck: &StuckBikes, live: &Provenance) -> Self {
        let all: Vec<_> = city.stations.iter().zip(city.network.stations()).collect();
        let heard: Vec<_> = all.iter().copied().filter(|(_, station)| !station.is_silent()).collect();
        let how_many = |count: usize, over_stations: usize| Figure {
            value: Some(count as f64),
            over_stations,
            provenance: live.clone(),
        };
        let which = |is: fn(&NetworkStation, Counts) -> bool| {
            let counted = heard.iter().filter_map(|(here, station)| Some((*station, here.counts()?)));
            counted.filter(|(station, counts)| is(station, *counts)).count()
        };
        let sum = |number: fn(&StationNow) -> Option<u16>| {
            let known: Vec<f64> = heard.iter().filter_map(|(here, _)| number(here)).map(f64::from).collect();
            let value = (!known.is_empty()).then(|| known.iter().sum());
            Figure { value, over_stations: known.len(), provenance: live.clone() }
        };
        let usable: Vec<f64> = heard.iter().filter_map(|(here, _)| stuck.usable_mean(here)).collect();
        let uncounted = all.iter().filter(|(here, _)| here.counts().is_none()).count();
        Self {
            stations: how_many(all.len(), all.len()),
            stations_in_service: how_many(
                which(|station, _| station.rents() && station.takes_back()),
                heard.len(),
            ),
            empty_stations: how_many(
                which(|station, counts| station.rents() && counts.bikes == 0),
                heard.len(),
            ),
            full_stations: how_many(
                which(|station, counts| station.takes_back() && counts.docks == Some(0)),
                heard.len(),
            ),
            stale_stations: how_many(all.len() - heard.len(), all.len()),
            uncounted_stations: how_many(uncounted, all.len()),
            bikes: sum(|here| Some(here.counts()?.bikes)),
            mechanical: sum(|here| here.counts()?.mechanical),
            ebikes: sum(|here| here.counts()?.ebikes),
            usable_bikes: Figure {
                value: (!usable.is_empty()).then(|| tenths(usable.iter().sum())),
                over_stations: usable.len(),
                provenance: Provenance { source: Source::Estimated, ..live.clone() },
            },
            docks: sum(|here| here.counts()?.docks),
            capacity: sum(|here| here.capacity.map(|(docks, _)| docks)),
        }
    }
}
